//! What was sent, what was acknowledged, and what the log must therefore say.

use std::collections::{BTreeMap, BTreeSet};

use fleet::ChangeKind;
use ground::HostId;
use uuid::Uuid;

use crate::{
    dice::Dice,
    outcome::{Findings, Wrong},
};

/// What an operation asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A report with something new in it.
    Report,
    /// The last report once more.
    Again,
    /// Another name.
    Rename,
    /// The removal of the host.
    Delete,
}

/// What is known of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// No answer came (yet): it may have happened.
    Open,
    /// It was acknowledged: it has happened, or will.
    Acknowledged,
}

/// An operation on one machine, on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    /// The machine.
    pub machine: usize,
    /// The number of the request that carries it; a request carries one operation of a machine.
    pub request: u64,
    /// What is asked for.
    pub what: What,
    /// What the profile says of the machine after it.
    pub generation: u32,
    /// The host, where one is needed.
    pub host: Option<HostId>,
}

#[derive(Debug)]
struct Op {
    request: u64,
    what: What,
    generation: u32,
    fate: Fate,
}

/// A machine that reports. Its operations are sent one after another, so their order is known.
#[derive(Debug)]
struct Machine {
    org: usize,
    number: usize,
    ops: Vec<Op>,
    /// Nothing is sent for it until it is known what became of the last operation.
    busy: bool,
    /// Something is on its way that leaves no trace in the host.
    unseen: bool,
    /// What the sender believes: the host, when there is one.
    believed: Option<HostId>,
    generation: u32,
    // What the log says.
    happened: BTreeSet<usize>,
    newest: Option<usize>,
    alive: Option<HostId>,
    gone: BTreeSet<HostId>,
    told_lost: BTreeSet<usize>,
}

/// A row of the log, as far as it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Logged {
    /// The number of the request.
    pub request: Option<u64>,
    /// What happened.
    pub kind: ChangeKind,
    /// To which host.
    pub host: HostId,
    /// What its profile says after it.
    pub generation: u32,
}

/// All machines, and all that was sent for them.
#[derive(Debug, Default)]
pub struct Ledger {
    machines: Vec<Machine>,
    by_key: BTreeMap<(usize, Uuid), usize>,
    requests: u64,
}

/// How a machine is recognised: the same for machine `number` of every organisation.
pub fn insights_id(number: usize) -> Uuid {
    Uuid::from_u128(0xa943_01c8_ae4a_4ca3_98b3_0000_0000_0000 | number as u128)
}

impl Ledger {
    /// So many machines in each organisation.
    pub fn new(orgs: usize, machines: usize) -> Self {
        let all = (0..orgs).flat_map(|org| (0..machines).map(move |number| (org, number)));
        let machines: Vec<Machine> = all
            .map(|(org, number)| Machine {
                org,
                number,
                ops: Vec::new(),
                busy: false,
                unseen: false,
                believed: None,
                generation: 0,
                happened: BTreeSet::new(),
                newest: None,
                alive: None,
                gone: BTreeSet::new(),
                told_lost: BTreeSet::new(),
            })
            .collect();
        let by_key =
            (0..).zip(&machines).map(|(at, machine)| ((machine.org, insights_id(machine.number)), at));
        Self { by_key: by_key.collect(), machines, requests: 0 }
    }

    /// How many machines there are, of all organisations.
    pub fn len(&self) -> usize {
        self.machines.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.machines.is_empty()
    }

    /// The organisation and the number in it of a machine.
    pub fn place(&self, machine: usize) -> (usize, usize) {
        (self.machines[machine].org, self.machines[machine].number)
    }

    /// The machine of an organisation with this id.
    pub fn machine(&self, org: usize, insights_id: Uuid) -> Option<usize> {
        self.by_key.get(&(org, insights_id)).copied()
    }

    /// Begins a request about some of the machines in `among` of one organisation, at most `most`, and notes it as
    /// sent. None when all are busy.
    pub fn begin(
        &mut self,
        among: impl Iterator<Item = usize>,
        most: usize,
        dice: &mut Dice,
        what: impl Fn(&mut Dice, bool) -> What,
    ) -> Vec<Ticket> {
        let mut idle: Vec<usize> = among.filter(|machine| !self.machines[*machine].busy).collect();
        let Some(first) = (!idle.is_empty()).then(|| idle.remove(dice.below(idle.len() as u64) as usize))
        else {
            return Vec::new();
        };
        self.requests += 1;
        let request = self.requests;
        let org = self.machines[first].org;
        idle.retain(|machine| self.machines[*machine].org == org);
        let mut chosen = vec![first];
        while chosen.len() < most && !idle.is_empty() {
            chosen.push(idle.swap_remove(dice.below(idle.len() as u64) as usize));
        }
        chosen
            .into_iter()
            .map(|at| {
                let machine = &mut self.machines[at];
                let what = match what(dice, machine.believed.is_some()) {
                    What::Again | What::Rename | What::Delete if machine.believed.is_none() => What::Report,
                    what => what,
                };
                if what == What::Report {
                    machine.generation += 1;
                }
                machine.busy = true;
                machine.ops.push(Op { request, what, generation: machine.generation, fate: Fate::Open });
                Ticket { machine: at, request, what, generation: machine.generation, host: machine.believed }
            })
            .collect()
    }

    /// It was acknowledged; `host` is what the answer named. `None` after a report over a topic: the host is not
    /// known yet.
    pub fn acknowledged(&mut self, ticket: Ticket, host: Option<HostId>) {
        let machine = &mut self.machines[ticket.machine];
        machine.busy = false;
        if let Some(op) = machine.ops.iter_mut().rev().find(|op| op.request == ticket.request) {
            op.fate = Fate::Acknowledged;
        }
        match ticket.what {
            What::Delete => machine.believed = None,
            What::Rename => {}
            What::Report | What::Again => {
                machine.believed = host;
                // A repetition over a topic cannot be seen when it is done: it changes nothing.
                machine.unseen |= host.is_none() && ticket.what == What::Again;
            }
        }
    }

    /// A machine that reports over a topic was found as a host: it can be renamed and deleted from now on. Only when
    /// all that was sent for it has been done, and nothing is on its way.
    pub fn found(&mut self, machine: usize, host: HostId, generation: u32) -> bool {
        let machine = &mut self.machines[machine];
        let idle = !machine.busy && !machine.unseen && machine.generation == generation;
        if idle {
            machine.believed = Some(host);
        }
        idle
    }

    /// It was not sent: nobody listened.
    pub fn not_sent(&mut self, ticket: Ticket) {
        let machine = &mut self.machines[ticket.machine];
        machine.busy = false;
        machine.ops.retain(|op| op.request != ticket.request);
    }

    /// How many operations were acknowledged, and of how many the answer never came.
    pub fn counts(&self) -> (u64, u64) {
        let ops = || self.machines.iter().flat_map(|machine| &machine.ops);
        let acknowledged = ops().filter(|op| op.fate == Fate::Acknowledged).count();
        (acknowledged as u64, (ops().count() - acknowledged) as u64)
    }

    /// How many acknowledged operations the log does not have (yet).
    pub fn missing(&self) -> usize {
        self.machines.iter().map(|machine| machine.missing().count()).sum()
    }

    /// Lays a row of the log beside what was sent. Rows come in their order, each once.
    pub fn log_row(&mut self, org: usize, insights_id: Option<Uuid>, row: Logged, findings: &mut Findings) {
        let Some(at) = insights_id.and_then(|id| self.machine(org, id)) else {
            findings.add(
                Wrong::Doubled,
                format!("organisation {org}: a row of a machine that nobody has: {row:?}"),
            );
            return;
        };
        self.machines[at].log_row(row, findings);
    }

    /// After the whole log was read: what was acknowledged and is not in it is lost. What nobody answered is decided
    /// by the log, and the senders go on from there.
    pub fn settle(&mut self, findings: &mut Findings) {
        for machine in &mut self.machines {
            let missing: Vec<usize> = machine.missing().collect();
            for op in missing {
                if machine.told_lost.insert(op) {
                    let words = format!("{} is not in the log: {:?}", machine.name(), machine.ops[op]);
                    findings.add(Wrong::Lost, words);
                }
            }
            (machine.busy, machine.unseen) = (false, false);
            machine.believed = machine.alive;
            // A report that never arrived is as if it had not been sent.
            machine.generation = machine.newest.map_or(machine.generation, |op| machine.ops[op].generation);
        }
    }

    /// The host that the log has for a machine, and what its profile says.
    pub fn alive(&self, machine: usize) -> Option<(HostId, u32)> {
        let machine = &self.machines[machine];
        let op = machine.newest.and_then(|op| machine.ops.get(op));
        machine.alive.map(|host| (host, op.map_or(0, |op| op.generation)))
    }

    /// Lays the hosts that are there (machine, host, what the profile says) beside what the log says.
    pub fn compare_hosts(&self, who: &str, there: &[(usize, HostId, u32)], findings: &mut Findings) {
        let mut left: BTreeMap<usize, Vec<(HostId, u32)>> = BTreeMap::new();
        for (machine, host, generation) in there {
            left.entry(*machine).or_default().push((*host, *generation));
        }
        for (at, machine) in self.machines.iter().enumerate() {
            let there = left.remove(&at).unwrap_or_default();
            let name = machine.name();
            match (self.alive(at), there.as_slice()) {
                (None, []) => {}
                (None, more) => {
                    let words = format!("{who}: {name} is deleted, and there is {more:?}");
                    findings.add(Wrong::Resurrected, words);
                }
                (Some(wanted), [found]) if wanted == *found => {}
                (Some(wanted), [] | [_]) => {
                    findings
                        .add(Wrong::Lost, format!("{who}: {name} should be {wanted:?}, and is {there:?}"));
                }
                (Some(_), several) => {
                    findings.add(Wrong::Doubled, format!("{who}: {name} is there as {several:?}"));
                }
            }
        }
        for (at, there) in left {
            findings.add(Wrong::Doubled, format!("{who}: nobody has machine {at}, and there is {there:?}"));
        }
    }
}

impl Machine {
    fn name(&self) -> String {
        format!("machine {} of organisation {}", self.number, self.org)
    }

    fn missing(&self) -> impl Iterator<Item = usize> {
        let acknowledged = |op: &Op| op.fate == Fate::Acknowledged;
        (0..)
            .zip(&self.ops)
            .filter(move |(at, op)| acknowledged(op) && !self.happened.contains(at))
            .map(|(at, _)| at)
    }

    fn log_row(&mut self, row: Logged, findings: &mut Findings) {
        let name = self.name();
        let mut wrong = |wrong, words: &str| findings.add(wrong, format!("{name}: {words}: {row:?}"));
        let op = row.request.and_then(|request| self.ops.iter().position(|op| op.request == request));
        match op {
            None => wrong(Wrong::Doubled, "nobody sent what the log has"),
            Some(op) if !self.happened.insert(op) => {
                if self.alive.is_none() {
                    wrong(Wrong::Resurrected, "an old report brought a deleted host back");
                } else {
                    wrong(Wrong::Doubled, "one operation was done twice");
                }
            }
            Some(op) => {
                if self.newest.is_some_and(|newest| op < newest) {
                    wrong(Wrong::OutOfOrder, "an older operation was done after a newer one");
                }
                self.newest = Some(op);
                let sent = &self.ops[op];
                if sent.generation != row.generation {
                    wrong(Wrong::Lost, &format!("generation {} was sent", sent.generation));
                }
                if (sent.what == What::Delete) != (row.kind == ChangeKind::Deleted) {
                    wrong(Wrong::Other, &format!("{:?} was asked for", sent.what));
                }
            }
        }
        match (row.kind, self.alive) {
            (ChangeKind::Created, Some(other)) => {
                wrong(Wrong::Doubled, &format!("there was host {other} already"));
            }
            (ChangeKind::Updated | ChangeKind::Seen | ChangeKind::Deleted, Some(host))
                if host != row.host =>
            {
                wrong(Wrong::Doubled, &format!("there was host {host}"));
            }
            (ChangeKind::Updated | ChangeKind::Seen | ChangeKind::Deleted, None) => {
                wrong(Wrong::Resurrected, "there was no host any more");
            }
            _ => {}
        }
        if self.gone.contains(&row.host) {
            wrong(Wrong::Resurrected, "a host that was deleted is back under its id");
        }
        if row.kind == ChangeKind::Deleted {
            self.alive = None;
            self.gone.insert(row.host);
        } else {
            self.alive = Some(row.host);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: HostId = HostId(Uuid::from_u128(1));
    const OTHER: HostId = HostId(Uuid::from_u128(2));

    /// Operations in their order, all acknowledged, and what the log makes of these rows.
    fn verdict(whats: &[What], rows: &[(u64, ChangeKind, HostId)]) -> Findings {
        let mut ledger = Ledger::new(1, 1);
        let mut dice = Dice::new(1);
        for what in whats {
            let tickets = ledger.begin(0..1, 1, &mut dice, |_, _| *what);
            ledger.acknowledged(tickets[0], Some(HOST));
        }
        let mut findings = Findings::default();
        for (request, kind, host) in rows {
            let generation = ledger.machines[0].ops[*request as usize - 1].generation;
            let row = Logged { request: Some(*request), kind: *kind, host: *host, generation };
            ledger.log_row(0, Some(insights_id(0)), row, &mut findings);
        }
        ledger.settle(&mut findings);
        findings
    }

    #[test]
    fn what_was_sent_in_its_order_is_right() {
        let whats = [What::Report, What::Again, What::Rename, What::Report, What::Delete, What::Report];
        let rows = [
            (1, ChangeKind::Created, HOST),
            (2, ChangeKind::Seen, HOST),
            (3, ChangeKind::Updated, HOST),
            (4, ChangeKind::Updated, HOST),
            (5, ChangeKind::Deleted, HOST),
            (6, ChangeKind::Created, OTHER),
        ];
        let findings = verdict(&whats, &rows);
        assert!(findings.is_clean(), "{:?}", findings.words());
    }

    #[test]
    fn an_acknowledged_operation_that_the_log_lacks_is_lost() {
        let findings = verdict(&[What::Report, What::Report], &[(1, ChangeKind::Created, HOST)]);
        assert_eq!(findings.count(Wrong::Lost), 1);
    }

    #[test]
    fn an_operation_done_twice_is_doubled() {
        let rows = [(1, ChangeKind::Created, HOST), (1, ChangeKind::Seen, HOST)];
        assert_eq!(verdict(&[What::Report], &rows).count(Wrong::Doubled), 1);
        let rows = [(1, ChangeKind::Created, HOST), (2, ChangeKind::Created, OTHER)];
        assert_eq!(verdict(&[What::Report, What::Report], &rows).count(Wrong::Doubled), 1);
    }

    #[test]
    fn an_old_report_after_a_delete_resurrects() {
        let rows =
            [(1, ChangeKind::Created, HOST), (2, ChangeKind::Deleted, HOST), (1, ChangeKind::Created, OTHER)];
        assert_eq!(verdict(&[What::Report, What::Delete], &rows).count(Wrong::Resurrected), 1);
        let rows =
            [(1, ChangeKind::Created, HOST), (2, ChangeKind::Deleted, HOST), (3, ChangeKind::Updated, HOST)];
        assert!(verdict(&[What::Report, What::Delete, What::Report], &rows).count(Wrong::Resurrected) >= 1);
    }

    #[test]
    fn an_older_operation_after_a_newer_one_is_out_of_order() {
        let rows = [(2, ChangeKind::Created, HOST), (1, ChangeKind::Updated, HOST)];
        assert_eq!(verdict(&[What::Report, What::Report], &rows).count(Wrong::OutOfOrder), 1);
    }

    #[test]
    fn hosts_are_laid_beside_the_log() {
        let mut ledger = Ledger::new(1, 2);
        let tickets = ledger.begin(0..1, 1, &mut Dice::new(1), |_, _| What::Report);
        ledger.acknowledged(tickets[0], Some(HOST));
        let row = Logged { request: Some(1), kind: ChangeKind::Created, host: HOST, generation: 1 };
        let mut findings = Findings::default();
        ledger.log_row(0, Some(insights_id(0)), row, &mut findings);
        ledger.compare_hosts("test", &[(0, HOST, 1)], &mut findings);
        assert!(findings.is_clean(), "{:?}", findings.words());
        let wrong = |there: &[(usize, HostId, u32)]| {
            let mut findings = Findings::default();
            ledger.compare_hosts("test", there, &mut findings);
            [Wrong::Lost, Wrong::Doubled, Wrong::Resurrected].map(|wrong| findings.count(wrong))
        };
        assert_eq!(wrong(&[]), [1, 0, 0]);
        assert_eq!(wrong(&[(0, HOST, 0)]), [1, 0, 0]);
        assert_eq!(wrong(&[(0, HOST, 1), (0, OTHER, 1)]), [0, 1, 0]);
        assert_eq!(wrong(&[(0, HOST, 1), (1, OTHER, 1)]), [0, 0, 1]);
    }

    #[test]
    fn nothing_more_is_sent_for_a_machine_whose_answer_is_awaited() {
        let mut ledger = Ledger::new(2, 1);
        let mut dice = Dice::new(3);
        let first = ledger.begin(0..2, 9, &mut dice, |_, _| What::Delete);
        assert_eq!(
            (first.len(), first[0].what),
            (1, What::Report),
            "one organisation, and no host to delete"
        );
        assert_eq!(ledger.begin(0..2, 9, &mut dice, |_, _| What::Report).len(), 1);
        assert_eq!(ledger.begin(0..2, 9, &mut dice, |_, _| What::Report), []);
        ledger.not_sent(first[0]);
        assert_eq!(ledger.counts(), (0, 1));
    }
}
