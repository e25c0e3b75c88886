//! EOSC Performance on the wire: benchmarks, results, sites, flavors, tags, users, reports and claims.
//!
//! The original is a service for sharing results of benchmarks. People register with a token of an OpenID provider,
//! send benchmarks (a container image and the JSON Schema of its results), sites and flavors (kinds of machines of a
//! site), which administrators approve, and results, which are listed at once. Anybody registered can hold something
//! against a result (a claim), which hides it until an administrator has looked. What clients see is the contract
//! `benchmarks`; what is better than the original is in the book (`docs/compatibility.md`).
//!
//! * [`api`]: the operations; `api/routes.rs` lists them with who may.
//! * `rules/`: how queries, filters and bodies are read, which schemas are accepted, how documents are compared.
//! * `store/`: the statements. Tables begin with `benchmark`; they belong to the whole installation, as the original's
//!   do: results are public, and a user is a person at an issuer.
//! * [`regressions`]: where metrics got worse; its operations are in [`api::regressions`], a part of the native API.
//! * `mail.rs`: e-mails, which go out by crate `notify`.
//!
//! # To add an operation
//! A file in the folder of its area with a function `handle`, and its line in `api/routes.rs`. The test of
//! authorisation walks that list.
//!
//! # To add a field that lists are sorted by
//! Its name in `SORTED_BY` of the store's file, and its SQL in `term` of the list there.

pub mod api;
pub mod images;
pub mod import;
pub mod machines;
mod mail;
mod migrations;
pub mod regressions;
mod rules;
mod schemas;
mod store;

use ::service::{Role, Service};

pub use api::App;
pub use migrations::MIGRATIONS;
pub use schemas::Schemas;
pub use store::results::pinned;

/// Every static statement, for the test that has both engines prepare them.
pub use crate::store::ALL as STATEMENTS;

/// The service.
pub static SERVICE: Service<App> = Service {
    name: "benchmarks",
    about: "results of benchmarks: sent, reviewed, found and held against (EOSC Performance)",
    document: api::document,
    migrations: &[notify::MIGRATIONS, MIGRATIONS],
    metrics: &[],
    bases: |settings| vec![settings.benchmarks.base_path.to_string()],
    router: |app, bases| {
        bases.iter().fold(axum::Router::new(), |router, base| router.merge(api::router(app, base)))
    },
    roles: &[],
    jobs: &[],
};

/// Regressions: what of this service is native.
pub static REGRESSIONS: Service<regressions::App> = Service {
    name: "regressions",
    about: "where benchmarks got worse, on which machines, and what changed there",
    document: || api::regressions::operations().document(),
    migrations: &[],
    metrics: &[],
    bases: |_| vec![api::regressions::BASE.to_owned()],
    router: |app, _| api::regressions::router(app),
    roles: &[Role {
        name: regressions::NAME,
        about: "follows results of benchmarks: what got worse is found and told",
        reads: |_| Vec::new(),
        writes: |_| Vec::new(),
        in_up: true,
        idle: |_| None,
        run: |app, health, stop| {
            Box::pin(async move {
                app.run(&health.role(regressions::NAME), stop).await;
                Ok(())
            })
        },
    }],
    jobs: &[],
};
