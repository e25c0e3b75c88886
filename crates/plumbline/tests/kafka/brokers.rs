//! Three brokers, of which one dies: nothing is lost, and nothing stands there twice.

use testkit::{KafkaCluster, TestDatabase, eventually};
use tokio::task::spawn_blocking;

use crate::{
    pipeline::{Pipeline, by_host},
    support::{PATIENCE, report},
};

/// Hosts that report before, while and after a broker is dead, in so many parts each.
const HOSTS: usize = 300;
const PARTS: usize = 10;

/// The numbers of the hosts of a stage.
fn stage(number: usize) -> std::ops::Range<usize> {
    number * HOSTS..(number + 1) * HOSTS
}

/// Sends the reports of a stage in parts, so that something is under way all the time.
async fn send(pipeline: &Pipeline, number: usize) {
    for part in stage(number).collect::<Vec<_>>().chunks(HOSTS / PARTS) {
        pipeline.send(part.iter().copied().map(report)).await;
    }
}

/// Starts a killed broker again and waits until it has all that was written meanwhile.
async fn recovered(mut cluster: KafkaCluster, broker: usize, pipeline: &Pipeline) -> KafkaCluster {
    let started = spawn_blocking(move || {
        cluster.start_again(broker);
        cluster
    });
    let cluster = started.await.unwrap();
    for topic in [&pipeline.ingress, &pipeline.events] {
        eventually("it has caught up", PATIENCE, async || {
            (pipeline.kafka.in_sync(topic).await == 3).then_some(())
        })
        .await;
    }
    cluster
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_is_killed_under_load_loses_nothing_and_doubles_nothing() {
    let mut cluster = spawn_blocking(KafkaCluster::start).await.unwrap();
    let pipeline = Pipeline::on(cluster.kafka().clone(), TestDatabase::server().await).await;
    let mut consumers = [pipeline.consume(), pipeline.consume()];
    for consumer in &mut consumers {
        consumer.says("plumbline publishes to topic").await;
    }
    send(&pipeline, 0).await;
    pipeline.all_committed(HOSTS).await;
    // One after the other: each of them leads some partitions, and one leads the controllers. The second stays dead.
    for broker in 0..2 {
        if broker > 0 {
            cluster = recovered(cluster, broker - 1, &pipeline).await;
        }
        let sent = async { send(&pipeline, broker + 1).await };
        let killed = async {
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            cluster.kill(broker);
        };
        tokio::join!(sent, killed);
        pipeline.all_committed(HOSTS * (broker + 2)).await;
    }
    let all = HOSTS * 3;
    assert_eq!(pipeline.hosts().len(), all);
    let events = pipeline.events("an event of each host", all, |events| by_host(events).len() == all).await;
    assert!(events.iter().all(|event| event.kind() == "created"), "each host has reported once");
    assert_eq!(events.len(), all, "each event once");
    pipeline.no_more_than(all, &pipeline.events).await;
    assert!(consumers.iter_mut().all(crate::support::Program::runs));
}
