//! Whether a process does its work: what `/health` says, and apart from each other whether it is started, ready and alive.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn},
};
use http::{HeaderValue, header};

use crate::probes::{Dependency, Part};

/// Work that has not come to an end for so long counts as stuck.
const STUCK_AFTER: Duration = Duration::from_mins(1);

/// What a process does, part by part. Cloning it gives another handle to the same.
#[derive(Debug, Clone, Default)]
pub struct Health(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// What has to be done yet before the process is started.
    starting: Option<&'static str>,
    /// What the process cannot work without.
    dependencies: Vec<Dependency>,
    /// Every part that was spoken of.
    roles: BTreeSet<&'static str>,
    /// Work under way by role, and since when.
    working: BTreeMap<&'static str, Instant>,
    /// Roles that have ended, and why.
    ended: BTreeMap<&'static str, String>,
    /// No new requests are wanted.
    is_draining: bool,
}

impl Health {
    /// The health of a process that is not started yet; the default is one of a process that is.
    pub fn starting(step: &'static str) -> Self {
        let health = Self::default();
        health.lock().starting = Some(step);
        health
    }

    /// Everything stands.
    pub fn started(&self) {
        self.lock().starting = None;
    }

    /// Without this the process is not ready.
    pub fn depends_on(&self, dependency: Dependency) {
        self.lock().dependencies.push(dependency);
    }

    /// The health of one part of the work.
    pub fn role(&self, name: &'static str) -> RoleHealth {
        self.lock().roles.insert(name);
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

    /// Whether everything stands that has to before the first request.
    pub fn start(&self) -> Part {
        Part::new("start", self.lock().starting.map_or(Ok(()), |step| Err(step.to_owned())))
    }

    /// The roles, each with why a new process would do better: a role that has ended does not come back by itself.
    pub fn live(&self) -> Vec<Part> {
        let state = self.lock();
        state.roles.iter().map(|role| Part::new(role, state.ended(role).map_or(Ok(()), Err))).collect()
    }

    /// Everything that requests and messages need: the start, no signal to stop, roles that get on, and what the process
    /// depends on.
    pub async fn ready(&self) -> Vec<Part> {
        let mut parts = vec![self.start()];
        let dependencies = {
            let state = self.lock();
            parts.push(Part::new("drain", state.drains().map_or(Ok(()), Err)));
            let now = Instant::now();
            let role = |role: &&'static str| {
                let problem = state.ended(role).or_else(|| state.stuck(role, now));
                Part::new(role, problem.map_or(Ok(()), Err))
            };
            parts.extend(state.roles.iter().map(role));
            state.dependencies.clone()
        };
        for dependency in dependencies {
            parts.push(dependency.ask().await);
        }
        parts
    }

    fn problems_at(&self, now: Instant) -> Vec<String> {
        let state = self.lock();
        let named = |role: &str, problem: Option<String>| Some(format!("{role} {}", problem?));
        let ended = state.ended.keys().filter_map(|role| named(role, state.ended(role)));
        let stuck = state.working.keys().filter_map(|role| named(role, state.stuck(role, now)));
        state.drains().into_iter().chain(ended).chain(stuck).collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// That no new requests are wanted.
    fn drains(&self) -> Option<String> {
        self.is_draining.then(|| "the process is about to end".to_owned())
    }

    /// That a role has ended, and why.
    fn ended(&self, role: &str) -> Option<String> {
        Some(format!("has ended: {}", self.ended.get(role)?))
    }

    /// That a role has not got on for too long.
    fn stuck(&self, role: &str, now: Instant) -> Option<String> {
        let lasting = now.saturating_duration_since(*self.working.get(role)?);
        (lasting >= STUCK_AFTER).then(|| format!("has not got on for {} s", lasting.as_secs()))
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
