//! Which messages of a topic have been taken in: each once, however often the topic gives it.
//!
//! A broker gives a message again when it did not learn that it was dealt with: after a crash, after a rebalance. Most
//! of the time that is a check-in too many; when the host was deleted meanwhile, it is a host back from the dead. So the
//! transaction that stores reports also notes which messages they came in, and refuses when somebody else has noted
//! more.

use std::collections::BTreeMap;

use ::store::{Rows, Sql};

use crate::{Error, Fleet, Refused, Result, Stored, store as statement, writer::Writer};

/// How many messages of a part are remembered at the least. The last two batches are, whatever their sizes: a consumer takes
/// no third one before the first is committed, so that more cannot be given again. Batches that were stored one by one,
/// because the database refused them, count one by one; as they come by default, two are within this.
const WINDOW: usize = 1_024;
/// Bytes of a digest.
const DIGEST: usize = 8;

/// A message that a report came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The part of the source: a partition of a topic.
    part: String,
    offset: i64,
    digest: [u8; DIGEST],
}

/// How far one part of a source has been taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    part: String,
    /// One past the last message; of a topic that was made anew it may lie before an earlier one.
    next: i64,
    /// Digests of the messages that were stored last, the newest at the end.
    recent: Vec<u8>,
    /// How many bytes of these may be of the last batch.
    of_last: usize,
}

/// What is known of a source: for one follower of it.
#[derive(Debug, Clone)]
pub struct Marks {
    follower: String,
    parts: BTreeMap<String, Mark>,
}

impl Given {
    /// The message at `offset` of a part, with the time that the topic has for it. The same offset of a topic that was
    /// made anew is another message: its time differs.
    pub fn new(part: String, offset: i64, at: Option<i64>, payload: &[u8]) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&offset.to_le_bytes());
        hasher.update(&at.unwrap_or(-1).to_le_bytes());
        hasher.update(&(payload.len() as u64).to_le_bytes());
        hasher.update(&payload[..payload.len().min(1_024)]);
        let mut digest = [0; DIGEST];
        digest.copy_from_slice(&hasher.finalize().as_bytes()[..DIGEST]);
        Self { part, offset, digest }
    }
}

impl Mark {
    /// As it is stored, where nothing tells which messages came together.
    fn new(part: &str, next: i64, recent: Vec<u8>) -> Self {
        Self { part: part.to_owned(), next, of_last: recent.len(), recent }
    }
}

impl Marks {
    /// Nothing known yet. The name of a follower is that of its consumer group.
    pub fn new(follower: impl Into<String>) -> Self {
        Self { follower: follower.into(), parts: BTreeMap::new() }
    }

    /// Those parts of these messages of which nothing is known yet.
    pub fn unknown<'g>(&self, given: impl IntoIterator<Item = &'g Given>) -> Vec<String> {
        let mut parts: Vec<String> = given.into_iter().map(|given| given.part.clone()).collect();
        parts.sort_unstable();
        parts.dedup();
        parts.retain(|part| !self.parts.contains_key(part));
        parts
    }

    /// Takes in what [`Fleet::marks`] or [`Fleet::ingest_ready`] gave.
    pub fn learn(&mut self, marks: Vec<Mark>) {
        for mark in marks {
            self.parts.insert(mark.part.clone(), mark);
        }
    }

    /// Another process has gone further: nothing is known any more.
    pub fn forget(&mut self) {
        self.parts.clear();
    }

    /// Whether a message was stored already.
    pub fn is_done(&self, given: &Given) -> bool {
        self.parts.get(&given.part).is_some_and(|mark| {
            given.offset < mark.next
                && mark.recent.chunks_exact(DIGEST).rev().any(|known| known == given.digest)
        })
    }

    /// The marks after these messages, each with what became of its report, and the number that stood there before.
    fn after(&self, given: &[Given], answers: &[std::result::Result<Stored, Refused>]) -> Vec<(i64, Mark)> {
        let mut moved: BTreeMap<&str, (i64, Mark)> = BTreeMap::new();
        for (given, answer) in given.iter().zip(answers) {
            let (_, mark) = moved.entry(&given.part).or_insert_with(|| {
                let nothing = || Mark::new(&given.part, 0, Vec::new());
                let mark = self.parts.get(&given.part).cloned().unwrap_or_else(nothing);
                (mark.next, mark)
            });
            mark.next = given.offset + 1;
            // Of a refused report somebody has yet to be told: it is looked at again when it comes again.
            if answer.is_ok() {
                mark.recent.extend(given.digest);
            }
        }
        moved
            .into_values()
            .map(|(was, mut mark)| {
                let had = self.parts.get(&mark.part).map_or(0, |before| before.recent.len());
                let added = mark.recent.len() - had;
                let longest = (mark.of_last + added).max(WINDOW * DIGEST);
                mark.recent.drain(..mark.recent.len().saturating_sub(longest));
                mark.of_last = added;
                (was, mark)
            })
            .collect()
    }
}

impl Fleet {
    /// How far parts of a source have been taken in, by any process with the same follower.
    pub async fn marks(&self, marks: &Marks, parts: &[String]) -> Result<Vec<Mark>> {
        let rows = Rows::new().column(parts.iter().map(String::as_str));
        let found = self.db().read(Sql::new(statement::MARKS).bind(&marks.follower).rows(rows)).await?;
        let mut known = found
            .iter()
            .map(|row| Ok((row.get::<String>(0)?, (row.get(1)?, row.get(2)?))))
            .collect::<Result<BTreeMap<String, (i64, Vec<u8>)>>>()?;
        let mark = |part: &String| {
            let (next, recent) = known.remove(part).unwrap_or_default();
            Mark::new(part, next, recent)
        };
        Ok(parts.iter().map(mark).collect())
    }
}

impl Writer<'_> {
    /// Notes in the transaction that these messages are done. Fails when another process has noted more than `marks`
    /// knows: then it may have stored the same.
    pub(crate) async fn mark(
        &mut self,
        marks: &Marks,
        given: &[Given],
        answers: &[std::result::Result<Stored, Refused>],
    ) -> Result<Vec<Mark>> {
        let moved = marks.after(given, answers);
        if moved.is_empty() {
            return Ok(Vec::new());
        }
        let rows = Rows::new()
            .column(moved.iter().map(|(_, mark)| mark.part.as_str()))
            .column(moved.iter().map(|(was, _)| *was))
            .column(moved.iter().map(|(_, mark)| mark.next))
            .column(moved.iter().map(|(_, mark)| mark.recent.clone()));
        let sql = Sql::new(statement::PUT_MARKS).bind(&marks.follower).rows(rows);
        if self.tx.execute(sql).await? < moved.len() as u64 {
            return Err(Error::Overtaken);
        }
        Ok(moved.into_iter().map(|(_, mark)| mark).collect())
    }
}
