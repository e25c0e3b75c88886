//! What was told is compared with baselines once, and never after what was told later.

use ground::Timestamp;
use history::store::{Arrival, CheckIn, NewProfile, Stored};
use serde_json::json;

use crate::bed::{Bed, WEEK, both, host, org};

fn told(bed: &Bed, machine: u128, said: i64) -> NewProfile {
    let check_in = CheckIn { updated: format!("at {said}"), display_name: Some(format!("host {machine}")) };
    let said = Timestamp::from_micros(bed.clock.now().micros() + said);
    NewProfile {
        said: Some(said),
        check_in: Some(check_in),
        ..bed.profile(machine, None, &json!({"arch": "x86_64"}))
    }
}

async fn waiting(bed: &Bed) -> Vec<(String, bool)> {
    let arrivals = bed.profiles.arrivals(100).await.unwrap();
    arrivals.into_iter().map(|one| (one.check_in.updated, one.overtaken)).collect()
}

async fn all_compared(bed: &Bed) -> Vec<Arrival> {
    let arrivals = bed.profiles.arrivals(100).await.unwrap();
    bed.profiles.compared(arrivals.iter().map(|one| (&one.org, one.id))).await.unwrap();
    arrivals
}

fn states(told: &[(&str, bool)]) -> Vec<(String, bool)> {
    told.iter().map(|(updated, overtaken)| ((*updated).to_owned(), *overtaken)).collect()
}

#[tokio::test]
async fn what_was_told_waits_in_the_order_in_which_it_was_told_until_it_is_compared() {
    for bed in both().await {
        let imported = bed.profile(3, None, &json!({}));
        let batch = [told(&bed, 1, 2), told(&bed, 1, 1), told(&bed, 2, 3), imported];
        bed.profiles.put(&batch).await.unwrap();
        assert_eq!(waiting(&bed).await, states(&[("at 1", false), ("at 2", false), ("at 3", false)]));
        let found = all_compared(&bed).await;
        let record = found[0].record.as_ref().unwrap();
        assert_eq!((record.inventory_id, &record.profile["arch"]), (host(1), &json!("x86_64")));
        assert_eq!(found[0].check_in.display_name.as_deref(), Some("host 1"), "{}", bed.engine());
        assert_eq!(waiting(&bed).await, []);
    }
}

#[tokio::test]
async fn what_comes_after_a_later_state_was_compared_is_overtaken() {
    for bed in both().await {
        bed.profiles.put(&[told(&bed, 1, 10)]).await.unwrap();
        all_compared(&bed).await;
        bed.profiles.put(&[told(&bed, 1, 5), told(&bed, 1, 15), told(&bed, 2, 5)]).await.unwrap();
        let expected = states(&[("at 5", true), ("at 5", false), ("at 15", false)]);
        let mut found = waiting(&bed).await;
        found.sort_by_key(|(updated, overtaken)| (updated.len(), !overtaken));
        assert_eq!(found, expected, "{}", bed.engine());
    }
}

#[tokio::test]
async fn a_capture_that_is_known_and_a_machine_that_is_gone_are_not_compared() {
    for bed in both().await {
        let dated = bed.profile(1, Some(60), &json!({}));
        let check_in = Some(CheckIn { updated: "now".to_owned(), display_name: None });
        let first = NewProfile { check_in: check_in.clone(), ..dated };
        assert_eq!(bed.put(&first).await, Stored::New);
        all_compared(&bed).await;
        let again = NewProfile { check_in, ..bed.profile(1, Some(60), &json!({})) };
        assert_eq!(bed.put(&again).await, Stored::Known);
        assert_eq!(waiting(&bed).await, [], "{}", bed.engine());
        bed.put(&told(&bed, 2, 0)).await;
        let removed = [(host(2), bed.clock.now().plus_seconds(1))];
        bed.profiles.forget_hosts(&org("elsewhere"), &removed).await.unwrap();
        assert_eq!(waiting(&bed).await.len(), 1, "the machine of another organisation stays");
        bed.profiles.forget_hosts(&bed.org, &removed).await.unwrap();
        assert_eq!(waiting(&bed).await, [], "{}", bed.engine());
    }
}

#[tokio::test]
async fn organisations_are_told_apart_and_what_nobody_compared_goes_with_its_profile() {
    for bed in both().await {
        let other = NewProfile { org: org("elsewhere"), ..told(&bed, 1, 9) };
        bed.profiles.put(&[other, told(&bed, 1, 1)]).await.unwrap();
        let found = bed.profiles.arrivals(1).await.unwrap();
        assert_eq!((found.len(), &found[0].org), (1, &bed.org));
        bed.profiles.compared([(&bed.org, found[0].id)]).await.unwrap();
        assert_eq!(waiting(&bed).await, states(&[("at 9", false)]));
        bed.pass(WEEK + 60);
        bed.profiles.clean(bed.clock.now().plus_seconds(-WEEK)).await.unwrap();
        assert_eq!(waiting(&bed).await, [], "{}", bed.engine());
    }
}
