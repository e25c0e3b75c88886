//! Several at work, and one that dies.

use std::{collections::BTreeSet, time::Duration};

use ground::Stopper;
use testkit::{Manners, Receiver, TestDatabase, eventually};

use crate::world::{World, told};

#[tokio::test]
async fn the_same_event_told_twice_is_delivered_once_while_it_waits() {
    for database in TestDatabase::both().await {
        let world = World::new(&database, 10).await;
        let receiver = Receiver::start().await;
        world.hook("ours", "hook", &receiver.url).await;
        world.queue.tell("ours", &[told("1"), told("1")]).await.unwrap();
        world.queue.tell("ours", &[told("1")]).await.unwrap();
        assert_eq!(world.delivery([&*receiver.url]).send().await, 1);
    }
}

#[tokio::test]
async fn what_a_process_that_died_had_taken_is_delivered_by_another_under_the_same_id() {
    for database in TestDatabase::both().await {
        let world = World::new(&database, 10).await;
        let receiver = Receiver::start().await;
        receiver.behave(Manners::Hang);
        world.hook("ours", "hook", &receiver.url).await;
        world.queue.tell("ours", &[told("1")]).await.unwrap();
        let delivery = world.delivery([&*receiver.url]);
        let dies = tokio::spawn(async move { delivery.send().await });
        eventually("it calls", Duration::from_secs(20), || async {
            (receiver.calls().len() == 1).then_some(())
        })
        .await;
        dies.abort();
        receiver.behave(Manners::Status(200));
        let other = world.delivery([&*receiver.url]);
        assert_eq!(other.send().await, 0, "it may still be at work");
        world.pass(121);
        assert_eq!(other.send().await, 1);
        let ids: BTreeSet<_> =
            receiver.calls().iter().map(|call| call.headers["webhook-id"].clone()).collect();
        assert_eq!(ids.len(), 1);
    }
}

#[tokio::test]
async fn many_who_tell_and_several_who_deliver_lose_nothing_and_double_nothing() {
    for database in TestDatabase::both().await {
        let world = World::new(&database, 10_000).await;
        let receiver = Receiver::start().await;
        world.hook("ours", "hook", &receiver.url).await;
        let (stopper, stop) = Stopper::new();
        let mut running = Vec::new();
        for _ in 0..3 {
            let (delivery, stop) = (world.another_process().await.delivery([&*receiver.url]), stop.clone());
            running.push(tokio::spawn(async move { delivery.0.run(stop).await }));
        }
        let tell = |who: usize| {
            let queue = world.queue.clone();
            async move {
                for number in 0..50 {
                    queue.tell("ours", &[told(&format!("{who}-{number}"))]).await.unwrap();
                }
            }
        };
        tokio::join!(tell(0), tell(1), tell(2), tell(3));
        eventually("all are told", Duration::from_mins(1), || async {
            (receiver.taken().len() >= 200).then_some(())
        })
        .await;
        eventually("nothing waits", Duration::from_secs(20), || async {
            (world.waiting("ours").await == 0).then_some(())
        })
        .await;
        stopper.stop();
        for one in running {
            one.await.unwrap();
        }
        let bodies: BTreeSet<String> = receiver.taken().into_iter().map(|call| call.body).collect();
        assert_eq!((bodies.len(), receiver.taken().len()), (200, 200));
    }
}
