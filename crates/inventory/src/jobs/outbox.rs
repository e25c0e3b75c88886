//! Rows of the log into the outbox of the database (contract inventory-events §12), for who reads the write-ahead log of
//! PostgreSQL, as Debezium does: each once, in order, from the beginning of the log.

use std::time::Duration;

use ::service::{Waits, follow};
use fleet::{ChangeKind, ChangeQuery, Fleet, FollowerLag, Scope, Start, TimelineEntry};
use ground::{OrgId, Stop};
use web::RoleHealth;

use super::Ended;
use crate::{messages::outbox, store::outbox as rows};

/// The follower's name in the log.
const NAME: &str = "outbox";
/// Rows of the log in one transaction.
const PAGE: i64 = 256;
/// What other processes wrote is looked for so often, and the wait after a failure.
const WAITS: Waits = Waits { idle: Duration::from_millis(500), failed: Duration::from_secs(2) };

/// Follows the log for the outbox.
#[derive(Debug, Clone)]
pub struct Outbox {
    /// The record.
    pub fleet: Fleet,
}

impl Outbox {
    /// Follows the log until told to stop. Several processes may: what one has told the others pass over.
    pub async fn run(&self, health: &RoleHealth, stop: Stop) -> Ended {
        if !self.fleet.db().dialect().has_followed_log() {
            return Ended::Failed(
                "inventory.outbox is for who reads the write-ahead log of a database server: set it to false, or name a server (--database-url)"
                    .to_owned(),
            );
        }
        let asked = stop.clone();
        let pass = || async {
            let passed = self.catch_up(&asked).await;
            passed.inspect_err(|_| metrics::counter!("inventory_outbox_save_failures_total").increment(1))
        };
        follow(self.fleet.commits(), WAITS, health, stop, "cannot write the outbox", pass).await;
        Ended::AsAsked
    }

    /// Deals with everything that is in the log now. What is wrong with the log of one organisation holds up no other.
    pub async fn catch_up(&self, stop: &Stop) -> fleet::Result<()> {
        let mut caught_up = Ok(());
        for lag in self.fleet.followers_lag(NAME).await? {
            let of_org = self.catch_up_with(lag, stop).await;
            caught_up = caught_up.and(of_org);
        }
        caught_up
    }

    async fn catch_up_with(&self, lag: FollowerLag, stop: &Stop) -> fleet::Result<()> {
        let FollowerLag { org, mut done, newest } = lag;
        while done < newest && !stop.is_asked() {
            let Some(next) = self.step(&org, done).await? else { break };
            done = next;
        }
        Ok(())
    }

    /// Tells of some rows after a number, and gives that of the last one; `None` when another process did meanwhile.
    async fn step(&self, org: &OrgId, done: i64) -> fleet::Result<Option<i64>> {
        let query = ChangeQuery {
            kinds: vec![ChangeKind::Created, ChangeKind::Updated, ChangeKind::Deleted],
            start: Start::After(done),
            limit: PAGE,
            ..ChangeQuery::newest(Scope::of(org.clone()))
        };
        let (entries, next): (Vec<TimelineEntry>, _) = self.fleet.steps(&query).await?;
        let next = next.unwrap_or(done).max(done);
        let told: Vec<_> = entries.iter().filter_map(outbox::row).collect();
        let mut tx = self.fleet.db().begin().await?;
        if next == done || !self.fleet.advance_from(&mut tx, NAME, org, done, next).await? {
            return Ok(None);
        }
        rows::pass_through(&mut tx, &told).await?;
        tx.commit().await?;
        metrics::counter!("inventory_outbox_save_successes_total").increment(told.len() as u64);
        Ok(Some(next))
    }
}
