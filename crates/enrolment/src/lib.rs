//! Tokens by which other machines report.
//!
//! Somebody who may change hosts makes an [enrolment token](NewToken), which enrols so many machines until a time. A machine
//! that shows it registers a [host token](HostToken), made by the machine itself, and reports with that from then on. A host
//! token is for one host, by id: whoever steals an enrolment token can add hosts until it ends, and speak for none that is
//! there.
//!
//! | part | gives |
//! | --- | --- |
//! | [`Secret`] | a token as text, and the digest that is stored in its place |
//! | [`Enrolment`] | makes, lists, checks and revokes tokens of both kinds |
//! | [`RateLimit`] | how often a token may be used |
//!
//! A token that is no good is refused in the same words whatever is wrong with it; only the log says why.

mod enrolment;
mod host_tokens;
mod migrations;
mod rate_limit;
mod secret;
mod statements;
mod tokens;

pub use enrolment::{Enrolment, Error};
pub use host_tokens::{Enrolled, HostToken};
pub use migrations::MIGRATIONS;
pub use rate_limit::RateLimit;
pub use secret::{Secret, TokenKind};
pub use tokens::{BadToken, EnrolmentToken, Limits, MOST_TOKENS, NewToken, TokenTag};

/// Every static statement, for the test that has both engines prepare them.
pub use statements::ALL as STATEMENTS;
