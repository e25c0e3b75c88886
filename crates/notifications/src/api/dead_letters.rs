//! `/dead-letters`: what could not be delivered.

use access::Permission;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use ground::Timestamp;
use http::StatusCode;
use notify::DeadLetter;
use rest::{Caller, Cursor, Json, Path, Query, Whole, json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::Problem;

use super::App;

/// Most ids of one request.
const MOST_IDS: usize = 1_000;

/// What was given up, the last first.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadLetters {
    /// How many there are in all.
    pub total: i64,
    /// A page of them.
    pub dead_letters: Vec<DeadLetterOut>,
    /// What to give as `cursor` for the next page; null at the end.
    pub next: Option<String>,
}

/// A notification that was given up.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadLetterOut {
    /// Its id: that of every attempt, and of those to come.
    pub id: Uuid,
    /// The channel that it was for.
    pub channel: String,
    /// `webhook`, `email` or `kafka`.
    pub kind: &'static str,
    /// What kind of event it tells.
    pub event: &'static str,
    /// What it is about.
    pub subject: String,
    /// When it was put into the queue.
    #[schema(format = DateTime)]
    pub written: String,
    /// When it was given up.
    #[schema(format = DateTime)]
    pub given_up: String,
    /// How many attempts there were.
    pub attempts: i64,
    /// Why the last one failed.
    pub reason: String,
}

rest::parameters! {
    /// Which page is asked for.
    pub struct ListDeadLetters in Query {
        /// The `next` of the page before.
        cursor: Option<Cursor<(i64, Uuid)>>,
        /// 1 to 1,000, 100 by default.
        limit: Whole<1, 1_000> = 100.into(),
    }
}

/// Which dead letters are sent again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResendIn {
    /// At most 1,000 ids; without them, all.
    ids: Option<Vec<Uuid>>,
}

/// How many are sent again.
#[derive(Debug, Serialize, ToSchema)]
pub struct Resent {
    /// So many.
    pub resent: u64,
}

rest::parameters! {
    /// The dead letter that the path names.
    pub struct DeadLetterPath in Path {
        /// Its id.
        id: Uuid,
    }
}

/// What could not be delivered to the organisation, the last first.
#[utoipa::path(
    get, path = "/dead-letters", operation_id = "dead_letters", tag = "dead letters", params(ListDeadLetters),
    responses((status = 200, description = "A page", body = DeadLetters)),
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<ListDeadLetters>,
) -> Result<Response, Problem> {
    app.admit(&caller, Permission::NotificationsRead).await?;
    let after = asked.cursor.map(|Cursor((at, id))| (Timestamp::from_micros(at), id));
    let (letters, total) = app.queue.dead_letters(caller.org().as_str(), after, asked.limit.get()).await?;
    let is_full = letters.len() as i64 == asked.limit.get();
    let next = letters.last().filter(|_| is_full).map(|last| Cursor((last.dead.micros(), last.id)).text());
    let dead_letters = letters.into_iter().map(shown).collect();
    Ok(json(StatusCode::OK, &DeadLetters { total, dead_letters, next }))
}

/// Has dead letters sent again, with the ids that they had.
#[utoipa::path(
    post, path = "/dead-letters/resend", operation_id = "resend", tag = "dead letters", request_body = ResendIn,
    responses((status = 200, description = "They are on their way", body = Resent)),
)]
pub async fn resend(
    State(app): State<App>,
    caller: Caller,
    Json(wanted): Json<ResendIn>,
) -> Result<Response, Problem> {
    if wanted.ids.as_ref().is_some_and(|ids| ids.len() > MOST_IDS) {
        return Err(Problem::bad_request(format!(
            "`ids` has more than {MOST_IDS} ids: send fewer at a time"
        )));
    }
    app.admit(&caller, Permission::NotificationsWrite).await?;
    let resent = app.queue.resend(caller.org().as_str(), wanted.ids.as_deref()).await?;
    Ok(json(StatusCode::OK, &Resent { resent }))
}

/// Removes a dead letter.
#[utoipa::path(
    delete, path = "/dead-letters/{id}", operation_id = "remove_dead_letter", tag = "dead letters", params(DeadLetterPath),
    responses((status = 204, description = "It is gone"), (status = 404, description = "There is none", body = Problem)),
)]
pub async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path(DeadLetterPath { id }): Path<DeadLetterPath>,
) -> Result<Response, Problem> {
    app.admit(&caller, Permission::NotificationsWrite).await?;
    if app.queue.discard(caller.org().as_str(), id).await? {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Err(Problem::new(StatusCode::NOT_FOUND, format!("there is no dead letter {id}")))
}

fn shown(letter: DeadLetter) -> DeadLetterOut {
    // What stands in the settings is the operator's.
    let channel = if letter.lane.starts_with("settings/") { "settings".to_owned() } else { letter.lane };
    DeadLetterOut {
        id: letter.id,
        channel,
        kind: letter.kind.name(),
        event: letter.event.name(),
        subject: letter.subject,
        written: letter.written.to_string(),
        given_up: letter.dead.to_string(),
        attempts: letter.attempts,
        reason: letter.reason,
    }
}
