//! Consumers that die, come and go: nothing is lost, and events keep the order of each host.

use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::{
    pipeline::{Event, Pipeline, by_host},
    support::{Dice, PATIENCE, report},
};

const HOSTS: usize = 150;
const GENERATIONS: u64 = 12;

/// One report of each host; the generation stands in its profile.
fn generation(number: u64) -> impl Iterator<Item = Value> {
    (0..HOSTS).map(move |host| {
        let mut report = report(host);
        report["data"]["system_profile"]["number_of_cpus"] = json!(number);
        report
    })
}

fn cpus(event: &Event) -> u64 {
    event.body["host"]["system_profile"]["number_of_cpus"].as_u64().unwrap()
}

/// Every host has arrived at the last generation.
fn complete(events: &[Event]) -> bool {
    let hosts = by_host(events);
    let last = |of_host: &Vec<&Event>| of_host.last().is_some_and(|event| cpus(event) == GENERATIONS);
    hosts.len() == HOSTS && hosts.values().all(last)
}

/// Messages and events may come twice, as after every crash; none may be missing, and no host may begin with
/// anything but its creation.
fn check(events: &[Event]) {
    for (host, of_host) in by_host(events) {
        assert_eq!(of_host[0].kind(), "created", "{host}");
        assert_eq!(cpus(of_host[0]), 1, "{host}");
        for wanted in 1..=GENERATIONS {
            assert!(
                of_host.iter().any(|event| cpus(event) == wanted),
                "{host}: generation {wanted} is missing"
            );
        }
        let mut newest = 0;
        for event in of_host {
            let at = cpus(event);
            assert!(at <= newest + 1, "{host}: {at} after {newest}");
            newest = newest.max(at);
            assert!(event.kind() == "updated" || at == 1, "{host}: created again");
        }
    }
}

#[tokio::test]
async fn a_consumer_that_is_killed_again_and_again_loses_nothing() {
    let pipeline = Pipeline::shared().await;
    pipeline.send((1..=GENERATIONS).flat_map(generation)).await;
    let mut dice = Dice::new(23);
    for _ in 0..5 {
        let mut consumer = pipeline.consume();
        consumer.says("plumbline publishes to topic").await;
        tokio::time::sleep(Duration::from_millis(300 + dice.below(1_200))).await;
        consumer.kill();
    }
    let consumer = pipeline.consume();
    let events =
        pipeline.events("the last generation of each host", HOSTS * GENERATIONS as usize, complete).await;
    check(&events);
    pipeline.all_committed(HOSTS * GENERATIONS as usize).await;
    assert_eq!(pipeline.hosts().len(), HOSTS);
    consumer.signal(Signal::TERM);
    assert_eq!(consumer.end(PATIENCE).await.code, 0);
}

#[tokio::test]
async fn consumers_share_the_work_and_take_over_from_one_another() {
    let pipeline = Pipeline::shared().await;
    let half = GENERATIONS / 2;
    pipeline.send((1..=half).flat_map(generation)).await;
    let first = pipeline.consume();
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let second = pipeline.consume();
    pipeline.send((half + 1..=GENERATIONS).flat_map(generation)).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    first.signal(Signal::TERM);
    let ended = first.end(PATIENCE).await;
    assert_eq!(ended.code, 0, "{}", ended.err);
    let events =
        pipeline.events("the last generation of each host", HOSTS * GENERATIONS as usize, complete).await;
    check(&events);
    pipeline.all_committed(HOSTS * GENERATIONS as usize).await;
    second.signal(Signal::TERM);
    assert_eq!(second.end(PATIENCE).await.code, 0);
}

#[tokio::test]
async fn roles_in_processes_of_their_own_do_the_same_together() {
    let pipeline = Pipeline::shared().await;
    pipeline.send((1..=GENERATIONS).flat_map(generation)).await;
    let role = |name| crate::support::Program::start(pipeline.command().arg(name));
    let _ingress = role("ingress");
    let mut relays = [role("relay"), role("relay")];
    for relay in &mut relays {
        relay.says("plumbline publishes to topic").await;
    }
    let events =
        pipeline.events("the last generation of each host", HOSTS * GENERATIONS as usize, complete).await;
    check(&events);
    assert_eq!(
        events.len(),
        HOSTS * GENERATIONS as usize,
        "one relay at a time: no event stands there twice"
    );
}
