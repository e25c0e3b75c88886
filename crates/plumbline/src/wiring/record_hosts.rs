//! Hosts of the record, for services that ask an inventory.

use std::collections::HashMap;

use access::GroupScope;
use drift_common::{Caller, GroupFilter, PeerError, System};
use fleet::{Condition, Fleet, GroupLimit, Host, HostQuery, Scope, Staleness};
use ground::{HostId, OrgId, any_uuid};
use serde_json::{Map, Value, json};

/// Hosts of the record.
#[derive(Clone)]
pub struct RecordHosts(pub Fleet);

/// What the inventory answers to who may see no hosts.
const DENIED: &str = r#"{"detail":"You don't have the permission to access the requested resource. It is either read-protected or not readable by the server.","status":403,"title":"Forbidden","type":"about:blank"}"#;

impl RecordHosts {
    /// Hosts in the order of the ids, those that the caller reaches. Nothing when one of them is not there.
    pub async fn systems(&self, caller: &Caller, ids: &[String]) -> Result<Vec<System>, PeerError> {
        let fleet = &self.0;
        let Some(scope) = scope(caller)? else { return Err(PeerError::missing(ids)) };
        let wanted = ids.iter().filter_map(|id| any_uuid(id).map(HostId)).collect();
        let staleness = fleet.staleness(scope.org()).await.map_err(|error| failed(&error))?;
        let mut query = HostQuery::new(scope, staleness, fleet.clock().now())
            .with(Condition::Ids(wanted))
            .with(Condition::NotCulled);
        query.limit = ids.len() as i64;
        let page = fleet.profiles(&query, None).await.map_err(|error| failed(&error))?;
        let mut found = HashMap::new();
        for (host, profile) in page.hosts {
            let profile = serde_json::from_str(&profile).map_err(|error| failed(&error))?;
            let system = system(&host, profile, staleness);
            found.insert(system.id.clone(), system);
        }
        let missing: Vec<String> = ids.iter().filter(|id| !found.contains_key(*id)).cloned().collect();
        if !missing.is_empty() {
            return Err(PeerError::missing(&missing));
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }
}

fn system(host: &Host, profile: Map<String, Value>, staleness: Staleness) -> System {
    let stale = host.times.last_check_in.plus_seconds(staleness.warning);
    let group = host
        .group
        .as_ref()
        .map(|group| json!({"id": group.id, "name": group.name, "ungrouped": group.ungrouped}));
    let tag = |tag: fleet::Tag<'_>| json!({"namespace": tag.namespace, "key": tag.key, "value": tag.value});
    // As the inventory would answer over HTTP.
    let shown = json!({
        "id": host.id,
        "display_name": host.display_name,
        "fqdn": host.canonical_facts.fqdn,
        "updated": host.times.updated.to_string(),
        "stale_warning_timestamp": stale.to_string(),
        "groups": group.into_iter().collect::<Vec<Value>>(),
    });
    System {
        profile,
        tags: host.tags.iter().map(tag).collect(),
        ..serde_json::from_value(shown).unwrap_or_default()
    }
}

/// The hosts that a caller reaches; `None` for an operator without an organisation. Who may see no hosts at all is told
/// so, as the inventory does.
fn scope(caller: &Caller) -> Result<Option<Scope>, PeerError> {
    let groups = caller.groups().map_err(|_| PeerError::failed())?;
    if groups == GroupFilter::Only(Vec::new()) {
        return Err(PeerError::Denied(DENIED.to_owned()));
    }
    let Some(org) = caller.identity.org_id.as_deref().and_then(|org| OrgId::parse(org).ok()) else {
        return Ok(None);
    };
    let mut scope = Scope::of(org);
    if let Some(owner) = &caller.identity.owner {
        scope = scope.owned_by(any_uuid(owner).map_or_else(|| owner.clone(), |id| id.to_string()));
    }
    if let GroupScope::Only { ids, ungrouped } = groups.scope() {
        scope = scope.within(GroupLimit { ids, ungrouped });
    }
    Ok(Some(scope))
}

fn failed(error: &dyn std::fmt::Display) -> PeerError {
    tracing::error!(%error, "the record could not be read");
    PeerError::failed()
}
