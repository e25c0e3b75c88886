//! Historical profiles in the log of hosts.

use std::collections::{HashMap, HashSet};

use fleet::{Cause, Change, ChangeKind, ChangeQuery, Fleet, Scope, Start};
use ground::{HostId, OrgId, Timestamp};
use profile::Section;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    Head, Record, Result,
    rules::{
        captured::{Captured, captured},
        log_id,
        visible::Group,
    },
};

/// Rows read at a time.
const PAGE: i64 = 200;

/// The log, as historical profiles.
#[derive(Clone)]
pub struct Log(Fleet);

impl Log {
    /// The log of a record.
    pub const fn new(fleet: Fleet) -> Self {
        Self(fleet)
    }

    /// The profiles of a host that were written after `oldest`, newest first; none of a host that is gone.
    pub(crate) async fn of_host(&self, org: &OrgId, host: HostId, oldest: Timestamp) -> Result<Vec<Head>> {
        let mut heads: Vec<Head> = Vec::new();
        let mut present_groups = None;
        let mut start = Start::Before(i64::MAX);
        loop {
            let kinds = vec![ChangeKind::Created, ChangeKind::Updated, ChangeKind::Deleted];
            let scope = Scope::of(org.clone());
            let query =
                ChangeQuery { host: Some(host), kinds, start, limit: PAGE, ..ChangeQuery::newest(scope) };
            let feed = self.0.feed(&query).await?;
            if let Some(newest) = feed.changes.first() {
                present_groups.get_or_insert_with(|| groups(newest));
            }
            // What was before a removal went with the host.
            let live: Vec<Change> = feed
                .changes
                .iter()
                .take_while(|change| change.kind != ChangeKind::Deleted && change.at > oldest)
                .cloned()
                .collect();
            let ended = live.len() < feed.changes.len();
            let told: Vec<Change> = live.into_iter().filter(tells_a_profile).collect();
            heads.extend(self.heads(org, &told).await?);
            match feed.next {
                Some(next) if !ended => start = Start::Before(next),
                _ => break,
            }
        }
        // Who sees the history of a host is decided by where it is now, not by where it was when it last reported.
        if let Some(newest) = heads.first_mut() {
            newest.groups = present_groups;
        }
        Ok(heads)
    }

    /// The profiles with these ids.
    pub(crate) async fn get(&self, org: &OrgId, ids: &[Uuid]) -> Result<HashMap<Uuid, Record>> {
        let rows: Vec<i64> = ids.iter().filter_map(|id| log_id::row_of(org, *id)).collect();
        if rows.is_empty() {
            return Ok(HashMap::new());
        }
        let mut changes = self.0.rows(org, &rows).await?;
        changes.retain(tells_a_profile);
        let hosts: HashSet<HostId> = changes.iter().map(|change| change.host.id).collect();
        let mut gone = HashSet::new();
        for host in hosts {
            let newest = self.0.at_seq(org, host, i64::MAX - 1).await?;
            if newest.is_none_or(|newest| newest.kind == ChangeKind::Deleted) {
                gone.insert(host);
            }
        }
        changes.retain(|change| !gone.contains(&change.host.id));
        let profiles = self.0.profiles_of(org, &changes).await?;
        changes
            .iter()
            .zip(profiles)
            .map(|(change, stored)| {
                let head = head(org, change, &stored.facts);
                let mut profile: Map<String, Value> = serde_json::from_str(&stored.json())?;
                let host = &change.host;
                profile.insert("id".to_owned(), head.id.to_string().into());
                profile.insert("fqdn".to_owned(), host.canonical_facts.fqdn.clone().into());
                let tag = |tag: fleet::Tag<'_>| json!({"namespace": tag.namespace, "key": tag.key, "value": tag.value});
                profile.insert("tags".to_owned(), host.tags.iter().map(tag).collect());
                let (account, inventory_id) = (host.account.clone(), host.id);
                Ok((head.id, Record { head, account, inventory_id, profile }))
            })
            .collect()
    }

    async fn heads(&self, org: &OrgId, changes: &[Change]) -> Result<Vec<Head>> {
        let facts = |change: &Change| change.sections.get(&Section::Facts).map(|section| section.content);
        let texts = self.0.section_texts(org, changes.iter().filter_map(facts).collect()).await?;
        changes
            .iter()
            .map(|change| {
                let facts = match facts(change).and_then(|digest| texts.get(&digest)) {
                    Some(text) => serde_json::from_str(text)?,
                    None => Map::new(),
                };
                Ok(head(org, change, &facts))
            })
            .collect()
    }
}

/// Whether a row was written by a report: edits of names, tags and groups bring no profile.
fn tells_a_profile(change: &Change) -> bool {
    let by_report = [Cause::Report, Cause::Profile, Cause::Volatile, Cause::Import]
        .iter()
        .any(|cause| cause.name() == change.cause);
    by_report && matches!(change.kind, ChangeKind::Created | ChangeKind::Updated)
}

fn head(org: &OrgId, change: &Change, facts: &Map<String, Value>) -> Head {
    let captured: Captured = captured(facts, change.at);
    Head {
        id: log_id::of_row(org, change.seq),
        org: org.clone(),
        captured,
        created: change.at,
        groups: Some(groups(change)),
    }
}

/// The group of the host; the group of hosts without one is none.
fn groups(change: &Change) -> Vec<Group> {
    let group = change.host.group.as_ref().filter(|group| !group.ungrouped);
    group.map(|group| Group { id: group.id.to_string(), name: group.name.clone() }).into_iter().collect()
}
