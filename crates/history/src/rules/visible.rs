//! Which profiles are shown (contract history §3.2, §4.1).

use ground::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Head;

/// An inventory group that a machine was in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// The machines that a caller reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// All of the organisation.
    All,
    /// Those in these groups, `None` for those in no group. Of no group: none.
    Groups(Vec<Option<String>>),
}

impl Reach {
    /// Whether a machine with these groups is reached; `None` when they are not known, and then only by who reaches all.
    pub fn has(&self, groups: Option<&[Group]>) -> bool {
        match (self, groups) {
            (Self::All, _) => true,
            (Self::Groups(_), None) => false,
            (Self::Groups(reached), Some([])) => reached.contains(&None),
            (Self::Groups(reached), Some(groups)) => {
                groups.iter().any(|group| reached.iter().flatten().any(|id| *id == group.id))
            }
        }
    }
}

/// The profiles of one machine that a caller sees, newest capture first: those captured after `oldest`, if the one that
/// was stored last is of a group that they reach; each capture once, as it was stored first.
pub fn visible(mut heads: Vec<Head>, oldest: Timestamp, reach: &Reach) -> Vec<Head> {
    heads.retain(|head| head.captured.at > oldest);
    let latest = heads.iter().max_by_key(|head| (head.created, head.captured.at));
    if !latest.is_some_and(|latest| reach.has(latest.groups.as_deref())) {
        return Vec::new();
    }
    heads.sort_by(|one, other| {
        let newest = other.captured.at.cmp(&one.captured.at);
        // Dated ones stand together, so that a doubled one is next to its first.
        newest
            .then(other.captured.dated.cmp(&one.captured.dated))
            .then(one.created.cmp(&other.created))
            .then(one.id.cmp(&other.id))
    });
    heads.dedup_by(|later, kept| {
        later.captured.dated && kept.captured.dated && later.captured.at == kept.captured.at
    });
    heads
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::rules::captured::Captured;

    fn head(id: u128, captured: i64, created: i64, groups: Option<&[&str]>) -> Head {
        let at = Timestamp::from_micros(captured);
        let group = |id: &&str| Group { id: (*id).to_owned(), name: String::new() };
        Head {
            id: Uuid::from_u128(id),
            org: ground::OrgId::parse("o").unwrap(),
            captured: Captured { at, text: at.to_string(), dated: true },
            created: Timestamp::from_micros(created),
            groups: groups.map(|groups| groups.iter().map(group).collect()),
        }
    }

    fn shown(heads: &[Head], reach: &Reach) -> Vec<u128> {
        visible(heads.to_vec(), Timestamp::from_micros(100), reach)
            .iter()
            .map(|head| head.id.as_u128())
            .collect()
    }

    #[test]
    fn the_newest_capture_stands_first_and_old_ones_are_hidden() {
        let heads =
            [head(1, 101, 1, None), head(2, 300, 2, None), head(3, 200, 3, None), head(4, 100, 4, None)];
        assert_eq!(shown(&heads, &Reach::All), [2, 3, 1]);
    }

    #[test]
    fn a_capture_is_shown_once_and_as_it_was_stored_first() {
        let mut undated = head(3, 200, 7, None);
        undated.captured.dated = false;
        let heads = [head(1, 200, 9, None), head(2, 200, 5, None), undated];
        assert_eq!(shown(&heads, &Reach::All), [2, 3]);
    }

    #[test]
    fn the_groups_of_the_profile_stored_last_decide_for_all() {
        let heads = [head(1, 300, 1, Some(&["a"])), head(2, 200, 2, Some(&["b"]))];
        let only = |groups: &[Option<&str>]| {
            shown(&heads, &Reach::Groups(groups.iter().map(|id| id.map(str::to_owned)).collect()))
        };
        assert_eq!(only(&[Some("b")]), [1, 2]);
        assert!(only(&[Some("a")]).is_empty() && only(&[]).is_empty() && only(&[None]).is_empty());
        let ungrouped = [head(1, 300, 1, Some(&[]))];
        assert_eq!(shown(&ungrouped, &Reach::Groups(vec![None])), [1]);
        let unknown = [head(1, 300, 1, None)];
        assert!(shown(&unknown, &Reach::Groups(vec![None])).is_empty());
    }
}
