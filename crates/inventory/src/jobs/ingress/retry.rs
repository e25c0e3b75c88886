//! How long work is tried again that the database does not take.

use std::time::Duration;

use ground::Stop;

/// The wait after the first failure; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(100);
/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// How long to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryLimit {
    /// Until it succeeds: nobody else would give the messages again.
    Unlimited,
    /// So long between the attempts together: somebody waits for the answer.
    After(Duration),
}

/// Why a batch was given up: nothing is committed, and it has to be given again.
#[derive(Debug, thiserror::Error)]
pub enum Abandoned {
    /// It was told to stop.
    #[error("told to stop")]
    Stopped,
    /// Another member of the group has taken in messages of the same partition, or the database is in an older state.
    #[error(transparent)]
    Overtaken(fleet::Error),
    /// The database does not take it now, and the limit is reached.
    #[error(transparent)]
    Failing(fleet::Error),
}

/// Waits between attempts, each twice as long as the one before.
#[derive(Debug)]
pub(in crate::jobs) struct Backoff {
    wait: Duration,
    waited: Duration,
}

impl Backoff {
    pub(in crate::jobs) fn new() -> Self {
        Self { wait: FIRST_WAIT, waited: Duration::ZERO }
    }

    /// The next wait.
    pub(in crate::jobs) fn next(&mut self) -> Duration {
        let wait = self.wait;
        self.waited += wait;
        self.wait = (wait * 2).min(LONGEST_WAIT);
        wait
    }

    /// Waits before the next attempt, unless `limit` is reached.
    pub(in crate::jobs) async fn again(
        &mut self,
        error: fleet::Error,
        limit: RetryLimit,
        stop: &mut Stop,
    ) -> Result<(), Abandoned> {
        if matches!(limit, RetryLimit::After(most) if self.waited >= most) {
            return Err(Abandoned::Failing(error));
        }
        let wait = self.next();
        metrics::counter!("inventory_mq_db_communication_error_total").increment(1);
        tracing::warn!(%error, again_in = ?wait, "cannot store, trying again");
        if stop.sleep(wait).await { Ok(()) } else { Err(Abandoned::Stopped) }
    }
}

/// Tries until the work succeeds, or fails by its own values.
pub(in crate::jobs) async fn until_stored<T, F>(
    limit: RetryLimit,
    stop: &mut Stop,
    mut work: impl FnMut() -> F,
) -> Result<fleet::Result<T>, Abandoned>
where
    F: Future<Output = fleet::Result<T>>,
{
    let mut backoff = Backoff::new();
    loop {
        match work().await {
            Ok(done) => return Ok(Ok(done)),
            Err(error) if error.is_of_the_report() => return Ok(Err(error)),
            Err(error) => backoff.again(error, limit, stop).await?,
        }
    }
}
