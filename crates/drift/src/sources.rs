//! What a comparison asks of other services.

use std::sync::Arc;

use compare::report::Named;
use drift_common::{Baseline, Caller, PeerError, Peers, Profile, System, facts};
use futures::future::BoxFuture;
use serde_json::Value;

/// The answer of another service, some time.
pub type Reply<'a, T> = BoxFuture<'a, Result<T, PeerError>>;

/// Where machines, baselines and past states come from. Each list is in the order of the ids; when one of them is not
/// there, or may not be seen, the answer is an error.
pub trait Sources: Send + Sync + 'static {
    /// Machines as they are now.
    fn machines<'a>(&'a self, caller: &'a Caller, ids: &'a [String]) -> Reply<'a, Vec<Machine>>;
    /// Baselines with their facts.
    fn baselines<'a>(&'a self, caller: &'a Caller, ids: &'a [String]) -> Reply<'a, Vec<Baseline>>;
    /// Historical profiles.
    fn profiles<'a>(&'a self, caller: &'a Caller, ids: &'a [String]) -> Reply<'a, Vec<Profile>>;
    /// What the baseline service tells operators of itself.
    fn baseline_status<'a>(&'a self, caller: &'a Caller) -> Reply<'a, Value>;
}

/// A machine with its facts. Times are as inventory writes them.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "four answers that do not depend on one another")]
pub struct Machine {
    /// Its id.
    pub id: String,
    /// The name it is shown under.
    pub name: String,
    /// The full host name.
    pub fqdn: Option<String>,
    /// When it was last written.
    pub updated: Option<String>,
    /// From when on it is stale.
    pub stale_warning: Option<String>,
    /// When its profile was captured.
    pub captured: Option<String>,
    /// Whether it has a profile.
    pub has_profile: bool,
    /// Whether the client is among its packages.
    pub client_installed: bool,
    /// Whether the client is among its enabled services.
    pub client_enabled: bool,
    /// Whether it is of the systems that are left out silently.
    pub left_out: bool,
    /// Its facts. Parts that several machines have in common are the same.
    pub parts: Vec<Arc<[Named]>>,
    /// Namespaced facts beside the profile, which the API of 2019 compares.
    pub namespaces: Value,
}

/// The name of the client among packages and services.
pub(crate) const CLIENT: &str = "insights-client";

impl From<System> for Machine {
    fn from(system: System) -> Self {
        let items = |name: &str| {
            system.profile.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
        };
        let texts = |name: &str| items(name).iter().filter_map(Value::as_str);
        let captured = system.profile.get("captured_date").and_then(Value::as_str);
        Self {
            has_profile: !system.profile.is_empty(),
            client_installed: texts("installed_packages").any(|package| package.contains(CLIENT)),
            client_enabled: texts("enabled_services").any(|service| service == CLIENT),
            captured: captured.filter(|date| !date.is_empty()).map(str::to_owned),
            left_out: system.is_left_out(),
            parts: vec![facts::of_system(&system).into()],
            name: system.name().to_owned(),
            id: system.id,
            fqdn: system.fqdn,
            updated: system.updated,
            stale_warning: system.stale_warning_timestamp,
            namespaces: system.facts,
        }
    }
}

/// All of it over HTTP.
impl Sources for Peers {
    fn machines<'a>(&'a self, caller: &'a Caller, ids: &'a [String]) -> Reply<'a, Vec<Machine>> {
        Box::pin(async move { Ok(self.systems(caller, ids).await?.into_iter().map(Machine::from).collect()) })
    }

    fn baselines<'a>(&'a self, caller: &'a Caller, ids: &'a [String]) -> Reply<'a, Vec<Baseline>> {
        Box::pin(Self::baselines(self, caller, ids))
    }

    fn profiles<'a>(&'a self, caller: &'a Caller, ids: &'a [String]) -> Reply<'a, Vec<Profile>> {
        Box::pin(Self::profiles(self, caller, ids))
    }

    fn baseline_status<'a>(&'a self, caller: &'a Caller) -> Reply<'a, Value> {
        Box::pin(Self::baseline_status(self, caller))
    }
}
