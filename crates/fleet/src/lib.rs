//! The record: hosts, the sections of their profiles, and the log of their states.
//!
//! Everything that Plumbline knows of a machine's past and present stands on one append-only log
//! ([`Change`]): each accepted report or edit appends one row with the whole small state after it and the digests of
//! the profile's sections, in the same transaction that writes the host. From it come events, history, "as of" and
//! the feed of changes; there is no second mechanism.
//!
//! * [`Fleet::ingest`]: a batch of [`Report`]s becomes hosts. `identity` says which host a report is about
//!   and, field by field, what becomes of it; one look-up and one transaction for the batch.
//!   [`Fleet::ingest_prepared`] does so for messages that may be delivered again (an idempotent consumer).
//! * [`Fleet::import_hosts`]: hosts of another inventory, as they were there.
//! * [`Fleet::list`] and its neighbours: questions ([`HostQuery`]) within a [`Scope`], which no question can do without.
//!   They are answered from an index in memory that follows the log, or else by the database.
//! * [`Fleet::put_app_data`], [`Fleet::app_data`]: what applications say of hosts, which is no part of the log.
//! * [`Fleet::edit`], [`Fleet::delete`], groups, [`Fleet::edit_staleness`]: what people change.
//! * [`Fleet::collisions`]: hosts that two machines claim. [`Fleet::merge_hosts`], [`Fleet::split_host`] and their undoing.
//! * [`Fleet::changes`], [`Fleet::as_of`]: the log. [`Fleet::feed`], [`Fleet::timeline`]: the log as a caller sees it;
//!   [`Fleet::commits`]: when it grows. [`Fleet::overview`]: the fleet at a glance.
//! * [`Fleet::collect`]: sections and tags that nothing refers to any more are removed.
//!
//! # Rooms
//! | folder | what it holds |
//! | --- | --- |
//! | `model` | hosts, groups, tags, reports, rows of the log: values without I/O |
//! | `identity` | which host a report is about, and the merge |
//! | `db` | statements, columns, compressed bytes, leases |
//! | `cache` | a weighted LRU cache, the newest number of the log by single-flight |
//! | `sections` | sections of profiles: dictionary compression, similarity, bases |
//! | `query` | questions about hosts and the scope of a caller, as types and as SQL |
//! | `index` | one index per organisation in memory, which follows the log |
//! | `answer` | answers: lists, totals, tags, groups, profiles; from the index, else from the database |
//! | `log` | reading and following the log, the feed, timelines, retention |
//! | `write` | transactions: the lock, loaded hosts, edits, groups, the collector of sections |
//! | `ingest` | batches of reports, profile updates, consumer offsets |
//! | `overview` | the fleet at a glance |
//! | `past` | hosts as they were |
//!
//! A folder imports from those above it in the table and never from below.
//!
//! # Order
//! A writer first takes the lock of its organisation (the organisation's row) and keeps it until the commit. Numbers
//! ([`Change::seq`]) are given under that lock, so that they become visible in their order: a reader who has seen
//! number 7 will never find a 6 later. The lock also makes recognition exact: two reports of one new machine, taken
//! in by two processes, give one host.
//!
//! # To add a fact of a host
//! Add the field to [`Host`] with a serde default (old states must still be read), take it over in `identity/merge.rs`, and, if
//! questions ask for it, give it a column in a new migration, a value in `write/rows.rs` and a [`Condition`].

mod answer;
mod cache;
mod db;
mod error;
mod fleet;
mod identity;
mod index;
mod ingest;
mod log;
mod migrations;
mod model;
mod overview;
mod past;
mod query;
mod question;
mod sections;
mod write;

pub use answer::{
    GroupKind, GroupOrder, GroupPage, GroupQuery, HostRef, HostRow, PackedHosts, Page, ProfilePage, RefPage,
    StoredProfile, TagCount,
};
pub use cache::WeightedLru;
pub use db::STATEMENTS;
pub use error::{Error, Result};
pub use fleet::{Fleet, FleetOptions};
pub use identity::{
    Candidate, Collide, Collision, Hardware, Machine, Matching, Pin, UntoldCollision,
    find_all as find_all_hosts,
};
pub use index::{AddressText, Addressed, IndexStatistics, PackageName, PackageVersion};
pub use ingest::{
    ConsumerOffsets, ImportRefused, ImportResult, ImportedPart, PartitionOffset, PreparedReport,
    SourceMessage, StoredReport,
};
pub use log::{ChangeQuery, Feed, FollowerLag, LogHead, Start, TimelineEntry};
pub use migrations::MIGRATIONS;
pub use model::{
    Age, AppData, CanonicalFacts, Cause, Change, ChangeKind, Group, Host, Keys, MatchedOn, NO_NAMESPACE,
    Origin, OwnStaleness, OwnedTag, Owner, Precedence, Refused, Report, SectionMap, SectionRef, Staleness,
    StoredAppData, Tag, Tags, Times, fold, jsonb_order,
};
pub use overview::{GroupCount, HourlyActivity, Overview, SystemCount};
pub use past::{HostsThen, NotThen, OverviewThen};
pub use query::{
    AppCondition, AppKey, AppTest, Comparison, Condition, Direction, GroupLimit, HostQuery, OrderBy, Pattern,
    ProfileCondition, ProfileTest, Registration, Scope, TagMatch, TagPattern, TagText, Tree, ValueTest,
};
pub use question::{
    Completion, Expected, MAX_BYTES as MAX_QUESTION_BYTES, Mistake, Question, Unanswered, Untold,
    quoted as quoted_value, quoted_pattern, quoted_text,
};
pub use write::{
    Collected, Edit, EditOutcome, GroupOutcome, IdentityChange, IdentityChangeKind, IdentityOutcome,
    Workspace,
};
