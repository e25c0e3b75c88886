//! What nobody needs any more goes, when the relay has dealt with it.

use std::time::Duration;

use crate::{
    pipeline::Pipeline,
    support::{PATIENCE, Program, plumbline, report},
};

#[tokio::test]
async fn check_ins_that_others_have_published_are_removed_by_a_process_without_brokers() {
    let pipeline = Pipeline::shared().await;
    let upkeep = async || {
        let mut command = plumbline();
        command.args(["job", "upkeep", "--json", "--database-url", &pipeline.database_url]);
        let ended = Program::start(&mut command).end(PATIENCE).await;
        assert_eq!(ended.code, 0, "{}", ended.err);
        ended.json_lines().remove(0)["done"].as_str().unwrap().to_owned()
    };
    let _ingress = Program::start(pipeline.command().args(["ingress", "relay"]));
    // The same report again is a check-in that changes nothing.
    for events in 1..=2 {
        pipeline.send([report(1)]).await;
        pipeline.events("the report is dealt with", events, |all| all.len() == events).await;
    }
    testkit::eventually(
        "the check-in goes when both topics are done with it",
        Duration::from_secs(30),
        || async { upkeep().await.starts_with("1 rows of the log").then_some(()) },
    )
    .await;
}
