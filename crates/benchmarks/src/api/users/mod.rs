//! Users.

pub mod claims;
pub mod get_self;
pub mod list;
pub mod register;
pub mod remove;
pub mod results;
pub mod search;
pub mod try_admin;
pub mod update_self;
