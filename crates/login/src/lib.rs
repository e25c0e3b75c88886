//! Logging in to the pages, with `server.mode = oidc`.
//!
//! People choose a provider, are sent there with a code challenge, and come back with a code, for which this program gets
//! their claims. From then on their browser has a cookie, and each of its requests is one of theirs, as if it had brought
//! a token. Programs bring tokens and have no use for any of this.
//!
//! | part | gives |
//! | --- | --- |
//! | [`api`] | the operations: who is logged in, begin, come back, log out |
//! | [`Sessions`] | whose session a request has; begins and ends them |
//! | `rules/` | cookies, addresses that one may come back to, requests that come from the pages. No I/O |
//! | `store` | the table `login_session` |
//!
//! Between the two steps of a log-in this program remembers nothing: the browser keeps what belongs together, in a cookie
//! for each tab. So nobody who is not known makes it store anything, and any process may answer the second step.

pub mod api;
mod migrations;
mod public;
mod rules;
mod sessions;
mod store;

use service::{Job, Service};
use std::time::Duration;

pub use api::App;
pub use migrations::MIGRATIONS;
pub use public::{BadPublicUrl, PublicUrl};
pub use rules::cookies::SESSIONS_OF_ONE;
pub use sessions::{Sessions, Standing};

/// Every static statement, for the test that has both engines prepare them.
pub use crate::store::ALL as STATEMENTS;

/// The log-in as a service.
pub static SERVICE: Service<App> = Service {
    name: "login",
    about: "logging in to the pages, with server.mode = oidc",
    document: || api::operations().document(),
    migrations: &[MIGRATIONS],
    metrics: &[],
    bases: |_| vec![api::BASE.to_owned()],
    router: |app, bases| api::router(app, bases),
    roles: &[],
    jobs: &[Job {
        name: "remove-sessions",
        about: "removes sessions that have ended",
        every: |_| Some(Duration::from_mins(10)),
        alone: true,
        run: |app, _| Box::pin(async move { Ok(format!("{} sessions removed", app.remove_ended().await?)) }),
    }],
};
