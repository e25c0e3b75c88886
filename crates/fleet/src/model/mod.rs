//! What a host, its group, a report and a row of the log are.

pub(crate) mod app_data;
pub(crate) mod change;
pub(crate) mod event_size;
pub(crate) mod fold;
pub(crate) mod group;
pub(crate) mod host;
pub(crate) mod json_size;
pub(crate) mod matched_on;
pub(crate) mod origin;
pub(crate) mod report;
pub(crate) mod section_map;
pub(crate) mod set;
pub(crate) mod staleness;
pub(crate) mod tags;

pub use app_data::{AppData, StoredAppData};
pub use change::{Cause, Change, ChangeKind};
pub use fold::fold;
pub use group::Group;
pub use host::{CanonicalFacts, Host, Times};
pub use matched_on::MatchedOn;
pub use origin::Origin;
pub use report::{Owner, Precedence, Refused, Report};
pub use section_map::{SectionMap, SectionRef};
pub use staleness::{Age, OwnStaleness, Staleness};
pub use tags::{Keys, NO_NAMESPACE, OwnedTag, Tag, Tags, jsonb_order};
