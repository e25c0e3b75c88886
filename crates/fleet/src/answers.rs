//! Answers kept in memory, each with what it is valid by.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ground::Timestamp;

use crate::{Condition, Direction, HostQuery, HostRef, Kept, OrderBy, Scope, Staleness, TagCount};

/// What was asked: everything of a question but the page and the time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Asked {
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

impl Asked {
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

/// What was answered.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
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

impl Answer {
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
pub(crate) struct Valid {
    /// The number of the newest row, read before the answer was.
    pub seq: i64,
    /// When it was asked: a clock that was put back gets no answer of its future.
    pub from: Timestamp,
    /// When the first host will have another age, and so may be in another answer.
    pub until: Timestamp,
}

impl Valid {
    fn at(self, seq: i64, now: Timestamp) -> bool {
        self.seq == seq && self.from <= now && now < self.until
    }
}

/// Answers under a limit of bytes; the one that was not asked for the longest time goes first.
pub(crate) struct Answers {
    kept: Mutex<Kept<Asked, (Valid, Answer)>>,
    /// Whose turn it is to find an answer, by the hash of the question.
    turns: [tokio::sync::Mutex<()>; 16],
}

impl Answers {
    pub(crate) fn new(limit: usize) -> Self {
        Self { kept: Mutex::new(Kept::new(limit)), turns: Default::default() }
    }

    /// The answer, if it is still right.
    pub(crate) fn get(&self, asked: &Asked, seq: i64, now: Timestamp) -> Option<Answer> {
        let mut kept = self.kept();
        let (valid, answer) = kept.get(asked)?;
        valid.at(seq, now).then(|| answer.clone())
    }

    /// Waits while somebody else is finding the answer to the same question.
    pub(crate) async fn turn(&self, asked: &Asked) -> tokio::sync::MutexGuard<'_, ()> {
        let mut hasher = DefaultHasher::new();
        asked.hash(&mut hasher);
        self.turns[hasher.finish() as usize % self.turns.len()].lock().await
    }

    pub(crate) fn put(&self, asked: Asked, valid: Valid, answer: Answer) {
        let bytes = asked.bytes() + answer.bytes();
        self.kept().put(asked, (valid, answer), bytes);
    }

    /// Whether a list of so many hosts may be kept at all: no single one takes more than a quarter.
    pub(crate) fn has_room_for(&self, hosts: i64) -> bool {
        let limit = self.kept().limit() / 4 / size_of::<HostRef>();
        usize::try_from(hosts).is_ok_and(|hosts| hosts <= limit)
    }

    fn kept(&self) -> MutexGuard<'_, Kept<Asked, (Valid, Answer)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_right_at_its_number_and_within_its_time() {
        let at = Timestamp::from_micros;
        let valid = Valid { seq: 3, from: at(10), until: at(20) };
        assert!(valid.at(3, at(10)) && valid.at(3, at(19)));
        assert!(!valid.at(4, at(10)) && !valid.at(3, at(9)) && !valid.at(3, at(20)));
    }
}
