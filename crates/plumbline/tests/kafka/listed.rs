//! Hosts that a list in a bucket names are deleted.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use testkit::{BucketServer, KEY_ID, SECRET};

use crate::{
    pipeline::Pipeline,
    support::{Program, plumbline, report},
};

fn reported(number: usize, subscription: &str, reporter: &str) -> Value {
    let mut report = report(number);
    report["data"]["subscription_manager_id"] = json!(subscription);
    report["data"]["reporter"] = json!(reporter);
    report
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hosts_of_the_list_go_unless_several_reporters_know_them() {
    let pipeline = Pipeline::shared().await;
    let [one, two, three, four] = [1, 2, 3, 4].map(|n: u128| uuid::Uuid::from_u128(n).to_string());
    let reports = [
        reported(1, &one, "puptoo"),
        reported(2, &two, "puptoo"),
        reported(2, &two, "yupana"),
        reported(3, &three, "puptoo"),
    ];
    pipeline.send(reports).await;
    let _ingress = Program::start(pipeline.command().args(["ingress", "relay"]));
    pipeline.events("the hosts are there", 4, |events| events.len() == 4).await;

    let list = format!("id\tname\n{one}\tone\n\n{two}\ttwo\n{four}\tnobody\n");
    let bucket = BucketServer::start("/of-hosts/host_ids.csv", list).await;
    let job = |more: &[(&str, &str)]| {
        let mut command = plumbline();
        command
            .args(["job", "delete-hosts-s3", "--database-url", &pipeline.database_url])
            .envs(pipeline.environment())
            .env("SUSPEND_JOB", "false")
            .env("S3_AWS_BUCKET", "of-hosts")
            .env("S3_AWS_ACCESS_KEY_ID", KEY_ID)
            .env("S3_AWS_SECRET_ACCESS_KEY", SECRET)
            .env("PLUMBLINE_JOBS_S3_ENDPOINT", &bucket.url)
            .envs(more.iter().copied());
        let output = command.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    assert!(job(&[("SUSPEND_JOB", "true")]).contains("suspended"));
    let wrong = job(&[("S3_AWS_SECRET_ACCESS_KEY", "another")]);
    assert!(wrong.contains("S3 answers 403"), "{wrong}");
    assert!(job(&[("S3_AWS_BUCKET", "")]).contains("set jobs.s3_bucket"));
    let dry = job(&[]);
    assert!(dry.contains("1 hosts to be deleted, 1 have several reporters, 1 ids were not found"), "{dry}");
    assert_eq!(pipeline.hosts().len(), 3);
    let done = job(&[("DRY_RUN", "false")]);
    assert!(done.contains("1 hosts deleted, 1 have several reporters, 1 ids were not found"), "{done}");
    let left: BTreeSet<String> = pipeline.hosts().into_keys().collect();
    assert_eq!(left.into_iter().collect::<Vec<_>>(), ["host-00002", "host-00003"]);
    assert_eq!(bucket.answers(), [403, 200, 200]);
    pipeline
        .events("the deletion is told", 5, |events| events.iter().any(|event| event.kind() == "delete"))
        .await;
}
