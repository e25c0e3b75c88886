//! `/api/v1/alert-rules`: alerts that are evaluated, what they are now, and their history.

pub mod history;
pub mod list;
pub mod one;
pub mod shown;

use web::Problem;

use super::App;
use crate::alerting::{self, KeptRule};
use crate::batch::Tenant;

/// The alert with this id, or 404.
async fn found(app: &App, tenant: &Tenant, id: uuid::Uuid) -> Result<KeptRule, Problem> {
    let found = alerting::rule(&app.db, tenant, id).await?;
    found.ok_or_else(|| Problem::new(http::StatusCode::NOT_FOUND, format!("there is no alert {id}")))
}
