//! The idempotent consumer: each message of a topic is processed once, however often the broker delivers it.
//!
//! A broker delivers a message again when its offset was not committed: after a crash, after a rebalance. Most of the
//! time that is a check-in too many; when the host was deleted meanwhile, the host would come back. So the transaction
//! that stores reports also stores the offsets of their messages, and fails when another process has stored higher ones.

use std::collections::BTreeMap;

use ::store::{Rows, Sql, Tx};

use crate::{
    Error, Fleet, Refused, Result, StoredReport, db::statements as statement, write::transaction::Writer,
};

/// Messages of a partition that are remembered at the least. The last two batches always are: a consumer takes no third one
/// before the first is committed, so that no more can be redelivered. Batches that were stored report by report, because
/// the database refused them, count one by one; two of the default size are within this.
const MIN_REMEMBERED_MESSAGES: usize = 1_024;

/// Bytes of a digest.
const DIGEST_BYTES: usize = 8;

/// A message that a report came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceMessage {
    /// Topic and partition.
    partition: String,
    offset: i64,
    digest: [u8; DIGEST_BYTES],
}

/// The consumer offset of one partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionOffset {
    partition: String,
    /// One past the last message; of a topic that was deleted and created again it may lie before an earlier one.
    next: i64,
    /// Where a consumer begins again: before it everything is done that follows from the messages.
    resume: i64,
    /// What the record has of that.
    stored_resume: i64,
    /// Whether something was stored since the last finished batch.
    has_moved: bool,
    /// Digests of the messages that were stored last, the newest at the end.
    recent: Vec<u8>,
    /// How many bytes of these may be of the last batch.
    of_last: usize,
}

/// The offsets of one consumer group, as far as this process knows them.
#[derive(Debug, Clone)]
pub struct ConsumerOffsets {
    group: String,
    partitions: BTreeMap<String, PartitionOffset>,
}

impl SourceMessage {
    /// The message at `offset` of a partition, with its timestamp. The same offset of a topic that was created again is
    /// another message: its timestamp differs.
    pub fn new(partition: String, offset: i64, at: Option<i64>, payload: &[u8]) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&offset.to_le_bytes());
        hasher.update(&at.unwrap_or(-1).to_le_bytes());
        hasher.update(&(payload.len() as u64).to_le_bytes());
        hasher.update(&payload[..payload.len().min(1_024)]);
        let mut digest = [0; DIGEST_BYTES];
        digest.copy_from_slice(&hasher.finalize().as_bytes()[..DIGEST_BYTES]);
        Self { partition, offset, digest }
    }
}

impl PartitionOffset {
    /// As it is stored, where nothing tells which messages came together.
    fn new(partition: &str, next: i64, resume: i64, recent: Vec<u8>) -> Self {
        let (partition, of_last) = (partition.to_owned(), recent.len());
        Self { partition, next, resume, stored_resume: resume, recent, of_last, has_moved: false }
    }
}

impl ConsumerOffsets {
    /// Nothing known yet.
    pub fn new(group: impl Into<String>) -> Self {
        Self { group: group.into(), partitions: BTreeMap::new() }
    }

    /// Those partitions of these messages of which nothing is known yet.
    pub fn unknown_partitions<'m>(
        &self,
        messages: impl IntoIterator<Item = &'m SourceMessage>,
    ) -> Vec<String> {
        let mut partitions: Vec<String> =
            messages.into_iter().map(|message| message.partition.clone()).collect();
        partitions.sort_unstable();
        partitions.dedup();
        partitions.retain(|partition| !self.partitions.contains_key(partition));
        partitions
    }

    /// Moves to the offsets that [`Fleet::consumer_offsets`] or [`Fleet::ingest_prepared`] gave.
    pub fn advance(&mut self, offsets: Vec<PartitionOffset>) {
        for offset in offsets {
            self.partitions.insert(offset.partition.clone(), offset);
        }
    }

    /// Another process has moved the offsets: nothing is known any more.
    pub fn forget(&mut self) {
        self.partitions.clear();
    }

    /// Everything is done that follows from these messages: a consumer that begins again begins behind them. `false` when nothing
    /// was stored in one of their partitions meanwhile: [`Fleet::confirm_offsets`] then stores it.
    pub fn finish_batch(&mut self, messages: &[SourceMessage]) -> bool {
        let mut has_moved = true;
        let mut ends: BTreeMap<&str, i64> = BTreeMap::new();
        for message in messages {
            ends.insert(&message.partition, message.offset + 1);
        }
        for (partition, end) in ends {
            if let Some(offset) = self.partitions.get_mut(partition) {
                offset.resume = end;
                has_moved &= std::mem::take(&mut offset.has_moved);
            }
        }
        has_moved
    }

    /// Whether a message was stored already.
    pub fn is_processed(&self, message: &SourceMessage) -> bool {
        self.partitions.get(&message.partition).is_some_and(|offset| {
            message.offset < offset.next
                && offset.recent.chunks_exact(DIGEST_BYTES).rev().any(|known| known == message.digest)
        })
    }

    /// The offsets after these messages, given which of them are done, and each with the offset that stood before.
    fn after(
        &self,
        messages: &[SourceMessage],
        is_done: impl Fn(usize) -> bool,
    ) -> Vec<(i64, PartitionOffset)> {
        let mut moved: BTreeMap<&str, (i64, PartitionOffset)> = BTreeMap::new();
        for (at, message) in messages.iter().enumerate() {
            let (_, offset) = moved.entry(&message.partition).or_insert_with(|| {
                let nothing = || PartitionOffset::new(&message.partition, 0, 0, Vec::new());
                let offset = self.partitions.get(&message.partition).cloned().unwrap_or_else(nothing);
                (offset.next, offset)
            });
            offset.next = message.offset + 1;
            // Of a refused report somebody has yet to be told: it is looked at again when it comes again.
            if is_done(at) {
                offset.recent.extend(message.digest);
            }
        }
        moved
            .into_values()
            .map(|(was, mut offset)| {
                let had = self.partitions.get(&offset.partition).map_or(0, |before| before.recent.len());
                let added = offset.recent.len() - had;
                let longest = (offset.of_last + added).max(MIN_REMEMBERED_MESSAGES * DIGEST_BYTES);
                offset.recent.drain(..offset.recent.len().saturating_sub(longest));
                offset.of_last = added;
                offset.stored_resume = offset.resume;
                offset.has_moved = true;
                (was, offset)
            })
            .collect()
    }
}

impl Fleet {
    /// The stored offsets of partitions, moved by any process of the same consumer group.
    pub async fn consumer_offsets(
        &self,
        offsets: &ConsumerOffsets,
        partitions: &[String],
    ) -> Result<Vec<PartitionOffset>> {
        let rows = Rows::new().column(partitions.iter().map(String::as_str));
        let found =
            self.db().read(Sql::new(statement::CONSUMER_OFFSETS).bind(&offsets.group).rows(rows)).await?;
        let mut known = found
            .iter()
            .map(|row| Ok((row.get::<String>(0)?, (row.get(1)?, row.get(3)?, row.get(2)?))))
            .collect::<Result<BTreeMap<String, (i64, i64, Vec<u8>)>>>()?;
        let offset = |partition: &String| {
            let (next, resume, recent) = known.remove(partition).unwrap_or_default();
            PartitionOffset::new(partition, next, resume, recent)
        };
        Ok(partitions.iter().map(offset).collect())
    }

    /// Where the members of a consumer group begin: for each partition that the record knows, the offset before which everything
    /// is done.
    pub async fn resume_offsets(&self, group: &str) -> Result<BTreeMap<String, i64>> {
        let rows = self.db().read(Sql::new(statement::RESUME_OFFSETS).bind(group)).await?;
        rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
    }

    /// Stores where a consumer group begins in partitions that the record does not know.
    pub async fn note_first_offsets(&self, group: &str, first: &[(String, i64)]) -> Result<()> {
        if first.is_empty() {
            return Ok(());
        }
        let rows = Rows::new()
            .column(first.iter().map(|(partition, _)| partition.as_str()))
            .column(first.iter().map(|(_, offset)| *offset));
        let nothing: &[u8] = &[];
        let sql = Sql::new(statement::NOTE_FIRST_OFFSETS).bind(group).bind(nothing).rows(rows);
        self.db().execute(sql).await?;
        Ok(())
    }

    /// Stores what [`ConsumerOffsets::finish_batch`] noted since a report was last stored. [`Error::Overtaken`] as for reports.
    pub async fn confirm_offsets(&self, offsets: &mut ConsumerOffsets) -> Result<()> {
        let behind = offsets.partitions.values().filter(|offset| offset.resume != offset.stored_resume);
        let moved: Vec<_> = behind
            .map(|offset| {
                let after =
                    PartitionOffset { next: offset.resume, stored_resume: offset.resume, ..offset.clone() };
                (offset.next, after)
            })
            .collect();
        if moved.is_empty() {
            return Ok(());
        }
        let mut tx = self.db().begin().await?;
        put(&mut tx, &offsets.group, &moved).await?;
        tx.commit().await?;
        offsets.advance(moved.into_iter().map(|(_, offset)| offset).collect());
        Ok(())
    }
}

/// Stores offsets, each with the one that stood before.
async fn put(tx: &mut Tx, group: &str, moved: &[(i64, PartitionOffset)]) -> Result<()> {
    let rows = Rows::new()
        .column(moved.iter().map(|(_, offset)| offset.partition.as_str()))
        .column(moved.iter().map(|(was, _)| *was))
        .column(moved.iter().map(|(_, offset)| offset.next))
        .column(moved.iter().map(|(_, offset)| offset.resume))
        .column(moved.iter().map(|(_, offset)| offset.recent.clone()));
    let sql = Sql::new(statement::PUT_CONSUMER_OFFSETS).bind(group).rows(rows);
    if tx.execute(sql).await? < moved.len() as u64 {
        return Err(Error::Overtaken);
    }
    Ok(())
}

impl Writer<'_> {
    /// Stores in the transaction the offsets after these messages. Fails when another process has moved them past what
    /// `offsets` knows: then it may have stored the same messages.
    pub(crate) async fn record_offsets(
        &mut self,
        offsets: &ConsumerOffsets,
        messages: &[SourceMessage],
        results: &[std::result::Result<StoredReport, Refused>],
    ) -> Result<Vec<PartitionOffset>> {
        self.put_offsets(
            offsets,
            offsets.after(messages, |at| results.get(at).is_some_and(std::result::Result::is_ok)),
        )
        .await
    }

    /// The same after messages of which nobody has to be told anything.
    pub(crate) async fn record_processed(
        &mut self,
        offsets: &ConsumerOffsets,
        messages: &[SourceMessage],
    ) -> Result<Vec<PartitionOffset>> {
        self.put_offsets(offsets, offsets.after(messages, |_| true)).await
    }

    async fn put_offsets(
        &mut self,
        offsets: &ConsumerOffsets,
        moved: Vec<(i64, PartitionOffset)>,
    ) -> Result<Vec<PartitionOffset>> {
        if moved.is_empty() {
            return Ok(Vec::new());
        }
        put(&mut self.tx, &offsets.group, &moved).await?;
        Ok(moved.into_iter().map(|(_, offset)| offset).collect())
    }
}
