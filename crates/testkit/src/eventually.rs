//! Waiting for what comes in its own time.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// Tries every 20 ms until there is an answer, and gives it; panics with `what` when there is none `within` that
/// time. For a plain condition return `condition.then_some(())`.
pub async fn eventually<T, F>(what: &str, within: Duration, mut attempt: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let deadline = Instant::now() + within;
    loop {
        if let Some(answer) = attempt().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "not within {within:?}: {what}");
        sleep(Duration::from_millis(20)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_that_comes_late_is_given() {
        let mut attempts = 0;
        let answer = eventually("the third attempt", Duration::from_secs(5), || {
            attempts += 1;
            let reached = (attempts == 3).then_some(attempts);
            async move { reached }
        })
        .await;
        assert_eq!(answer, 3);
    }

    #[tokio::test]
    #[should_panic(expected = "not within 30ms: rain in the desert")]
    async fn an_answer_that_never_comes_fails_the_test_by_its_name() {
        eventually("rain in the desert", Duration::from_millis(30), || async { None::<()> }).await;
    }
}
