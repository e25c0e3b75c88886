//! The services of this program: the one list that `up`, `serve`, `consume`, `job`, `migrate` and `openapi` read.

use std::sync::LazyLock;

use service::{Error, Ready, Registered};
use store::Migrations;

use crate::{
    failure::{Failure, Result},
    wiring::{self, audit},
    world::{World, organisation},
};

/// Every service with how it is made, in the order in which their tables are made.
static ALL: LazyLock<Vec<Registered<World>>> = LazyLock::new(|| {
    vec![
        inventory::SERVICE.with(World::settings, |world| Ok(wiring::inventory::app(world))),
        fleet_api::SERVICE.with(World::settings, |world| Ok(wiring::fleet::app(world))),
        baselines::SERVICE.with(World::settings, |world| boxed(wiring::baselines::app(world))),
        history::SERVICE.with(World::settings, |world| boxed(wiring::history::app(world))),
        notifications::SERVICE.with(World::settings, |world| Ok(wiring::notifications::app(world))),
        drift::SERVICE.with(World::settings, |world| boxed(wiring::drift::app(world))),
        drift::CAUSES.with(World::settings, |world| boxed(wiring::drift::api(world))),
        monitoring::SERVICE.with(World::settings, |world| boxed(wiring::metrics::app(world))),
        benchmarks::SERVICE.with(World::settings, |world| Ok(wiring::benchmarks::app(world))),
        benchmarks::REGRESSIONS.with(World::settings, |world| boxed(wiring::benchmarks::regressions(world))),
        login::SERVICE.with(World::settings, |world| Ok(wiring::login::app(world))),
    ]
});

/// The tables of every service.
static MIGRATIONS: LazyLock<Vec<Migrations>> = LazyLock::new(|| Registered::all_migrations(all()));

fn boxed<A>(made: Result<A>) -> std::result::Result<A, Error> {
    made.map_err(Into::into)
}

/// Every service.
pub fn all() -> &'static [Registered<World>] {
    &ALL
}

/// The tables of every service; a database has all of them, whatever a process serves.
pub fn migrations() -> &'static [Migrations] {
    &MIGRATIONS
}

/// The services of these names; all when none is named.
pub fn named(names: &[String]) -> Vec<&'static Registered<World>> {
    all().iter().filter(|service| names.is_empty() || names.iter().any(|name| name == service.name)).collect()
}

/// Names and meanings of services, for the command line.
pub fn names() -> Vec<(&'static str, &'static str)> {
    all().iter().map(|service| (service.name, service.about)).collect()
}

/// Names and meanings of the roles of all services.
pub fn roles() -> Vec<(&'static str, &'static str)> {
    all().iter().flat_map(|service| service.roles.iter().copied()).collect()
}

/// Names and meanings of the jobs of all services.
pub fn jobs() -> Vec<(&'static str, &'static str)> {
    all().iter().flat_map(|service| service.jobs.iter().copied()).collect()
}

/// Makes what these services run on, and tells the recorder of metrics what they count.
pub fn make(services: &[&'static Registered<World>], world: &World) -> Result<Vec<Ready>> {
    let org = organisation(&world.settings)?;
    let make = |service: &&'static Registered<World>| {
        service.metrics.iter().for_each(service::Metric::register);
        let mut ready = service.make(world).map_err(Failure::of_service)?;
        // Roles and jobs have no router, and need no document read for it.
        let (service, router, world, org) = (*service, ready.router, world.clone(), org.clone());
        ready.router = Box::new(move || audit::watched(router(), audit::Watch::new(service, &world, org)));
        Ok(ready)
    };
    services.iter().map(make).collect()
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, path::Path};

    use super::*;

    #[test]
    fn no_two_services_roles_or_jobs_have_one_name() {
        for names in [names(), roles(), jobs()] {
            let unique: BTreeSet<_> = names.iter().map(|(name, _)| name).collect();
            assert_eq!(unique.len(), names.len(), "{names:?}");
        }
    }

    /// Names that are described where they are counted.
    const DESCRIBED_IN_PLACE: [&str; 1] = ["plumbline_spans_dropped_total"];

    #[test]
    fn every_metric_that_is_counted_has_a_help_text() {
        let mut sources = Vec::new();
        for folder in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("..")).unwrap() {
            crate::distribution::sources(&folder.unwrap().path().join("src"), &mut sources);
        }
        let described: BTreeSet<_> =
            all().iter().flat_map(|service| service.metrics).map(|metric| metric.name).collect();
        let mut counted = 0;
        for path in sources {
            let source = std::fs::read_to_string(&path).unwrap();
            let source = source.split("#[cfg(test)]").next().unwrap_or_default();
            for call in ["metrics::counter!(", "metrics::gauge!(", "metrics::histogram!("] {
                for (at, _) in source.match_indices(call) {
                    let Some(rest) = source[at + call.len()..].trim_start().strip_prefix('"') else {
                        continue;
                    };
                    let name = rest.split('"').next().unwrap_or_default();
                    counted += 1;
                    assert!(
                        described.contains(name) || DESCRIBED_IN_PLACE.contains(&name),
                        "{}: {name} has no help text: list it among the metrics of its service",
                        path.display()
                    );
                }
            }
        }
        assert!(counted > 40, "only {counted} were found");
    }

    #[test]
    fn every_document_is_committed_under_the_name_of_its_service() {
        for service in all() {
            let path = format!("{}/../../openapi/{}.json", env!("CARGO_MANIFEST_DIR"), service.name);
            let document = (service.document)().to_pretty_json().unwrap() + "\n";
            if std::env::var_os("UPDATE_DOCS").is_some() {
                std::fs::write(&path, &document).unwrap();
            }
            let committed = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(
                committed == document,
                "{path} is old; write it anew: UPDATE_DOCS=1 cargo test -p plumbline services"
            );
        }
    }
}
