//! Reports as lines: of a file, or of a request to the process that holds the data folder.

use axum::{Router, body::Bytes, extract::State, http::StatusCode, response::Response, routing::post};
use fleet::Kind;
use inventory::jobs::{
    Stop, Stopper,
    ingress::{Ingress, Outcome},
};
use serde::{Deserialize, Serialize};

/// Where the process that holds a data folder takes lines: in local mode only.
pub const PATH: &str = "/api/fleet/v1/ingest";
/// How many lines are taken in as one batch.
pub const BATCH: usize = 500;
/// A request stays below the limit for bodies.
pub const MOST_BYTES: usize = 8 << 20;

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
    pub fn of(line: u64, outcome: &Outcome) -> Self {
        let refused = |class: &str, detail: String| Self {
            line,
            ok: false,
            event_type: None,
            id: None,
            error: Some(LineError { class: class.to_owned(), detail }),
        };
        match outcome {
            Outcome::Stored(stored) => Self {
                line,
                ok: true,
                event_type: Some(if stored.kind == Kind::Created { "created" } else { "updated" }.to_owned()),
                id: Some(stored.id.to_string()),
                error: None,
            },
            Outcome::Refused(invalid) => refused(invalid.class.name(), invalid.detail.clone()),
            Outcome::Dropped(problem) => refused("ParseError", problem.to_string()),
            Outcome::Failed(problem) => refused("Exception", problem.clone()),
        }
    }
}

/// Takes in lines, numbered from `first`. `None` when it was told to stop.
pub async fn take_in(
    ingress: &Ingress,
    lines: &[&[u8]],
    first: u64,
    stop: &mut Stop,
) -> Option<Vec<LineResult>> {
    let outcomes = ingress.handle(lines, stop).await?;
    Some(outcomes.iter().zip(first..).map(|(outcome, line)| LineResult::of(line, outcome)).collect())
}

/// The route that takes lines from `plumbline ingest` while this process holds the data folder.
pub fn router(ingress: Ingress) -> Router {
    Router::new().route(PATH, post(handle)).with_state(ingress)
}

async fn handle(State(ingress): State<Ingress>, body: Bytes) -> Result<Response, web::Problem> {
    // The request's own end stops it.
    let (_running, mut stop) = Stopper::new();
    let lines: Vec<&[u8]> = split(&body).collect();
    let results = take_in(&ingress, &lines, 1, &mut stop).await.ok_or_else(web::Problem::internal)?;
    let mut text = String::new();
    for result in results {
        text.push_str(&serde_json::to_string(&result).map_err(|_| web::Problem::internal())?);
        text.push('\n');
    }
    Ok(web::json_response(StatusCode::OK, "application/x-ndjson", text))
}

/// The lines of a text, without those that hold nothing but blanks at the very end.
pub fn split(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let end = text.iter().rposition(|byte| !byte.is_ascii_whitespace()).map_or(0, |last| last + 1);
    text[..end].split(|byte| *byte == b'\n').filter(move |_| end > 0)
}
