//! Whether a process does its work: what `/health` says.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn},
};
use http::{HeaderValue, header};

/// Work that has not come to an end for so long counts as stuck.
const STUCK_AFTER: Duration = Duration::from_mins(1);

/// What a process does, part by part. Cloning it gives another handle to the same.
#[derive(Debug, Clone, Default)]
pub struct Health(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// Work under way by role, and since when.
    working: BTreeMap<&'static str, Instant>,
    /// Roles that have ended, and why.
    ended: BTreeMap<&'static str, String>,
    /// No new requests are wanted.
    is_draining: bool,
}

impl Health {
    /// The health of one part of the work.
    pub fn role(&self, name: &'static str) -> RoleHealth {
        RoleHealth { health: self.clone(), name }
    }

    /// The process is about to end: whoever distributes requests leaves it out from now on.
    pub fn drain(&self) {
        self.lock().is_draining = true;
    }

    /// Whether the process is about to end.
    pub fn is_draining(&self) -> bool {
        self.lock().is_draining
    }

    /// What is wrong, a line each; nothing when all is well.
    pub fn problems(&self) -> Vec<String> {
        self.problems_at(Instant::now())
    }

    fn problems_at(&self, now: Instant) -> Vec<String> {
        let state = self.lock();
        let ended = state.ended.iter().map(|(role, reason)| format!("{role} has ended: {reason}"));
        let stuck = state
            .working
            .iter()
            .map(|(role, since)| (role, now.saturating_duration_since(*since)))
            .filter(|(_, lasting)| *lasting >= STUCK_AFTER)
            .map(|(role, lasting)| format!("{role} has not got on for {} s", lasting.as_secs()));
        let draining = state.is_draining.then(|| "the process is about to end".to_owned());
        draining.into_iter().chain(ended).chain(stuck).collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The health of one part of the work.
#[derive(Debug, Clone)]
pub struct RoleHealth {
    health: Health,
    name: &'static str,
}

impl RoleHealth {
    /// Work begins; it is stuck when it is not [`done`](Self::done) in time. Said again, it changes nothing.
    pub fn begin(&self) {
        self.health.lock().working.entry(self.name).or_insert_with(Instant::now);
    }

    /// The work that has begun is done.
    pub fn done(&self) {
        self.health.lock().working.remove(self.name);
    }

    /// The role does nothing any more.
    pub fn ended(&self, reason: impl Into<String>) {
        self.health.lock().ended.insert(self.name, reason.into());
    }
}

/// The router, whose answers close their connections once the process is about to end: a proxy that keeps connections open
/// then opens the next one elsewhere, before this process goes away under it.
pub fn close_when_draining(router: Router, health: Health) -> Router {
    router.layer(from_fn(move |request: Request, next: Next| {
        let health = health.clone();
        async move {
            let mut response = next.run(request).await;
            if health.is_draining() {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            response
        }
    }))
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, routing::get};
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn answers_close_their_connections_once_the_process_is_about_to_end() {
        let health = Health::default();
        let router = close_when_draining(Router::new().route("/", get(async || "")), health.clone());
        let ask = async || {
            let request = Request::get("/").body(Body::empty()).unwrap();
            router.clone().oneshot(request).await.unwrap().headers().contains_key("connection")
        };
        assert!(!ask().await);
        health.drain();
        assert!(ask().await);
    }

    #[test]
    fn work_that_does_not_come_to_an_end_is_told() {
        let health = Health::default();
        let (ingress, relay) = (health.role("ingress"), health.role("relay"));
        ingress.begin();
        relay.begin();
        assert!(health.problems().is_empty());
        relay.done();
        let begun = health.lock().working["ingress"];
        let later = begun + Duration::from_secs(70);
        ingress.begin();
        assert_eq!(health.problems_at(later), ["ingress has not got on for 70 s"]);
        ingress.done();
        assert!(health.problems_at(later).is_empty());
    }

    #[test]
    fn a_role_that_has_ended_is_told_for_ever() {
        let health = Health::default();
        health.role("ingress").ended("the topic is gone");
        health.drain();
        assert_eq!(
            health.problems(),
            ["the process is about to end", "ingress has ended: the topic is gone"]
        );
    }
}
