//! Messages that are delivered again: each is processed once.

use std::sync::Arc;

use fleet::{ChangeKind, ConsumerOffsets, Error, Report, Scope, SourceMessage};
use serde_json::json;

use crate::bed::{Bed, both, nowhere};

fn message(partition: &str, offset: i64) -> SourceMessage {
    SourceMessage::new(partition.to_owned(), offset, Some(1_000 + offset), b"the same text")
}

/// Takes in one report that came in `given`, and moves the offsets.
async fn take(
    bed: &Bed,
    offsets: &mut ConsumerOffsets,
    given: &SourceMessage,
    report: impl Into<Arc<Report>>,
) -> Result<bool, Error> {
    let mut prepared = [bed.fleet.prepare(report.into())];
    let once = Some((&*offsets, std::slice::from_ref(given)));
    let (mut answers, moved) =
        bed.fleet.ingest_prepared(&mut prepared.iter_mut().collect::<Vec<_>>(), once).await?;
    offsets.advance(moved);
    Ok(answers.remove(0).is_ok())
}

/// What another process knows that begins now.
async fn fresh(bed: &Bed, follower: &str, given: &[SourceMessage]) -> ConsumerOffsets {
    let mut offsets = ConsumerOffsets::new(follower);
    let partitions = offsets.unknown_partitions(given);
    offsets.advance(bed.fleet.consumer_offsets(&offsets, &partitions).await.unwrap());
    offsets
}

#[tokio::test]
async fn a_message_that_was_stored_is_done_for_whoever_comes_next() {
    for bed in both().await {
        let (first, second) = (message("t/0", 4), message("t/0", 5));
        let group = bed.org.to_string();
        let mut offsets = fresh(&bed, &group, std::slice::from_ref(&first)).await;
        assert!(!offsets.is_processed(&first));
        assert!(take(&bed, &mut offsets, &first, bed.draft().insights(1)).await.unwrap());
        for offsets in [offsets, fresh(&bed, &group, &[first.clone(), second.clone()]).await] {
            assert!(offsets.is_processed(&first), "{}", bed.engine());
            assert!(!offsets.is_processed(&second));
            assert!(!offsets.is_processed(&message("t/1", 4)), "another partition");
        }
        let other = fresh(&bed, &format!("{group}-2"), std::slice::from_ref(&first)).await;
        assert!(!other.is_processed(&first), "another group reads for itself");
    }
}

#[tokio::test]
async fn a_deleted_host_does_not_come_back_with_a_message_that_comes_again() {
    for bed in both().await {
        let given = message("t/0", 0);
        let mut offsets = fresh(&bed, bed.org.as_str(), std::slice::from_ref(&given)).await;
        take(&bed, &mut offsets, &given, bed.draft().insights(1)).await.unwrap();
        let host = bed.hosts().await[0].host.id;
        bed.fleet.delete(&Scope::of(bed.org.clone()), &[host], &nowhere()).await.unwrap();

        // A process that knows nothing of it is stopped by the transaction.
        let mut stale = ConsumerOffsets::new(bed.org.as_str());
        let again = take(&bed, &mut stale, &given, bed.draft().insights(1)).await;
        assert!(matches!(again, Err(Error::Overtaken)), "{}: {again:?}", bed.engine());
        assert!(bed.hosts().await.is_empty());
        let kinds: Vec<ChangeKind> = bed.log().await.iter().map(|change| change.kind).collect();
        assert_eq!(kinds, [ChangeKind::Created, ChangeKind::Deleted]);
    }
}

#[tokio::test]
async fn a_refused_report_is_looked_at_again_when_it_comes_again() {
    for bed in both().await {
        let (bad, good) = (message("t/0", 0), message("t/0", 1));
        let mut offsets = fresh(&bed, bed.org.as_str(), std::slice::from_ref(&bad)).await;
        let report = bed.draft().insights(1).profile(&json!({"arch": 1}));
        assert!(!take(&bed, &mut offsets, &bad, report).await.unwrap());
        assert!(take(&bed, &mut offsets, &good, bed.draft().insights(1)).await.unwrap());
        assert_eq!((offsets.is_processed(&bad), offsets.is_processed(&good)), (false, true));
    }
}

#[tokio::test]
async fn a_topic_that_was_made_anew_is_read_from_its_beginning() {
    for bed in both().await {
        let old = message("t/0", 0);
        let mut offsets = fresh(&bed, bed.org.as_str(), std::slice::from_ref(&old)).await;
        take(&bed, &mut offsets, &old, bed.draft().insights(1)).await.unwrap();
        let new = SourceMessage::new("t/0".to_owned(), 0, Some(9_000), b"the same text");
        assert!(!offsets.is_processed(&new));
        assert!(take(&bed, &mut offsets, &new, bed.draft().insights(2)).await.unwrap());
        assert_eq!(bed.hosts().await.len(), 2, "{}", bed.engine());
    }
}

#[tokio::test]
async fn only_what_can_come_again_is_remembered() {
    let bed = &both().await[0];
    let mut offsets = fresh(bed, bed.org.as_str(), &[message("t/0", 0)]).await;
    let mut next = 0;
    // The last two batches, whatever their sizes, and 1,024 messages at the least.
    for (batch, remembered) in [(10, 10), (1_400, 1_410), (20, 1_420), (5, 1_024), (600, 1_024), (700, 1_300)]
    {
        let given: Vec<SourceMessage> = (next..next + batch).map(|offset| message("t/0", offset)).collect();
        let mut prepared: Vec<_> =
            given.iter().map(|_| bed.fleet.prepare(bed.draft().insights(1).into())).collect();
        let mut prepared: Vec<_> = prepared.iter_mut().collect();
        let (_, moved) = bed.fleet.ingest_prepared(&mut prepared, Some((&offsets, &given))).await.unwrap();
        offsets.advance(moved);
        next += batch;
        let done: Vec<i64> =
            (0..next).filter(|offset| offsets.is_processed(&message("t/0", *offset))).collect();
        assert_eq!(done, (next - remembered..next).collect::<Vec<_>>(), "after {batch}");
    }
}

#[tokio::test]
async fn a_group_begins_again_behind_what_is_done() {
    for bed in both().await {
        let group = bed.org.to_string();
        let resume = async || bed.fleet.resume_offsets(&group).await.unwrap().into_iter().collect::<Vec<_>>();
        let first = [("t/0".to_owned(), 7), ("t/1".to_owned(), 0)];
        bed.fleet.note_first_offsets(&group, &first).await.unwrap();
        bed.fleet.note_first_offsets(&group, &[("t/0".to_owned(), 100)]).await.unwrap();
        assert_eq!(resume().await, first, "{}: once", bed.engine());

        let (given, refused) = (message("t/0", 7), message("t/0", 8));
        let mut offsets = fresh(&bed, &group, std::slice::from_ref(&given)).await;
        take(&bed, &mut offsets, &given, bed.draft().insights(1)).await.unwrap();
        assert_eq!(resume().await, first, "{}: somebody has yet to be told of the other", bed.engine());
        assert!(offsets.finish_batch(&[given, refused]));
        bed.fleet.confirm_offsets(&mut offsets).await.unwrap();
        assert_eq!(resume().await, [("t/0".to_owned(), 9), ("t/1".to_owned(), 0)], "{}", bed.engine());

        // A batch of which nothing is stored.
        assert!(!offsets.finish_batch(&[message("t/0", 9)]));
        bed.fleet.confirm_offsets(&mut offsets).await.unwrap();
        assert_eq!(resume().await[0].1, 10, "{}", bed.engine());
        take(&bed, &mut offsets, &message("t/0", 10), bed.draft().insights(2)).await.unwrap();
    }
}

#[tokio::test]
async fn offsets_that_a_state_of_the_database_has_lost_stop_whoever_knows_them() {
    for bed in both().await {
        let group = bed.org.to_string();
        bed.fleet.note_first_offsets(&group, &[("t/0".to_owned(), 5)]).await.unwrap();
        let mut offsets = fresh(&bed, &group, &[message("t/0", 5)]).await;
        let mut tx = bed.fleet.db().begin().await.unwrap();
        tx.execute(store::Sql::new("DELETE FROM consumer_offset WHERE consumer_group = $1").bind(&group))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let stored = take(&bed, &mut offsets, &message("t/0", 5), bed.draft().insights(1)).await;
        assert!(matches!(stored, Err(Error::Overtaken)), "{}: {stored:?}", bed.engine());
        assert!(bed.hosts().await.is_empty(), "{}", bed.engine());
    }
}

#[tokio::test]
async fn a_rehearsal_leaves_nothing_behind() {
    for bed in both().await {
        bed.fleet.rehearse().await.unwrap();
        let orgs = bed.fleet.orgs().await.unwrap();
        assert!(orgs.iter().all(|org| org.as_str() != "plumbline-rehearsal"), "{}", bed.engine());
    }
}
