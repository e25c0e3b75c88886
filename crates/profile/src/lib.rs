//! What a machine looks like.
//!
//! Floor 1 of the house, pure: texts and values in, texts and values out. A *system profile* is the JSON object
//! in which a machine describes itself. [`Profile::parse`] makes it safe to keep: coerced, validated, freed of
//! what the schema does not know, its legacy fields moved into `workloads`, and split into *sections* (contract
//! system-profile §2 to §6).
//!
//! | part | gives |
//! | --- | --- |
//! | [`schema`] | every field with its type, limits, storage and flags, as data ([`Schema`]) |
//! | [`Profile`], [`List`], [`Section`] | a profile taken apart: the facts, and each list with its two digests |
//! | [`ListCache`] | a memory of lists that passed, so that the same bytes are not checked again |
//! | [`Digest`] | names for contents: *canonical* (order means nothing) and *content* (as sent) |
//! | [`facts_digest`], [`facts_json`], [`merge_facts`] | the facts as text, and the rules for newer over older ones |
//! | [`moment()`] | the date-time forms that profiles may use |
//! | [`join`], [`join_members`] | the profile back as JSON text, lists by concatenation |
//! | [`host_type`], [`os_sort_key`], [`os_name`], [`owner_id`] | what hosts derive from facts |
//!
//! # To add a field
//!
//! Add its line to `src/fields.tsv`; the header explains the columns. Validation, the property tests and the
//! filters built on [`Schema`] follow. A new top-level array also becomes a section: give it the next free code
//! in `src/section.rs` (a test fails until it has one). Codes are stored, so one is never given twice.
//!
//! # To add a legacy field
//!
//! Add its line with storage `legacy` and say in `src/workloads.rs` where its value goes.

mod canonical;
mod coerce;
mod conform;
mod derived;
mod digest;
mod facts;
mod invalid;
mod join;
mod list;
mod list_cache;
mod moment;
mod path;
mod profile;
mod raw;
pub mod schema;
mod section;
mod volatile;
mod workloads;

pub use derived::{host_type, os_name, os_sort_key, owner_id};
pub use digest::Digest;
pub use facts::{facts_digest, facts_json, merge_facts};
pub use invalid::Invalid;
pub use join::{join, join_members};
pub use list::List;
pub use list_cache::ListCache;
pub use moment::parse as moment;
pub use profile::Profile;
pub use schema::Schema;
pub use section::Section;
pub use volatile::{VOLATILE, Volatile};
