//! Recorded answers that are not to be repeated.

use serde::Deserialize;
use testkit::scenarios::folder;

/// Cases that answer otherwise than recorded, and why.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Fix {
    /// The place in the contract.
    pub mark: String,
    /// The reason.
    pub why: String,
    /// Statuses that are accepted besides the recorded answer.
    pub status: Vec<u16>,
    /// The recorded failure is right by design.
    pub same: bool,
    /// Facts that may be absent.
    pub without: Vec<String>,
    /// A rule that may be on or off.
    pub toggle: Option<String>,
    /// Names of cases, with blanks between them.
    pub cases: String,
}

impl Fix {
    pub(super) fn is_about(&self, case: &str) -> bool {
        self.cases.split_whitespace().any(|name| name == case)
    }
}

pub(super) fn load(name: &str) -> Vec<Fix> {
    let path = folder().join(format!("fixes-{name}.json"));
    let Ok(text) = std::fs::read_to_string(&path) else { return Vec::new() };
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
