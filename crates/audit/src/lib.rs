//! The audit log: what people and tokens changed, who it was, when, by which operation, on what.
//!
//! An entry is written before the operation runs, and its outcome after: what was changed is in the log even when the process
//! is killed in between, and an operation that cannot be logged is not done. What was refused changed nothing, and its
//! entry goes. Reports of machines and samples are not in it: the log of the record and the samples themselves say who sent them.
//!
//! | part | gives |
//! | --- | --- |
//! | [`Audit`] | writes, lists and forgets entries |
//! | [`Act`] | what somebody is about to do |
//! | [`AuditEntry`] | what somebody did |

mod log;
mod migrations;
mod statements;

pub use log::{Act, Audit, AuditEntry, Begun, Query};
pub use migrations::MIGRATIONS;

/// Every static statement, for the test that has both engines prepare them.
pub use statements::ALL as STATEMENTS;
