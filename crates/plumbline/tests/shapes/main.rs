//! One suite from outside, and the shapes that an installation can have: two processes that do everything, four behind nginx, and
//! each service and each role a process of its own. PostgreSQL, Kafka, Cassandra and nginx are real.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

#[path = "../support/mod.rs"]
mod support;

mod installation;
mod restart;
mod tour;

use installation::Installation;

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_that_do_everything() {
    tour::walk(&Installation::in_one().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn four_processes_behind_nginx() {
    tour::walk(&Installation::in_four().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_service_and_each_role_a_process_of_its_own() {
    tour::walk(&Installation::apart().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_process_is_replaced_under_load_and_no_request_fails() {
    let applied = restart::under_load(Installation::in_four().await).await;
    assert_eq!(applied, 0, "the same version");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a program of the version before: scripts/rolling-upgrade.sh builds one"]
async fn processes_of_the_version_before_are_replaced_by_this_one_and_no_request_fails() {
    let before = std::env::var("PLUMBLINE_TEST_BEFORE").expect("PLUMBLINE_TEST_BEFORE names a program");
    let applied = restart::under_load(Installation::in_four_of(before.into()).await).await;
    assert!(applied > 0, "this version has no migration that the other lacks");
}
