//! What differs between two states of a host.

use compare::{Difference, Keys, diff};
use fleet::{Change, Fleet, Host, Result};
use ground::OrgId;
use profile::{Digest, Section};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// What differs in one section.
#[derive(Debug, Serialize, ToSchema)]
pub struct SectionChanges {
    /// `host` (names, canonical facts, tags, group, facts by namespace), `facts` (the small facts of the profile), or
    /// the name of a list of the profile.
    pub section: &'static str,
    /// What differs, by key.
    #[schema(value_type = Vec<DifferenceOut>)]
    pub changes: Vec<Difference>,
}

/// What differs under one key.
#[derive(Debug, ToSchema)]
#[schema(as = Difference)]
#[expect(dead_code, reason = "it describes what compare::Difference writes")]
pub struct DifferenceOut {
    /// The name of a package or text, the key of an object and the way into it, or the way to a fact, with dots.
    key: String,
    /// What was there and is not any more; null for nothing, a list for several.
    #[schema(value_type = Value)]
    before: Value,
    /// What is there and was not; null for nothing, a list for several.
    #[schema(value_type = Value)]
    after: Value,
}

/// What differs between two states of one host, section by section. Only sections whose digests differ are read.
pub async fn differences(
    fleet: &Fleet,
    org: &OrgId,
    from: &Change,
    to: &Change,
) -> Result<Vec<SectionChanges>> {
    let canonical = |change: &Change, section| change.sections.get(&section).map(|at| at.canonical);
    let content = |change: &Change, section| change.sections.get(&section).map(|at| at.content);
    let differing: Vec<Section> = Section::ALL
        .into_iter()
        .filter(|section| canonical(from, *section) != canonical(to, *section))
        .collect();
    let digests =
        differing.iter().flat_map(|section| [content(from, *section), content(to, *section)]).flatten();
    let texts = fleet.section_texts(org, digests.collect()).await?;
    let value = |digest: Option<Digest>| -> Result<Option<Value>> {
        digest
            .map(|digest| {
                let text = texts.get(&digest).ok_or_else(|| fleet::Error::missing(digest))?;
                Ok(serde_json::from_str(text)?)
            })
            .transpose()
    };
    let (before, after) = (of_host(&from.host), of_host(&to.host));
    let mut all =
        vec![SectionChanges { section: "host", changes: diff(Some(&before), Some(&after), Keys::Paths) }];
    for section in differing {
        let (before, after) = (value(content(from, section))?, value(content(to, section))?);
        let changes = diff(before.as_ref(), after.as_ref(), Keys::of(section.name()));
        all.push(SectionChanges { section: section.name(), changes });
    }
    all.retain(|section| !section.changes.is_empty());
    Ok(all)
}

/// What is compared of a host beside its profile.
fn of_host(host: &Host) -> Value {
    let mut members = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            members.insert(name.to_owned(), value);
        }
    };
    let text = |text: &Option<String>| text.clone().map(Value::from);
    let list = |list: &[String]| (!list.is_empty()).then(|| Value::from(list.to_vec()));
    let facts = &host.canonical_facts;
    put("display_name", Some(host.display_name.clone().into()));
    put("ansible_host", text(&host.ansible_host));
    put("account", text(&host.account));
    put("insights_id", facts.insights_id.map(|id| id.to_string().into()));
    put("subscription_manager_id", text(&facts.subscription_manager_id));
    put("satellite_id", text(&facts.satellite_id));
    put("bios_uuid", text(&facts.bios_uuid));
    put("ip_addresses", list(&facts.ip_addresses));
    put("fqdn", text(&facts.fqdn));
    put("mac_addresses", list(&facts.mac_addresses));
    put("provider_id", text(&facts.provider_id));
    put("provider_type", text(&facts.provider_type));
    put("openshift_cluster_id", host.openshift_cluster_id.map(|id| id.to_string().into()));
    put("host_type", Some(host.host_type.clone().into()));
    put("group", host.group.as_ref().map(|group| group.name.clone().into()));
    // Nothing of either is nothing, not an object without members.
    put("tags", (!host.tags.is_empty()).then(|| tags(host)));
    put("facts", (!host.facts.is_empty()).then(|| Value::Object(host.facts.iter().cloned().collect())));
    Value::Object(members)
}

/// Tags by `namespace/key`: the value, none as an empty text, several as a list.
fn tags(host: &Host) -> Value {
    let mut keys: Map<String, Value> = Map::new();
    for tag in host.tags.iter() {
        let key = tag.namespace.map_or_else(|| tag.key.to_owned(), |space| format!("{space}/{}", tag.key));
        let value = Value::from(tag.value.unwrap_or_default());
        match keys.get_mut(&key) {
            None => drop(keys.insert(key, value)),
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    for value in keys.values_mut() {
        if let Value::Array(values) = value {
            values.sort_by_cached_key(ToString::to_string);
        }
    }
    Value::Object(keys)
}
