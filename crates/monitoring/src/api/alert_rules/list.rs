//! `GET` and `POST /api/v1/alert-rules`.

use axum::{extract::State, response::Response};
use http::StatusCode;
use rest::Json;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::Problem;

use super::{found, shown::AlertOut};
use crate::{
    alerting::{self, Counts, MOST_RULES, Saved},
    api::{App, caller::Of, doors::writable},
    batch::Tenant,
    rules::alert_rule::AlertRule,
};

/// So many active series of each alert are shown.
const SHOWN: i64 = 100;

/// Alerts by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlertsOut {
    /// All of them.
    pub alerts: Vec<AlertOut>,
}

/// The alerts of the organisation, and what they are now.
#[utoipa::path(
    get, path = "/api/v1/alert-rules", operation_id = "alert_rules", tag = "alerts",
    responses((status = 200, description = "Alerts by name", body = AlertsOut)),
)]
pub async fn get(State(app): State<App>, Of(tenant): Of) -> Result<Response, Problem> {
    let counts = alerting::counts(&app.db, &tenant).await?;
    let mut alerts = Vec::new();
    for kept in alerting::rules(&app.db, &tenant).await? {
        let active = alerting::active(&app.db, &kept, SHOWN).await?;
        let own = counts.get(&kept.id).copied().unwrap_or_default();
        alerts.push(AlertOut::new(kept, own, active));
    }
    Ok(rest::json(StatusCode::OK, &AlertsOut { alerts }))
}

/// Keeps a new alert; it is evaluated from now on.
#[utoipa::path(
    post, path = "/api/v1/alert-rules", operation_id = "create_alert_rule", tag = "alerts", request_body = AlertRule,
    responses((status = 201, description = "It is kept", body = AlertOut), (status = 400, description = "It cannot be evaluated", body = Problem)),
)]
pub async fn post(
    State(app): State<App>,
    Of(tenant): Of,
    Json(rule): Json<AlertRule>,
) -> Result<Response, Problem> {
    save(&app, &tenant, Uuid::new_v4(), &rule, StatusCode::CREATED).await
}

/// Keeps an alert and answers with it.
pub(super) async fn save(
    app: &App,
    tenant: &Tenant,
    id: Uuid,
    rule: &AlertRule,
    status: StatusCode,
) -> Result<Response, Problem> {
    writable(app)?;
    rule.check().map_err(Problem::bad_request)?;
    match alerting::save(&app.db, tenant, id, rule, app.now()).await? {
        Saved::Yes => {
            let kept = found(app, tenant, id).await?;
            Ok(rest::json(status, &AlertOut::new(kept, Counts::default(), Vec::new())))
        }
        Saved::NameTaken => Err(Problem::bad_request(format!(
            "an alert is named \"{}\" already: give another name",
            rule.name
        ))),
        Saved::TooMany => {
            Err(Problem::bad_request(format!("there are {MOST_RULES} alerts already: remove some first")))
        }
    }
}
