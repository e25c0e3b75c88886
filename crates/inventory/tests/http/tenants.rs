//! No request of one organisation ever shows a row of another: random fleets of several organisations in one database,
//! and every reading operation of the document with random parameters, on both engines. What is looked for in the
//! bytes of the answers are ids, and a mark that stands in every text of every host.

use std::{collections::HashMap, fmt::Write as _};

use inventory::api::openapi::openapi;
use proptest::{prelude::any, strategy::Strategy as _, test_runner::TestRunner};
use serde_json::{Value, json};
use testkit::TestDatabase;
use uuid::Uuid;

use crate::{
    callers::{ask_as, user},
    support::World,
};

const ORGS: usize = 3;
const REQUESTS: usize = 120;
const CASES: u32 = 6;

/// Choices that follow from a seed.
struct Choices(u64);

impl Choices {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// The organisations of one case, and whose every id is.
struct Tenants {
    names: Vec<String>,
    hosts: Vec<Vec<String>>,
    groups: Vec<Vec<String>>,
    owners: HashMap<String, usize>,
}

/// What stands in every text of every host of an organisation.
fn mark(name: &str) -> String {
    format!("secret-of-{name}")
}

impl Tenants {
    async fn new(world: &World, choices: &mut Choices) -> Self {
        let names: Vec<String> =
            (0..ORGS).map(|_| format!("o{}", &Uuid::new_v4().simple().to_string()[..12])).collect();
        let mut tenants = Self {
            names,
            hosts: vec![Vec::new(); ORGS],
            groups: vec![Vec::new(); ORGS],
            owners: HashMap::new(),
        };
        for number in 0..12 {
            // The same machine may be known to several organisations, under ids that they share.
            let org = choices.below(ORGS);
            let shared = Uuid::from_u128(choices.below(4) as u128 + 1);
            tenants.report(world, org, number, shared).await;
        }
        for org in 0..ORGS {
            tenants.report(world, org, 99, Uuid::from_u128(1)).await;
            tenants.group(world, org).await;
        }
        tenants
    }

    async fn report(&mut self, world: &World, org: usize, number: usize, insights_id: Uuid) {
        let (name, mark) = (&self.names[org], mark(&self.names[org]));
        let message = json!({
            "operation": "add_host",
            "platform_metadata": {"b64_identity": user(name), "request_id": mark},
            "data": {
                "org_id": name, "reporter": "puptoo", "insights_id": insights_id.to_string(),
                "display_name": format!("same-name {mark} {number}"), "ansible_host": mark,
                "fqdn": format!("{mark}-{number}.example.com"),
                "subscription_manager_id": Uuid::from_u128(7 + number as u128).to_string(),
                "tags": {"same": {"key": ["value", mark]}, mark.clone(): {mark.clone(): [mark]}},
                "facts": [{"namespace": "same", "facts": {"a": mark}}],
                "system_profile": {
                    "arch": mark, "host_type": if number.is_multiple_of(5) { "edge" } else { "conventional" },
                    "operating_system": {"name": "RHEL", "major": 9, "minor": number % 3},
                    "installed_packages": ["bash-0:5.1.8-6.el9.x86_64", mark],
                },
            },
        });
        let host = world.take_in(&message, (number % 4) as i64 * 200).await.id.to_string();
        self.owners.insert(host.clone(), org);
        self.hosts[org].push(host);
    }

    async fn group(&mut self, world: &World, org: usize) {
        let caller = user(&self.names[org]);
        let body =
            json!({"name": format!("same {}", mark(&self.names[org])), "host_ids": [self.hosts[org][0]]});
        let made = ask_as(world, Some(&caller), "POST /groups", &body.to_string()).await;
        assert_eq!(made.status, 201, "{made:?}");
        let all = ask_as(world, Some(&caller), "GET /groups?per_page=100&group_type=all", "").await;
        for group in all.json()["results"].as_array().unwrap() {
            let id = group["id"].as_str().unwrap().to_owned();
            self.owners.insert(id.clone(), org);
            self.groups[org].push(id);
        }
    }

    /// A value for a parameter: often one that is of somebody else.
    fn value(&self, name: &str, choices: &mut Choices) -> String {
        let of = choices.below(ORGS);
        let mark = mark(&self.names[of]);
        let pool: Vec<String> = match name {
            "page" => vec!["1".into(), "2".into()],
            "per_page" => vec!["1".into(), "3".into(), "100".into()],
            "order_by" => vec![
                "updated".into(),
                "display_name".into(),
                "group_name".into(),
                "operating_system".into(),
                "name".into(),
                "host_count".into(),
                "tag".into(),
                "count".into(),
            ],
            "order_how" => vec!["ASC".into(), "DESC".into()],
            "staleness" => vec!["fresh".into(), "stale".into(), "stale_warning".into(), "unknown".into()],
            "group_type" => vec!["all".into(), "standard".into(), "ungrouped-hosts".into()],
            "registered_with" => vec!["puptoo".into(), "!puptoo".into(), "insights".into()],
            "system_type" => vec!["edge".into(), "conventional".into()],
            "tags" => vec!["same/key=value".into(), "same/key".into(), format!("{mark}/{mark}={mark}")],
            "group_id" | "workspace_id" => self.groups[of].clone(),
            "group_name" | "workspace_name" => vec![String::new(), format!("same {mark}")],
            "insights_id" => (1..5).map(|id| Uuid::from_u128(id).to_string()).collect(),
            "subscription_manager_id" => (7..20).map(|id| Uuid::from_u128(id).to_string()).collect(),
            "fields[system_profile]" => {
                vec!["arch".into(), "arch,installed_packages,operating_system".into()]
            }
            "updated_start" | "last_check_in_start" => vec!["2020-01-01T00:00:00Z".into()],
            "updated_end" | "last_check_in_end" => vec!["2030-01-01T00:00:00Z".into()],
            "fqdn" => vec![format!("{mark}-1.example.com"), format!("{mark}-99.example.com")],
            "hostname_or_id" => vec![choices.of(&self.hosts[of]).clone(), mark, "same".into()],
            _ => vec!["same".into(), "s".into(), "%".into(), "*".into(), "_".into(), mark],
        };
        choices.of(&pool).clone()
    }

    /// A request for an operation of the document.
    fn request(&self, path: &str, parameters: &[Value], choices: &mut Choices) -> String {
        let mut query = String::new();
        let mut path = path.to_owned();
        for parameter in parameters {
            let name = parameter["name"].as_str().unwrap();
            if parameter["in"] == "path" {
                let ids = if name.contains("group") { &self.groups } else { &self.hosts };
                let some: Vec<&str> = (0..=choices.below(3))
                    .map(|_| choices.below(ORGS))
                    .collect::<Vec<_>>()
                    .into_iter()
                    .map(|of| choices.of(&ids[of]).as_str())
                    .collect();
                let some = if name == "group_id" { some[0].to_owned() } else { some.join(",") };
                path = path.replace(&format!("{{{name}}}"), &some);
            } else if choices.below(6) == 0 {
                let value = self.value(name, choices).replace('%', "%25").replace(' ', "%20");
                let _ = write!(query, "{}{name}={value}", if query.is_empty() { '?' } else { '&' });
            }
        }
        format!("GET {path}{query}")
    }

    /// What an answer to `org` tells of others, beside what they asked with.
    fn leak(&self, org: usize, request: &str, answer: &str) -> Option<String> {
        let foreign = |id: &&str| self.owners.get(*id).is_some_and(|owner| *owner != org);
        let ids = answer
            .as_bytes()
            .windows(36)
            .filter_map(|bytes| std::str::from_utf8(bytes).ok())
            .filter(foreign)
            .map(str::to_owned);
        let marks =
            self.names.iter().enumerate().filter(|(other, _)| *other != org).map(|(_, name)| mark(name));
        ids.chain(marks.filter(|mark| answer.contains(mark.as_str())))
            .find(|secret| !request.contains(secret.as_str()))
    }
}

/// These are asked more often than the others: each has to show a row to somebody.
const SHOWING: [&str; 5] =
    ["/hosts", "/hosts/{host_id_list}", "/tags", "/groups", "/groups/{group_id}/hosts"];

/// Every operation that reads: its path and its parameters.
fn reading() -> Vec<(String, Vec<Value>)> {
    let document = serde_json::to_value(openapi()).unwrap();
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .filter(|(_, item)| item.get("get").is_some())
        .map(|(path, item)| (path.clone(), item["get"]["parameters"].as_array().cloned().unwrap_or_default()))
        .collect()
}

#[test]
fn no_request_of_one_organisation_shows_a_row_of_another() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let operations = reading();
    assert!(operations.len() >= 10, "the document has its operations");
    let showing: Vec<_> =
        operations.iter().filter(|(path, _)| SHOWING.contains(&path.as_str())).cloned().collect();
    for database in runtime.block_on(TestDatabase::both()) {
        let world = runtime.block_on(World::empty(&database));
        let config =
            proptest::test_runner::Config { cases: CASES, failure_persistence: None, ..Default::default() };
        let mut answered: HashMap<String, usize> = HashMap::new();
        let answered = std::cell::RefCell::new(&mut answered);
        let outcome = TestRunner::new(config).run(&any::<u64>().no_shrink(), |seed| {
            let mut choices = Choices(seed);
            runtime.block_on(async {
                let tenants = Tenants::new(&world, &mut choices).await;
                for _ in 0..REQUESTS {
                    let (path, parameters) =
                        if choices.below(3) == 0 { choices.of(&showing) } else { choices.of(&operations) };
                    let request = tenants.request(path, parameters, &mut choices);
                    let org = choices.below(ORGS);
                    let answer = ask_as(&world, Some(&user(&tenants.names[org])), &request, "").await;
                    assert!(answer.status < 500, "{request}: {answer:?}");
                    let leak = tenants.leak(org, &request, &answer.text);
                    assert_eq!(leak, None, "organisation {org} asks {request}: {}", answer.text);
                    // A test that only ever sees refusals would show nothing.
                    if answer.status == 200 && answer.text.contains(&mark(&tenants.names[org])) {
                        *answered.borrow_mut().entry(path.clone()).or_default() += 1;
                    }
                }
            });
            Ok(())
        });
        if let Err(failure) = outcome {
            panic!("{}: {failure}", database.engine());
        }
        let shown = answered.into_inner();
        for path in SHOWING {
            assert!(shown.contains_key(path), "{}: {path} never showed a row: {shown:?}", database.engine());
        }
    }
}

#[tokio::test]
async fn a_leak_would_be_seen() {
    let database = TestDatabase::embedded();
    let world = World::empty(&database).await;
    let tenants = Tenants::new(&world, &mut Choices(1)).await;
    let theirs = ask_as(&world, Some(&user(&tenants.names[1])), "GET /hosts?per_page=100", "").await;
    assert!(tenants.leak(1, "GET /hosts", &theirs.text).is_none());
    assert!(tenants.leak(0, "GET /hosts", &theirs.text).is_some());
    let id = format!("{{\"id\": \"{}\"}}", tenants.hosts[1][0]);
    assert!(tenants.leak(0, "GET /hosts", &id).is_some());
    assert!(
        tenants.leak(0, &format!("GET /hosts/{}", tenants.hosts[1][0]), &id).is_none(),
        "it was asked with"
    );
}
