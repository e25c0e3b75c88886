//! Questions about hosts and groups, always within a scope.

pub(crate) mod answer_cache;
pub(crate) mod first_page;
pub(crate) mod groups;
pub(crate) mod host_query;
pub(crate) mod host_refs;
pub(crate) mod hosts;
pub(crate) mod profiles;
pub(crate) mod scope;
pub(crate) mod sql;
pub(crate) mod tags;

pub use groups::{GroupKind, GroupOrder, GroupPage, GroupQuery};
pub use host_query::{Condition, Direction, HostQuery, OrderBy, Pattern, Registration, TagMatch};
pub use host_refs::{HostRef, RefPage};
pub use hosts::{HostRow, Page};
pub use profiles::{ProfilePage, StoredProfile};
pub use scope::{GroupLimit, Scope};
pub use tags::TagCount;
