//! The answer cache: answers with the sequence number and the time that they are valid at.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ground::Timestamp;

use crate::{Condition, Direction, HostQuery, HostRef, OrderBy, Scope, Staleness, TagCount, WeightedLru};

/// A question without its page and time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct CacheKey {
    scope: Scope,
    conditions: Vec<Condition>,
    what: What,
    staleness: Staleness,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum What {
    Hosts(OrderBy, Direction),
    Total,
    Tags,
}

impl CacheKey {
    /// Which hosts, in their order.
    pub(crate) fn hosts(query: &HostQuery) -> Self {
        Self::about(query, What::Hosts(query.order.0, query.order.1))
    }

    /// How many hosts.
    pub(crate) fn total(query: &HostQuery) -> Self {
        Self::about(query, What::Total)
    }

    /// The tags of the hosts.
    pub(crate) fn tags(query: &HostQuery) -> Self {
        Self::about(query, What::Tags)
    }

    fn about(query: &HostQuery, what: What) -> Self {
        let (scope, conditions) = (query.scope.clone(), query.conditions.clone());
        Self { scope, conditions, what, staleness: query.staleness }
    }

    /// About how many bytes it takes.
    fn bytes(&self) -> usize {
        let ids = |condition: &Condition| match condition {
            Condition::Ids(ids) => ids.len() * 16,
            Condition::GroupIds(ids) => ids.len() * 16,
            _ => 64,
        };
        256 + self.conditions.iter().map(|condition| 64 + ids(condition)).sum::<usize>()
    }
}

/// A cached answer.
#[derive(Debug, Clone)]
pub(crate) enum CacheValue {
    /// The first hosts that match, in order. None yet at the first question: a second one at the same number shows that it
    /// is worth it.
    First(Arc<[HostRef]>),
    /// All hosts that match, in order.
    Hosts(Arc<[HostRef]>),
    /// How many hosts match.
    Total(i64),
    /// All tags of them.
    Tags(Arc<[TagCount]>),
}

impl CacheValue {
    pub(crate) fn total(self) -> Option<i64> {
        if let Self::Total(total) = self { Some(total) } else { None }
    }

    pub(crate) fn tags(self) -> Option<Arc<[TagCount]>> {
        if let Self::Tags(tags) = self { Some(tags) } else { None }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Total(_) => 0,
            Self::First(hosts) | Self::Hosts(hosts) => std::mem::size_of_val::<[HostRef]>(hosts),
            Self::Tags(tags) => tags.iter().map(|tag| 128 + tag.key.len()).sum(),
        }
    }
}

/// For how long an answer is right: while the log of the organisation stands where it stood, and until time alone
/// changes it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Validity {
    /// The number of the newest row, read before the answer was.
    pub seq: i64,
    /// When it was asked: a clock that was put back gets no answer of its future.
    pub from: Timestamp,
    /// When the first host will have another age, and so may be in another answer.
    pub until: Timestamp,
}

impl Validity {
    fn at(self, seq: i64, now: Timestamp) -> bool {
        self.seq == seq && self.from <= now && now < self.until
    }
}

/// Answers under a limit of bytes; the one that was not asked for the longest time goes first.
pub(crate) struct AnswerCache {
    kept: Mutex<WeightedLru<CacheKey, (Validity, CacheValue)>>,
    /// Single-flight by the hash of the question.
    finders: [tokio::sync::Mutex<()>; 16],
}

impl AnswerCache {
    pub(crate) fn new(limit: usize) -> Self {
        Self { kept: Mutex::new(WeightedLru::new(limit)), finders: Default::default() }
    }

    /// The answer, if it is still right.
    pub(crate) fn get(&self, asked: &CacheKey, seq: i64, now: Timestamp) -> Option<CacheValue> {
        let mut kept = self.kept();
        let (valid, answer) = kept.get(asked)?;
        valid.at(seq, now).then(|| answer.clone())
    }

    /// Waits while another task computes the same answer (single-flight).
    pub(crate) async fn wait_for_others(&self, asked: &CacheKey) -> tokio::sync::MutexGuard<'_, ()> {
        let mut hasher = DefaultHasher::new();
        asked.hash(&mut hasher);
        self.finders[hasher.finish() as usize % self.finders.len()].lock().await
    }

    pub(crate) fn put(&self, asked: CacheKey, valid: Validity, answer: CacheValue) {
        let bytes = asked.bytes() + answer.bytes();
        self.kept().put(asked, (valid, answer), bytes);
    }

    /// Whether a list of so many hosts may be kept at all: no single one takes more than a quarter.
    pub(crate) fn has_room_for(&self, hosts: i64) -> bool {
        let limit = self.kept().limit() / 4 / size_of::<HostRef>();
        usize::try_from(hosts).is_ok_and(|hosts| hosts <= limit)
    }

    fn kept(&self) -> MutexGuard<'_, WeightedLru<CacheKey, (Validity, CacheValue)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_right_at_its_number_and_within_its_time() {
        let at = Timestamp::from_micros;
        let valid = Validity { seq: 3, from: at(10), until: at(20) };
        assert!(valid.at(3, at(10)) && valid.at(3, at(19)));
        assert!(!valid.at(4, at(10)) && !valid.at(3, at(9)) && !valid.at(3, at(20)));
    }
}
