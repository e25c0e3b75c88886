//! A host as lists show it.

use fleet::Host;
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
}

impl From<&Host> for ListedHost {
    fn from(host: &Host) -> Self {
        Self {
            id: host.id.0,
            display_name: host.display_name.clone(),
            last_check_in: host.times.last_check_in,
        }
    }
}
