//! Reports as lines: of a file, or of a request to the process that holds the data folder.

use std::time::Duration;

use axum::{Extension, Router, extract::State, http::StatusCode, response::Response, routing::post};
use fleet::ChangeKind;
use inventory::jobs::{
    Stop, Stopper,
    ingress::{Abandoned, Ingress, Outcome, RetryLimit},
};
use serde::{Deserialize, Serialize};

use crate::line_reader::{MAX_BATCH_LINES, MAX_LINE_BYTES};

/// Where the process that holds a data folder takes lines: in local mode only.
pub const PATH: &str = "/api/fleet/v1/ingest";
/// How long a database that cannot store is tried again: whoever gives the lines waits for the answer.
const RETRY_LIMIT: RetryLimit = RetryLimit::After(Duration::from_secs(2));

/// What became of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineResult {
    /// Its number, from 1.
    pub line: u64,
    /// Whether it was accepted.
    pub ok: bool,
    /// `created` or `updated`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_type: Option<String>,
    /// Whether the report said nothing new of the host.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unchanged: bool,
    /// The host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Why it was not accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<LineError>,
}

/// Why a line was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineError {
    /// The family of the failure.
    pub class: String,
    /// What is wrong with what.
    pub detail: String,
}

impl LineResult {
    /// The result for line number `line`.
    fn of(line: u64, outcome: &Outcome) -> Self {
        let refused = |class, detail| Self::refused(line, class, detail);
        match outcome {
            Outcome::Stored(stored) => Self {
                line,
                ok: true,
                event_type: Some(
                    if stored.kind == ChangeKind::Created { "created" } else { "updated" }.to_owned(),
                ),
                unchanged: stored.kind == ChangeKind::Seen,
                id: Some(stored.id.to_string()),
                error: None,
            },
            Outcome::Refused(invalid) => refused(invalid.class.name(), invalid.detail.clone()),
            Outcome::Dropped(problem) => refused("ParseError", problem.to_string()),
            Outcome::Failed(problem) => refused("Exception", problem.clone()),
        }
    }

    /// The result for a line that nobody looks into.
    pub fn too_long(line: u64) -> Self {
        Self::refused(line, "ParseError", format!("the line is longer than {MAX_LINE_BYTES} bytes"))
    }

    fn refused(line: u64, class: &str, detail: String) -> Self {
        let error = Some(LineError { class: class.to_owned(), detail });
        Self { line, ok: false, event_type: None, unchanged: false, id: None, error }
    }
}

/// Takes in lines with their numbers, as one batch.
pub async fn take_in(
    ingress: &Ingress,
    lines: &[(u64, &[u8])],
    stop: &mut Stop,
) -> Result<Vec<LineResult>, Abandoned> {
    let payloads: Vec<&[u8]> = lines.iter().map(|(_, text)| *text).collect();
    let outcomes = ingress.handle(&payloads, RETRY_LIMIT, stop).await?;
    Ok(lines.iter().zip(&outcomes).map(|((number, _), outcome)| LineResult::of(*number, outcome)).collect())
}

/// The route that takes lines from `plumbline ingest` while this process holds the data folder.
pub fn router(ingress: Ingress) -> Router {
    // A batch has less than twice the bytes of the longest line.
    Router::new()
        .route(PATH, post(handle))
        .layer(Extension(web::BodyLimit(3 * MAX_LINE_BYTES)))
        .with_state(ingress)
}

async fn handle(State(ingress): State<Ingress>, body: web::Body) -> Result<Response, web::Problem> {
    // The request's own end stops it.
    let (_running, mut stop) = Stopper::new();
    let lines: Vec<(u64, &[u8])> = numbered(body.bytes()).collect();
    let mut text = String::new();
    for batch in lines.chunks(MAX_BATCH_LINES) {
        let results = take_in(&ingress, batch, &mut stop).await.map_err(|problem| {
            tracing::warn!(%problem, "lines are not stored");
            web::Problem::unavailable(format!("cannot store: {problem}"))
        })?;
        for result in results {
            text.push_str(&serde_json::to_string(&result).map_err(|_| web::Problem::internal())?);
            text.push('\n');
        }
    }
    Ok(web::json_response(StatusCode::OK, "application/x-ndjson", text))
}

/// The lines that are not blank, with their numbers.
fn numbered(text: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    (1..).zip(text.split(|byte| *byte == b'\n')).filter(|(_, line)| !line.trim_ascii().is_empty())
}
