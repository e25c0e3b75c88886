//! Work that follows what grows, as the log of the record does.

use std::{fmt::Display, time::Duration};

use ground::Stop;
use tokio::sync::watch;
use web::RoleHealth;

/// How long to wait between two passes.
#[derive(Debug, Clone, Copy)]
pub struct Waits {
    /// When nothing tells of growth: other processes write as well.
    pub idle: Duration,
    /// After a failure, whatever grows meanwhile.
    pub failed: Duration,
}

/// Makes a pass whenever `grown` tells of growth, and when that does not for a while, until told to stop. A failure is logged as
/// `problem`, and the next pass tries again.
pub async fn follow<F, E>(
    mut grown: watch::Receiver<u64>,
    waits: Waits,
    health: &RoleHealth,
    mut stop: Stop,
    problem: &'static str,
    mut pass: impl FnMut() -> F,
) where
    F: Future<Output = Result<(), E>>,
    E: Display,
{
    while !stop.is_asked() {
        health.begin();
        let passed = pass().await;
        let wait = match &passed {
            Ok(()) => {
                health.done();
                waits.idle
            }
            Err(error) => {
                tracing::warn!(%error, "{problem}, trying again");
                waits.failed
            }
        };
        tokio::select! {
            () = stop.asked() => break,
            // Who sends is what grows, and lives as long.
            _ = grown.changed(), if passed.is_ok() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, time::Instant};

    use ground::Stopper;
    use web::Health;

    use super::*;

    #[tokio::test]
    async fn a_pass_follows_growth_at_once_and_a_failure_after_its_wait() {
        let (grow, grown) = watch::channel(0);
        let (stopper, stop) = Stopper::new();
        let waits = Waits { idle: Duration::from_mins(1), failed: Duration::from_millis(20) };
        let (passes, began) = (Cell::new(0), Instant::now());
        let pass = || {
            passes.set(passes.get() + 1);
            let number = passes.get();
            if number == 1 {
                grow.send_replace(1);
            }
            if number == 3 {
                stopper.stop();
            }
            async move { if number == 2 { Err("away") } else { Ok(()) } }
        };
        follow(grown, waits, &Health::default().role("follower"), stop, "cannot follow", pass).await;
        assert_eq!(passes.get(), 3);
        assert!((waits.failed..waits.idle).contains(&began.elapsed()), "{:?}", began.elapsed());
    }
}
