//! Operations on hosts (contract inventory-http §13; `POST /hosts` is §25.5).

pub mod check_in;
pub mod create;
pub mod delete;
pub mod delete_all;
pub mod delete_matching;
pub mod exists;
mod facts;
pub mod facts_merge;
pub mod facts_replace;
pub mod get;
mod legacy_out;
pub mod list;
pub mod patch;
mod reach;
pub mod system_profile;
mod tag_list;
pub mod tag_many;
pub mod tags;
pub mod tags_count;
pub mod view;
