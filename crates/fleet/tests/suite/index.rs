//! The index answers what the database would answer now, whatever was written and by whom.

use std::collections::{BTreeSet, HashMap};

use fleet::{
    Age, Condition, Direction, Edit, Fleet, FleetOptions, GroupLimit, Host, HostQuery, OrderBy, Overview,
    Pattern, ProfileCondition, Registration, Scope, TagMatch, ValueTest,
};
use ground::HostId;
use proptest::prelude::*;
use serde_json::json;
use store::Sql;
use uuid::Uuid;

use crate::bed::{Bed, nowhere, property};

const HOUR: i64 = 3_600;

/// Something that changes an answer, or seems to.
#[derive(Debug, Clone)]
enum Step {
    /// A machine reports, through one of two processes.
    Report {
        machine: u8,
        variant: u8,
        reporter: u8,
        process: usize,
    },
    Rename {
        machine: u8,
        name: u8,
        process: usize,
    },
    Delete {
        machine: u8,
        process: usize,
    },
    /// A machine moves into a new group.
    Group {
        machine: u8,
        process: usize,
    },
    /// Hours go by; a few, or so many that hosts come into another age.
    Pass(i64),
    /// The log is tidied, as if everything had been published.
    Tidy,
    /// The same questions again.
    Nothing,
}

fn any_step() -> impl Strategy<Value = Step> {
    let process = 0..2usize;
    prop_oneof![
        4 => (0..6u8, 0..3u8, 0..2u8, process.clone())
            .prop_map(|(machine, variant, reporter, process)| Step::Report { machine, variant, reporter, process }),
        1 => (0..6u8, 0..3u8, process.clone()).prop_map(|(machine, name, process)| Step::Rename { machine, name, process }),
        1 => (0..6u8, process.clone()).prop_map(|(machine, process)| Step::Delete { machine, process }),
        1 => (0..6u8, process).prop_map(|(machine, process)| Step::Group { machine, process }),
        2 => prop::sample::select(vec![0, 1, 28, 29, 6 * 24, 7 * 24, 30 * 24]).prop_map(Step::Pass),
        1 => Just(Step::Tidy),
        1 => Just(Step::Nothing),
    ]
}

async fn take(step: &Step, bed: &Bed, processes: &[Fleet; 2], known: &mut HashMap<u8, HostId>) {
    let scope = Scope::of(bed.org.clone());
    match *step {
        Step::Report { machine, variant, reporter, process } => {
            let draft = bed
                .draft()
                .insights(u128::from(machine))
                .named(&format!("web-{}", machine / 2))
                .by(["puptoo", "yupana"][usize::from(reporter)])
                .tag("ns", "k", Some(["a", "b", "c"][usize::from(variant)]))
                .profile(&json!({"os_release": format!("9.{variant}"), "owner_id": Uuid::from_u128(u128::from(variant % 2))}));
            let stored = processes[process].ingest(vec![draft.into()]).await.unwrap().pop().unwrap().unwrap();
            known.insert(machine, stored.id);
        }
        Step::Rename { machine, name, process } => {
            if let Some(id) = known.get(&machine) {
                let edit = Edit::Rename { display_name: Some(format!("db-{name}")), ansible_host: None };
                processes[process].edit(&scope, &[*id], edit, &nowhere()).await.unwrap();
            }
        }
        Step::Delete { machine, process } => {
            if let Some(id) = known.remove(&machine) {
                processes[process].delete(&scope, &[id], &nowhere()).await.unwrap();
            }
        }
        Step::Group { machine, process } => {
            if let Some(id) = known.get(&machine) {
                let name = format!("group {}", machine % 2);
                drop(
                    processes[process].create_group(&bed.org, &name, None, &[*id], &nowhere()).await.unwrap(),
                );
            }
        }
        Step::Pass(hours) => bed.pass(hours * HOUR),
        Step::Tidy => {
            let newest = bed.newest().await;
            bed.fleet.advance("somebody", &bed.org, newest).await.unwrap();
            bed.fleet.drop_seen(&bed.org, &["somebody"]).await.unwrap();
        }
        Step::Nothing => {}
    }
}

fn questions(bed: &Bed, known: &HashMap<u8, HostId>) -> Vec<HostQuery> {
    let all = || bed.query().with(Condition::NotCulled);
    let ordered = |by, direction| HostQuery { order: (by, direction), ..all() };
    let owned = Scope::of(bed.org.clone()).owned_by(Uuid::from_u128(1));
    let tag = TagMatch { namespace: Some("ns".to_owned()), key: "k".to_owned(), value: Some("b".to_owned()) };
    let mut questions = vec![
        ordered(OrderBy::Updated, Direction::Descending),
        ordered(OrderBy::DisplayName, Direction::Ascending),
        ordered(OrderBy::LastCheckIn, Direction::Descending),
        ordered(OrderBy::OperatingSystem, Direction::Ascending),
        ordered(OrderBy::GroupName, Direction::Ascending),
        bed.query(),
        bed.query().with(Condition::Ages(vec![Age::Fresh])),
        bed.query().with(Condition::Ages(vec![Age::Stale, Age::StaleWarning])),
        all().with(Condition::Tags(vec![tag])).with(Condition::DisplayName(Pattern::containing("web"))),
        all().with(Condition::Registered(vec![Registration::By(vec!["yupana".to_owned()])])),
        all().with(Condition::GroupNames { names: vec!["group 1".to_owned()], ungrouped: false }),
        HostQuery { scope: owned, ..all() },
        HostQuery { scope: elsewhere(bed), ..all() },
    ];
    questions.extend(known.values().map(|id| all().with(Condition::Ids(vec![*id]))));
    questions
}

#[test]
fn the_index_of_each_process_says_what_the_database_says() {
    property(8, &prop::collection::vec(any_step(), 1..12), async |bed, steps| {
        let another = |index_memory| {
            let options = FleetOptions { index_memory, ..FleetOptions::default() };
            Fleet::open(bed.fleet.db().clone(), bed.clock.clone(), options)
        };
        let processes = [another(256 << 20), another(256 << 20)];
        let database = another(0);
        let mut known = HashMap::new();
        let mut shown: HashMap<(HostId, i64), Host> = HashMap::new();
        for step in &steps {
            take(step, bed, &processes, &mut known).await;
            for asked in questions(bed, &known) {
                for (offset, limit) in [(0, 2), (2, 2), (0, 100)] {
                    let query = HostQuery { offset, limit, ..asked.clone() };
                    let listed = database.list(&query).await.unwrap();
                    let ids: Vec<HostId> = listed.hosts.iter().map(|row| row.host.id).collect();
                    for process in &processes {
                        let page = process.refs(&query).await.unwrap();
                        let refs: Vec<HostId> = page.hosts.iter().map(|host| host.id).collect();
                        assert_eq!((page.total, &refs), (listed.total, &ids), "{query:?} after {step:?}");
                        for (host, row) in page.hosts.iter().zip(&listed.hosts) {
                            // A version stands for one state only, for ever.
                            let before =
                                shown.entry((host.id, host.version)).or_insert_with(|| row.host.clone());
                            assert_eq!(*before, row.host, "after {step:?}");
                        }
                    }
                }
                let mut tags = database.tags(&asked).await.unwrap();
                tags.sort_by(|a, b| a.value.cmp(&b.value));
                for process in &processes {
                    let mut counted = process.tags(&asked).await.unwrap();
                    counted.sort_by(|a, b| a.value.cmp(&b.value));
                    assert_eq!(counted, tags, "{asked:?} after {step:?}");
                }
            }
            let glance = |overview: Overview| {
                (overview.ages, overview.systems, overview.groups, overview.reporters, overview.activity)
            };
            for scope in [Scope::of(bed.org.clone()), elsewhere(bed)] {
                let expected = glance(database.overview(&scope).await.unwrap());
                let groups = database.groups(&bed.groups()).await.unwrap().groups;
                for process in &processes {
                    assert_eq!(glance(process.overview(&scope).await.unwrap()), expected, "after {step:?}");
                    assert_eq!(process.groups(&bed.groups()).await.unwrap().groups, groups);
                }
            }
            for asked in questions(bed, &known) {
                let some = asked.with(Condition::NotCulled);
                let expected = glance(database.overview_of_some(some.clone()).await.unwrap());
                for process in &processes {
                    let overview = process.overview_of_some(some.clone()).await.unwrap();
                    assert_eq!(glance(overview), expected, "{some:?} after {step:?}");
                }
            }
            let ids: Vec<HostId> = known.values().copied().collect();
            for (host, whole) in bed.fleet.hosts_by_id(&bed.org, &ids).await.unwrap() {
                let before = shown.entry((host.id, host.version)).or_insert_with(|| whole.clone());
                assert_eq!(*before, whole);
            }
        }
        assert_eq!(database.index_statistics().from_index, 0);
        for process in processes {
            // A busy machine may be late with an index; then the database answers, which is no fault.
            assert!(process.index_statistics().from_index > 0);
        }
    });
}

/// The hosts that are in no group.
fn elsewhere(bed: &Bed) -> Scope {
    Scope::of(bed.org.clone()).within(GroupLimit { ungrouped: true, ..GroupLimit::default() })
}

#[tokio::test]
async fn one_organisation_never_gets_what_another_was_told() {
    for bed in crate::bed::both().await {
        let other = bed.another_org();
        bed.take(bed.draft().insights(1)).await;
        other.take(other.draft().insights(2)).await;
        let mut seen = Vec::new();
        for _ in 0..3 {
            for bed in [&bed, &other] {
                let page = bed.fleet.refs(&HostQuery { limit: 1, ..bed.query() }).await.unwrap();
                seen.push((bed.org.clone(), page.total, page.hosts[0].id));
            }
        }
        let of = |org| seen.iter().filter(|(known, ..)| known == org).collect::<Vec<_>>();
        assert!(of(&bed.org).windows(2).all(|pair| pair[0] == pair[1]));
        assert_ne!(of(&bed.org)[0].2, of(&other.org)[0].2);
    }
}

#[tokio::test]
async fn a_page_is_a_part_of_the_whole_however_many_hosts_share_a_key() {
    const HOSTS: u128 = 120;
    for bed in crate::bed::both().await {
        let report = |n: u128| {
            let system = json!({"name": "RHEL", "major": 9, "minor": u8::from(n.is_multiple_of(10))});
            let draft = bed.draft().insights(n).named(["web", "db"][usize::from(n.is_multiple_of(3))]);
            draft.tag("ns", "k", Some("v")).profile(&json!({ "operating_system": system })).into()
        };
        // The first ones are culled when the others report, and of these some report again.
        drop(bed.fleet.ingest((0..30).map(report).collect()).await.unwrap());
        bed.pass(31 * 24 * HOUR);
        drop(bed.fleet.ingest((30..HOSTS).map(report).collect()).await.unwrap());
        bed.pass(HOUR);
        drop(bed.fleet.ingest((30..HOSTS).step_by(4).map(report).collect()).await.unwrap());
        for by in [OrderBy::DisplayName, OrderBy::OperatingSystem] {
            for direction in [Direction::Ascending, Direction::Descending] {
                let all = HostQuery { order: (by, direction), ..bed.query().with(Condition::NotCulled) };
                let whole = bed.fleet.list(&all).await.unwrap();
                let whole: Vec<HostId> = whole.hosts.iter().map(|row| row.host.id).collect();
                assert_eq!(whole.len(), 90);
                for (offset, limit) in
                    [(0, 1), (0, 3), (2, 4), (5, 0), (0, 40), (80, 9), (85, 5), (85, 20), (200, 5)]
                {
                    let first = bed.another_process().await.fleet;
                    let page = first.refs(&HostQuery { offset, limit, ..all.clone() }).await.unwrap();
                    let page: Vec<HostId> = page.hosts.iter().map(|host| host.id).collect();
                    let expected: Vec<HostId> =
                        whole.iter().skip(offset as usize).take(limit as usize).copied().collect();
                    assert_eq!(page, expected, "{by:?} {direction:?} {offset} {limit}");
                }
            }
        }
        let counted = async |query: &HostQuery| bed.fleet.tags(query).await.unwrap()[0].count;
        assert_eq!(counted(&bed.query()).await, 120);
        assert_eq!(counted(&bed.query().with(Condition::NotCulled)).await, 90);
    }
}

#[tokio::test]
async fn an_index_beyond_the_limit_gives_way_to_the_database_and_the_least_used_one_goes_first() {
    for bed in crate::bed::both().await {
        let (first, second) = (bed.another_org(), bed.another_org());
        for bed in [&first, &second] {
            for n in 0..20 {
                bed.take(bed.draft().insights(n).named(&"name".repeat(50))).await;
            }
        }
        let with = |index_memory| {
            let options = FleetOptions { index_memory, ..FleetOptions::default() };
            Fleet::open(bed.fleet.db().clone(), bed.clock.clone(), options)
        };
        // The second question is asked when the index is there, however busy the machine.
        let ask = async |fleet: &Fleet, bed: &Bed| {
            while fleet.count(&bed.query()).await.unwrap() != 20 {}
        };
        let small = with(1_000);
        ask(&small, &first).await;
        ask(&small, &first).await;
        assert_eq!(small.index_statistics().from_index, 0, "it does not fit");

        let one = with(256 << 20);
        let bytes = async |fleet: &Fleet, bed: &Bed| {
            while fleet.index_statistics().bytes == 0 {
                ask(fleet, bed).await;
            }
            fleet.index_statistics().bytes
        };
        let room = bytes(&one, &first).await * 3 / 2;
        let for_one = with(room);
        for bed in [&first, &second, &first] {
            let before = for_one.index_statistics().from_index;
            while for_one.index_statistics().from_index == before {
                ask(&for_one, bed).await;
            }
            assert!(for_one.index_statistics().bytes <= room, "{:?}", for_one.index_statistics());
        }
    }
}

#[tokio::test]
async fn who_has_written_reads_it_also_while_another_process_writes() {
    for bed in crate::bed::both().await {
        let other = bed.another_process().await;
        let writing = |bed: Bed, from: u128| async move {
            for n in from..from + 60 {
                let stored = bed.take(bed.draft().insights(n).named(&format!("web-{n}"))).await;
                let page = bed.fleet.refs(&bed.query()).await.unwrap();
                let host = page.hosts.iter().find(|host| host.id == stored.id).unwrap();
                assert!(host.version >= stored.seq, "{}", bed.engine());
                assert_eq!(page.total, page.hosts.len() as i64);
                if n.is_multiple_of(7) {
                    let scope = Scope::of(bed.org.clone());
                    bed.fleet.delete(&scope, &[stored.id], &nowhere()).await.unwrap();
                    let page = bed.fleet.refs(&bed.query()).await.unwrap();
                    assert!(page.hosts.iter().all(|host| host.id != stored.id));
                }
            }
        };
        tokio::join!(writing(bed.clone(), 1), writing(other.clone(), 1_000));
        let page = async |bed: &Bed| bed.fleet.refs(&bed.query()).await.unwrap().hosts;
        assert_eq!(page(&bed).await, page(&other).await);
    }
}

/// Puts the database back to how it was before the last `rows` of the log, as a restore does, or a failover to a replica that
/// was behind.
async fn put_back(bed: &Bed, rows: i64) {
    let mut tx = bed.fleet.db().begin().await.unwrap();
    let to = bed.newest().await - rows;
    for statement in [
        "DELETE FROM host WHERE org_id = $1 AND seq > $2",
        "DELETE FROM host_checkin WHERE org_id = $1 AND seq > $2",
        "DELETE FROM host_change WHERE org_id = $1 AND seq > $2",
        "UPDATE org SET seq = $2, written = (SELECT at FROM host_change c WHERE c.org_id = $1 AND c.seq = $2) WHERE org_id = $1",
    ] {
        tx.execute(Sql::new(statement).bind(&bed.org).bind(to)).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn numbers_that_a_restored_database_gives_once_more_are_not_taken_for_the_rows_before() {
    for bed in crate::bed::both().await {
        let names = async |bed: &Bed| {
            let any = ProfileCondition::value(["bios_vendor"], ValueTest::Present);
            let with_profile = bed.fleet.with_profiles(&bed.org, &any).await.unwrap();
            let listed = bed.fleet.list(&bed.query()).await.unwrap().hosts;
            let filtered = bed.fleet.list(&bed.query().with(with_profile)).await.unwrap().hosts;
            assert_eq!(listed.len(), filtered.len(), "{}", bed.engine());
            let named = |row: &fleet::HostRow| format!("{}-1-1.x86_64", row.host.display_name);
            let packages = bed.fleet.packages(&bed.query(), "", 0, 100).await.unwrap();
            assert_eq!(
                packages.0,
                listed.iter().map(named).collect::<BTreeSet<_>>().len(),
                "{}",
                bed.engine()
            );
            let mut names: Vec<_> = listed.into_iter().map(|row| row.host.display_name).collect();
            names.sort();
            names
        };
        let report = async |bed: &Bed, name: &str, machine: u128| {
            bed.pass(1);
            let profile =
                json!({"bios_vendor": name, "installed_packages": [format!("{name}-0:1-1.x86_64")]});
            bed.take(bed.draft().insights(machine).named(name).profile(&profile)).await;
        };
        for (machine, name) in ["a", "b", "c"].into_iter().enumerate() {
            report(&bed, name, machine as u128 + 1).await;
        }
        assert_eq!(names(&bed).await, ["a", "b", "c"]);
        // As many rows as were lost, and more than that; by this process and by another one.
        for (lost, writers) in [(1, [true; 3]), (2, [false; 3]), (2, [true, false, true])] {
            for written in 0..4 {
                put_back(&bed, lost).await;
                let other = bed.another_process().await;
                for (n, here) in writers.iter().take(written).enumerate() {
                    let machine = Uuid::new_v4().as_u128();
                    report(if *here { &bed } else { &other }, &format!("n{n}"), machine).await;
                }
                let stored = names(&bed.another_process().await).await;
                assert_eq!(names(&bed).await, stored, "{}: {lost} lost, {written} written", bed.engine());
                while bed.newest().await < 6 {
                    report(&bed, "more", Uuid::new_v4().as_u128()).await;
                }
            }
        }
    }
}
