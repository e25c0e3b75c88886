//! The record: hosts, the sections of their profiles, and the log of their states.
//!
//! Everything that Plumbline knows of a machine's past and present stands on one append-only log
//! ([`Change`]): each accepted report or edit appends one row with the whole small state after it and the digests of
//! the profile's sections, in the same transaction that writes the host. From it come events, history, "as of" and
//! the feed of changes; there is no second mechanism.
//!
//! * [`Fleet::ingest`]: a batch of [`Report`]s becomes hosts. [`identity`] says which host a report is about,
//!   [`merge`](crate::Host) field by field what becomes of it; one look-up and one transaction for the batch.
//!   [`Fleet::ingest_ready`] does so for messages that may be given again.
//! * [`Fleet::list`] and its neighbours: questions ([`HostQuery`]) within a [`Scope`], which no question can do without.
//! * [`Fleet::refs`], [`Fleet::tags`]: answers that are kept in memory under the number of the log that they are right at.
//! * [`Fleet::edit`], [`Fleet::delete`], groups: what people change.
//! * [`Fleet::changes`], [`Fleet::as_of`]: the log. [`Fleet::feed`], [`Fleet::timeline`]: the log as a caller sees it;
//!   [`Fleet::commits`]: when it grows. [`Fleet::overview`]: the fleet at a glance.
//! * [`Fleet::collect`]: sections and tags that nothing refers to any more are removed.
//!
//! # Order
//! A writer first takes the lock of its organisation (the organisation's row) and keeps it until the commit. Numbers
//! ([`Change::seq`]) are given under that lock, so that they become visible in their order: a reader who has seen
//! number 7 will never find a 6 later. The lock also makes recognition exact: two reports of one new machine, taken
//! in by two processes, give one host.
//!
//! # To add a fact of a host
//! Add the field to [`Host`] with a serde default (old states must still be read), take it over in `merge.rs`, and, if
//! questions ask for it, give it a column in a new migration, a value in `writer.rs` and a [`Condition`].

mod answers;
mod beginning;
mod caller;
mod codec;
mod collect;
mod conditions;
mod edit;
mod error;
mod feed;
mod fleet;
mod groups;
mod host;
pub mod identity;
mod ingest;
mod kept;
mod lease;
mod log;
mod marks;
mod merge;
mod migrations;
mod note;
mod overview;
mod press;
mod profiles;
mod query;
mod rank;
mod read;
mod recent;
mod refs;
mod report;
mod sections;
mod sequence;
mod set;
mod sketch;
mod statistics;
mod store;
mod tag_rows;
mod tags;
mod tail;
mod timeline;
mod writer;

pub use codec::{SectionMap, SectionRef};
pub use collect::Collected;
pub use edit::{Edit, Edited};
pub use error::{Error, Result};
pub use feed::{ChangeQuery, Feed, Start, Step};
pub use fleet::{Fleet, FleetOptions, Lists};
pub use groups::{GroupKind, GroupOrder, GroupOutcome, GroupPage, GroupQuery};
pub use host::{CanonicalFacts, Group, Host, Times};
pub use identity::{MatchedOn, Matching};
pub use ingest::{Ready, Stored};
pub use kept::Kept;
pub use log::{Behind, Cause, Change, Kind};
pub use marks::{Given, Mark, Marks};
pub use migrations::MIGRATIONS;
pub use overview::{Bin, GroupCount, Overview, SystemCount};
pub use profiles::{ProfilePage, StoredProfile};
pub use query::{
    Age, Condition, Direction, GroupLimit, HostQuery, OrderBy, Pattern, Registration, Scope, TagMatch,
};
pub use rank::fold;
pub use read::{HostRow, Page, TagCount};
pub use refs::{HostRef, RefPage};
pub use report::{Origin, Owner, Refused, Report, Staleness};
pub use store::ALL as STATEMENTS;
pub use tags::{Keys, NO_NAMESPACE, OwnedTag, Tag, Tags, jsonb_order};
