//! What the services tell one another (contract drift §2.5, §3).

use compare::Fact;
use serde::Deserialize;
use serde_json::{Map, Value};

/// A host of the inventory with its profile, as a comparison needs it. Times are as inventory writes them.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct System {
    /// Its id.
    pub id: String,
    /// The name that people see.
    pub display_name: Option<String>,
    /// The full host name.
    pub fqdn: Option<String>,
    /// When it was last written.
    pub updated: Option<String>,
    /// From when on it is stale.
    pub stale_warning_timestamp: Option<String>,
    /// Its groups, as inventory lists them.
    pub groups: Value,
    /// Facts beside the profile: objects with `namespace` and `facts`.
    pub facts: Value,
    /// Its profile; empty when there is none.
    #[serde(skip)]
    pub profile: Map<String, Value>,
    /// Its tags: objects with `namespace`, `key` and `value`.
    #[serde(skip)]
    pub tags: Vec<Value>,
}

impl System {
    /// The name it is shown under.
    pub fn name(&self) -> &str {
        let texts = [&self.display_name, &self.fqdn];
        let filled = texts.into_iter().flatten().find(|text| !text.is_empty());
        filled.map_or(&self.id, String::as_str)
    }

    /// [`is_left_out`] of its profile.
    pub fn is_left_out(&self) -> bool {
        is_left_out(&self.profile)
    }
}

/// Whether a profile is of the systems that the family leaves out silently: `CentOS` and `CentOS Linux`.
pub fn is_left_out(profile: &Map<String, Value>) -> bool {
    matches!(profile::os_name(profile), Some("CentOS" | "CentOS Linux"))
}

/// A baseline with its facts.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct Baseline {
    /// Its id.
    pub id: String,
    /// Its name.
    pub display_name: String,
    /// When it was last changed.
    pub updated: Value,
    /// Whether drift from it is told.
    pub notifications_enabled: bool,
    /// What machines should be.
    pub baseline_facts: Vec<BaselineFact>,
}

/// A fact of a baseline: a value, or a category with facts of its own.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct BaselineFact {
    /// Its name.
    pub name: String,
    /// A text, or a list of texts.
    pub value: Option<Value>,
    /// The facts of a category.
    pub values: Option<Vec<BaselineFact>>,
}

impl Baseline {
    /// Its facts by name; those of a category behind the name of the category and a dot. A fact with neither a value nor
    /// values says nothing.
    pub fn facts(&self) -> Vec<(String, Fact)> {
        let mut facts = Vec::new();
        for fact in &self.baseline_facts {
            if let Some(value) = fact.value.as_ref() {
                facts.push((fact.name.clone(), of_value(value)));
            } else {
                let nested = fact.values.iter().flatten();
                let told = nested.filter_map(|one| Some((&one.name, one.value.as_ref()?)));
                facts.extend(told.map(|(name, value)| (format!("{}.{name}", fact.name), of_value(value))));
            }
        }
        facts
    }
}

/// A value of a baseline: a list is several values, anything else a text.
fn of_value(value: &Value) -> Fact {
    match value {
        Value::Array(items) => Fact::List(items.iter().map(crate::facts::text).collect()),
        other => Fact::Text(crate::facts::text(other)),
    }
}

/// A historical profile.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// Its id.
    pub id: String,
    /// The present name of its host.
    pub display_name: Option<String>,
    /// The host.
    pub inventory_id: String,
    /// When it was captured.
    pub captured_date: String,
    /// The profile, with `fqdn` and `tags` of the host in it.
    pub system_profile: Map<String, Value>,
}

/// Why a peer does not give what it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeerError {
    /// Something does not exist there: 404 with this message.
    #[error("{0}")]
    NotReturned(String),
    /// The caller may not: 403 with this message.
    #[error("{0}")]
    Denied(String),
    /// The peer failed: 500 with this message.
    #[error("{0}")]
    Failed(String),
    /// The peer could not be reached; the log has the reason. 500.
    #[error("a service could not be reached")]
    Unreachable,
}

impl PeerError {
    /// What the family says of an answer that it cannot use.
    pub fn failed() -> Self {
        Self::Failed("Error received from backend service".to_owned())
    }

    /// Some of the ids that were asked for are not there: `ids [a, b] not available to display`.
    pub fn missing(ids: &[String]) -> Self {
        Self::NotReturned(format!("ids [{}] not available to display", ids.join(", ")))
    }
}
