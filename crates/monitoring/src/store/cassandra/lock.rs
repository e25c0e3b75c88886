//! One at a time makes chunks of a tenant or removes its samples.
//!
//! Chunks are written at the time of the lock: what somebody writes late who has lost it loses against what the next one wrote.

use tokio::sync::Mutex;

use super::{Keyspace, OF_TENANT, of_tenant};
use crate::{batch::Tenant, cassandra::bigint, store::StoreError};

/// For how long the lock is held without being renewed, in microseconds.
const TERM: i64 = 300_000_000;

/// The lock of a tenant, with the time of what is written under it, in microseconds.
#[derive(Debug)]
pub(super) struct Lock<'a> {
    store: &'a Keyspace,
    pub tenant: &'a Tenant,
    pub fence: i64,
    /// When it was last renewed, in microseconds.
    renewed: Mutex<i64>,
}

impl Keyspace {
    /// The lock, unless somebody has it.
    pub(super) async fn lock<'a>(&'a self, tenant: &'a Tenant) -> Result<Option<Lock<'a>>, StoreError> {
        let table = self.table("sample_lock");
        let select = format!("SELECT fence, until FROM {table} WHERE {OF_TENANT}");
        let held = self
            .connection
            .collect(&select, of_tenant(tenant), |mut cells| Some((cells.number()?, cells.number()?)));
        let (held, now) = (held.await?.pop(), self.now());
        let (fence, applied) = match held {
            Some((_, until)) if until > now => return Ok(None),
            Some((before, _)) => {
                let fence = now.max(before + 2);
                let update =
                    format!("UPDATE {table} SET fence = ?, until = ? WHERE {OF_TENANT} IF fence = ?");
                let values =
                    [vec![bigint(fence), bigint(now + TERM)], of_tenant(tenant), vec![bigint(before)]]
                        .concat();
                (fence, self.connection.applied(&update, values).await?)
            }
            None => {
                let insert = format!(
                    "INSERT INTO {table} (org, scope, fence, until) VALUES (?, ?, ?, ?) IF NOT EXISTS"
                );
                let values = [of_tenant(tenant), vec![bigint(now), bigint(now + TERM)]].concat();
                (now, self.connection.applied(&insert, values).await?)
            }
        };
        Ok(applied.then(|| Lock { store: self, tenant, fence, renewed: Mutex::new(now) }))
    }
}

impl Lock<'_> {
    /// Holds the lock on, when it was not renewed lately; an error when it was lost.
    pub(super) async fn renew(&self) -> Result<(), StoreError> {
        // Who comes meanwhile waits: Cassandra does not like several at once to compare and set.
        let mut renewed = self.renewed.lock().await;
        let now = self.store.now();
        if now - *renewed > TERM / 5 {
            if !self.set(now + TERM).await? {
                return Err(StoreError::Busy);
            }
            *renewed = now;
        }
        Ok(())
    }

    /// The time of what is removed under the lock: behind what was sealed under it.
    pub(super) fn then(&self) -> i64 {
        self.fence + 1
    }

    /// Gives it back.
    pub(super) async fn release(self) {
        if let Err(problem) = self.set(0).await {
            tracing::warn!(%problem, "the lock of samples could not be given back; it ends by itself");
        }
    }

    async fn set(&self, until: i64) -> Result<bool, StoreError> {
        let table = self.store.table("sample_lock");
        let update = format!("UPDATE {table} SET until = ? WHERE {OF_TENANT} IF fence = ?");
        let values = [vec![bigint(until)], of_tenant(self.tenant), vec![bigint(self.fence)]].concat();
        Ok(self.store.connection.applied(&update, values).await?)
    }
}
