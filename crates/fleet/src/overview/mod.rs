//! A fleet at a glance.

use ground::Timestamp;

use crate::{
    Change, ChangeQuery, Condition, Fleet, HostQuery, LogHead, Result, Scope, Staleness,
    overview::{
        activity::next_hour,
        counts::{Counts, groups},
    },
};

mod activity;
mod counts;
mod systems;

pub(crate) use activity::Activity;
pub use activity::HourlyActivity;
pub use counts::GroupCount;
pub(crate) use counts::{largest, most_hosts_first};
pub use systems::SystemCount;
pub(crate) use systems::system;

/// How many groups, and how many rows of the log, are shown.
pub(crate) const MAX_SHOWN: usize = 10;

/// The hosts of a scope and what happened to them lately.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The newest row of the organisation's log when it was made.
    pub head: LogHead,
    /// By which settings its hosts aged then.
    pub staleness: Staleness,
    /// It stays true until then, as long as that row stays the newest, and these settings stay.
    pub until: Timestamp,
    /// How many hosts report as they should, have missed a report, and will be culled.
    pub ages: [i64; 3],
    /// Operating systems, most hosts first.
    pub systems: Vec<SystemCount>,
    /// The largest groups.
    pub groups: Vec<GroupCount>,
    /// How many others there are with hosts in them, and how many hosts that are.
    pub other_groups: (i64, i64),
    /// By whom hosts were last reported, most hosts first.
    pub reporters: Vec<(String, i64)>,
    /// When the first bin of the activity begins.
    pub activity_from: Timestamp,
    /// What happened in each hour, the oldest first; the last one is under way.
    pub activity: Vec<HourlyActivity>,
    /// The newest rows of the log that say more than "seen", newest first.
    pub latest: Vec<Change>,
}

impl Fleet {
    /// The hosts of a scope at a glance. Each part is one statement over all hosts, and all parts are of one moment; who asks
    /// often keeps the answer until [`Overview::until`] or until the organisation's log or settings move.
    pub async fn overview(&self, scope: &Scope) -> Result<Overview> {
        let staleness = self.staleness(scope.org()).await?;
        let hosts = HostQuery::new(scope.clone(), staleness, self.clock().now()).with(Condition::NotCulled);
        self.overview_of(hosts, false).await
    }

    /// The same of those hosts for which a question is true, which leaves out culled ones: what happened to others, or to hosts that
    /// are gone, is not in it.
    pub async fn overview_of_some(&self, hosts: HostQuery) -> Result<Overview> {
        self.overview_of(hosts, true).await
    }

    async fn overview_of(&self, hosts: HostQuery, are_some: bool) -> Result<Overview> {
        let (scope, staleness, now) = (hosts.scope.clone(), hosts.staleness, hosts.now);
        let scope = &scope;
        // Everything below is as new as this row, or newer.
        let head = self.log_head(scope.org()).await?;
        let counted = hosts.clone();
        let indexed = self.indexed(scope.org(), move |index| index.counts(&counted)).await?;
        let mut tx = self.db().snapshot().await?;
        let some = are_some.then(|| hosts.clone());
        let query = ChangeQuery {
            hosts: some.clone(),
            limit: MAX_SHOWN as i64,
            ..ChangeQuery::newest_changes(scope.clone())
        };
        let latest = self.feed_in(&mut tx, &query).await?;
        let counts = match indexed {
            Some(counts) => counts.into(),
            None => Counts::in_database(&mut tx, &hosts).await?,
        };
        let (groups, other_groups) = groups(&mut tx, scope.org(), &counts.groups).await?;
        let activity = Activity::until_now(&mut tx, scope, some.as_ref(), now).await?;
        let next_hour = next_hour(now);
        Ok(Overview {
            head,
            staleness,
            until: counts.next_border.map_or(next_hour, |border| border.min(next_hour)),
            ages: counts.ages,
            systems: counts.systems(),
            groups,
            other_groups,
            reporters: counts.reporters(),
            activity_from: activity.from,
            activity: activity.bins,
            latest: latest.changes,
        })
    }
}
