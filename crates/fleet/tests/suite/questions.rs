//! Questions as people write them: what they find is what looking at every host finds.

use fleet::{Age, Condition, HostQuery, OrderBy, Question, Registration, Scope, Unanswered, quoted_value};
use ground::HostId;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    bed::{Bed, START, both, property},
    evaluator::{Known, contains, is_like},
    queries::{
        DAY, GROUPS, NAMES, REPORTERS, any_machine, check, groups_by_id, owner, put_into_groups, take,
        without_index,
    },
};

/// A question in numbers.
#[derive(Debug, Clone)]
enum Asked {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Is(u8, usize),
}

fn any_asked() -> impl Strategy<Value = Asked> {
    let one = (0..16u8, 0..24usize).prop_map(|(kind, n)| Asked::Is(kind, n));
    one.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Asked::All),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Asked::Any),
            inner.prop_map(|inner| Asked::Not(Box::new(inner))),
        ]
    })
}

const TEXTS: [&str; 10] = ["web", "WEB-2", "äP", "a*b", "we*", "*1", "*", "back\\slash", "%", "äpfel_100%"];

/// The pieces of a text between its stars, as they are written.
fn pattern(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

impl Asked {
    fn text(&self, hosts: &[HostId]) -> String {
        let parts = |parts: &[Self], join: &str| {
            let parts: Vec<_> = parts.iter().map(|part| part.text(hosts)).collect();
            format!("({})", parts.join(join))
        };
        match self {
            Self::All(all) => parts(all, if all.len() == 2 { " " } else { " and " }),
            Self::Any(any) => parts(any, " or "),
            Self::Not(part) => format!("not {}", part.text(hosts)),
            Self::Is(kind, n) => term(*kind, *n, hosts),
        }
    }

    fn holds(&self, known: &Known<'_>, query: &HostQuery, hosts: &[HostId], packages: &Value) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(known, query, hosts, packages)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(known, query, hosts, packages)),
            Self::Not(part) => !part.holds(known, query, hosts, packages),
            Self::Is(kind, n) => means(*kind, *n, known, query, hosts, packages),
        }
    }
}

fn term(kind: u8, n: usize, hosts: &[HostId]) -> String {
    let text = TEXTS[n % TEXTS.len()];
    match kind {
        0 => format!("name:{}", pattern(text)),
        1 => pattern(text),
        2 => format!("tag:{}", ["k", "l=v", "ns/k", "ns*/l=*", "/k", "k=v*"][n % 6]),
        3 => format!("group:{}", pattern(["alpha*", "ärger", "*", "x"][n % 4])),
        4 => format!("state = {}", ["fresh", "stale", "stale_warning"][n % 3]),
        5 => format!("os:{}", ["RHEL", "\"rhel 8\"", "\"CentOS 9.4\"", "\"RHEL 10.11\""][n % 4]),
        6 => format!("os{}\"RHEL {}\"", ["<", "<=", ">", ">="][n % 4], ["8", "8.4", "9.0"][n % 3]),
        7 => format!("last_check_in {} now-{}d", ["<", "<=", ">", ">="][n % 4], n),
        8 => format!("owner_id:{}", if n % 4 == 3 { "*".to_owned() } else { owner(n % 4) }),
        9 => format!("type:({})", ["edge", "conventional", "edge, conventional", "bootc"][n % 4]),
        10 => format!("reporter!={}", REPORTERS[n % 4]),
        11 => format!("provider:{}", ["aws", "ibm"][n % 2]),
        12 => format!("id:{}", host(n, hosts)),
        13 => format!("number_of_cpus{}{}", [":", "!=", "<", "<=", ">", ">="][n % 6], n % 8),
        14 => format!("package:\"openssl{}\"", PACKAGES[n % 6]),
        _ => format!("fqdn:{}", quoted_value(NAMES[n % NAMES.len()])),
    }
}

const PACKAGES: [&str; 6] = ["", "<3.0.10", ">=3.0.10", "=3.0.9-2.el9", "*", "<1:3.0.10"];

fn host(n: usize, hosts: &[HostId]) -> HostId {
    hosts.get(n).copied().unwrap_or(HostId(uuid::Uuid::from_u128(404)))
}

fn means(
    kind: u8,
    n: usize,
    known: &Known<'_>,
    query: &HostQuery,
    hosts: &[HostId],
    packages: &Value,
) -> bool {
    let (of, facts) = (known.host(), &known.row.facts);
    let text = TEXTS[n % TEXTS.len()];
    let fqdn = of.canonical_facts.fqdn.as_deref();
    let compare = |ordering: std::cmp::Ordering, n: usize| match n % 4 {
        0 => ordering.is_lt(),
        1 => ordering.is_le(),
        2 => ordering.is_gt(),
        _ => ordering.is_ge(),
    };
    let system = facts.get("operating_system");
    let named = |name: &str| system.is_some_and(|system| is_like(system["name"].as_str().unwrap(), name));
    let version = system.map(|system| (system["major"].as_u64().unwrap(), system["minor"].as_u64().unwrap()));
    match kind {
        0 => is_like(&of.display_name, text) || fqdn.is_some_and(|fqdn| is_like(fqdn, text)),
        1 => contains(&of.display_name, text) || fqdn.is_some_and(|fqdn| contains(fqdn, text)),
        2 => of.tags.iter().any(|tag| match n % 6 {
            0 => tag.key == "k",
            1 => tag.key == "l" && tag.value == Some("v"),
            2 => tag.key == "k" && tag.namespace == Some("ns"),
            3 => tag.key == "l" && tag.namespace.is_some_and(|name| name.starts_with("ns")),
            4 => tag.key == "k" && tag.namespace.is_none(),
            _ => tag.key == "k" && tag.value.is_some_and(|value| value.starts_with('v')),
        }),
        3 => {
            let name = (!known.group.ungrouped).then_some(known.group.name.as_str());
            name.is_some_and(|name| match n % 4 {
                0 => name != GROUPS[1],
                1 => name == GROUPS[1],
                2 => true,
                _ => false,
            })
        }
        4 => known.age(query) == Some([Age::Fresh, Age::Stale, Age::StaleWarning][n % 3]),
        5 => match n % 4 {
            0 => named("RHEL"),
            1 => named("RHEL") && version.is_some_and(|(major, _)| major == 8),
            2 => named("CentOS") && version == Some((9, 4)),
            _ => named("RHEL") && version == Some((10, 11)),
        },
        6 => {
            named("RHEL")
                && version.is_some_and(|version| match n % 3 {
                    0 => compare(version.0.cmp(&8), n),
                    1 => compare(version.cmp(&(8, 4)), n),
                    _ => compare(version.cmp(&(9, 0)), n),
                })
        }
        7 => compare(of.times.last_check_in.cmp(&START.plus_seconds(-(n as i64) * DAY)), n),
        8 => facts.get("owner_id").is_some_and(|id| n % 4 == 3 || *id == json!(owner(n % 4))),
        9 => match n % 4 {
            0 => of.host_type == "edge",
            1 => of.host_type == "conventional",
            2 => ["edge", "conventional"].contains(&of.host_type.as_str()),
            _ => of.host_type == "bootc",
        },
        10 => !known.registered(query, &Registration::By(vec![REPORTERS[n % 4].to_owned()])),
        11 => of.canonical_facts.provider_type.as_deref() == Some(["aws", "ibm"][n % 2]),
        12 => of.id == host(n, hosts),
        13 => {
            let order = facts["number_of_cpus"].as_u64().unwrap().cmp(&((n % 8) as u64));
            match n % 6 {
                0 => order.is_eq(),
                1 => order.is_ne(),
                n => compare(order, n - 2),
            }
        }
        14 => packages.as_array().is_some_and(|packages| {
            let package = packages[0].as_str().unwrap();
            let patch: u32 =
                package.split_once("-1:3.0.").unwrap().1.split_once('-').unwrap().0.parse().unwrap();
            match n % 6 {
                1 | 5 => patch < 10,
                2 => patch >= 10,
                3 => patch == 9,
                _ => true,
            }
        }),
        _ => fqdn == Some(NAMES[n % NAMES.len()].to_lowercase().as_str()),
    }
}

#[test]
fn a_question_finds_by_the_index_and_on_both_engines_what_looking_at_every_host_finds() {
    let drawn =
        (prop::collection::vec(any_machine(), 0..8), prop::collection::vec((any_asked(), any::<bool>()), 16));
    property(24, &drawn, async |bed, (machines, questions)| {
        let mut ids = Vec::new();
        for (n, machine) in machines.iter().enumerate() {
            ids.push(take(bed, n, machine).await);
        }
        put_into_groups(bed, &ids, &machines).await;
        let (database, groups) = (without_index(bed), groups_by_id(bed).await);
        let rows = bed.hosts().await;
        let mut packages = Vec::new();
        for row in &rows {
            packages.push(bed.profile(row.host.id).await["installed_packages"].take());
        }
        for (asked, is_alive) in questions {
            let text = asked.text(&ids);
            let mut query =
                HostQuery { order: (OrderBy::Updated, fleet::Direction::Descending), ..bed.query() };
            if is_alive {
                query = query.with(Condition::NotCulled);
            }
            let mut expected: Vec<_> = rows
                .iter()
                .zip(&packages)
                .filter(|(row, packages)| {
                    let group = &groups[&row.host.group.as_ref().unwrap().id];
                    let known = Known { row, group, said: None };
                    (!is_alive || known.age(&query).is_some()) && asked.holds(&known, &query, &ids, packages)
                })
                .map(|(row, _)| &row.host)
                .collect();
            expected.sort_by_key(|host| std::cmp::Reverse((host.times.updated, host.id)));
            let expected: Vec<_> = expected.iter().map(|host| host.id).collect();
            for fleet in [&bed.fleet, &database] {
                let condition = fleet.question(&bed.org, &text, START).await;
                let query =
                    query.clone().with(condition.unwrap_or_else(|problem| panic!("{problem}: {text}")));
                let found = fleet.ids(&query).await.unwrap().len();
                assert_eq!(found, expected.len(), "{text}");
                check(fleet, &query, &expected).await;
            }
        }
    });
}

async fn found(bed: &Bed, text: &str) -> usize {
    let condition = bed.fleet.question(&bed.org, text, bed.clock.now()).await.unwrap();
    bed.fleet.refs(&bed.query().with(condition)).await.unwrap().hosts.len()
}

#[tokio::test]
async fn what_stands_in_lists_and_texts_is_asked_for_by_name() {
    for bed in both().await {
        let draft = bed.draft().insights(1).with(|report| {
            report.canonical_facts.ip_addresses = vec!["10.1.2.3".to_owned()];
        });
        let profile = json!({
            "os_release": "8.10", "system_memory_bytes": 17_179_869_184_i64, "cpu_flags": ["avx2", "fpu"],
            "last_boot_time": "2023-11-10T00:00:00+00:00", "is_marketplace": true,
            "network_interfaces": [{"name": "eth0", "mtu": 1500, "ipv4_addresses": ["10.1.2.3"]}],
        });
        bed.take(draft.profile(&profile)).await;
        bed.take(bed.draft().insights(2)).await;
        for text in [
            "os_release>8.9",
            "os_release:8.*",
            "system_memory_bytes>=16GiB",
            "cpu_flags:avx*",
            "network_interfaces.name:eth0",
            "network_interfaces.mtu<9000",
            "network_interfaces.ipv4_addresses:10.*",
            "last_boot_time<now-1d",
            "is_marketplace:true",
            "address:10.1.*",
            "address:10.1.2.3",
            "cpu_flags:*",
            "not cpu_flags!=fpu",
            "cpu_flags:(x, fpu)",
            "os:8.10",
        ] {
            assert_eq!(found(&bed, text).await, 1, "{text} {}", bed.engine());
            assert_eq!(found(&bed, &format!("not ({text})")).await, 1, "not {text} {}", bed.engine());
        }
        for text in ["os_release>8.10", "cpu_flags:avx", "address:10.1", "network_interfaces.mtu>=1501"] {
            assert_eq!(found(&bed, text).await, 0, "{text}");
        }
    }
}

#[tokio::test]
async fn a_question_reaches_no_host_beyond_its_scope() {
    for bed in both().await {
        let other = bed.another_org();
        let there = other.take(other.draft().insights(1)).await.host.id;
        bed.take(bed.draft().insights(2)).await;
        for text in [format!("id:{there}"), format!("not id:{there}"), "not name:x".to_owned()] {
            let condition = bed.fleet.question(&bed.org, &text, START).await.unwrap();
            let scope = Scope::of(bed.org.clone()).owned_by("nobody");
            for (scope, hosts) in
                [(scope, 0), (Scope::of(bed.org.clone()), i64::from(!text.starts_with("id:")))]
            {
                let query = HostQuery { scope, ..bed.query() }.with(condition.clone());
                assert_eq!(bed.fleet.count(&query).await.unwrap(), hosts, "{text}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_no_question_is_told_with_the_place() {
    for bed in both().await {
        let refused = bed.fleet.question(&bed.org, "web and tga:x", START).await.unwrap_err();
        let Unanswered::Mistake(mistake) = refused else { panic!("{refused}") };
        assert_eq!((mistake.position, mistake.word.as_str()), (9, "tga"));
    }
    assert!(Question::parse("tag:x", START).is_ok());
}
