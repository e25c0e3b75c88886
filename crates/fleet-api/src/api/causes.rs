//! `GET /changes/causes` and `GET /changes/causes/hosts`: what changed, where, on how many hosts.

use std::collections::HashSet;

use access::Permission;
use axum::{extract::State, response::Response};
use ground::Timestamp;
use http::StatusCode;
use rest::{Caller, Query, Whole, json};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{App, change_out::shown, failure::Failure, selected};
use crate::causes::{Bin, CausesQuery, Counted, Happened, text};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
/// Bins in an answer: three years by the day.
const MAX_BINS: i64 = 1_100;

/// What happened in a time, grouped by what it was.
#[derive(Debug, Serialize, ToSchema)]
pub struct CausesOut<'a> {
    /// From when.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Until when.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// How long each bin is.
    pub bin_seconds: i64,
    /// What happened in each bin, the oldest first.
    pub bins: Vec<CausesBin>,
    /// On how many hosts anything happened.
    pub hosts: usize,
    /// In how many rows of the log.
    pub changes: usize,
    /// Set when too much happened: only what happened at this time or later is told.
    #[serde(serialize_with = "shown_or_null")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub examined_since: Option<Timestamp>,
    /// How many rows have lists that were not compared, because too many differ.
    pub unread: usize,
    /// How many causes there are.
    pub total: usize,
    /// Those on most hosts first.
    pub causes: Vec<CauseOut<'a>>,
}

/// What happened in a bin.
#[derive(Debug, Serialize, ToSchema)]
pub struct CausesBin {
    /// New hosts.
    pub created: i64,
    /// Changes of hosts.
    pub updated: i64,
    /// Removed hosts.
    pub deleted: i64,
}

/// One thing that happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Cause)]
pub struct CauseOut<'a> {
    /// `host` (the host itself and its fields), `facts` (the small facts of the profile), or the name of a list of it.
    pub section: &'a str,
    /// What it happened to: a package, a service, a fact; `new` and `deleted` for hosts.
    pub key: &'a str,
    /// What was there; of packages the version. Null for nothing.
    pub before: Option<&'a str>,
    /// What is there now; null for nothing.
    pub after: Option<&'a str>,
    /// The same, to be read: `openssl 3.0.2 → 3.0.6`.
    pub text: String,
    /// On how many hosts.
    pub hosts: usize,
    /// What the first of them by name were called then, as many as were asked for.
    pub names: Vec<&'a str>,
    /// When first …
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub first: Timestamp,
    /// … and when last.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub last: Timestamp,
    /// How often in each bin.
    pub bins: Vec<u32>,
}

/// The hosts that share a cause.
#[derive(Debug, Serialize, ToSchema)]
pub struct CauseHosts<'a> {
    /// How many there are.
    pub total: usize,
    /// Those that were asked for; each once, the latest first.
    pub hosts: Vec<CauseHost<'a>>,
}

/// A host, and where in the log it happened to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CauseHost<'a> {
    /// Its id.
    pub id: Uuid,
    /// What it was called then.
    pub display_name: &'a str,
    /// When it happened.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The row of the log.
    pub seq: i64,
    /// The row with the state before; null for a new host.
    pub before: Option<i64>,
}

rest::parameters! {
    /// Which time, and which changes in it.
    pub struct Window in Query {
        /// From this time (ISO 8601); 24 hours before the end by default.
        from: Option<Timestamp>,
        /// Until this time (ISO 8601); now by default.
        to: Option<Timestamp>,
        /// From `from` itself; otherwise from the beginning of its hour, and of its day where the time is longer than three days.
        exact: bool = false,
        /// Only these sections: `host`, `facts`, or the name of a list of the profile.
        section: Vec<String>,
        /// Only what contains this text, in any case.
        search: Option<String>,
        /// Only hosts that were in one of these groups, by name.
        group: Vec<String>,
    } with { of: selected::Happened }
}

rest::parameters! {
    /// Which causes are asked for.
    pub struct ListCauses in Query {
        /// 1 to 1,000, 100 by default.
        limit: Whole<1, 1_000> = 100.into(),
        /// How many hosts of each cause are named: 0 to 100, none by default.
        names: Whole<0, 100> = 0.into(),
    } with { window: Window }
}

rest::parameters! {
    /// Which cause, and which of its hosts.
    pub struct ListCauseHosts in Query {
        /// What it happened to, as the cause says it.
        key: String,
        /// What was there, as the cause says it.
        before: Option<String>,
        /// What is there now, as the cause says it.
        after: Option<String>,
        /// How many hosts are left out at the beginning.
        offset: Whole<0, 1_000_000> = 0.into(),
        /// 1 to 1,000, 100 by default.
        limit: Whole<1, 1_000> = 100.into(),
    } with { window: Window }
}

/// What happened to the caller's hosts in a time, grouped by what it was, on most hosts first. Check-ins do not count, and
/// neither do volatile facts (setting `inventory.volatile_facts`).
#[utoipa::path(
    get,
    path = "/changes/causes",
    operation_id = "changes_by_cause",
    tag = "changes",
    params(ListCauses),
    responses((status = 200, description = "What happened", body = CausesOut)),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ListCauses>,
) -> Result<Response, Failure> {
    let (happened, asked) = query.window.happened(&app, &caller).await?;
    let (limit, names) = (query.limit.get() as usize, query.names.get() as usize);
    Ok(json(StatusCode::OK, &CausesOut::new(&happened, &asked, limit, names)))
}

/// The hosts to which one thing happened in a time: those of a cause, as `GET /changes/causes` tells it.
#[utoipa::path(
    get,
    path = "/changes/causes/hosts",
    operation_id = "hosts_of_cause",
    tag = "changes",
    params(ListCauseHosts),
    responses((status = 200, description = "The hosts", body = CauseHosts)),
)]
pub async fn hosts(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ListCauseHosts>,
) -> Result<Response, Failure> {
    let (happened, _) = query.window.happened(&app, &caller).await?;
    let is_it = |counted: &&Counted| {
        let cause = &counted.item.cause;
        (&cause.key, &cause.before, &cause.after) == (&query.key, &query.before, &query.after)
    };
    let mut known = HashSet::new();
    let hosts: Vec<CauseHost<'_>> = happened
        .causes
        .iter()
        .filter(is_it)
        .flat_map(|counted| &counted.rows)
        .map(|row| &happened.hits[*row as usize])
        .filter(|hit| known.insert(hit.host))
        .map(|hit| CauseHost {
            id: hit.host.0,
            display_name: &hit.name,
            at: hit.at,
            seq: hit.seq,
            before: hit.before,
        })
        .collect();
    let total = hosts.len();
    let (offset, limit) = (query.offset.get() as usize, query.limit.get() as usize);
    let hosts = hosts.into_iter().skip(offset).take(limit).collect();
    Ok(json(StatusCode::OK, &CauseHosts { total, hosts }))
}

impl Window {
    async fn happened(&self, app: &App, caller: &Caller) -> Result<(Happened, CausesQuery), Failure> {
        let to = self.to.unwrap_or_else(|| app.fleet.clock().now());
        let from = self.from.unwrap_or_else(|| to.plus_seconds(-DAY));
        let (from, to, bin_seconds) = bins(from, to, self.exact)?;
        let scope = app.hosts(caller, Permission::HostsRead).await?;

        let hosts = self.of.hosts(app, &scope).await?;
        let asked = CausesQuery {
            scope,
            hosts,
            from,
            to,
            open_end: self.to.is_none(),
            bin_seconds,
            sections: self.section.clone(),
            search: self.search.clone().filter(|text| !text.is_empty()),
            groups: self.group.clone(),
        };
        Ok((app.causes.happened(&app.fleet, &asked).await?, asked))
    }
}

/// The time in whole bins, and how long they are: hours of up to three days, days of up to three years.
fn bins(from: Timestamp, to: Timestamp, exact: bool) -> Result<(Timestamp, Timestamp, i64), Failure> {
    if from >= to {
        return Err(Failure::bad_request(format!("`from` ({from}) must be before `to` ({to})")));
    }
    let span = (to.micros() - from.micros()) / 1_000_000;
    let bin = if span <= 3 * DAY { HOUR } else { DAY };
    if span / bin > MAX_BINS {
        return Err(Failure::bad_request(format!(
            "from {from} to {to} are more than {MAX_BINS} days: ask for a shorter time"
        )));
    }
    let begun = if exact { 0 } else { from.micros().rem_euclid(bin * 1_000_000) };
    Ok((Timestamp::from_micros(from.micros() - begun), to, bin))
}

impl<'a> CausesOut<'a> {
    /// The first `limit` causes of what happened, each with the names of its first hosts.
    fn new(happened: &'a Happened, asked: &CausesQuery, limit: usize, names: usize) -> Self {
        let bin = |[created, updated, deleted]: &Bin| CausesBin {
            created: *created,
            updated: *updated,
            deleted: *deleted,
        };
        Self {
            from: asked.from,
            to: asked.to,
            bin_seconds: asked.bin_seconds,
            bins: happened.bins.iter().map(bin).collect(),
            hosts: happened.hosts,
            changes: happened.hits.len(),
            examined_since: happened.examined_since,
            unread: happened.unread,
            total: happened.causes.len(),
            causes: happened
                .causes
                .iter()
                .take(limit)
                .map(|counted| cause(counted, happened, asked, names))
                .collect(),
        }
    }
}

fn cause<'a>(
    counted: &'a Counted,
    happened: &'a Happened,
    asked: &CausesQuery,
    names: usize,
) -> CauseOut<'a> {
    let mut bins = vec![0; happened.bins.len()];
    let last_bin = bins.len() - 1;
    let times = counted.rows.iter().map(|row| happened.hits[*row as usize].at);
    let (mut first, mut last) = (asked.to, asked.from);
    for at in times {
        let bin = (at.micros() - asked.from.micros()).max(0) / (asked.bin_seconds * 1_000_000);
        bins[(bin as usize).min(last_bin)] += 1;
        first = first.min(at);
        last = last.max(at);
    }
    let item = &counted.item;
    CauseOut {
        section: item.section,
        key: &item.cause.key,
        before: item.cause.before.as_deref(),
        after: item.cause.after.as_deref(),
        text: text(item),
        hosts: counted.hosts,
        names: first_names(counted, happened, names),
        first,
        last,
        bins,
    }
}

/// What the first hosts of a cause by name were called when it last happened to them.
fn first_names<'a>(counted: &Counted, happened: &'a Happened, most: usize) -> Vec<&'a str> {
    if most == 0 {
        return Vec::new();
    }
    let mut known = HashSet::new();
    let hits = counted.rows.iter().map(|row| &happened.hits[*row as usize]);
    let mut names: Vec<&str> =
        hits.filter(|hit| known.insert(hit.host)).map(|hit| hit.name.as_str()).collect();
    names.sort_unstable();
    names.truncate(most);
    names
}

#[expect(clippy::ref_option, reason = "serde gives it so")]
fn shown_or_null<S: serde::Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => shown(at, serializer),
        None => serializer.serialize_none(),
    }
}
