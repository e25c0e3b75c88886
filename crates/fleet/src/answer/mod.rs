//! Answers to questions about hosts, tags and groups: from the index, or else from the database.

mod app_data;
mod groups;
mod host_refs;
mod hosts;
mod packed_hosts;
mod profiles;
mod tags;

pub use groups::{GroupKind, GroupOrder, GroupPage, GroupQuery};
pub use host_refs::{HostRef, RefPage};
pub use hosts::{HostRow, Page};
pub use packed_hosts::PackedHosts;
pub use profiles::{ProfilePage, StoredProfile};
pub use tags::TagCount;
