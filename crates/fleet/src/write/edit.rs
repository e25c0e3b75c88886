//! What people and machines change of hosts that are known.

use std::{collections::BTreeSet, sync::Arc};

use ::store::Sql;
use ground::{HostId, OrgId};
use serde_json::{Map, Value};

use crate::{
    CanonicalFacts, Cause, ChangeKind, Condition, Fleet, Host, HostQuery, NO_NAMESPACE, Origin, OwnedTag,
    Report, Result, Scope, Tags,
    query::sql::FROM,
    write::{change_row::NewChange, event_size, transaction::Writer},
};

/// Hosts looked up in one statement.
pub(super) const HOSTS_PER_STATEMENT: usize = 1_000;

/// A change to a host.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// New names; `None` leaves one as it is.
    Rename {
        /// What people see.
        display_name: Option<String>,
        /// What Ansible uses; may be empty.
        ansible_host: Option<String>,
    },
    /// Facts of a namespace that every host must have.
    Facts {
        /// The namespace.
        namespace: String,
        /// The facts.
        facts: Map<String, Value>,
        /// In place of the stored ones, or over them.
        replace: bool,
    },
    /// Tags come and go: first those that go.
    Tags {
        /// They are added; what is there already is not doubled.
        add: Vec<OwnedTag>,
        /// They are removed; what is not there is no mistake.
        remove: Vec<OwnedTag>,
    },
}

/// What came of a change to several hosts: all of them, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditOutcome {
    /// It was made.
    Done {
        /// How many hosts it made a difference to.
        changed: usize,
    },
    /// These hosts do not exist for the caller, or are culled. Nothing was changed.
    Missing(Vec<HostId>),
    /// A host does not have the namespace. Nothing was changed.
    NoNamespace,
    /// A host would have more than [`Tags::MAX`] tags. Nothing was changed.
    TooManyTags,
    /// A host would have more than [`Host::MAX_FACTS_BYTES`] of facts. Nothing was changed.
    TooManyFacts,
    /// The event of a host would be larger than what can be published. Nothing was changed.
    TooLarge {
        /// How many bytes an event may have.
        max: usize,
    },
}

impl Fleet {
    /// Changes hosts that the caller may see. Each host that differs afterwards gets a row in the log.
    pub async fn edit(
        &self,
        scope: &Scope,
        ids: &[HostId],
        edit: Edit,
        origin: &Origin,
    ) -> Result<EditOutcome> {
        let mut writer = Writer::begin_one(self, scope.org()).await?;
        if let Err(missing) = self.visible(&mut writer, scope, ids).await? {
            return Ok(EditOutcome::Missing(missing));
        }
        let changed = match self.apply_to_all(&mut writer, scope.org(), in_order(ids), &edit).await? {
            Ok(changed) => changed,
            Err(outcome) => return Ok(outcome),
        };
        let cause = match edit {
            Edit::Rename { .. } => Cause::Rename,
            Edit::Facts { .. } => Cause::Facts,
            Edit::Tags { .. } => Cause::Tags,
        };
        for id in &changed {
            writer.append(scope.org(), *id, &NewChange::of(ChangeKind::Updated, cause, origin))?;
        }
        writer.finish().await?;
        Ok(EditOutcome::Done { changed: changed.len() })
    }

    /// Notes that the host with these facts is alive: the times move, nothing else. `None` when no host that is not
    /// culled has them. Owners play no part: a machine that registers again must find its host
    /// (contract inventory-http §13.4). Groups do: of a host outside the scope nobody is told.
    pub async fn check_in(
        &self,
        scope: impl Into<Scope>,
        facts: &CanonicalFacts,
        origin: &Origin,
    ) -> Result<Option<Arc<Host>>> {
        let scope = scope.into();
        let org = scope.org();
        let mut writer = Writer::begin_one(self, org).await?;
        let asked = Report::new(org.clone(), "", facts.clone());
        let Some((id, matched)) = self.recognise(&mut writer, &asked).await? else { return Ok(None) };
        let now = writer.now;
        let host = &mut writer.entry(org, id)?.0.host;
        if !scope.allows_group_of(host) {
            return Ok(None);
        }
        let times = &mut Arc::make_mut(host).times;
        (times.last_check_in, times.updated) = (now, now);
        let change = NewChange {
            kind: ChangeKind::Seen,
            cause: Cause::CheckIn,
            reporter: None,
            matched: Some(matched),
            origin,
        };
        let appended = writer.append(org, id, &change)?;
        writer.finish().await?;
        Ok(Some(appended.host))
    }

    /// Loads those of `ids` that the caller may see and that are not culled: all of them, or the missing ones.
    pub(super) async fn visible(
        &self,
        writer: &mut Writer<'_>,
        scope: &Scope,
        ids: &[HostId],
    ) -> Result<std::result::Result<BTreeSet<HostId>, Vec<HostId>>> {
        let mut found = BTreeSet::new();
        for some in ids.chunks(HOSTS_PER_STATEMENT) {
            let query = HostQuery::new(scope.clone(), writer.org(scope.org())?.staleness, writer.now)
                .with(Condition::NotCulled)
                .with(Condition::Ids(some.to_vec()));
            found.append(&mut matching(writer, &query).await?);
        }
        let missing: Vec<_> = ids.iter().filter(|id| !found.contains(id)).copied().collect();
        if !missing.is_empty() {
            return Ok(Err(missing));
        }
        let wanted: Vec<_> = found.iter().copied().collect();
        writer.load_ids(scope.org(), &wanted).await?;
        Ok(Ok(found))
    }
}

/// The hosts that match, in the transaction.
pub(super) async fn matching(writer: &mut Writer<'_>, query: &HostQuery) -> Result<BTreeSet<HostId>> {
    let mut sql = Sql::new("SELECT h.id");
    sql.push(FROM);
    query.add_where(&mut sql, false);
    writer.tx.fetch_all(sql).await?.iter().map(|row| Ok(HostId(row.get(0)?))).collect()
}

/// Each once, in the order of their first places.
pub(super) fn in_order(ids: &[HostId]) -> Vec<HostId> {
    let mut seen = BTreeSet::new();
    ids.iter().copied().filter(|id| seen.insert(*id)).collect()
}

impl Fleet {
    /// Makes a change to loaded hosts in this order; gives those that differ now, or why it can be made to none.
    pub(super) async fn apply_to_all(
        &self,
        writer: &mut Writer<'_>,
        org: &OrgId,
        ids: impl IntoIterator<Item = HostId>,
        edit: &Edit,
    ) -> Result<std::result::Result<Vec<HostId>, EditOutcome>> {
        let applied = match apply_in_order(writer, org, ids, edit)? {
            Ok(applied) => applied,
            Err(outcome) => return Ok(Err(outcome)),
        };
        if let Some(max) = self.max_event_bytes()
            && event_size::is_too_large(writer, org, &applied.grown, max).await?
        {
            return Ok(Err(EditOutcome::TooLarge { max }));
        }
        Ok(Ok(applied.changed))
    }
}

/// Hosts that differ now, and those of them that have more to tell.
#[derive(Default)]
struct AppliedToAll {
    changed: Vec<HostId>,
    grown: Vec<HostId>,
}

fn apply_in_order(
    writer: &mut Writer<'_>,
    org: &OrgId,
    ids: impl IntoIterator<Item = HostId>,
    edit: &Edit,
) -> Result<std::result::Result<AppliedToAll, EditOutcome>> {
    let mut applied = AppliedToAll::default();
    let mut stamp = writer.stamp();
    for id in ids {
        let Some(entry) = writer.org(org)?.entries.get_mut(&id) else { continue };
        let host = Arc::make_mut(&mut entry.host);
        match apply(host, edit) {
            Applied::Changed { has_grown } => {
                host.times.updated = stamp;
                if matches!(edit, Edit::Tags { .. }) {
                    entry.set_tags_dirty();
                }
                applied.changed.push(id);
                if has_grown {
                    applied.grown.push(id);
                }
                stamp = writer.stamp();
            }
            Applied::Same => {}
            Applied::NoNamespace => return Ok(Err(EditOutcome::NoNamespace)),
            Applied::TooManyTags => return Ok(Err(EditOutcome::TooManyTags)),
            Applied::TooManyFacts => return Ok(Err(EditOutcome::TooManyFacts)),
        }
    }
    Ok(Ok(applied))
}

enum Applied {
    Changed { has_grown: bool },
    Same,
    NoNamespace,
    TooManyTags,
    TooManyFacts,
}

fn apply(host: &mut Host, edit: &Edit) -> Applied {
    let before = host.clone();
    match edit {
        Edit::Rename { display_name, ansible_host } => {
            match display_name {
                Some(name) => {
                    name.clone_into(&mut host.display_name);
                    host.display_name_reporter = Some("API".to_owned());
                }
                // Contract inventory-http §8: a change without a name renews a name that was given by default.
                None => {
                    host.name_by_default(None);
                }
            }
            if ansible_host.is_some() {
                host.ansible_host.clone_from(ansible_host);
            }
        }
        Edit::Facts { namespace, facts, replace } => {
            let Some((_, stored)) = host.facts.iter_mut().find(|(known, _)| known == namespace) else {
                return Applied::NoNamespace;
            };
            match stored {
                Value::Object(stored) if !replace => {
                    stored.extend(facts.iter().map(|(name, value)| (name.clone(), value.clone())));
                }
                stored => *stored = Value::Object(facts.clone()),
            }
            if host.facts_bytes() > Host::MAX_FACTS_BYTES {
                return Applied::TooManyFacts;
            }
        }
        Edit::Tags { add, remove } => {
            let namespace = |tag: &OwnedTag| tag.namespace.clone().unwrap_or_else(|| NO_NAMESPACE.to_owned());
            for tag in remove {
                host.tags.remove(&namespace(tag), &tag.key, tag.value.as_deref());
            }
            for tag in add {
                host.tags.add(&namespace(tag), &tag.key, tag.value.as_deref());
            }
            if host.tags.iter().count() > Tags::MAX {
                return Applied::TooManyTags;
            }
        }
    }
    if *host == before {
        return Applied::Same;
    }
    let has_grown = !matches!(edit, Edit::Rename { .. }) && host.edited_bytes() > before.edited_bytes();
    Applied::Changed { has_grown }
}
