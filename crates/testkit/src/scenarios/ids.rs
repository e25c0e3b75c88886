//! Names for the ids that a recorded service made up.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The ids file of a recording.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Ids {
    /// `h01` → id of that host.
    pub hosts: BTreeMap<String, String>,
    /// `g:alpha` → id of that group.
    pub groups: BTreeMap<String, String>,
    /// `v:v1` → id of that view.
    pub views: BTreeMap<String, String>,
    /// `b:alpha` → id of whatever the service calls so.
    pub ids: BTreeMap<String, String>,
    /// `base-1h` → id of that stored profile.
    pub profiles: BTreeMap<String, String>,
    /// Name → value of the identity header; absent: no header. Names starting with `bad:` are broken on purpose.
    pub identities: BTreeMap<String, Option<String>>,
}

impl Ids {
    /// All names with their ids.
    pub fn named(&self) -> impl Iterator<Item = (&str, &str)> {
        [&self.hosts, &self.groups, &self.views, &self.ids, &self.profiles]
            .into_iter()
            .flatten()
            .map(|(name, id)| (name.as_str(), id.as_str()))
    }
}
