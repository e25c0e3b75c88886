//! Who reads the write-ahead log of PostgreSQL finds in it what became of hosts: each change once, in order.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use fleet::{Edit, Fleet, FleetOptions, Origin, Scope};
use ground::{Clock, HostId, OrgId, Timestamp};
use inventory::{
    jobs::{Ended, Stopper, outbox::Outbox},
    report::{Rhsm, envelope::decode, report},
};
use serde_json::{Value, json};
use store::{Db, Options, Sql};
use testkit::TestDatabase;
use web::Health;

/// What was written into the outbox and stands in the write-ahead log, in order: operations and payloads.
struct Reader {
    db: Db,
    slot: String,
}

impl Reader {
    async fn begin(db: &Db) -> Self {
        let slot = format!("slot_{}", uuid::Uuid::new_v4().simple());
        let sql =
            Sql::new("SELECT pg_create_logical_replication_slot($1, 'test_decoding')::text").bind(&slot);
        db.read_one(sql).await.unwrap();
        Self { db: db.clone(), slot }
    }

    async fn take(&self) -> Vec<(String, Value)> {
        let sql = Sql::new("SELECT data FROM pg_logical_slot_get_changes($1, NULL, NULL)").bind(&self.slot);
        let lines: Vec<String> =
            self.db.read(sql).await.unwrap().iter().map(|row| row.get(0).unwrap()).collect();
        let written = lines.iter().filter_map(|line| line.strip_prefix("table public.outbox: INSERT: "));
        let text = |line: &str, from: &str, to: &str| {
            line.split_once(from).unwrap().1.split_once(to).unwrap().0.to_owned()
        };
        let read = |line: &str| {
            assert!(line.contains("'hbi.hosts'") && line.contains("'v1beta2'"), "{line}");
            let payload = line.split_once("payload[jsonb]:'").unwrap().1.strip_suffix('\'').unwrap();
            (text(line, "operation[text]:'", "'"), serde_json::from_str(payload).unwrap())
        };
        written.map(read).collect()
    }

    async fn end(self) {
        self.db.read(Sql::new("SELECT pg_drop_replication_slot($1)::text").bind(&self.slot)).await.unwrap();
    }
}

async fn fleet(database: &TestDatabase) -> Fleet {
    let db = Db::open(database.url(), &Options::default()).await.unwrap();
    db.migrate(&[fleet::MIGRATIONS, inventory::MIGRATIONS], Timestamp::default()).await.unwrap();
    Fleet::open(db, Clock::system(), FleetOptions::default())
}

async fn take_in(fleet: &Fleet, insights_id: &str) -> HostId {
    // {"identity":{"org_id":"o","type":"User","auth_type":"basic-auth"}}
    let identity = "eyJpZGVudGl0eSI6eyJvcmdfaWQiOiJvIiwidHlwZSI6IlVzZXIiLCJhdXRoX3R5cGUiOiJiYXNpYy1hdXRoIn19";
    let message = json!({
        "operation": "add_host",
        "platform_metadata": {"request_id": "r", "b64_identity": identity},
        "data": {"org_id": "o", "reporter": "puptoo", "insights_id": insights_id, "display_name": "web"},
    });
    let envelope = decode(message.to_string().as_bytes()).unwrap();
    fleet.ingest(vec![report(&envelope, Rhsm::Accepted).unwrap().into()]).await.unwrap().remove(0).unwrap().id
}

fn reported(id: HostId, insights_id: &str, ansible_host: Option<&str>, workspace: &str) -> Value {
    json!({
        "type": "host",
        "reporter_type": "hbi",
        "reporter_instance_id": "redhat",
        "representations": {
            "metadata": {
                "local_resource_id": id,
                "api_href": "https://apihref.com/",
                "console_href": "https://www.console.com/",
                "reporter_version": "1.0",
                "transaction_id": null,
            },
            "common": {"workspace_id": workspace},
            "reporter": {
                "satellite_id": null,
                "subscription_manager_id": null,
                "insights_id": insights_id,
                "ansible_host": ansible_host,
            },
        },
    })
}

/// Without the id that each has for itself.
fn without_transaction(mut payload: Value) -> Value {
    if let Some(metadata) = payload.pointer_mut("/representations/metadata/transaction_id") {
        *metadata = Value::Null;
    }
    payload
}

#[tokio::test]
async fn what_became_of_hosts_is_in_the_write_ahead_log_once_and_the_table_is_empty() {
    const ID: &str = "3f2c6a52-4d3c-4a55-8d6f-0a4d2f6b7c11";
    let fleet = fleet(&TestDatabase::server().await).await;
    let origin = Origin::default();
    let reader = Reader::begin(fleet.db()).await;
    let org = OrgId::try_from("o".to_owned()).unwrap();
    let scope = Scope::of(org.clone());

    let id = take_in(&fleet, ID).await;
    take_in(&fleet, ID).await;
    let rename = |display_name: Option<&str>, ansible_host: Option<&str>| Edit::Rename {
        display_name: display_name.map(str::to_owned),
        ansible_host: ansible_host.map(str::to_owned),
    };
    fleet.edit(&scope, &[id], rename(Some("db"), None), &origin).await.unwrap();
    fleet.edit(&scope, &[id], rename(None, Some("10.0.0.1")), &origin).await.unwrap();
    let home = fleet.hosts_by_id(&org, &[id]).await.unwrap()[0].1.group.as_ref().unwrap().id.to_string();
    let group = fleet.create_group(&org, "rack 1", None, &[id], &origin).await.unwrap().unwrap().id;
    fleet.change_group(&org, group, Some("rack 2"), None, None, &origin).await.unwrap();
    fleet.delete(&scope, &[id], &origin).await.unwrap();

    // Two processes at once.
    let (_running, stop) = Stopper::new();
    let outbox = Outbox { fleet: fleet.clone() };
    let (one, two) = tokio::join!(outbox.catch_up(&stop), outbox.catch_up(&stop));
    one.and(two).unwrap();
    outbox.catch_up(&stop).await.unwrap();

    let told: Vec<_> = reader
        .take()
        .await
        .into_iter()
        .map(|(operation, payload)| (operation, without_transaction(payload)))
        .collect();
    let report_of = |ansible_host, workspace: &str| {
        ("ReportResource".to_owned(), reported(id, ID, ansible_host, workspace))
    };
    let deleted =
        json!({"reference": {"resource_type": "host", "resource_id": id, "reporter": {"type": "HBI"}}});
    assert_eq!(
        told,
        [
            report_of(None, &home),
            report_of(Some("10.0.0.1"), &home),
            report_of(Some("10.0.0.1"), &group.to_string()),
            ("DeleteResource".to_owned(), deleted),
        ]
    );
    let left = fleet.db().read(Sql::new("SELECT id FROM outbox")).await.unwrap();
    assert!(left.is_empty(), "{left:?}");
    reader.end().await;
}

#[tokio::test]
async fn the_embedded_store_has_no_outbox_and_says_so() {
    let fleet = fleet(&TestDatabase::embedded()).await;
    let (_running, stop) = Stopper::new();
    let ended = Outbox { fleet }.run(&Health::default().role("outbox"), stop).await;
    let Ended::Failed(reason) = ended else { panic!("{ended:?}") };
    assert!(reason.contains("inventory.outbox"), "{reason}");
}
