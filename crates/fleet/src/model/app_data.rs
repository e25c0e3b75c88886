//! What applications say of hosts.

use ground::{HostId, OrgId, Timestamp};
use serde_json::{Map, Value};

/// What one application says of hosts of one organisation.
#[derive(Debug, Clone, PartialEq)]
pub struct AppData {
    /// Whose hosts.
    pub org: OrgId,
    /// The name of the application.
    pub application: &'static str,
    /// When it said so.
    pub reported: Timestamp,
    /// The values of a host of which the application says something for the first time, before those that it says.
    pub defaults: Map<String, Value>,
    /// The values of each host by name; those that are not named stay as they are. A host may come twice.
    pub hosts: Vec<(HostId, Map<String, Value>)>,
}

/// What one application has said of a host.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredAppData {
    /// The name of the application.
    pub application: String,
    /// When it said something last.
    pub reported: Timestamp,
    /// The values by name.
    pub values: Map<String, Value>,
}
