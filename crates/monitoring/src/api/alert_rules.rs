//! `/api/v1/alert-rules`: alerts that are evaluated, what they are now, and their history.

pub mod history;
pub mod list;
pub mod one;
pub mod shown;

use web::Problem;

use super::App;
use crate::alerting::{self, KeptRule};
use crate::batch::Tenant;

/// The database is at fault.
fn failed(error: &store::Error) -> Problem {
    rest::failed(error, error.is_transient())
}

/// The alert with this id, or 404.
async fn found(app: &App, tenant: &Tenant, id: uuid::Uuid) -> Result<KeptRule, Problem> {
    let found = alerting::rule(&app.db, tenant, id).await.map_err(|error| failed(&error))?;
    found.ok_or_else(|| Problem::new(http::StatusCode::NOT_FOUND, format!("there is no alert {id}")))
}
