//! A fleet at a glance, as it was.

use std::collections::{BTreeMap, HashMap};

use ground::{GroupId, HostId, Timestamp};
use serde_json::Value;

use super::NotThen;
use crate::{
    Change, ChangeQuery, Condition, Error, Fleet, GroupCount, HostQuery, HourlyActivity, Scope, SystemCount,
    overview::{Activity, MAX_SHOWN, largest, most_hosts_first, system},
};

/// The hosts that there were at a moment and what had happened to them lately. How long ago each was heard of is not known.
#[derive(Debug, Clone)]
pub struct OverviewThen {
    /// How many there were.
    pub total: i64,
    /// Operating systems, most hosts first.
    pub systems: Vec<SystemCount>,
    /// The largest groups, by the names that they had.
    pub groups: Vec<GroupCount>,
    /// How many others there were with hosts in them, and how many hosts that were.
    pub other_groups: (i64, i64),
    /// When the first bin of the activity begins.
    pub activity_from: Timestamp,
    /// What happened in each hour up to the moment, the oldest first.
    pub activity: Vec<HourlyActivity>,
    /// The last rows of the log before it that say more than "seen", newest first.
    pub latest: Vec<Change>,
}

/// Hosts of the past, counted one by one.
#[derive(Default)]
struct Counts {
    ids: Vec<HostId>,
    systems: HashMap<(Option<String>, String), i64>,
    /// With the newest row that names the group.
    groups: BTreeMap<Option<GroupId>, (i64, GroupCount)>,
}

impl Counts {
    fn add(&mut self, change: &Change, facts: &Value) {
        self.ids.push(change.host.id);
        let no_facts = serde_json::Map::new();
        let facts = facts.as_object().unwrap_or(&no_facts);
        let release = facts.get("os_release").and_then(Value::as_str).map(str::to_owned);
        *self.systems.entry(system(&profile::os_sort_key(facts), release)).or_default() += 1;
        let group = change.host.group.as_ref().filter(|group| !group.ungrouped);
        let place = self.groups.entry(group.map(|group| group.id));
        let (named_at, counted) = place.or_insert_with(|| (0, GroupCount::empty(group)));
        counted.hosts += 1;
        if let Some(group) = group.filter(|_| *named_at < change.seq) {
            counted.name.clone_from(&group.name);
            *named_at = change.seq;
        }
    }
}

impl Fleet {
    /// The hosts that there were at a moment at a glance, or those for which a question was true then: of hosts that are gone by now
    /// nothing has happened then.
    pub async fn overview_as_of(
        &self,
        scope: &Scope,
        question: Option<&str>,
        at: Timestamp,
    ) -> Result<OverviewThen, NotThen> {
        let mut counts = Counts::default();
        self.each_as_of(scope, question, at, true, |change, facts| counts.add(&change, &facts)).await?;
        let total = counts.ids.len() as i64;
        let some = match question {
            Some(_) => {
                let staleness = self.staleness(scope.org()).await?;
                Some(HostQuery::new(scope.clone(), staleness, at).with(Condition::Ids(counts.ids)))
            }
            None => None,
        };
        let mut tx = self.db().snapshot().await.map_err(Error::from)?;
        let activity = Activity::before(&mut tx, scope, some.as_ref(), at).await?;
        let query = ChangeQuery {
            hosts: some,
            // Rows of the moment itself are of the past, too.
            until: Some(Timestamp::from_micros(at.micros().saturating_add(1))),
            limit: MAX_SHOWN as i64,
            ..ChangeQuery::newest_changes(scope.clone())
        };
        let latest = self.feed_in(&mut tx, &query).await?.changes;
        let (groups, other_groups) = largest(counts.groups.into_values().map(|(_, group)| group).collect());
        Ok(OverviewThen {
            total,
            systems: most_hosts_first(&counts.systems),
            groups,
            other_groups,
            activity_from: activity.from,
            activity: activity.bins,
            latest,
        })
    }
}
