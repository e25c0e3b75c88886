//! The handle on the record.

use std::{num::NonZeroUsize, sync::Arc};

use ::store::Db;
use ground::Clock;
use profile::{ListCache, Volatile};
use tokio::sync::{Semaphore, watch};

use crate::{
    Collide, Matching, Staleness,
    cache::sequence::SequenceReader,
    db::{codec::Codec, statistics::NewHostCounter},
    index::{AddressIndexes, Indexes, PackageIndexes, ProfileIndexes},
    ingest::recent_profiles::RecentProfileHashes,
    log::recent_changes::RecentChanges,
    sections::BaseCache,
    write::queue::WriteQueues,
};

/// Batches ingested at the same time, of all organisations.
const MAX_CONCURRENT_BATCHES: usize = 6;

/// Bytes of the newest rows of the log kept in memory for its followers.
const RECENT_CHANGES_BYTES: usize = 6 << 20;

/// How the record is kept.
#[derive(Debug, Clone)]
pub struct FleetOptions {
    /// By which settings hosts age where an organisation has none of its own.
    pub staleness: Staleness,
    /// Which facts recognise a machine.
    pub matching: Matching,
    /// When a host counts as claimed by two machines.
    pub collide: Collide,
    /// Which facts of profiles do not count as a change.
    pub volatile: Volatile,
    /// How many bytes of sections are kept in memory as bases of others.
    pub base_memory: usize,
    /// How many bytes of sections are kept in memory to be read: those written or read last.
    pub text_memory: usize,
    /// How many raw sections are remembered by their hash.
    pub seen_sections: NonZeroUsize,
    /// How many bytes the indexes of all organisations may take; 0 for none.
    pub index_memory: usize,
    /// Bytes of the largest host that can be published; a report that makes it larger is refused. `None` when nobody publishes.
    pub max_event_bytes: Option<usize>,
}

impl Default for FleetOptions {
    fn default() -> Self {
        Self {
            staleness: Staleness::default(),
            matching: Matching::default(),
            collide: Collide::default(),
            volatile: Volatile::default(),
            base_memory: 4 << 20,
            text_memory: 10 << 20,
            seen_sections: NonZeroUsize::MIN.saturating_add(32_767),
            index_memory: 256 << 20,
            max_event_bytes: None,
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
    base_cache: BaseCache,
    seen: ListCache,
    recent_profiles: RecentProfileHashes,
    new_hosts: NewHostCounter,
    recent_changes: RecentChanges,
    commits: watch::Sender<u64>,
    sequences: SequenceReader,
    indexes: Indexes,
    profile_indexes: ProfileIndexes,
    package_indexes: PackageIndexes,
    address_indexes: AddressIndexes,
    ingest_permits: Semaphore,
    write_queues: WriteQueues,
}

impl Fleet {
    /// The record in a database whose migrations ([`crate::MIGRATIONS`]) have been applied.
    pub fn open(db: Db, clock: Clock, options: FleetOptions) -> Self {
        let base_cache = BaseCache::new(options.base_memory, options.text_memory);
        let seen = ListCache::new(options.seen_sections);
        let indexes = Indexes::new(options.index_memory);
        let profile_indexes = ProfileIndexes::new(options.index_memory);
        let package_indexes = PackageIndexes::new(options.index_memory);
        let address_indexes = AddressIndexes::new(options.index_memory);
        Self(Arc::new(Inner {
            db,
            clock,
            options,
            states: Codec::of_states(),
            facts: Codec::of_facts(),
            base_cache,
            seen,
            recent_profiles: RecentProfileHashes::new(),
            new_hosts: NewHostCounter::default(),
            recent_changes: RecentChanges::new(RECENT_CHANGES_BYTES),
            commits: watch::Sender::new(0),
            sequences: SequenceReader::new(),
            indexes,
            profile_indexes,
            package_indexes,
            address_indexes,
            ingest_permits: Semaphore::new(MAX_CONCURRENT_BATCHES),
            write_queues: WriteQueues::default(),
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

    /// By which settings hosts age where an organisation has none of its own ([`Fleet::staleness`]).
    pub fn default_staleness(&self) -> Staleness {
        self.0.options.staleness
    }

    /// Which facts of profiles do not count as a change.
    pub fn volatile(&self) -> &Volatile {
        &self.0.options.volatile
    }

    /// Which facts recognise a machine.
    pub fn matching(&self) -> Matching {
        self.0.options.matching
    }

    /// When a host counts as claimed by two machines.
    pub(crate) fn collide(&self) -> Collide {
        self.0.options.collide
    }

    /// Bytes of the largest host that can be published.
    pub(crate) fn max_event_bytes(&self) -> Option<usize> {
        self.0.options.max_event_bytes
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

    pub(crate) fn write_queues(&self) -> &WriteQueues {
        &self.0.write_queues
    }

    pub(crate) fn base_cache(&self) -> &BaseCache {
        &self.0.base_cache
    }

    pub(crate) fn seen(&self) -> &ListCache {
        &self.0.seen
    }

    pub(crate) fn recent_profiles(&self) -> &RecentProfileHashes {
        &self.0.recent_profiles
    }

    pub(crate) fn recent_changes(&self) -> &RecentChanges {
        &self.0.recent_changes
    }

    pub(crate) fn new_hosts(&self) -> &NewHostCounter {
        &self.0.new_hosts
    }

    pub(crate) fn sequences(&self) -> &SequenceReader {
        &self.0.sequences
    }

    pub(crate) fn indexes(&self) -> &Indexes {
        &self.0.indexes
    }

    pub(crate) fn package_indexes(&self) -> &PackageIndexes {
        &self.0.package_indexes
    }

    pub(crate) fn address_indexes(&self) -> &AddressIndexes {
        &self.0.address_indexes
    }

    pub(crate) fn profile_indexes(&self) -> &ProfileIndexes {
        &self.0.profile_indexes
    }

    /// Permits to ingest a batch.
    pub(crate) fn ingest_permits(&self) -> &Semaphore {
        &self.0.ingest_permits
    }
}

impl std::fmt::Debug for Fleet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fleet").field("options", &self.0.options).finish_non_exhaustive()
    }
}
