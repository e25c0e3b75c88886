//! The idempotent consumer: each message of a topic is processed once, however often the broker delivers it.
//!
//! A broker delivers a message again when its offset was not committed: after a crash, after a rebalance. Most of the
//! time that is a check-in too many; when the host was deleted meanwhile, the host would come back. So the transaction
//! that stores reports also stores the offsets of their messages, and fails when another process has stored higher ones.

use std::collections::BTreeMap;

use ::store::{Rows, Sql};

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
    fn new(partition: &str, next: i64, recent: Vec<u8>) -> Self {
        Self { partition: partition.to_owned(), next, of_last: recent.len(), recent }
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

    /// Whether a message was stored already.
    pub fn is_processed(&self, message: &SourceMessage) -> bool {
        self.partitions.get(&message.partition).is_some_and(|offset| {
            message.offset < offset.next
                && offset.recent.chunks_exact(DIGEST_BYTES).rev().any(|known| known == message.digest)
        })
    }

    /// The offsets after these messages, given the result of each report, and each with the offset that stood before.
    fn after(
        &self,
        messages: &[SourceMessage],
        results: &[std::result::Result<StoredReport, Refused>],
    ) -> Vec<(i64, PartitionOffset)> {
        let mut moved: BTreeMap<&str, (i64, PartitionOffset)> = BTreeMap::new();
        for (message, result) in messages.iter().zip(results) {
            let (_, offset) = moved.entry(&message.partition).or_insert_with(|| {
                let nothing = || PartitionOffset::new(&message.partition, 0, Vec::new());
                let offset = self.partitions.get(&message.partition).cloned().unwrap_or_else(nothing);
                (offset.next, offset)
            });
            offset.next = message.offset + 1;
            // Of a refused report somebody has yet to be told: it is looked at again when it comes again.
            if result.is_ok() {
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
            .map(|row| Ok((row.get::<String>(0)?, (row.get(1)?, row.get(2)?))))
            .collect::<Result<BTreeMap<String, (i64, Vec<u8>)>>>()?;
        let offset = |partition: &String| {
            let (next, recent) = known.remove(partition).unwrap_or_default();
            PartitionOffset::new(partition, next, recent)
        };
        Ok(partitions.iter().map(offset).collect())
    }
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
        let moved = offsets.after(messages, results);
        if moved.is_empty() {
            return Ok(Vec::new());
        }
        let rows = Rows::new()
            .column(moved.iter().map(|(_, offset)| offset.partition.as_str()))
            .column(moved.iter().map(|(was, _)| *was))
            .column(moved.iter().map(|(_, offset)| offset.next))
            .column(moved.iter().map(|(_, offset)| offset.recent.clone()));
        let sql = Sql::new(statement::PUT_CONSUMER_OFFSETS).bind(&offsets.group).rows(rows);
        if self.tx.execute(sql).await? < moved.len() as u64 {
            return Err(Error::Overtaken);
        }
        Ok(moved.into_iter().map(|(_, offset)| offset).collect())
    }
}
