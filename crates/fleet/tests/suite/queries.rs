//! Questions about hosts: both engines and a small evaluator in memory agree.

use std::collections::{BTreeSet, HashMap};

use fleet::{
    Age, AppCondition, AppData, AppKey, AppTest, Comparison, Condition, Direction, Fleet, FleetOptions,
    Group, GroupLimit, HostQuery, OrderBy, Pattern, Registration, Scope, TagMatch, TagPattern, TagText, Tree,
};
use ground::{GroupId, HostId, Timestamp};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    bed::{Bed, START, nowhere, property},
    evaluator::{Asked, Known, Limits, answer},
};

pub const NAMES: [&str; 8] =
    ["web-1", "WEB-2", "Äpfel", "äpfel_100%", "a*b", "back\\slash", "z", "\u{1f600}"];
pub const REPORTERS: [&str; 4] = ["puptoo", "yupana", "satellite", "rhsm-conduit"];
pub const GROUPS: [&str; 3] = ["alpha", "Ärger", "alpha beta"];
pub const DAY: i64 = 86_400;

/// A machine as the questions can tell it from others.
#[derive(Debug, Clone)]
pub struct Machine {
    pub name: usize,
    pub fqdn: Option<usize>,
    pub insights: bool,
    pub cloud: Option<bool>,
    pub reporters: Vec<usize>,
    /// How many days before the questions it reported.
    pub days: i64,
    pub tags: Vec<(usize, usize, Option<usize>)>,
    pub system: Option<(usize, u64, u64)>,
    pub owner: usize,
    pub edge: bool,
    pub group: Option<usize>,
    /// What an application says of it: two numbers and a text, each of which may be null.
    pub said: Option<(Option<i64>, Option<i64>, Option<usize>)>,
}

pub fn any_machine() -> impl Strategy<Value = Machine> {
    let who = (
        0..NAMES.len(),
        prop::option::of(0..NAMES.len()),
        any::<bool>(),
        prop::option::weighted(0.3, any::<bool>()),
        prop::collection::vec(0..REPORTERS.len(), 1..3),
    );
    let what = (
        // On the borders of the ages too: 29 hours are none of these, 7 and 30 days are.
        prop::sample::select(vec![0, 1, 2, 6, 7, 8, 29, 30, 31]),
        prop::collection::vec((0..3usize, 0..2usize, prop::option::of(0..2usize)), 0..3),
        prop::option::of((0..2usize, prop::sample::select(vec![7u64, 8, 9, 10]), 0..12u64)),
        0..3usize,
        any::<bool>(),
        prop::option::of(0..GROUPS.len()),
        prop::option::of((
            prop::option::of(-1..3i64),
            prop::option::of(0..3i64),
            prop::option::of(0..NAMES.len()),
        )),
    );
    (who, what).prop_map(|((name, fqdn, insights, cloud, reporters), what)| {
        let (days, tags, system, owner, edge, group, said) = what;
        Machine { name, fqdn, insights, cloud, reporters, days, tags, system, owner, edge, group, said }
    })
}

pub fn owner(n: usize) -> String {
    Uuid::from_u128(500 + n as u128).to_string()
}

pub fn namespace(n: usize) -> &'static str {
    ["null", "ns", "ns2"][n]
}

/// What the machine reports, each reporter a little after the other, and where it is put.
pub async fn take(bed: &Bed, n: usize, machine: &Machine) -> HostId {
    let mut id = None;
    for (late, reporter) in machine.reporters.iter().enumerate() {
        bed.clock.set(START.plus_seconds((late as i64 - 1 - machine.days) * DAY));
        let mut draft = bed.draft().by(REPORTERS[*reporter]).subscription(&format!("s-{n}"));
        draft = draft.named(NAMES[machine.name]).with(|report| {
            let facts = &mut report.canonical_facts;
            facts.fqdn = machine.fqdn.map(|fqdn| NAMES[fqdn].to_lowercase());
            facts.insights_id = machine.insights.then(|| Uuid::from_u128(n as u128));
            facts.provider_type = machine.cloud.map(|aws| if aws { "aws" } else { "ibm" }.to_owned());
            facts.provider_id = machine.cloud.map(|_| format!("i-{n}"));
            for (namespace_, key, value) in &machine.tags {
                report.tags.add(
                    namespace(*namespace_),
                    ["k", "l"][*key],
                    value.map(|value| ["v", "w"][value]),
                );
            }
        });
        let mut profile = json!({ "owner_id": owner(machine.owner), "number_of_cpus": machine.name });
        if machine.name > 2 {
            profile["installed_packages"] =
                json!([format!("openssl-1:3.0.{}-2.el9.x86_64", machine.name + 5)]);
        }
        if let Some((name, major, minor)) = machine.system {
            let name = ["RHEL", "CentOS"][name];
            profile["operating_system"] = json!({"name": name, "major": major, "minor": minor});
        }
        if machine.edge {
            profile["host_type"] = json!("edge");
        }
        id = Some(bed.take(draft.profile(&profile)).await.id);
    }
    id.unwrap()
}

/// Questions in numbers: which hosts and groups there are is not known yet.
type Question = (u8, usize, usize, Vec<usize>, bool);

fn any_question() -> impl Strategy<Value = Question> {
    (0..28u8, 0..20usize, 0..20usize, prop::collection::vec(0..20usize, 0..4), any::<bool>())
}

fn asked(question: &Question, hosts: &[HostId], groups: &[GroupId]) -> Asked {
    const TEXTS: [&str; 12] =
        ["", "e", "WEB", "äP", "*", "w*1", "a*b", "%", "_", "\\", "fel_1*%", "\u{1f600}"];
    let (kind, one, two, many, flag) = question;
    let (one, two) = (*one, *two);
    let text = TEXTS[one % TEXTS.len()];
    let at = |n: usize| (!n.is_multiple_of(3)).then(|| START.plus_seconds((n as i64 % 12 - 10) * DAY));
    let host = |n: &usize| hosts.get(*n).copied().unwrap_or(HostId(Uuid::from_u128(404)));
    let ways = |n: &usize| match n % 3 {
        0 => Registration::WithInsightsId,
        1 => Registration::By(vec![REPORTERS[n % 4].to_owned(), "nobody".to_owned()]),
        _ => Registration::NotBy(vec![REPORTERS[n % 4].to_owned(), REPORTERS[n / 4 % 4].to_owned()]),
    };
    let condition = match kind {
        0 => Condition::Ids(many.iter().map(host).collect()),
        1..=3 => Condition::DisplayName(Pattern::containing(text)),
        4 => Condition::Fqdn(NAMES[one % NAMES.len()].to_owned()),
        5 | 6 => Condition::AnyName(Pattern::containing(text), flag.then(|| host(&two))),
        7 => Condition::InsightsId(Uuid::from_u128(one as u128 % 8)),
        8 => Condition::SubscriptionManagerId(format!("s-{}", one % 8)),
        9 => Condition::ProviderId(format!("I-{}", one % 8)),
        10 => Condition::ProviderType(if *flag { "aws" } else { "ibm" }.to_owned()),
        11 => Condition::Updated(at(one), at(two)),
        12 => Condition::LastCheckIn(at(one), at(two)),
        13 => Condition::GroupNames {
            names: many.iter().map(|n| GROUPS[n % 3].to_uppercase()).collect(),
            ungrouped: *flag,
        },
        14 => Condition::GroupIds(many.iter().map(|n| groups[n % groups.len()]).collect()),
        15 => {
            Condition::Ages(many.iter().map(|n| [Age::Fresh, Age::Stale, Age::StaleWarning][n % 3]).collect())
        }
        16 => Condition::NotCulled,
        17 => Condition::Tags(
            many.iter()
                .map(|n| TagMatch {
                    namespace: (n % 3 != 0).then(|| namespace(n % 3).to_owned()),
                    key: ["k", "l"][n / 3 % 2].to_owned(),
                    value: (n / 6 % 3 != 0).then(|| ["v", "w"][n / 6 % 2].to_owned()),
                })
                .collect(),
        ),
        18 => Condition::Registered(many.iter().map(ways).collect()),
        19 | 20 => Condition::AppData(many.iter().copied().map(app_condition).collect()),
        21 => Condition::AppData(vec![app_condition(one)]),
        22 => Condition::GroupNamed(Pattern::made_of(text.split('*'))),
        23 => Condition::TagLike(TagPattern {
            namespace: (one % 3 != 0).then(|| TagText::Is(namespace(one % 3).to_owned())),
            key: if *flag { TagText::Begins(String::new()) } else { TagText::Is("k".to_owned()) },
            value: match two % 3 {
                0 => None,
                1 => Some(TagText::Begins(["v", ""][two % 2].to_owned())),
                _ => Some(TagText::Is(["w", ""][two % 2].to_owned())),
            },
        }),
        24..=26 => {
            // The same numbers, and so the same text, in each part.
            let part = |kind: usize| {
                let part = (kind as u8, one, two, many.clone(), *flag);
                Tree::Is(asked(&part, hosts, groups).condition)
            };
            let parts = || vec![part(one), part(two).negated()];
            let tree = match kind {
                24 => Tree::All(parts()),
                25 => Tree::Any(parts()),
                _ => Tree::Any(vec![Tree::All(parts()).negated(), part(7)]),
            };
            Condition::Tree(Box::new(tree))
        }
        _ => Condition::HostTypes(
            many.iter().map(|n| ["edge", "conventional", "x"][n % 3].to_owned()).collect(),
        ),
    };
    Asked { condition, text: text.to_owned() }
}

fn app_condition(n: usize) -> AppCondition {
    const COMPARISONS: [Comparison; 6] = [
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
    ];
    let comparison = COMPARISONS[n % 6];
    let (value, test) = match n % 4 {
        0 => (["one", "two", "text"][n / 4 % 3], AppTest::Present(n.is_multiple_of(8))),
        1 => ("one", AppTest::Number(comparison, 1)),
        2 => ("two", AppTest::Number(comparison, 0)),
        _ => ("text", AppTest::Text(comparison, NAMES[n % NAMES.len()].to_owned())),
    };
    AppCondition { application: "app", value, test }
}

/// What the application says of a machine.
fn said(machine: &Machine) -> Option<Map<String, Value>> {
    let (one, two, text) = machine.said?;
    let values = json!({"one": one, "two": two, "text": text.map(|name| NAMES[name])});
    values.as_object().cloned()
}

fn limits(pick: (u8, usize, bool), groups: &[GroupId]) -> Limits {
    let (kind, n, ungrouped) = pick;
    let some = || GroupLimit { ids: groups.iter().take(n % 4).copied().collect(), ungrouped };
    Limits { owner: (kind % 4 == 1).then(|| owner(n % 4)), groups: (kind % 4 >= 2).then(some) }
}

#[test]
fn every_question_is_answered_alike_by_the_index_both_engines_and_the_evaluator() {
    let orders = prop::sample::select(vec![
        OrderBy::Updated,
        OrderBy::DisplayName,
        OrderBy::LastCheckIn,
        OrderBy::OperatingSystem,
        OrderBy::GroupName,
        OrderBy::AppData(AppKey::Number { application: "app", value: "one" }),
        OrderBy::AppData(AppKey::Text { application: "app", value: "text" }),
        OrderBy::AppData(AppKey::Sum { application: "app", values: &["one", "two"] }),
    ]);
    let question = (
        prop::collection::vec(any_question(), 0..3),
        (any::<u8>(), any::<usize>(), any::<bool>()),
        orders,
        any::<bool>(),
    );
    let drawn = (prop::collection::vec(any_machine(), 0..8), prop::collection::vec(question, 12));
    property(32, &drawn, async |bed, (machines, questions)| {
        let mut ids = Vec::new();
        for (n, machine) in machines.iter().enumerate() {
            ids.push(take(bed, n, machine).await);
        }
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "the machines are kept apart");
        let of_hosts: HashMap<HostId, Map<String, Value>> =
            ids.iter().zip(&machines).filter_map(|(id, machine)| Some((*id, said(machine)?))).collect();
        let hosts = of_hosts.iter().map(|(id, values)| (*id, values.clone())).collect();
        // The same of a host that another organisation has tells nothing here.
        for org in [&bed.org, &bed.another_org().org] {
            let defaults = Map::new();
            let data = AppData {
                org: org.clone(),
                application: "app",
                reported: START,
                defaults,
                hosts: Vec::clone(&hosts),
            };
            let stored = bed.fleet.put_app_data(&[&data], None).await.unwrap().0;
            assert_eq!(stored, [if *org == bed.org { of_hosts.len() } else { 0 }]);
        }
        let groups = put_into_groups(bed, &ids, &machines).await;
        let database = without_index(bed);
        let known = groups_by_id(bed).await;
        let rows = bed.hosts().await;
        assert_eq!(rows.len(), ids.len());
        let all: Vec<_> = rows
            .iter()
            .map(|row| Known {
                row,
                group: &known[&row.host.group.as_ref().unwrap().id],
                said: of_hosts.get(&row.host.id),
            })
            .collect();
        for (conditions, pick, by, up) in questions {
            let asked: Vec<_> = conditions.iter().map(|question| asked(question, &ids, &groups)).collect();
            let limits = limits(pick, &groups);
            let mut scope = Scope::of(bed.org.clone());
            if let Some(owner) = &limits.owner {
                scope = scope.owned_by(owner);
            }
            if let Some(groups) = &limits.groups {
                scope = scope.within(groups.clone());
            }
            let direction = if up { Direction::Ascending } else { Direction::Descending };
            let query = HostQuery {
                scope,
                conditions: asked.iter().map(|asked| asked.condition.clone()).collect(),
                order: (by, direction),
                ..bed.query()
            };
            let expected = answer(&all, &query, &limits, &asked);
            for fleet in [&bed.fleet, &database] {
                check(fleet, &query, &expected).await;
            }
        }
    });
}

/// Makes the groups, with the machines that are in them.
pub async fn put_into_groups(bed: &Bed, ids: &[HostId], machines: &[Machine]) -> Vec<GroupId> {
    let mut groups = Vec::new();
    for (n, name) in GROUPS.iter().enumerate() {
        let members = ids.iter().zip(machines).filter(|(_, machine)| machine.group == Some(n));
        let members: Vec<_> = members.map(|(id, _)| *id).collect();
        bed.clock.set(START.plus_seconds((n as i64 - 9) * DAY));
        let made = bed.fleet.create_group(&bed.org, name, None, &members, &nowhere()).await;
        groups.push(made.unwrap().unwrap().id);
    }
    bed.clock.set(START);
    groups
}

/// The same record, asked without an index in memory.
pub fn without_index(bed: &Bed) -> Fleet {
    let options = FleetOptions { index_memory: 0, ..FleetOptions::default() };
    Fleet::open(bed.fleet.db().clone(), bed.clock.clone(), options)
}

pub async fn groups_by_id(bed: &Bed) -> HashMap<GroupId, Group> {
    let page = bed.fleet.groups(&bed.groups()).await.unwrap();
    page.groups.into_iter().map(|group| (group.id, group)).collect()
}

/// Every call that takes the question gives this answer.
pub async fn check(fleet: &Fleet, query: &HostQuery, expected: &[HostId]) {
    let total = expected.len() as i64;
    let page = fleet.list(query).await.unwrap();
    let found: Vec<_> = page.hosts.iter().map(|row| row.host.id).collect();
    assert_eq!(found, expected, "{query:?}");
    assert_eq!((page.total, fleet.count(query).await.unwrap()), (total, total));
    let ids: BTreeSet<_> = fleet.ids(query).await.unwrap().into_iter().collect();
    assert_eq!(ids, expected.iter().copied().collect());
    // Pages of three cover each host once.
    let mut paged = Vec::new();
    for offset in (0..=total).step_by(3) {
        let query = HostQuery { offset, limit: 3, ..query.clone() };
        let page = fleet.profiles(&query, Some(&[])).await.unwrap();
        assert_eq!(page.total, total);
        paged.extend(page.hosts.into_iter().map(|(host, _)| host.id));
    }
    assert_eq!(paged, expected);
    let tagged = page.hosts.iter().flat_map(|row| row.host.tags.iter()).count() as i64;
    let counted = fleet.tags(query).await.unwrap().iter().map(|tag| tag.count).sum::<i64>();
    assert_eq!(counted, tagged);
}

#[test]
fn a_border_of_an_age_belongs_to_the_older_one() {
    // Both directions of the same border: the evaluator draws whole days, this is the microsecond.
    property(1, &Just(()), async |bed, ()| {
        bed.take(bed.draft().insights(1)).await;
        let staleness = bed.fleet.default_staleness();
        for (seconds, before, after) in [
            (staleness.stale, Some(Age::Fresh), Some(Age::Stale)),
            (staleness.warning, Some(Age::Stale), Some(Age::StaleWarning)),
            (staleness.delete, Some(Age::StaleWarning), None),
        ] {
            for (micros, expected) in [(-1, before), (0, after)] {
                bed.clock.set(Timestamp::from_micros(START.micros() + seconds * 1_000_000 + micros));
                for age in [Age::Fresh, Age::Stale, Age::StaleWarning] {
                    let query = bed.query().with(Condition::Ages(vec![age]));
                    let count = bed.fleet.count(&query).await.unwrap();
                    assert_eq!(
                        count == 1,
                        expected == Some(age),
                        "{age:?} after {seconds} s and {micros} us"
                    );
                }
                let alive = bed.fleet.count(&bed.query().with(Condition::NotCulled)).await.unwrap();
                assert_eq!(alive == 1, expected.is_some());
            }
        }
    });
}
