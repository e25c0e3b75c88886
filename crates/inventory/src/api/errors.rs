//! The shapes in which an operation says no (contract inventory-http §3).

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use ground::Transient;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Problem, json_response};

/// An answer other than success.
#[derive(Debug)]
pub enum Failure {
    /// Shape A: a check that every operation has, or an explicit abort.
    Problem(Problem),
    /// Shape B: a rule of the domain.
    Exception(Exception),
    /// Shape C: status 400, and a body without it.
    Short(Short),
    /// Shape D: a field of a host's patch; status 400.
    Field(String),
    /// Shape E: a text alone, from the operations on facts.
    Facts(StatusCode, &'static str),
    /// Shape F: an error alone, from the operation on tags of many hosts.
    Brief(StatusCode, String),
}

/// Body of shape B.
#[derive(Debug, Serialize, ToSchema)]
pub struct Exception {
    /// What is wrong.
    pub detail: String,
    /// The ids that were asked for and not found, as the caller wrote them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_found_ids: Option<Vec<String>>,
    /// Status of the answer.
    pub status: u16,
    /// What kind of wrong.
    pub title: Option<&'static str>,
    /// Always `about:blank`.
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// Body of shape C.
#[derive(Debug, Serialize, ToSchema)]
pub struct Short {
    /// What kind of wrong.
    pub title: &'static str,
    /// What is wrong.
    pub detail: String,
}

/// Body of shape D.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldError {
    /// The fields with what is wrong about them, as the text of a Python dictionary.
    pub detail: String,
    /// Always 400.
    pub status: u16,
    /// Always `Bad Request`.
    pub title: &'static str,
    /// Always `unknown`.
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// What an id names, as the not-found answers say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noun {
    /// Of hosts.
    Hosts,
    /// Of groups.
    Groups,
    /// Of groups, in the words of the permission layer.
    Workspaces,
}

impl Failure {
    /// What is wrong, whatever the shape.
    pub fn detail(&self) -> String {
        match self {
            Self::Problem(problem) => problem.detail().to_owned(),
            Self::Exception(body) => body.detail.clone(),
            Self::Short(body) => body.detail.clone(),
            Self::Field(detail) | Self::Brief(_, detail) => detail.clone(),
            Self::Facts(_, text) => (*text).to_owned(),
        }
    }

    /// The same in shape F.
    #[must_use]
    pub fn brief(self) -> Self {
        let status = match &self {
            Self::Problem(problem) => problem.status(),
            Self::Exception(body) => {
                StatusCode::from_u16(body.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }
            Self::Short(_) | Self::Field(_) => StatusCode::BAD_REQUEST,
            Self::Facts(status, _) | Self::Brief(status, _) => *status,
        };
        Self::Brief(status, self.detail())
    }

    /// Shape A with this detail.
    pub fn problem(status: StatusCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::Problem(Problem::new(status, detail))
    }

    /// Shape A with the default detail of the status.
    pub fn default(status: StatusCode) -> Self {
        Self::Problem(Problem::of(status))
    }

    /// Shape A, status 400.
    pub fn bad_request(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::problem(StatusCode::BAD_REQUEST, detail)
    }

    /// Shape B, status 400.
    pub fn exception(title: &'static str, detail: impl Into<String>) -> Self {
        Self::Exception(Exception {
            detail: detail.into(),
            not_found_ids: None,
            status: 400,
            title: Some(title),
            kind: "about:blank",
        })
    }

    /// Shape C.
    pub fn short(title: &'static str, detail: impl Into<String>) -> Self {
        Self::Short(Short { title, detail: detail.into() })
    }

    /// Shape B, status 404: not all ids exist. `ids` is `None` where the answer does not tell which.
    pub fn not_found(noun: Noun, ids: Option<Vec<String>>) -> Self {
        let noun = match noun {
            Noun::Hosts => "hosts",
            Noun::Groups => "groups",
            Noun::Workspaces => "workspaces",
        };
        Self::Exception(Exception {
            detail: format!("One or more {noun} not found."),
            not_found_ids: ids,
            status: 404,
            title: Some("Not Found"),
            kind: "about:blank",
        })
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl Failure {
    /// An answer could not be written as JSON.
    // The signature is the one that `map_err` asks for.
    #[expect(clippy::needless_pass_by_value, reason = "the error is only logged")]
    pub fn unwritable(error: serde_json::Error) -> Self {
        tracing::error!(%error, "an answer could not be written as JSON");
        Self::default(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl From<fleet::Error> for Failure {
    /// The caller is told that it was not their fault and nothing more; the log has the reason.
    fn from(error: fleet::Error) -> Self {
        tracing::error!(%error, "the record could not be read or written");
        Self::default(if error.is_transient() {
            StatusCode::SERVICE_UNAVAILABLE
        } else {
            StatusCode::INTERNAL_SERVER_ERROR
        })
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::Problem(problem) => problem.into_response(),
            Self::Exception(body) => {
                let status = StatusCode::from_u16(body.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                json(status, &body)
            }
            Self::Short(body) => json(StatusCode::BAD_REQUEST, &body),
            Self::Field(detail) => json(
                StatusCode::BAD_REQUEST,
                &FieldError { detail, status: 400, title: "Bad Request", kind: "unknown" },
            ),
            Self::Facts(status, text) => json(status, &text),
            Self::Brief(status, detail) => json(status, &serde_json::json!({"error": detail})),
        }
    }
}

/// An answer with a JSON body.
pub fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => json_response(status, "application/json", bytes),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written as JSON");
            Problem::of(StatusCode::INTERNAL_SERVER_ERROR).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http_body_util::BodyExt;

    use super::*;

    async fn shown(failure: Failure) -> (u16, String, String) {
        let response = failure.into_response();
        let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
        let status = response.status().as_u16();
        let body: Body = response.into_body();
        let bytes = body.collect().await.unwrap().to_bytes();
        (status, kind, String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn each_shape_has_its_members_in_order() {
        let json = "application/json";
        assert_eq!(
            shown(Failure::bad_request("no")).await,
            (
                400,
                "application/problem+json".to_owned(),
                r#"{"type":"about:blank","title":"Bad Request","detail":"no","status":400}"#.to_owned()
            )
        );
        assert_eq!(
            shown(Failure::not_found(Noun::Hosts, Some(vec!["X".to_owned()]))).await,
            (404, json.to_owned(), r#"{"detail":"One or more hosts not found.","not_found_ids":["X"],"status":404,"title":"Not Found","type":"about:blank"}"#.to_owned())
        );
        assert_eq!(
            shown(Failure::short("Integrity error", "twice")).await,
            (400, json.to_owned(), r#"{"title":"Integrity error","detail":"twice"}"#.to_owned())
        );
        assert_eq!(
            shown(Failure::Field("{}".to_owned())).await,
            (
                400,
                json.to_owned(),
                r#"{"detail":"{}","status":400,"title":"Bad Request","type":"unknown"}"#.to_owned()
            )
        );
        assert_eq!(
            shown(Failure::Facts(StatusCode::NOT_FOUND, "ERROR: x")).await,
            (404, json.to_owned(), r#""ERROR: x""#.to_owned())
        );
    }
}
