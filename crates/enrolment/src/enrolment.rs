//! The tokens in a database.

use std::{sync::Arc, time::Duration};

use ground::Clock;
use store::Db;

use crate::{BadToken, RateLimit};

/// Reports of one host: some at once, as people try things out, and one in five seconds.
const REPORTS: (u32, Duration) = (20, Duration::from_secs(5));
/// Machines that one token enrols: a rack at once, and then one a second.
const ENROLMENTS: (u32, Duration) = (100, Duration::from_secs(1));

/// Makes, lists, checks and revokes tokens. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Enrolment {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) reports: Arc<RateLimit>,
    pub(crate) enrolments: Arc<RateLimit>,
}

/// Why a token does nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is no token, not known, ended, used up or revoked: whoever shows it is not told which.
    #[error(
        "the token is not valid, or not valid any more; `plumbline token create` makes one to enrol with"
    )]
    Refused,
    /// It is used too often.
    #[error("this token is used too often: try again in {} seconds", .0.as_secs() + 1)]
    TooOften(Duration),
    /// It cannot be made.
    #[error(transparent)]
    Bad(#[from] BadToken),
    /// The system gives no random numbers.
    #[error("the system gives no random numbers: {0}")]
    Random(#[from] getrandom::Error),
    /// The database does not do it.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Enrolment {
    /// The tokens in a database with the tables of [`crate::MIGRATIONS`].
    pub fn new(db: Db, clock: Clock) -> Self {
        let limit = |(burst, each)| Arc::new(RateLimit::new(burst, each));
        Self { db, clock, reports: limit(REPORTS), enrolments: limit(ENROLMENTS) }
    }
}
