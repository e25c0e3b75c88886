//! Questions about hosts, as types and as SQL, always within a scope.

mod app_condition;
mod host_query;
mod profile_condition;
mod scope;
pub(crate) mod sql;

pub use app_condition::{AppCondition, AppKey, AppTest};
pub use host_query::{Condition, Direction, HostQuery, OrderBy, Pattern, Registration, TagMatch};
pub use profile_condition::{Comparison, ProfileCondition, ValueTest};
pub use scope::{GroupLimit, Scope};
