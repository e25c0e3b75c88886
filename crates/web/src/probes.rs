//! Probes: one answer for each of `/health/live`, `/health/ready` and `/health/started`, which says of every part how it is.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::response::Response;
use futures::future::BoxFuture;
use http::StatusCode;
use serde::Serialize;
use tokio::{sync::Mutex, time::timeout};

use crate::json_response;

/// The longest wait for what a process depends on; probes of schedulers wait little longer.
const PATIENCE: Duration = Duration::from_millis(800);
/// For so long an answer is given again: whoever asks often does not load what is asked about.
const KEPT: Duration = Duration::from_secs(1);

/// How one part of a process is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Its name.
    pub part: &'static str,
    /// Whether it is as it should be.
    pub ok: bool,
    /// What is wrong; nothing while nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Part {
    /// A part, and what is wrong with it.
    pub fn new(part: &'static str, state: Result<(), String>) -> Self {
        Self { part, ok: state.is_ok(), detail: state.err() }
    }
}

type Ask = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// Something that a process cannot work without, and how to ask whether it is there. Cheap to clone.
#[derive(Clone)]
pub struct Dependency {
    name: &'static str,
    ask: Ask,
    last: Arc<Mutex<Option<(Instant, Part)>>>,
}

impl Dependency {
    /// A dependency; `ask` says why it cannot be used, in words that strangers may read.
    pub fn new<F>(name: &'static str, ask: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), String>> + Send + 'static,
    {
        Self { name, ask: Arc::new(move || Box::pin(ask())), last: Arc::default() }
    }

    /// How it is now, or was a moment ago. Whoever asks meanwhile waits for the same answer.
    pub async fn ask(&self) -> Part {
        let mut last = self.last.lock().await;
        if let Some((at, part)) = &*last
            && at.elapsed() < KEPT
        {
            return part.clone();
        }
        let silent = || Err(format!("does not answer within {} ms", PATIENCE.as_millis()));
        let part = Part::new(self.name, timeout(PATIENCE, (self.ask)()).await.unwrap_or_else(|_| silent()));
        *last = Some((Instant::now(), part.clone()));
        part
    }
}

impl fmt::Debug for Dependency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dependency").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The answer of a probe: 200 while every part is well, else 503, and the parts as JSON either way.
pub fn answer(parts: &[Part]) -> Response {
    let well = parts.iter().all(|part| part.ok);
    let status = if well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let said = if well { "ok" } else { "failing" };
    let body = serde_json::json!({"status": said, "parts": parts}).to_string();
    json_response(status, "application/json", body)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::Health;

    #[tokio::test]
    async fn a_dependency_that_is_silent_is_not_waited_for_long() {
        let silent = Dependency::new("database", std::future::pending);
        let part = timeout(Duration::from_secs(20), silent.ask()).await.unwrap();
        assert!(!part.ok && part.detail.unwrap().contains("does not answer"));
    }

    #[tokio::test]
    async fn whoever_asks_often_is_given_the_same_answer() {
        let asked = Arc::new(AtomicU32::new(0));
        let count = asked.clone();
        let dependency = Dependency::new("database", move || {
            count.fetch_add(1, Ordering::Relaxed);
            async { Ok(()) }
        });
        for _ in 0..50 {
            assert!(dependency.ask().await.ok);
        }
        assert!(asked.load(Ordering::Relaxed) < 50, "{asked:?}");
    }

    #[tokio::test]
    async fn each_probe_says_which_part_is_not_well() {
        let health = Health::starting("the database is opened");
        health.depends_on(Dependency::new("database", || async { Err("cannot be asked".to_owned()) }));
        let relay = health.role("relay");
        let bad = |parts: Vec<Part>| parts.into_iter().filter(|part| !part.ok).collect::<Vec<_>>();
        let part = |part, detail: &str| Part::new(part, Err(detail.to_owned()));
        let not_started = part("start", "the database is opened");
        assert_eq!(health.start(), not_started);
        assert_eq!(bad(health.live()), []);
        assert_eq!(bad(health.ready().await), [not_started, part("database", "cannot be asked")]);
        health.started();
        health.drain();
        relay.ended("the topic is gone");
        let ended = part("relay", "has ended: the topic is gone");
        assert!(health.start().ok);
        assert_eq!(bad(health.live()), std::slice::from_ref(&ended));
        let expected =
            [part("drain", "the process is about to end"), ended, part("database", "cannot be asked")];
        assert_eq!(bad(health.ready().await), expected);
    }
}
