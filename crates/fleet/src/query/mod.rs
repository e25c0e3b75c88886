//! Questions about hosts, as types and as SQL, always within a scope.

mod app_condition;
mod host_query;
mod pattern;
mod profile_condition;
mod scope;
pub(crate) mod sql;
mod tree;

pub use app_condition::{AppCondition, AppKey, AppTest};
pub use host_query::{Condition, Direction, HostQuery, OrderBy, Registration, TagMatch, TagPattern, TagText};
pub use pattern::Pattern;
pub use profile_condition::{Comparison, ProfileCondition, ProfileTest, ValueTest};
pub use scope::{GroupLimit, Scope};
pub use tree::Tree;
