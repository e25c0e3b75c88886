//! Questions are answered in memory: one index per organisation, which follows the log.
//!
//! An index ([`OrgIndex`](org_index::OrgIndex)) holds what lists are found, ordered and counted by: bitmaps by tag, group,
//! system, type and reporter, names in one arena, times as columns, and the five orders of lists. It is right at one number
//! of the log. A question first brings it to the newest number: what this process commits is handed over by the
//! transaction ([`Indexes::committed`]), what others commit is read from the rows of the log since. So whoever has written
//! reads what was written, and nothing has to be kept on disk: an index that is lost is built from the database again.
//!
//! Which packages are where is kept by lists of packages, of which there are far fewer than hosts ([`PackageIndexes`]),
//! which addresses by their beginning ([`AddressIndexes`]).
//! What stands in profiles is kept in columns of its own ([`ProfileIndexes`]), one for each place that somebody asks for.

mod addresses;
mod conditions;
mod dictionary;
mod followed;
mod log_position;
mod order;
mod org_cache;
mod org_index;
pub(crate) mod packages;
mod pages;
mod profile_columns;
mod profiles;
mod read;
mod reporter_times;
mod tags;
mod texts;

pub(crate) use addresses::AddressIndexes;
pub use addresses::{AddressText, Addressed};
pub use followed::IndexStatistics;
pub(crate) use followed::{Indexes, OrgUpdate};
pub(crate) use org_index::{Heard, HostUpdate, State, System};
pub(crate) use packages::PackageIndexes;
pub use packages::{PackageName, PackageVersion};
pub(crate) use pages::IndexCounts;
pub(crate) use profiles::ProfileIndexes;
pub(crate) use tags::TagTexts;
