//! A service together with how its `App` is made: what a list of different services can hold.

use std::{fmt, time::Duration};

use axum::Router;
use futures::future::BoxFuture;
use ground::Stop;
use settings::Settings;
use store::Migrations;
use utoipa::openapi::OpenApi;
use web::Health;

use crate::{Error, Metric, Service};

type Make<E> = Box<dyn Fn(&E) -> Result<Ready, Error> + Send + Sync>;
type MakeRouter = Box<dyn FnOnce() -> Router + Send>;
type RunRole = Box<dyn FnOnce(Health, Stop) -> BoxFuture<'static, Result<(), Error>> + Send>;
type RunJob = Box<dyn Fn(Stop) -> BoxFuture<'static, Result<String, Error>> + Send + Sync>;

/// A service of the program, whatever its `App`. `E` is what the program makes Apps from.
pub struct Registered<E> {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, in one line.
    pub about: &'static str,
    /// Its OpenAPI document.
    pub document: fn() -> OpenApi,
    /// Its tables.
    pub migrations: &'static [Migrations],
    /// What it counts and measures.
    pub metrics: &'static [Metric],
    /// The base paths that it is served under.
    pub bases: fn(&Settings) -> Vec<String>,
    /// Names of its roles, with what they do.
    pub roles: Vec<(&'static str, &'static str)>,
    /// Names of its jobs, with what they do.
    pub jobs: Vec<(&'static str, &'static str)>,
    make: Make<E>,
}

/// A service that can run.
pub struct Ready {
    /// Makes its routes under every base path.
    pub router: MakeRouter,
    /// Its roles.
    pub roles: Vec<ReadyRole>,
    /// Its jobs.
    pub jobs: Vec<ReadyJob>,
}

/// A role that can run.
pub struct ReadyRole {
    /// Its name.
    pub name: &'static str,
    /// The topics that it reads.
    pub reads: Vec<String>,
    /// The topics that it publishes to.
    pub writes: Vec<String>,
    /// Whether `plumbline up` runs it.
    pub in_up: bool,
    /// Why there is nothing to do for it.
    pub idle: Option<&'static str>,
    /// Runs it until it is told to stop.
    pub run: RunRole,
}

/// A job that can run.
pub struct ReadyJob {
    /// Its name.
    pub name: &'static str,
    /// How long to wait between two runs.
    pub every: Option<Duration>,
    /// Whether one process at a time does it.
    pub alone: bool,
    /// Runs it once.
    pub run: RunJob,
}

impl<A: Clone + Send + Sync + 'static> Service<A> {
    /// The service with how its `App` is made. `settings` finds the settings in what the program has.
    pub fn with<E: 'static>(
        &'static self,
        settings: fn(&E) -> &Settings,
        app: fn(&E) -> Result<A, Error>,
    ) -> Registered<E> {
        let make = move |from: &E| {
            let (app, settings) = (app(from)?, settings(from));
            let roles = self.roles.iter().map(|role| {
                let app = app.clone();
                ReadyRole {
                    name: role.name,
                    reads: (role.reads)(settings),
                    writes: (role.writes)(settings),
                    in_up: role.in_up,
                    idle: (role.idle)(settings),
                    run: Box::new(move |health, stop| (role.run)(app, health, stop)),
                }
            });
            let jobs = self.jobs.iter().map(|job| {
                let app = app.clone();
                ReadyJob {
                    name: job.name,
                    every: (job.every)(settings),
                    alone: job.alone,
                    run: Box::new(move |stop| (job.run)(app.clone(), stop)),
                }
            });
            let (roles, jobs) = (roles.collect(), jobs.collect());
            let bases = (self.bases)(settings);
            Ok(Ready { roles, jobs, router: Box::new(move || (self.router)(&app, &bases)) })
        };
        Registered {
            name: self.name,
            about: self.about,
            document: self.document,
            migrations: self.migrations,
            metrics: self.metrics,
            bases: self.bases,
            roles: self.roles.iter().map(|role| (role.name, role.about)).collect(),
            jobs: self.jobs.iter().map(|job| (job.name, job.about)).collect(),
            make: Box::new(make),
        }
    }
}

impl<E> Registered<E> {
    /// Makes its `App`, and what runs on it.
    pub fn make(&self, from: &E) -> Result<Ready, Error> {
        (self.make)(from)
    }

    /// The tables of several services, each crate's set once, in order.
    pub fn all_migrations(services: &[Self]) -> Vec<Migrations> {
        let mut all: Vec<Migrations> = Vec::new();
        for set in services.iter().flat_map(|service| service.migrations) {
            if all.iter().all(|known| known.owner != set.owner) {
                all.push(*set);
            }
        }
        all
    }
}

impl<E> fmt::Debug for Registered<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registered").field("name", &self.name).finish_non_exhaustive()
    }
}

impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let roles: Vec<_> = self.roles.iter().map(|role| role.name).collect();
        f.debug_struct("Ready").field("roles", &roles).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use ground::Stopper;

    use super::*;
    use crate::{Job, Role};

    static ONE: Service<u8> = Service {
        name: "one",
        about: "a service",
        document: OpenApi::default,
        migrations: &[Migrations { owner: "shared", steps: &[] }, Migrations { owner: "one", steps: &[] }],
        metrics: &[],
        bases: |_| vec!["/one".to_owned()],
        router: |_, _| Router::new(),
        roles: &[Role {
            name: "read",
            about: "reads",
            reads: |_| Vec::new(),
            writes: |_| Vec::new(),
            in_up: true,
            idle: |_| None,
            run: |_, _, _| Box::pin(async { Ok(()) }),
        }],
        jobs: &[Job {
            name: "tidy",
            about: "tidies",
            every: |_| None,
            alone: true,
            run: |app, _| Box::pin(async move { Ok(app.to_string()) }),
        }],
    };

    #[tokio::test]
    async fn what_is_registered_runs_on_the_app_that_was_made_for_it() {
        let registered = ONE.with::<Settings>(|settings| settings, |_| Ok(7));
        let mut ready = registered.make(&Settings::default()).unwrap();
        let (_stopper, stop) = Stopper::new();
        assert_eq!((ready.jobs.remove(0).run)(stop.clone()).await.unwrap(), "7");
        (ready.roles.remove(0).run)(Health::default(), stop).await.unwrap();
    }

    #[test]
    fn a_set_of_tables_that_two_services_name_is_applied_once() {
        let make = || ONE.with::<Settings>(|settings| settings, |_| Ok(7));
        let owners: Vec<_> =
            Registered::all_migrations(&[make(), make()]).iter().map(|set| set.owner).collect();
        assert_eq!(owners, ["shared", "one"]);
    }
}
