//! A host as lists show it.

use fleet::{Change, Host};
use ground::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::change_out::shown;

/// A host as lists show it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedHost {
    /// Its id.
    pub id: Uuid,
    /// The name that people see.
    pub display_name: String,
    /// When it last reported.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub last_check_in: Timestamp,
    /// The name of its group; null for none.
    pub group: Option<String>,
    /// The row of the log with this state, for `GET /hosts/{id}/state?seq=`; only with `as_of`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
}

impl ListedHost {
    /// A host in a state of the past.
    pub fn of_state(change: &Change) -> Self {
        Self { seq: Some(change.seq), ..(&*change.host).into() }
    }
}

impl From<&Host> for ListedHost {
    fn from(host: &Host) -> Self {
        Self {
            id: host.id.0,
            display_name: host.display_name.clone(),
            last_check_in: host.times.last_check_in,
            group: host.group.as_ref().filter(|group| !group.ungrouped).map(|group| group.name.clone()),
            seq: None,
        }
    }
}
