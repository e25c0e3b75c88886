//! The profiles of this inventory's machines and of another's, read as one.

use ground::{HostId, OrgId, Timestamp, Transient};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    Log, Profiles,
    rules::{
        captured::Captured,
        visible::{Group, Reach, visible},
    },
};

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// A failure that is not the caller's.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Store(#[from] ::store::Error),
    /// The log of hosts.
    #[error(transparent)]
    Fleet(#[from] fleet::Error),
    /// A stored profile that cannot be read back.
    #[error("a stored profile is damaged: {0}")]
    Damaged(String),
}

impl Transient for Error {
    fn is_transient(&self) -> bool {
        match self {
            Self::Store(error) => error.is_transient(),
            Self::Fleet(error) => error.is_transient(),
            Self::Damaged(_) => false,
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Damaged(error.to_string())
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Damaged(error.to_string())
    }
}

/// A historical profile without the profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its id.
    pub id: Uuid,
    /// The organisation of the machine.
    pub org: OrgId,
    /// When the machine was as it says.
    pub captured: Captured,
    /// When it was stored.
    pub created: Timestamp,
    /// The groups that the machine was in; none when that is not known.
    pub groups: Option<Vec<Group>>,
}

/// A historical profile.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// What is told of it in lists.
    pub head: Head,
    /// The account number of the machine.
    pub account: Option<String>,
    /// The machine.
    pub inventory_id: HostId,
    /// The profile, with `fqdn`, `tags` and its own `id` in it.
    pub profile: Map<String, Value>,
}

/// Every historical profile there is. Cloning it gives another handle to the same.
#[derive(Clone)]
pub struct Records {
    /// What another inventory told, and what was imported.
    pub profiles: Profiles,
    /// The log of hosts, where the inventory is in the same process.
    pub log: Option<Log>,
    /// For how many seconds a capture is shown.
    pub valid_seconds: i64,
}

impl Records {
    /// The profiles of a machine that a caller sees, newest capture first.
    pub async fn of_host(&self, org: &OrgId, host: HostId, reach: &Reach) -> Result<Vec<Head>> {
        let oldest = self.oldest();
        let mut heads = self.profiles.of_host(org, host, oldest).await?;
        if let Some(log) = &self.log {
            heads.extend(log.of_host(org, host, oldest).await?);
        }
        Ok(visible(heads, oldest, reach))
    }

    /// The profiles with these ids that are still shown, in the order of the ids; and the ids of which there is none.
    pub async fn get(&self, org: &OrgId, ids: &[Uuid]) -> Result<(Vec<Record>, Vec<Uuid>)> {
        let mut found = self.profiles.get(org, ids).await?;
        if let Some(log) = &self.log {
            found.extend(log.get(org, ids).await?);
        }
        let oldest = self.oldest();
        found.retain(|_, record| record.head.captured.at > oldest);
        let (mut records, mut missing) = (Vec::new(), Vec::new());
        for id in ids {
            match found.remove(id) {
                Some(record) => records.push(record),
                None => missing.push(*id),
            }
        }
        Ok((records, missing))
    }

    /// Captures at or before this are hidden.
    fn oldest(&self) -> Timestamp {
        self.profiles.clock().now().plus_seconds(-self.valid_seconds)
    }
}
