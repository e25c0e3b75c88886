//! The log read from the store, replayed, and laid beside the hosts and beside what was sent.

use std::{collections::HashMap, time::Duration};

use fleet::{Change, ChangeKind, Fleet, FleetOptions, Host, HostQuery, Scope, SectionMap};
use ground::{Clock, HostId, OrgId};
use store::{Db, Options};

use crate::{
    ledger::{Ledger, Logged},
    outcome::{Findings, Wrong},
    reports::{org_name, request_number},
};

/// How many rows are read at a time.
const ROWS_PER_READ: i64 = 500;

/// A row of the log as its event has to repeat it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The number in the organisation.
    pub seq: i64,
    /// What happened.
    pub kind: ChangeKind,
    /// The number of the request that did it.
    pub request: Option<u64>,
    /// When the host was last written, in microseconds.
    pub updated: i64,
    /// What the profile says.
    pub generation: u32,
}

/// The log, as far as it was read.
#[derive(Debug)]
pub struct Record {
    orgs: Vec<Replayed>,
}

/// The log of one organisation.
#[derive(Debug, Default)]
struct Replayed {
    newest: i64,
    /// Of every host that ever was: its rows, in their order.
    rows: HashMap<HostId, Vec<Row>>,
    /// The states that the log ends with.
    states: HashMap<HostId, (Host, SectionMap)>,
}

/// Opens the store for reading; close it before the program is killed, so that the program alone recovers it.
pub async fn open(url: &str) -> store::Result<Fleet> {
    let options = Options { connections: 2, acquire_timeout: Duration::from_secs(20), ..Options::default() };
    Ok(Fleet::open(Db::open(url, &options).await?, Clock::system(), FleetOptions::default()))
}

impl Record {
    /// Nothing read yet, of so many organisations.
    pub fn new(orgs: usize) -> Self {
        Self { orgs: (0..orgs).map(|_| Replayed::default()).collect() }
    }

    /// How many rows were read.
    pub fn rows(&self) -> u64 {
        self.orgs.iter().flat_map(|org| org.rows.values()).map(|rows| rows.len() as u64).sum()
    }

    /// The rows of each host, in their order.
    pub fn of_hosts(&self) -> impl Iterator<Item = (HostId, &[Row])> {
        self.orgs.iter().flat_map(|org| org.rows.iter().map(|(host, rows)| (*host, rows.as_slice())))
    }

    /// The rows of one host.
    pub fn of_host(&self, host: HostId) -> &[Row] {
        self.orgs.iter().find_map(|org| org.rows.get(&host)).map_or(&[], Vec::as_slice)
    }

    /// Reads what is new in the log, with every profile, and lays it beside what was sent.
    pub async fn read(
        &mut self,
        fleet: &Fleet,
        ledger: &mut Ledger,
        findings: &mut Findings,
    ) -> fleet::Result<()> {
        for (org, replayed) in self.orgs.iter_mut().enumerate() {
            let id = org_id(org);
            loop {
                let changes = fleet.changes(&id, replayed.newest, ROWS_PER_READ).await?;
                if changes.is_empty() {
                    break;
                }
                let profiles = fleet.profiles_of(&id, &changes).await?;
                for (change, profile) in changes.iter().zip(profiles) {
                    let generation = profile.facts.get("number_of_cpus").and_then(serde_json::Value::as_u64);
                    replayed.take(org, change, generation.unwrap_or(0) as u32, ledger, findings);
                }
            }
        }
        Ok(())
    }

    /// Lays the hosts beside the states that the log ends with: they have to be the same to the letter. Gives the
    /// hosts as (machine, host, what the profile says); nothing when the log has moved on meanwhile.
    pub async fn compare(
        &self,
        fleet: &Fleet,
        ledger: &Ledger,
        findings: &mut Findings,
    ) -> fleet::Result<Option<Vec<(usize, HostId, u32)>>> {
        let mut there = Vec::new();
        let mut pages = Vec::new();
        for org in 0..self.orgs.len() {
            let scope = Scope::of(org_id(org));
            let mut query = HostQuery::new(scope, fleet.default_staleness(), fleet.clock().now());
            query.limit = 100_000;
            pages.push(fleet.list(&query).await?);
        }
        for (org, replayed) in self.orgs.iter().enumerate() {
            if fleet.newest(&org_id(org)).await? != replayed.newest {
                return Ok(None);
            }
        }
        for (org, (replayed, page)) in self.orgs.iter().zip(pages).enumerate() {
            if page.hosts.len() as i64 != page.total {
                findings.add(
                    Wrong::Lost,
                    format!("{} hosts are counted, {} listed", page.total, page.hosts.len()),
                );
            }
            for row in &page.hosts {
                let (host, id) = (&row.host, row.host.id);
                match replayed.states.get(&id) {
                    Some((state, _)) if state == host => {}
                    Some((state, _)) => {
                        let words =
                            format!("host {id} is not what the log ends with: {host:?}, not {state:?}");
                        findings.add(Wrong::Lost, words);
                    }
                    None => {
                        findings.add(Wrong::Resurrected, format!("host {id} is there and not in the log"));
                    }
                }
                let generation = row.facts.get("number_of_cpus").and_then(serde_json::Value::as_u64);
                let insights_id = host.canonical_facts.insights_id;
                if let Some(machine) = insights_id.and_then(|id| ledger.machine(org, id)) {
                    there.push((machine, id, generation.unwrap_or(0) as u32));
                }
            }
            if replayed.states.len() != page.hosts.len() {
                let words = format!(
                    "the log of {} ends with {} hosts, {} are there",
                    org_name(org),
                    replayed.states.len(),
                    page.hosts.len()
                );
                findings.add(Wrong::Lost, words);
            }
        }
        Ok(Some(there))
    }
}

impl Replayed {
    fn take(
        &mut self,
        org: usize,
        change: &Change,
        generation: u32,
        ledger: &mut Ledger,
        findings: &mut Findings,
    ) {
        if change.seq != self.newest + 1 {
            let words =
                format!("organisation {org}: row {} of the log comes after {}", change.seq, self.newest);
            findings.add(Wrong::Lost, words);
        }
        self.newest = change.seq;
        let host = &change.host;
        let request = change.request_id.as_deref().and_then(request_number);
        let row = Row {
            seq: change.seq,
            kind: change.kind,
            request,
            updated: host.times.updated.micros(),
            generation,
        };
        self.rows.entry(host.id).or_default().push(row);
        if change.kind == ChangeKind::Deleted {
            self.states.remove(&host.id);
        } else {
            self.states.insert(host.id, ((**host).clone(), (*change.sections).clone()));
        }
        let logged = Logged { request, kind: change.kind, host: host.id, generation };
        ledger.log_row(org, host.canonical_facts.insights_id, logged, findings);
    }
}

/// The id of an organisation.
pub fn org_id(org: usize) -> OrgId {
    OrgId::parse(&org_name(org)).expect("the name is short")
}
