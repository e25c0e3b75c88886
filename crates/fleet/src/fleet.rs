//! The handle on the record.

use std::{num::NonZeroUsize, sync::Arc};

use ::store::Db;
use ground::Clock;
use profile::Seen;
use tokio::sync::{Semaphore, watch};

use crate::{
    Matching, Staleness, answers::Answers, codec::Codec, recent::Recent, sections::Bases,
    sequence::Sequences, statistics::Growth, tail::Tail,
};

/// How many batches are taken in at the same time: one is prepared while another is stored. More would only take memory,
/// as one at a time is stored anyway.
const AT_ONCE: usize = 2;

/// How many bytes of rows of the log are kept for those who follow it.
const TAIL: usize = 6 << 20;

/// How the record is kept.
#[derive(Debug, Clone)]
pub struct FleetOptions {
    /// By which settings hosts age.
    pub staleness: Staleness,
    /// Which facts recognise a machine.
    pub matching: Matching,
    /// How many bytes of sections are kept in memory as bases of others.
    pub base_memory: usize,
    /// How many bytes of sections are kept in memory to be read: those written or read last.
    pub text_memory: usize,
    /// How many raw sections are remembered by their hash.
    pub seen_sections: NonZeroUsize,
    /// How many bytes of answers are kept in memory.
    pub answer_memory: usize,
    /// How much of long lists is.
    pub lists: Lists,
}

/// How much of lists of hosts is read to be kept, when they are asked for again.
#[derive(Debug, Clone, Copy)]
pub struct Lists {
    /// Lists of so many hosts are read whole: that takes a part of a second. Longer ones only for a page far from their
    /// beginning.
    pub whole: i64,
    /// Of longer ones so many hosts from the beginning.
    pub first: i64,
}

impl Default for FleetOptions {
    fn default() -> Self {
        Self {
            staleness: Staleness::default(),
            matching: Matching::default(),
            base_memory: 4 << 20,
            text_memory: 10 << 20,
            seen_sections: NonZeroUsize::MIN.saturating_add(32_767),
            answer_memory: 24 << 20,
            lists: Lists { whole: 50_000, first: 1_000 },
        }
    }
}

/// The record. Cloning it gives another handle to the same.
#[derive(Clone)]
pub struct Fleet(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Clock,
    options: FleetOptions,
    states: Codec,
    facts: Codec,
    bases: Bases,
    seen: Seen,
    recent: Recent,
    growth: Growth,
    tail: Tail,
    commits: watch::Sender<u64>,
    sequences: Sequences,
    answers: Answers,
    reading: tokio::sync::Mutex<()>,
    taking_in: Semaphore,
}

impl Fleet {
    /// The record in a database whose migrations ([`crate::MIGRATIONS`]) have been applied.
    pub fn open(db: Db, clock: Clock, options: FleetOptions) -> Self {
        let bases = Bases::new(options.base_memory, options.text_memory);
        let seen = Seen::new(options.seen_sections);
        let answers = Answers::new(options.answer_memory);
        Self(Arc::new(Inner {
            db,
            clock,
            options,
            states: Codec::of_states(),
            facts: Codec::of_facts(),
            bases,
            seen,
            recent: Recent::new(),
            growth: Growth::default(),
            tail: Tail::new(TAIL),
            commits: watch::Sender::new(0),
            sequences: Sequences::new(),
            answers,
            reading: tokio::sync::Mutex::default(),
            taking_in: Semaphore::new(AT_ONCE),
        }))
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// What time it is.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// By which settings hosts age.
    pub fn staleness(&self) -> Staleness {
        self.0.options.staleness
    }

    /// Which facts recognise a machine.
    pub fn matching(&self) -> Matching {
        self.0.options.matching
    }

    /// Changes whenever this process has committed rows of the log, of whatever organisation. What other processes
    /// commit is not told here.
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.0.commits.subscribe()
    }

    pub(crate) fn committed(&self) {
        self.0.commits.send_modify(|count| *count += 1);
    }

    /// How states of hosts are packed.
    pub(crate) fn states(&self) -> &Codec {
        &self.0.states
    }

    /// How the facts of profiles are packed.
    pub(crate) fn facts(&self) -> &Codec {
        &self.0.facts
    }

    pub(crate) fn bases(&self) -> &Bases {
        &self.0.bases
    }

    pub(crate) fn seen(&self) -> &Seen {
        &self.0.seen
    }

    pub(crate) fn recent(&self) -> &Recent {
        &self.0.recent
    }

    pub(crate) fn tail(&self) -> &Tail {
        &self.0.tail
    }

    pub(crate) fn growth(&self) -> &Growth {
        &self.0.growth
    }

    pub(crate) fn sequences(&self) -> &Sequences {
        &self.0.sequences
    }

    pub(crate) fn lists(&self) -> Lists {
        self.0.options.lists
    }

    pub(crate) fn answers(&self) -> &Answers {
        &self.0.answers
    }

    /// Who may take in a batch now.
    pub(crate) fn taking_in(&self) -> &Semaphore {
        &self.0.taking_in
    }

    /// Held while a long list is read.
    pub(crate) fn reading(&self) -> &tokio::sync::Mutex<()> {
        &self.0.reading
    }
}

impl std::fmt::Debug for Fleet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fleet").field("options", &self.0.options).finish_non_exhaustive()
    }
}
