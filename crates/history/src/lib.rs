//! historical-system-profiles on the wire: what machines were (contract history).
//!
//! Floor 4 of the house. Of the machines of this inventory the log knows every state, and a *historical profile* is a row
//! of it. What another inventory tells by its events, and what was imported, is stored in tables of its own; both are
//! read as one ([`Records`]).
//!
//! | part | gives |
//! | --- | --- |
//! | [`api`] | the operations over HTTP, one file each |
//! | [`jobs`], [`messages`] | events of another inventory into the tables; old profiles out of them |
//! | [`import`] | rows of the original's table |
//! | [`rules`] | when a profile was captured, which are shown, ids of rows of the log. No I/O |
//! | [`store`] | [`Profiles`]: the tables `historical_profile`, `historical_profile_part`, `historical_arrival`, `historical_removal` |
//! | [`log`] | the same from the log of hosts |
//! | [`Records`] | both together |

pub mod api;
pub mod hosts;
pub mod import;
pub mod jobs;
pub mod log;
pub mod messages;
mod migrations;
mod records;
pub mod rules;
mod service;
pub mod store;

pub use self::service::{App, Connect, SERVICE};
pub use hosts::Hosts;
pub use log::Log;
pub use migrations::MIGRATIONS;
pub use records::{Error, Head, Record, Records, Result};
pub use store::Profiles;
