//! What happened to hosts, grouped by what it was: `openssl 3.0.2 → 3.0.6` on 412 hosts.
//!
//! The log says by digests which sections of a host became others. Machines that are alike went from the same section to the
//! same section: each pair of them is compared once, and the answer is kept.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use compare::{Keys, causes::Cause};
use fleet::{Change, ChangeKind, ChangeQuery, Error, Fleet, HostQuery, Result, Scope, Start, TimelineEntry};
use ground::{HostId, OrgId, Timestamp};
use lru::LruCache;
use profile::{Digest, Section};
use serde_json::Value;

/// Rows of the log that are looked at, the newest first.
const MAX_ROWS: usize = 20_000;
/// Rows read at a time.
const ROWS_PER_READ: i64 = 1_000;
/// Pairs of sections that one question compares; those of later rows count as unread.
const MAX_PAIRS: usize = 4_000;
/// Causes that are told apart, and rows that all of them together have.
const MAX_CAUSES: usize = 50_000;
const MAX_HITS: usize = 1_000_000;
/// Compared pairs that are kept, and the most causes of one that is.
const KEPT_PAIRS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(4_095);
const MAX_KEPT_CAUSES: usize = 2_000;

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct CausesQuery {
    /// About which hosts.
    pub scope: Scope,
    /// Only those that are there now and for which this is true now.
    pub hosts: Option<HostQuery>,
    /// From when …
    pub from: Timestamp,
    /// … until when, which is not part of it any more: where bins end.
    pub to: Timestamp,
    /// Also what came after that, as part of the last bin: clocks differ, and "now" is over at once.
    pub open_end: bool,
    /// How long each bin is, in seconds.
    pub bin_seconds: i64,
    /// Only these sections; none means all.
    pub sections: Vec<String>,
    /// Only causes whose text contains this, in any case.
    pub search: Option<String>,
    /// Only hosts in one of these groups, by name, as it was then; none means all.
    pub groups: Vec<String>,
}

/// One thing that happened, of which section.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Item {
    /// `host` (the host itself and its fields), `facts`, or the name of a list of the profile.
    pub section: &'static str,
    /// What it was.
    pub cause: Cause,
}

/// A row of the log in which something happened.
#[derive(Debug, Clone)]
pub struct Hit {
    /// The row.
    pub seq: i64,
    /// The row with the host's state before, if there was one.
    pub before: Option<i64>,
    /// When it was written.
    pub at: Timestamp,
    /// The host.
    pub host: HostId,
    /// What it was called then.
    pub name: String,
}

/// A cause and the rows in which it stands.
#[derive(Debug)]
pub struct Counted {
    /// What it was.
    pub item: Item,
    /// Places in [`Happened::hits`], newest first.
    pub rows: Vec<u32>,
    /// On how many hosts.
    pub hosts: usize,
}

/// New hosts, changed hosts and removed hosts of a bin.
pub type Bin = [i64; 3];

/// What happened.
#[derive(Debug)]
pub struct Happened {
    /// Rows that tell of a change, newest first.
    pub hits: Vec<Hit>,
    /// What happened in each bin.
    pub bins: Vec<Bin>,
    /// The causes, those on most hosts first.
    pub causes: Vec<Counted>,
    /// On how many hosts anything happened.
    pub hosts: usize,
    /// When there was more than is looked at: only what happened at this time or later was.
    pub examined_since: Option<Timestamp>,
    /// Rows of which a list was not compared, because too many differ.
    pub unread: usize,
}

type Pair = (Section, Option<Digest>, Option<Digest>);
type PairCache = LruCache<Pair, Arc<[Cause]>>;

/// Compared pairs of sections. Cheap to clone.
#[derive(Clone)]
pub struct Causes(Arc<Mutex<PairCache>>);

impl Default for Causes {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(LruCache::new(KEPT_PAIRS))))
    }
}

impl Causes {
    /// What happened to hosts in a time.
    pub async fn happened(&self, fleet: &Fleet, asked: &CausesQuery) -> Result<Happened> {
        let mut found = Gathered::new(asked);
        let mut pairs: HashMap<Pair, Arc<[Cause]>> = HashMap::new();
        let mut start = Start::Before(i64::MAX);
        loop {
            let query = ChangeQuery {
                start,
                since: Some(asked.from),
                hosts: asked.hosts.clone(),
                until: (!asked.open_end).then_some(asked.to),
                limit: ROWS_PER_READ,
                ..ChangeQuery::newest_changes(asked.scope.clone())
            };
            let (steps, next) = fleet.steps(&query).await?;
            let steps: Vec<TimelineEntry> =
                steps.into_iter().filter(|step| asked.has(&step.change)).collect();
            self.compare(fleet, asked, &steps, &mut pairs).await?;
            for step in &steps {
                found.add(asked, fleet.volatile(), step, &pairs);
            }
            match next {
                Some(next) if !found.is_full() => start = Start::Before(next),
                Some(_) => {
                    found.happened.examined_since = found.happened.hits.last().map(|hit| hit.at);
                    break;
                }
                None => break,
            }
        }
        Ok(found.finish())
    }

    /// Compares the pairs of sections of these rows that nobody has compared yet.
    async fn compare(
        &self,
        fleet: &Fleet,
        asked: &CausesQuery,
        steps: &[TimelineEntry],
        pairs: &mut HashMap<Pair, Arc<[Cause]>>,
    ) -> Result<()> {
        let mut wanted: HashMap<Pair, [Option<Digest>; 2]> = HashMap::new();
        {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            for (step, section) in compared(asked, fleet.volatile(), steps) {
                let (pair, contents) = pair(step, section);
                if pairs.contains_key(&pair) || wanted.contains_key(&pair) {
                    continue;
                }
                if let Some(known) = kept.get(&pair) {
                    pairs.insert(pair, known.clone());
                } else if pairs.len() + wanted.len() < MAX_PAIRS {
                    wanted.insert(pair, contents);
                }
            }
        }
        let wanted: Vec<_> = wanted.into_iter().collect();
        for some in wanted.chunks(256) {
            for (pair, causes) in read(fleet, asked.scope.org(), some).await? {
                if causes.len() <= MAX_KEPT_CAUSES {
                    let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                    kept.put(pair, causes.clone());
                }
                pairs.insert(pair, causes);
            }
        }
        Ok(())
    }
}

impl CausesQuery {
    /// Whether a row is about a host that is asked for.
    fn has(&self, change: &Change) -> bool {
        let name =
            change.host.group.as_ref().filter(|group| !group.ungrouped).map_or("", |group| &group.name);
        self.groups.is_empty() || self.groups.iter().any(|wanted| wanted == name)
    }

    fn wants(&self, section: &str) -> bool {
        self.sections.is_empty() || self.sections.iter().any(|wanted| wanted == section)
    }
}

/// The sections of rows that have to be compared.
fn compared<'s>(
    asked: &CausesQuery,
    volatile: &profile::Volatile,
    steps: &'s [TimelineEntry],
) -> Vec<(&'s TimelineEntry, Section)> {
    steps
        .iter()
        .filter(|step| step.change.kind == ChangeKind::Updated && step.before.is_some())
        .flat_map(|step| step.sections.iter().map(move |section| (step, *section)))
        .filter(|(_, section)| asked.wants(section.name()) && !volatile.is_section(*section))
        .collect()
}

/// What a section was and became, and where both are stored.
fn pair(step: &TimelineEntry, section: Section) -> (Pair, [Option<Digest>; 2]) {
    let old = step.before.as_ref().and_then(|before| before.sections.get(&section));
    let new = step.change.sections.get(&section);
    let canonical = (section, old.map(|at| at.canonical), new.map(|at| at.canonical));
    (canonical, [old.map(|at| at.content), new.map(|at| at.content)])
}

/// Reads and compares pairs of sections.
async fn read(
    fleet: &Fleet,
    org: &OrgId,
    pairs: &[(Pair, [Option<Digest>; 2])],
) -> Result<Vec<(Pair, Arc<[Cause]>)>> {
    let digests: BTreeSet<Digest> =
        pairs.iter().flat_map(|(_, contents)| contents).flatten().copied().collect();
    let texts = fleet.section_texts(org, digests.into_iter().collect()).await?;
    let pairs = pairs.to_vec();
    let compare = move || -> Result<Vec<(Pair, Arc<[Cause]>)>> {
        let value = |digest: Option<Digest>| -> Result<Option<Value>> {
            // A list may have been collected since: then nothing is told of it.
            let text = digest.and_then(|digest| texts.get(&digest));
            Ok(text.map(|text| serde_json::from_str(text)).transpose()?)
        };
        pairs
            .into_iter()
            .map(|(pair, [before, after])| {
                let causes =
                    Cause::between(value(before)?.as_ref(), value(after)?.as_ref(), Keys::of(pair.0.name()));
                Ok((pair, causes.into()))
            })
            .collect()
    };
    tokio::task::spawn_blocking(compare).await.map_err(|error| Error::Internal(error.to_string()))?
}

/// What has been gathered so far.
struct Gathered {
    happened: Happened,
    from: Timestamp,
    bin_micros: i64,
    causes: BTreeMap<Item, Vec<u32>>,
    all_hits: usize,
}

impl Gathered {
    fn new(asked: &CausesQuery) -> Self {
        let bin_micros = asked.bin_seconds * 1_000_000;
        let bins = (asked.to.micros() - asked.from.micros() + bin_micros - 1) / bin_micros;
        let happened = Happened {
            hits: Vec::new(),
            bins: vec![Bin::default(); bins.max(1) as usize],
            causes: Vec::new(),
            hosts: 0,
            examined_since: None,
            unread: 0,
        };
        Self { happened, from: asked.from, bin_micros, causes: BTreeMap::new(), all_hits: 0 }
    }

    fn is_full(&self) -> bool {
        self.happened.hits.len() >= MAX_ROWS || self.all_hits >= MAX_HITS
    }

    fn add(
        &mut self,
        asked: &CausesQuery,
        volatile: &profile::Volatile,
        step: &TimelineEntry,
        pairs: &HashMap<Pair, Arc<[Cause]>>,
    ) {
        let TimelineEntry { change, before, .. } = step;
        let mut items = Vec::new();
        let mut unread = false;
        if asked.wants("host") {
            items.extend(of_host(step));
        }
        for (step, section) in compared(asked, volatile, std::slice::from_ref(step)) {
            let Some(causes) = pairs.get(&pair(step, section).0) else {
                unread = true;
                continue;
            };
            let counts = |cause: &&Cause| section != Section::Facts || !volatile.contains(&cause.key);
            let item = |cause: &Cause| Item { section: section.name(), cause: cause.clone() };
            items.extend(causes.iter().filter(counts).map(item));
        }
        if let Some(wanted) = &asked.search {
            let wanted = wanted.to_lowercase();
            items.retain(|item| text(item).to_lowercase().contains(&wanted));
        }
        self.happened.unread += usize::from(unread);
        let is_narrowed = asked.search.is_some() || !asked.sections.is_empty();
        if items.is_empty() && is_narrowed {
            return;
        }
        let at = self.happened.hits.len() as u32;
        for item in items {
            if self.causes.len() < MAX_CAUSES || self.causes.contains_key(&item) {
                self.causes.entry(item).or_default().push(at);
                self.all_hits += 1;
            }
        }
        let last = self.happened.bins.len() - 1;
        let bin = ((change.at.micros() - self.from.micros()).max(0) / self.bin_micros) as usize;
        let kind = match change.kind {
            ChangeKind::Created => 0,
            ChangeKind::Updated | ChangeKind::Seen => 1,
            ChangeKind::Deleted => 2,
        };
        self.happened.bins[bin.min(last)][kind] += 1;
        self.happened.hits.push(Hit {
            seq: change.seq,
            before: before.as_ref().map(|before| before.seq),
            at: change.at,
            host: change.host.id,
            name: change.host.display_name.clone(),
        });
    }

    fn finish(mut self) -> Happened {
        let hits = &self.happened.hits;
        let distinct =
            |rows: &mut dyn Iterator<Item = &Hit>| rows.map(|hit| hit.host).collect::<HashSet<_>>().len();
        self.happened.hosts = distinct(&mut hits.iter());
        let mut causes: Vec<Counted> = std::mem::take(&mut self.causes)
            .into_iter()
            .map(|(item, rows)| {
                let hosts = distinct(&mut rows.iter().map(|row| &hits[*row as usize]));
                Counted { item, rows, hosts }
            })
            .collect();
        causes.sort_by_key(|counted| std::cmp::Reverse(counted.hosts));
        self.happened.causes = causes;
        self.happened
    }
}

/// What happened to the host itself: that it is new or gone, and which of its fields became others.
fn of_host(step: &TimelineEntry) -> Vec<Item> {
    let item = |key: &str, before: Option<String>, after: Option<String>| Item {
        section: "host",
        cause: Cause { key: key.to_owned(), before, after },
    };
    let group = |change: &Change| {
        let group = change.host.group.as_ref().filter(|group| !group.ungrouped);
        group.map(|group| group.name.clone())
    };
    match step.change.kind {
        ChangeKind::Created => vec![item("new", None, None)],
        ChangeKind::Deleted => vec![item("deleted", None, None)],
        ChangeKind::Updated | ChangeKind::Seen => step
            .fields
            .iter()
            .map(|field| match *field {
                "group" => item("group", step.before.as_ref().and_then(group), group(&step.change)),
                field => item(field, None, None),
            })
            .collect(),
    }
}

/// What happened, as people read it.
pub fn text(item: &Item) -> String {
    let Cause { key, before, after } = &item.cause;
    let key = key.replace('_', " ");
    match (item.section, key.as_str()) {
        ("host", "new") => "new host".to_owned(),
        ("host", "deleted") => "host deleted".to_owned(),
        ("host", "group") => match (before, after) {
            (None, Some(after)) => format!("into the group {after}"),
            (Some(before), None) => format!("out of the group {before}"),
            (before, after) => format!(
                "from the group {} to {}",
                before.as_deref().unwrap_or_default(),
                after.as_deref().unwrap_or_default()
            ),
        },
        ("host", field) => format!("{field} changed"),
        _ => item.cause.to_string(),
    }
}
