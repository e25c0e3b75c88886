//! Operations on groups (workspaces) of hosts (contract inventory-http §14). A host is in at most one.

pub mod add_hosts;
pub mod create;
pub mod delete;
mod document;
pub mod get;
pub mod list;
pub mod list_hosts;
mod order;
pub mod patch;
mod reach;
pub mod remove_from_any;
pub mod remove_hosts;
