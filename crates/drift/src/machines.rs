//! Machines from the record.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use access::GroupScope;
use compare::report::Named;
use drift_common::{Caller, PeerError, facts, is_left_out};
use fleet::{
    Change, Condition, Fleet, GroupLimit, Host, HostQuery, NotThen, Pattern, Scope, Staleness, StoredProfile,
    Unanswered, WeightedLru, quoted_text,
};
use ground::{HostId, OrgId, Timestamp, any_uuid};
use profile::{Section, Volatile};
use serde_json::{Map, Value, json, value::RawValue};

use crate::{Machine, sources::CLIENT};

/// So many bytes of facts are kept in memory, for the next comparison.
const KEPT_BYTES: usize = 64 << 20;
/// What a fact takes in memory, about.
const FACT_BYTES: usize = 120;

/// Members of the small facts that give facts of their own.
const OBJECTS: [&str; 3] = ["ansible", "mssql", "systemd"];

/// Lists that are read of a profile; all other members are small.
const READ: [&str; 9] = [
    "cpu_flags",
    "enabled_services",
    "installed_packages",
    "installed_packages_delta",
    "installed_services",
    "kernel_modules",
    "network_interfaces",
    "running_processes",
    "yum_repos",
];

/// A list of a profile by its name and what it says, with the delta of packages.
type Key = (&'static str, blake3::Hash, Option<blake3::Hash>);

/// A host with the small facts of its profile, and its lists as JSON texts.
type State = (Host, Map<String, Value>, HashMap<&'static str, Arc<str>>);

/// Machines from the record. A list that several machines have is read once, and its facts are the same for all of
/// them; those that were asked for lately are kept. Cheap to clone.
#[derive(Clone)]
pub struct Machines {
    fleet: Fleet,
    kept: Arc<Mutex<WeightedLru<Key, Arc<[Named]>>>>,
}

/// Which machines are wanted.
#[derive(Debug, Clone, Default)]
pub struct Which<'a> {
    /// Those whose name has this part.
    pub name: Option<&'a str>,
    /// Those in a group of one of these names.
    pub groups: Vec<String>,
    /// Those that this is true of ([`fleet::Question`]).
    pub question: Option<&'a str>,
    /// As they were then; as they are now otherwise.
    pub as_of: Option<Timestamp>,
}

/// Why no machines are given.
#[derive(Debug)]
pub enum NotMatched {
    /// It cannot be asked so: which parameter, and why.
    Refused(String),
    /// It failed.
    Failed(PeerError),
}

impl From<PeerError> for NotMatched {
    fn from(error: PeerError) -> Self {
        Self::Failed(error)
    }
}

impl Which<'_> {
    /// All of it as one question; `None` for all machines.
    fn as_question(&self) -> Option<String> {
        let name = self.name.map(quoted_text);
        let group = |name: &String| format!("group:{}", quoted_text(name));
        let groups: Vec<String> = self.groups.iter().map(group).collect();
        let groups = (!groups.is_empty()).then(|| groups.join(" or "));
        let parts = [name, groups, self.question.map(str::to_owned)].into_iter().flatten();
        let parts: Vec<String> = parts.map(|part| format!("({part})")).collect();
        (!parts.is_empty()).then(|| parts.join(" and "))
    }
}

impl std::fmt::Debug for Machines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Machines").finish_non_exhaustive()
    }
}

/// The hosts that a caller reaches.
pub fn scope(caller: &Caller) -> Result<Scope, PeerError> {
    let org = caller.tenant().and_then(|tenant| OrgId::parse(tenant).ok());
    let org = org.ok_or_else(|| PeerError::Denied("the identity names no organisation".to_owned()))?;
    let scope = Scope::of(org);
    let scope = match &caller.identity.owner {
        Some(cn) => scope.owned_by(any_uuid(cn).map_or_else(|| cn.clone(), |id| id.to_string())),
        None => scope,
    };
    Ok(match caller.group_scope().map_err(|_| PeerError::failed())? {
        GroupScope::All => scope,
        GroupScope::Only { ids, ungrouped } => scope.within(GroupLimit { ids, ungrouped }),
    })
}

impl Machines {
    /// Machines from this record.
    pub fn new(fleet: Fleet) -> Self {
        Self { fleet, kept: Arc::new(Mutex::new(WeightedLru::new(KEPT_BYTES))) }
    }

    /// Facts that change by themselves.
    pub fn volatile(&self) -> &Volatile {
        self.fleet.volatile()
    }

    /// The machines with these ids that a caller reaches, in their order.
    pub async fn find(&self, scope: &Scope, ids: &[String]) -> Result<Vec<Machine>, PeerError> {
        let wanted: Vec<HostId> = ids.iter().filter_map(|id| any_uuid(id).map(HostId)).collect();
        let mut query = self.query(scope.clone()).await?.with(Condition::Ids(wanted));
        query.limit = ids.len() as i64;
        let found = self.asked(&query).await?;
        let mut machines: HashMap<String, Machine> =
            found.into_iter().map(|machine| (machine.id.clone(), machine)).collect();
        let missing: Vec<String> = ids.iter().filter(|id| !machines.contains_key(*id)).cloned().collect();
        if !missing.is_empty() {
            return Err(PeerError::missing(&missing));
        }
        Ok(ids.iter().filter_map(|id| machines.remove(id)).collect())
    }

    /// The machines that a caller reaches and that are wanted; at most so many.
    pub async fn matching(
        &self,
        caller: &Caller,
        wanted: Which<'_>,
        most: i64,
    ) -> Result<Vec<Machine>, NotMatched> {
        if let Some(at) = wanted.as_of {
            let scope = scope(caller)?;
            let question = wanted.as_question();
            let then = self.fleet.hosts_as_of(&scope, question.as_deref(), at, 0, most as usize).await;
            let then = then.map_err(|why| match why {
                NotThen::Failed(error) => NotMatched::Failed(failed(&error)),
                NotThen::Mistake(mistake) => NotMatched::Refused(format!("q: {mistake}")),
                refused => NotMatched::Refused(format!("as_of: {refused}")),
            })?;
            return Ok(self.of_changes(scope.org(), &then.hosts).await?);
        }
        let mut query = self.query(scope(caller)?).await?;
        if let Some(name) = wanted.name {
            query = query.with(Condition::AnyName(Pattern::containing(name), None));
        }
        if !wanted.groups.is_empty() {
            query = query.with(Condition::GroupNames { names: wanted.groups, ungrouped: false });
        }
        if let Some(text) = wanted.question {
            let condition = self.fleet.question(query.scope.org(), text, query.now).await;
            query = query.with(condition.map_err(|why| match why {
                Unanswered::Mistake(mistake) => NotMatched::Refused(format!("q: {mistake}")),
                Unanswered::Failed(error) => NotMatched::Failed(failed(&error)),
            })?);
        }
        query.limit = most;
        Ok(self.asked(&query).await?)
    }

    /// The names of those of these machines that a caller reaches.
    pub async fn names(&self, caller: &Caller, ids: &[HostId]) -> Result<Vec<(HostId, String)>, PeerError> {
        let mut query = self.query(scope(caller)?).await?.with(Condition::Ids(ids.to_vec()));
        query.limit = ids.len() as i64;
        let page = self.fleet.list(&query).await.map_err(|error| failed(&error))?;
        Ok(page.hosts.into_iter().map(|row| (row.host.id, row.host.display_name.clone())).collect())
    }

    /// Machines as rows of the log have them, in the order of the rows.
    pub async fn of_changes(&self, org: &OrgId, changes: &[Change]) -> Result<Vec<Machine>, PeerError> {
        let profiles = self.fleet.profiles_of(org, changes).await.map_err(|error| failed(&error))?;
        let state = |(change, profile): (&Change, StoredProfile)| {
            let name = |section: Section| READ.into_iter().find(|read| *read == section.name());
            let lists = profile.lists.into_iter().filter_map(|(section, text)| Some((name(section)?, text)));
            ((*change.host).clone(), profile.facts, lists.collect())
        };
        let states: Vec<State> = changes.iter().zip(profiles).map(state).collect();
        let staleness = self.staleness(org).await?;
        states.iter().map(|state| self.made(state, staleness)).collect()
    }

    async fn query(&self, scope: Scope) -> Result<HostQuery, PeerError> {
        let staleness = self.staleness(scope.org()).await?;
        let query = HostQuery::new(scope, staleness, self.fleet.clock().now());
        Ok(query.with(Condition::NotCulled))
    }

    async fn staleness(&self, org: &OrgId) -> Result<Staleness, PeerError> {
        self.fleet.staleness(org).await.map_err(|error| failed(&error))
    }

    async fn asked(&self, query: &HostQuery) -> Result<Vec<Machine>, PeerError> {
        let page = self.fleet.profiles(query, None).await.map_err(|error| failed(&error))?;
        page.hosts
            .into_iter()
            .map(|(host, profile)| {
                let members: HashMap<&str, &RawValue> =
                    serde_json::from_str(&profile).map_err(|error| failed(&error))?;
                let (mut small, mut lists) = (Map::new(), HashMap::new());
                for (name, member) in members {
                    if let Some(read) = READ.into_iter().find(|read| *read == name) {
                        lists.insert(read, member.get().into());
                    } else {
                        let value = serde_json::from_str(member.get()).map_err(|error| failed(&error))?;
                        small.insert(name.to_owned(), value);
                    }
                }
                self.made(&(host, small, lists), query.staleness)
            })
            .collect()
    }

    fn made(&self, (host, small, lists): &State, staleness: Staleness) -> Result<Machine, PeerError> {
        let delta = lists.get("installed_packages_delta");
        let mut parts = Vec::with_capacity(READ.len());
        for name in READ.into_iter().filter(|name| *name != "installed_packages_delta") {
            let delta = delta.filter(|_| name == "installed_packages").map(|text| &**text);
            if let Some(list) = lists.get(name).map(|text| &**text).or(delta.map(|_| "[]")) {
                parts.push(self.part(name, list, delta)?);
            }
        }
        let mut machine = machine(host, small, parts);
        machine.has_profile = !small.is_empty() || !lists.is_empty();
        let warned = host.times.last_check_in.plus_seconds(staleness.warning);
        machine.stale_warning = Some(warned.to_string());
        Ok(machine)
    }

    /// The facts of a list, as they are kept, or read now.
    fn part(&self, name: &'static str, list: &str, delta: Option<&str>) -> Result<Arc<[Named]>, PeerError> {
        let hash = |text: &str| blake3::hash(text.as_bytes());
        let key = (name, hash(list), delta.map(hash));
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(part) = kept.get(&key) {
            return Ok(part.clone());
        }
        let value = |text: &str| serde_json::from_str::<Value>(text).map_err(|error| failed(&error));
        let (list, delta) = (value(list)?, delta.map(value).transpose()?);
        let part: Arc<[Named]> = facts::of_part(name, Some(&list), delta.as_ref()).into();
        kept.put(key, part.clone(), part.len() * FACT_BYTES);
        Ok(part)
    }
}

fn machine(host: &Host, small: &Map<String, Value>, lists: Vec<Arc<[Named]>>) -> Machine {
    let fqdn = host.canonical_facts.fqdn.clone();
    let has = |name: &str, whole: bool| {
        let facts = lists.iter().flat_map(|part| part.iter());
        facts.map(|(name, _)| name.as_str()).any(|fact| {
            let rest = fact.strip_prefix(name).unwrap_or_default();
            if whole { rest == CLIENT } else { rest.contains(CLIENT) }
        })
    };
    let (client_installed, client_enabled) =
        (has("installed_packages.", false), has("enabled_services.", true));
    let mut own = facts::of_small_facts(small, fqdn.as_deref());
    for object in OBJECTS {
        own.extend(facts::of_part(object, small.get(object), None));
    }
    let tags: Vec<Value> = host
        .tags
        .iter()
        .map(|tag| json!({"namespace": tag.namespace, "key": tag.key, "value": tag.value}))
        .collect();
    own.extend(facts::tags(&tags));
    let mut parts = lists;
    parts.push(own.into());
    let namespaces =
        host.facts.iter().map(|(namespace, facts)| json!({"namespace": namespace, "facts": facts}));
    Machine {
        id: host.id.to_string(),
        name: host.display_name.clone(),
        fqdn,
        updated: Some(host.times.updated.to_string()),
        captured: small.get("captured_date").and_then(Value::as_str).map(str::to_owned),
        client_installed,
        client_enabled,
        left_out: is_left_out(small),
        namespaces: namespaces.collect(),
        parts,
        ..Machine::default()
    }
}

fn failed(error: &dyn std::fmt::Display) -> PeerError {
    tracing::error!(%error, "machines could not be read from the record");
    PeerError::failed()
}
