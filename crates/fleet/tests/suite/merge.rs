//! What becomes of a host, field by field (contract inventory-events §5).

use std::collections::BTreeMap;

use fleet::{ChangeKind, Refused, Tags};
use serde_json::json;
use uuid::Uuid;

use crate::{
    bed::{Bed, both},
    draft::Draft,
};

/// A report in short: reporter, name, FQDN.
type Said = (&'static str, Option<&'static str>, Option<&'static str>);

/// Reports about one machine, in order; gives the host's name and who gave it.
async fn name_after(bed: &Bed, drafts: &[Draft]) -> (String, Option<String>) {
    let mut id = None;
    for draft in drafts {
        let stored = bed.take(draft.clone()).await;
        bed.pass(1);
        assert_eq!(*id.get_or_insert(stored.id), stored.id);
    }
    let host = bed.host(id.unwrap()).await;
    let shown = if host.display_name == host.id.to_string() { "(id)".to_owned() } else { host.display_name };
    (shown, host.display_name_reporter)
}

#[tokio::test]
async fn names_follow_the_rules_of_the_contract() {
    for bed in both().await {
        let mut machine = 0;
        let mut said = |reports: &[Said]| -> Vec<Draft> {
            machine += 1;
            let one = |(reporter, name, fqdn): &Said| {
                bed.draft().insights(machine).by(reporter).with(|report| {
                    report.display_name = name.map(str::to_owned);
                    report.canonical_facts.fqdn = fqdn.map(str::to_owned);
                })
            };
            reports.iter().map(one).collect()
        };
        let table: &[(&[Said], &str, Option<&str>)] = &[
            // On creation: the name, else the FQDN, else the id.
            (&[("r", Some("n"), Some("f"))], "n", Some("r")),
            (&[("r", None, Some("f"))], "f", None),
            (&[("r", Some(""), None)], "(id)", None),
            // A given name replaces any other.
            (&[("r", Some("n"), None), ("s", Some("m"), None)], "m", Some("s")),
            // But not one that a person or the client gave, when the subscription service is who reports.
            (&[("puptoo", Some("n"), None), ("rhsm-conduit", Some("m"), None)], "n", Some("puptoo")),
            (&[("API", Some("n"), None), ("rhsm-conduit", Some("m"), None)], "n", Some("API")),
            (&[("yupana", Some("n"), None), ("rhsm-conduit", Some("m"), None)], "m", Some("rhsm-conduit")),
            // Without a name, a name by default is renewed and a given one stays.
            (&[("r", None, Some("f")), ("r", None, Some("g"))], "g", None),
            (&[("r", None, Some("f")), ("r", None, None)], "f", None),
            (&[("r", None, None), ("r", None, Some("g"))], "g", None),
            (&[("r", None, None), ("r", Some(""), None)], "(id)", None),
            (&[("r", Some("n"), Some("f")), ("r", None, Some("g"))], "n", Some("r")),
            (&[("r", Some("f"), Some("f")), ("s", None, Some("g"))], "g", Some("r")),
        ];
        for (reports, name, reporter) in table {
            let found = name_after(&bed, &said(reports)).await;
            assert_eq!(
                found,
                ((*name).to_owned(), reporter.map(str::to_owned)),
                "{reports:?}, {}",
                bed.engine()
            );
        }
    }
}

#[tokio::test]
async fn what_is_said_replaces_and_what_is_not_said_stays() {
    for bed in both().await {
        let cluster = Uuid::from_u128(5);
        let full = bed
            .draft()
            .insights(1)
            .subscription("s")
            .with(|report| {
                report.account = Some("0001".to_owned());
                report.ansible_host = Some("ansible".to_owned());
                let facts = &mut report.canonical_facts;
                facts.satellite_id = Some("0123456789".to_owned());
                facts.bios_uuid = Some("bios".to_owned());
                facts.ip_addresses = vec!["10.0.0.1".to_owned(), "10.0.0.2".to_owned()];
                facts.mac_addresses = vec!["52:54:00:00:00:01".to_owned()];
            })
            .facts("rhsm", json!({"a": 1, "b": 2}))
            .facts("other", json!({"kept": true}));
        let first = bed.take(full).await;
        let before = bed.host(first.id).await;
        bed.pass(1);
        assert_eq!(bed.take(bed.draft().insights(1)).await.kind, ChangeKind::Seen, "silence changes nothing");

        let change = bed
            .draft()
            .insights(1)
            .provider("aws", "i-1")
            .with(|report| {
                report.account = Some("0002".to_owned());
                report.ansible_host = Some(String::new());
                report.openshift_cluster_id = Some(cluster);
                report.canonical_facts.ip_addresses = vec!["10.0.0.3".to_owned()];
            })
            .facts("rhsm", json!({"c": 3}));
        assert_eq!(bed.take(change).await.kind, ChangeKind::Updated);
        let host = bed.host(first.id).await;
        assert_eq!(host.account.as_deref(), Some("0001"), "an account is kept, {}", bed.engine());
        assert_eq!(host.ansible_host.as_deref(), Some(""), "an empty name clears");
        assert_eq!(host.canonical_facts.ip_addresses, ["10.0.0.3"]);
        assert_eq!(host.canonical_facts.mac_addresses, before.canonical_facts.mac_addresses);
        assert_eq!(host.canonical_facts.satellite_id, before.canonical_facts.satellite_id);
        assert_eq!(host.canonical_facts.bios_uuid, before.canonical_facts.bios_uuid);
        assert_eq!(host.canonical_facts.provider_id.as_deref(), Some("i-1"), "added to a host without one");
        let facts: BTreeMap<_, _> = host.facts.into_iter().collect();
        assert_eq!(facts["rhsm"], json!({"c": 3}), "a namespace is replaced whole");
        assert_eq!(facts["other"], json!({"kept": true}));
        assert_eq!((host.openshift_cluster_id, host.host_type.as_str()), (Some(cluster), "cluster"));
    }
}

#[tokio::test]
async fn tags_are_replaced_by_namespace_and_an_empty_one_deletes() {
    for bed in both().await {
        let draft = || bed.draft().insights(1);
        let first = bed.take(draft().tag("a", "k", Some("v")).tag("b", "k", None).without_tags("c")).await;
        assert_eq!(bed.host(first.id).await.tags.namespaces().count(), 2, "{}", bed.engine());
        bed.take(draft().tag("a", "l", Some("w")).tag("null", "k", Some("v"))).await;
        bed.take(draft().without_tags("b").without_tags("never-was")).await;
        let mut expected = Tags::new();
        expected.add("a", "l", Some("w"));
        expected.add("null", "k", Some("v"));
        assert_eq!(bed.host(first.id).await.tags, expected, "{}", bed.engine());

        let mut counted = bed.fleet.tags(&bed.query()).await.unwrap();
        counted.sort_by(|a, b| a.namespace.cmp(&b.namespace));
        let counted: Vec<_> = counted
            .iter()
            .map(|tag| (tag.namespace.as_deref(), tag.key.as_str(), tag.value.as_deref(), tag.count))
            .collect();
        assert_eq!(counted, [(None, "k", Some("v"), 1), (Some("a"), "l", Some("w"), 1)], "{}", bed.engine());
    }
}

#[tokio::test]
async fn a_report_of_satellite_or_discovery_takes_the_place_of_yupanas() {
    for bed in both().await {
        for (n, newer) in ["satellite", "discovery", "puptoo"].into_iter().enumerate() {
            let draft = || bed.draft().insights(n as u128);
            bed.take(draft().by("yupana")).await;
            bed.pass(1);
            let stored = bed.take(draft().by(newer)).await;
            let times = bed.host(stored.id).await.times;
            assert_eq!(times.reporter, newer);
            assert_eq!(times.reporters[newer], bed.clock.now());
            assert_eq!(
                times.reporters.contains_key("yupana"),
                newer == "puptoo",
                "{newer}, {}",
                bed.engine()
            );
        }
    }
}

#[tokio::test]
async fn the_type_of_a_host_follows_its_profile() {
    for bed in both().await {
        let draft = || bed.draft().insights(1);
        let stored = bed.take(draft()).await;
        assert_eq!(stored.host.host_type, "conventional");
        let image =
            json!({"bootc_status": {"booted": {"image_digest": format!("sha256:{}", "a".repeat(64))}}});
        assert_eq!(bed.take(draft().profile(&image)).await.host.host_type, "bootc");
        bed.take(draft().profile(&json!({"host_type": "edge"}))).await;
        assert_eq!(bed.host(stored.id).await.host_type, "edge", "{}", bed.engine());
    }
}

#[tokio::test]
async fn a_machine_owns_its_record_and_no_other_owner_is_believed() {
    for bed in both().await {
        let [cn, other, subscription] = [1, 2, 3].map(|n| Uuid::from_u128(n).to_string());
        let draft = || bed.draft().insights(1).sent_by(&cn, &subscription);
        let stored = bed.take(draft().profile(&json!({"arch": "x86_64"}))).await;
        assert_eq!(bed.row(stored.id).await.facts["owner_id"], cn, "the first owner, {}", bed.engine());
        let again = bed.take(draft().profile(&json!({"arch": "x86_64"}))).await;
        assert_eq!(again.kind, ChangeKind::Updated, "the same profile, but the owner is another now");
        assert_eq!(bed.row(stored.id).await.facts["owner_id"], subscription, "{}", bed.engine());
        assert_eq!(bed.take(draft().profile(&json!({"arch": "x86_64"}))).await.kind, ChangeKind::Seen);

        let claim = draft().profile(&json!({"owner_id": other}));
        let refused = bed.fleet.ingest(vec![claim.into()]).await.unwrap().pop().unwrap();
        assert!(matches!(refused, Err(Refused::Owner)), "{refused:?}");
        // Whoever is no machine may name any owner, or none.
        bed.take(bed.draft().insights(1).profile(&json!({"owner_id": other}))).await;
        bed.take(bed.draft().insights(1)).await;
        assert_eq!(bed.row(stored.id).await.facts["owner_id"], other, "{}", bed.engine());
    }
}
