//! Reports, said in a few words.

use std::sync::Arc;

use fleet::{CanonicalFacts, Owner, Precedence, Report};
use ground::OrgId;
use serde_json::Value;
use uuid::Uuid;

/// A report to be: nothing but an organisation and the reporter `puptoo` at first.
#[derive(Debug, Clone)]
pub struct Draft(Report);

impl Draft {
    pub fn new(org: &OrgId) -> Self {
        Self(Report::new(org.clone(), "puptoo", CanonicalFacts::default()))
    }

    /// Any other change.
    pub fn with(mut self, change: impl FnOnce(&mut Report)) -> Self {
        change(&mut self.0);
        self
    }

    pub fn insights(self, id: u128) -> Self {
        self.with(|report| report.canonical_facts.insights_id = Some(Uuid::from_u128(id)))
    }

    pub fn subscription(self, id: &str) -> Self {
        self.with(|report| report.canonical_facts.subscription_manager_id = Some(id.to_owned()))
    }

    pub fn provider(self, kind: &str, id: &str) -> Self {
        self.with(|report| {
            report.canonical_facts.provider_type = Some(kind.to_owned());
            report.canonical_facts.provider_id = Some(id.to_owned());
        })
    }

    pub fn fqdn(self, name: &str) -> Self {
        self.with(|report| report.canonical_facts.fqdn = Some(name.to_owned()))
    }

    /// By another reporter, with the precedence that some have.
    pub fn by(self, reporter: &str) -> Self {
        self.with(|report| {
            reporter.clone_into(&mut report.reporter);
            report.precedence = match reporter {
                "rhsm-conduit" => Precedence { keeps_names_of: &["puptoo", "API"], takes_place_of: &[] },
                "satellite" | "discovery" => Precedence { keeps_names_of: &[], takes_place_of: &["yupana"] },
                _ => Precedence::default(),
            };
        })
    }

    pub fn named(self, name: &str) -> Self {
        self.with(|report| report.display_name = Some(name.to_owned()))
    }

    pub fn facts(self, namespace: &str, facts: Value) -> Self {
        self.with(|report| report.facts.push((namespace.to_owned(), facts)))
    }

    pub fn tag(self, namespace: &str, key: &str, value: Option<&str>) -> Self {
        self.with(|report| report.tags.add(namespace, key, value))
    }

    /// Asks for the tags of a namespace to be deleted.
    pub fn without_tags(self, namespace: &str) -> Self {
        self.with(|report| {
            report.tags.namespace(namespace);
        })
    }

    pub fn profile(self, profile: &Value) -> Self {
        self.with(|report| report.profile = Some(profile.to_string().into()))
    }

    pub fn packages(self, names: &[&str]) -> Self {
        self.profile(&serde_json::json!({ "installed_packages": names }))
    }

    pub fn deferring_to(self, reporter: &str) -> Self {
        self.with(|report| report.defer_to_reporter = Some(reporter.to_owned()))
    }

    pub fn sent_by(self, cn: &str, on_update: &str) -> Self {
        self.with(|report| {
            report.owner = Owner::System { cn: cn.to_owned(), on_update: on_update.to_owned() };
        })
    }
}

impl From<Draft> for Arc<Report> {
    fn from(draft: Draft) -> Self {
        Self::new(draft.0)
    }
}

impl From<Draft> for Report {
    fn from(draft: Draft) -> Self {
        draft.0
    }
}
