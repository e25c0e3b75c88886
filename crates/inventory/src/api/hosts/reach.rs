//! Hosts named in the path: all of them must be there.

use std::collections::HashSet;

use fleet::{Condition, EditOutcome, HostQuery, Scope};
use ground::HostId;
use uuid::Uuid;

use crate::api::{
    App,
    errors::{Failure, Noun},
    path::PathIds,
};

/// The question for these hosts: those in the scope and not culled.
pub async fn ask(app: &App, scope: Scope, ids: &PathIds) -> Result<HostQuery, Failure> {
    Ok(app.ask(scope).await?.with(Condition::NotCulled).with(Condition::Ids(ids.hosts())))
}

/// 404 unless the scope has all of these hosts.
pub async fn all(app: &App, scope: Scope, ids: &PathIds) -> Result<(), Failure> {
    let query = ask(app, scope, ids).await?;
    let found: HashSet<HostId> = app.fleet.ids(&query).await?.into_iter().collect();
    let missing = ids.missing(|id| found.contains(&HostId(id)));
    if missing.is_empty() { Ok(()) } else { Err(Failure::not_found(Noun::Hosts, Some(missing))) }
}

/// 404 when fewer hosts were found than were asked for. Which are missing can be told when `shown`, those on the page,
/// are all that were found.
pub fn all_found(ids: &PathIds, total: i64, shown: impl Iterator<Item = HostId>) -> Result<(), Failure> {
    if total >= ids.hosts().len() as i64 {
        return Ok(());
    }
    let shown: HashSet<Uuid> = shown.map(|id| id.0).collect();
    let whole = total == shown.len() as i64;
    Err(Failure::not_found(Noun::Hosts, whole.then(|| ids.missing(|id| shown.contains(&id)))))
}

/// What came of a change, when the record itself found hosts missing.
pub fn not_missing(ids: &PathIds, edited: EditOutcome) -> Result<EditOutcome, Failure> {
    match edited {
        EditOutcome::Missing(missing) => {
            let missing = ids.missing(|id| !missing.contains(&HostId(id)));
            Err(Failure::not_found(Noun::Hosts, Some(missing)))
        }
        other => Ok(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "5F0E0000-0000-0000-0000-00000000000A";
    const B: &str = "5f0e0000-0000-0000-0000-00000000000b";

    /// The ids that the refusal names, if there is one.
    fn refused(total: i64, shown: &[&str]) -> Result<(), Option<Vec<String>>> {
        let ids = PathIds::parse(&format!("{A},{B},{A}")).unwrap();
        let shown = shown.iter().map(|id| HostId(Uuid::parse_str(id).unwrap()));
        all_found(&ids, total, shown).map_err(|failure| match failure {
            Failure::Exception(body) => body.not_found_ids,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn repeated_ids_are_one_host() {
        assert_eq!(refused(2, &[A, B]), Ok(()));
        assert_eq!(refused(2, &[]), Ok(()));
    }

    #[test]
    fn the_missing_are_named_when_the_page_holds_all_that_were_found() {
        assert_eq!(refused(1, &[B]), Err(Some(vec![A.to_owned()])));
        assert_eq!(refused(0, &[]), Err(Some(vec![A.to_owned(), B.to_owned()])));
        assert_eq!(refused(1, &[]), Err(None));
    }
}
