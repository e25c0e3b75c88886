//! Which machine a report is of: a labelled stream of clones, re-images, renames and swapped boards, through the record under
//! the rules as they are by default and under stricter ones. `bench --identity` prints the table of `docs/identity.md`.

use std::collections::{BTreeMap, BTreeSet};

use fleet::{CanonicalFacts, Collide, Fleet, FleetOptions, MIGRATIONS, Matching, Report, Scope};
use ground::{Clock, HostId, OrgId, Timestamp};
use store::{Db, Options as DbOptions};
use uuid::Uuid;

use crate::options::Options;

const START: Timestamp = Timestamp::from_micros(1_795_289_400_000_000);
/// Reports of each machine.
const ROUNDS: u32 = 12;

/// What happens to a machine in the middle of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Nothing,
    /// It gets another name.
    Renamed,
    /// Its board is swapped: other firmware, other network devices, the same disk.
    Swapped,
    /// A network device is replaced and another one stays.
    NewCard,
    /// It is installed anew: another machine-id on the same hardware. It counts as the same machine.
    Reimaged,
    /// A copy of its disk runs on other hardware, with its machine-id, beside it.
    Cloned,
    /// A copy of a virtual machine, whose firmware has a UUID of its own, without a network of its own.
    ClonedByFirmware,
}

/// Of so many machines each event happens to one; the others are left alone.
const EVENTS: [(Event, u32); 6] = [
    (Event::Renamed, 10),
    (Event::Swapped, 40),
    (Event::NewCard, 20),
    (Event::Reimaged, 25),
    (Event::Cloned, 20),
    (Event::ClonedByFirmware, 50),
];

/// What a machine says of itself.
#[derive(Debug, Clone)]
struct Said {
    /// The machine that it is in truth.
    truth: u32,
    facts: CanonicalFacts,
}

fn event(machine: u32) -> Event {
    let mut at = machine;
    for (event, one_in) in EVENTS {
        if at.is_multiple_of(one_in) {
            return event;
        }
        at = at.wrapping_mul(2_654_435_761).rotate_left(7);
    }
    Event::Nothing
}

fn uuid(kind: u8, machine: u32, change: u32) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&blake3::hash(format!("{kind} {machine} {change}").as_bytes()).as_bytes()[..16]);
    Uuid::from_bytes(bytes)
}

fn mac(machine: u32, change: u32) -> String {
    let bytes = *uuid(2, machine, change).as_bytes();
    format!("52:54:{:02x}:{:02x}:{:02x}:{:02x}", bytes[0], bytes[1], bytes[2], bytes[3])
}

fn facts(machine: u32) -> CanonicalFacts {
    // Some firmware says nothing, in the words that firmware has for it.
    let bios = if machine.is_multiple_of(9) {
        Uuid::from_u128(0x0300_0200_0400_0500_0006_0007_0008_0009)
    } else {
        uuid(1, machine, 0)
    };
    CanonicalFacts {
        insights_id: Some(uuid(0, machine, 0)),
        bios_uuid: Some(bios.to_string()),
        mac_addresses: vec![mac(machine, 0), mac(machine, 1)],
        fqdn: Some(format!("m{machine}.example.com")),
        ..CanonicalFacts::default()
    }
}

/// The reports of all machines, each round in an order of its own.
fn stream(machines: u32) -> Vec<Vec<Said>> {
    let after = |machine: u32| -> Vec<Said> {
        let (before, mut now) = (facts(machine), facts(machine));
        let mut copy = None;
        match event(machine) {
            Event::Nothing => {}
            Event::Renamed => now.fqdn = Some(format!("renamed-{machine}.example.com")),
            Event::Swapped => {
                now.bios_uuid = Some(uuid(1, machine, 1).to_string());
                now.mac_addresses = vec![mac(machine, 2), mac(machine, 3)];
            }
            Event::NewCard => now.mac_addresses = vec![mac(machine, 1), mac(machine, 2)],
            Event::Reimaged => now.insights_id = Some(uuid(0, machine, 1)),
            Event::Cloned => {
                let mut facts = before;
                facts.bios_uuid = Some(uuid(1, machine, 7).to_string());
                facts.mac_addresses = vec![mac(machine, 7)];
                copy = Some(facts);
            }
            Event::ClonedByFirmware => {
                copy = Some(CanonicalFacts { bios_uuid: Some(uuid(1, machine, 7).to_string()), ..before });
            }
        }
        let own = Said { truth: machine, facts: now };
        let copied = copy.map(|facts| Said { truth: machine + machines, facts });
        std::iter::once(own).chain(copied).collect()
    };
    (0..ROUNDS)
        .map(|round| {
            let mut said: Vec<Said> = (0..machines)
                .flat_map(|machine| {
                    let early = || vec![Said { truth: machine, facts: facts(machine) }];
                    if round < ROUNDS / 2 { early() } else { after(machine) }
                })
                .collect();
            said.sort_by_key(|said| uuid(3, said.truth, round));
            said
        })
        .collect()
}

/// Right ones, of those that were said, and of those that there are.
#[derive(Debug, Default, Clone, Copy)]
struct Found {
    right: u64,
    said: u64,
    there: u64,
}

impl Found {
    fn share(self) -> [f64; 2] {
        [self.said, self.there].map(|of| if of == 0 { 1.0 } else { self.right as f64 / of as f64 })
    }
}

/// Pairs of reports in one host that are of one machine, and collisions that are two machines.
async fn measure(machines: u32, matching: Matching, collide: Collide) -> (Found, Found) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let url = format!("sqlite:{}", folder.path().join("identity.db").display());
    let db = Db::open(&url, &DbOptions::default()).await.expect("the database opens");
    db.migrate(&[MIGRATIONS], START).await.expect("its tables are made");
    let clock = Clock::manual(START);
    let fleet = Fleet::open(db, clock.clone(), FleetOptions { matching, collide, ..FleetOptions::default() });
    let org = OrgId::parse("labelled").expect("it is a name");
    let mut told: Vec<(u32, HostId)> = Vec::new();
    for round in stream(machines) {
        clock.set(clock.now().plus_seconds(900));
        for some in round.chunks(500) {
            let reports = some
                .iter()
                .map(|said| Report::new(org.clone(), "agent", said.facts.clone()).into())
                .collect();
            let stored = fleet.ingest(reports).await.expect("reports are stored");
            told.extend(
                some.iter().zip(stored).filter_map(|(said, stored)| Some((said.truth, stored.ok()?.id))),
            );
        }
    }
    let pairs = |counts: BTreeMap<(u32, HostId), u64>| counts.values().map(|n| n * (n - 1) / 2).sum::<u64>();
    let (mut both, mut of_host, mut of_truth) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let nobody = HostId(Uuid::nil());
    for (truth, host) in &told {
        *both.entry((*truth, *host)).or_default() += 1;
        *of_host.entry((0, *host)).or_default() += 1;
        *of_truth.entry((*truth, nobody)).or_default() += 1;
    }
    let mut truths: BTreeMap<HostId, u32> = BTreeMap::new();
    for (_, host) in both.keys() {
        *truths.entry(*host).or_default() += 1;
    }
    let shared: BTreeSet<HostId> =
        truths.into_iter().filter(|(_, truths)| *truths > 1).map(|(host, _)| host).collect();
    let (raised, _) =
        fleet.collisions(&Scope::of(org), None, i64::from(u32::MAX), 0).await.expect("they are listed");
    let right = raised.iter().filter(|collision| shared.contains(&collision.host)).count() as u64;
    let told = Found { right: pairs(both), said: pairs(of_host), there: pairs(of_truth) };
    (told, Found { right, said: raised.len() as u64, there: shared.len() as u64 })
}

/// Prints the table.
pub async fn run(options: &Options) {
    let machines = if options.quick { 500 } else { 4_000 };
    println!("{machines} machines, {ROUNDS} reports of each");
    let mut events: BTreeMap<Event, u32> = BTreeMap::new();
    for machine in 0..machines {
        *events.entry(event(machine)).or_default() += 1;
    }
    for (event, count) in events {
        println!("  {event:?}: {count}");
    }
    println!("\n| rules | same machine: precision | recall | collisions: precision | recall | raised |");
    println!("| --- | --: | --: | --: | --: | --: |");
    for (name, matching, collide) in [
        ("by default", Matching::AllFacts, Collide::WhenItReturns),
        ("collisions at once", Matching::AllFacts, Collide::AtOnce),
        ("hardware has to fit, too", Matching::AllFactsAndHardware, Collide::WhenItReturns),
    ] {
        let (told, collisions) = measure(machines, matching, collide).await;
        let ([right, found], [true_ones, all]) = (told.share(), collisions.share());
        println!("| {name} | {right:.4} | {found:.4} | {true_ones:.3} | {all:.3} | {} |", collisions.said);
    }
}
