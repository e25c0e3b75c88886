//! Feature flags: what is switched on for which organisations (contract inventory-events §1.4).
//!
//! Settings name organisations; an Unleash server, where there is one, may name more. What it has said last counts while it does
//! not answer; before it has said anything only the settings count.

use std::{
    collections::BTreeSet,
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use clients::{CallError, Client, Options, Trust};
use ground::OrgId;
use http::{HeaderMap, HeaderName, HeaderValue, header::AUTHORIZATION};

use self::unleash::Features;

mod unleash;

/// The name by which the server knows who asks.
const APP_NAME: &str = "host-inventory-api";
const NAME_HEADER: HeaderName = HeaderName::from_static("unleash-appname");

/// Something that can be switched on for an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// Every write is answered with 503.
    ReadOnly,
    /// Reports of the subscription service are refused.
    RejectRhsm,
    /// What an application says of hosts is shown to those who may see it there.
    ViewsRbac,
}

impl Flag {
    /// Its name at the server.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReadOnly => "hbi.api.read-only",
            Self::RejectRhsm => "hbi.api.reject-rhsm-payloads",
            Self::ViewsRbac => "hbi.inventory-views-rbac",
        }
    }
}

/// Organisations for which a flag is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Orgs {
    /// All of them.
    All,
    /// These.
    These(BTreeSet<String>),
}

impl Default for Orgs {
    fn default() -> Self {
        Self::These(BTreeSet::new())
    }
}

impl Orgs {
    /// Reads a list with commas; `*` is everybody.
    pub fn listed(text: &str) -> Self {
        let names: BTreeSet<String> =
            text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
        if names.contains("*") { Self::All } else { Self::These(names) }
    }

    fn has(&self, org: &str) -> bool {
        match self {
            Self::All => true,
            Self::These(orgs) => orgs.contains(org),
        }
    }
}

/// What settings say of each flag.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Switches {
    /// [`Flag::ReadOnly`].
    pub read_only: Orgs,
    /// [`Flag::RejectRhsm`].
    pub reject_rhsm: Orgs,
    /// [`Flag::ViewsRbac`].
    pub views_rbac: Orgs,
}

/// The flags. Cheap to clone.
#[derive(Clone, Default)]
pub struct Flags(Arc<Inner>);

#[derive(Default)]
struct Inner {
    switches: Switches,
    /// As the server has said last.
    features: RwLock<Features>,
}

impl Flags {
    /// Flags that settings switch on.
    pub fn new(switches: Switches) -> Self {
        Self(Arc::new(Inner { switches, features: RwLock::default() }))
    }

    /// Whether a flag is on for an organisation.
    pub fn is_on(&self, flag: Flag, org: &OrgId) -> bool {
        self.is_on_for(flag, org.as_str())
    }

    /// The same for an organisation that a message names, whatever it is.
    pub fn is_on_for(&self, flag: Flag, org: &str) -> bool {
        let switches = &self.0.switches;
        let orgs = match flag {
            Flag::ReadOnly => &switches.read_only,
            Flag::RejectRhsm => &switches.reject_rhsm,
            Flag::ViewsRbac => &switches.views_rbac,
        };
        let features = || self.0.features.read().unwrap_or_else(PoisonError::into_inner);
        orgs.has(org) || features().is_on(flag.name(), org)
    }

    /// Asks a server again and again from now on, as long as anybody has these flags. The error says what is wrong with the URL or
    /// the token.
    pub fn follow(&self, url: String, token: &str, trust: Trust, every: Duration) -> Result<(), String> {
        let mut authorization = HeaderValue::from_str(token).map_err(|_| {
            "the token of the Unleash server has characters that no header may have".to_owned()
        })?;
        authorization.set_sensitive(true);
        let headers = HeaderMap::from_iter([
            (AUTHORIZATION, authorization),
            (NAME_HEADER, HeaderValue::from_static(APP_NAME)),
        ]);
        let server = Client::new(Options {
            retries: 0,
            passed_on: &["authorization", "unleash-appname"],
            metric: crate::metric_names::OUTBOUND_SECONDS,
            trust,
            ..Options::new("unleash", url)
        });
        let server = server.map_err(|error| error.to_string())?;
        let flags = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            while let Some(inner) = flags.upgrade() {
                if let Err(error) = Self(inner).refresh(&server, &headers).await {
                    tracing::warn!(%error, server = server.endpoint(), "feature flags stay as they were");
                }
                tokio::time::sleep(every).await;
            }
        });
        Ok(())
    }

    /// Asks a server for its features, and takes over what it says.
    async fn refresh(&self, server: &Client, headers: &HeaderMap) -> Result<(), CallError> {
        let reply = server.get("/client/features", headers).await?;
        if !reply.status.is_success() {
            let reason = format!("status {}", reply.status.as_u16());
            return Err(CallError::Unreadable { service: "unleash", reason });
        }
        *self.0.features.write().unwrap_or_else(PoisonError::into_inner) = reply.json()?;
        Ok(())
    }
}

impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flags").field("switches", &self.0.switches).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_name_organisations_or_all() {
        let flags = Flags::new(Switches {
            read_only: Orgs::listed(" a, b ,"),
            reject_rhsm: Orgs::listed("*"),
            views_rbac: Orgs::listed(""),
        });
        let on = |flag, org| flags.is_on_for(flag, org);
        assert!(on(Flag::ReadOnly, "a") && on(Flag::ReadOnly, "b") && !on(Flag::ReadOnly, "c"));
        assert!(on(Flag::RejectRhsm, "c") && !on(Flag::ViewsRbac, "a") && !on(Flag::ReadOnly, ""));
    }
}
