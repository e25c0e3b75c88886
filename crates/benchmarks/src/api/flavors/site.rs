//! `GET /flavors/{flavor_id}/site`

use http::StatusCode;

use crate::{
    api::{App, answer, answer::Answer, call::Call, refusal::Refusal, show},
    store::entries::Site,
};

/// The site of a flavor.
pub async fn handle(app: App, call: Call) -> Answer {
    let site = Site::of_flavor(&app.db, call.id).await?.ok_or_else(|| Refusal::missing("Record", call.id))?;
    Ok(answer::line(StatusCode::OK, show::site(&site)))
}
