//! Answers that say no (contract benchmarks §3.5, §4.4).

use std::fmt::Display;

use access::oidc::Unauthenticated;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};
use store::ErrorKind;

use crate::{
    api::answer,
    rules::{filter, schema::Complaint, sort},
};

/// An answer that says no.
#[derive(Debug)]
pub enum Refusal {
    /// In the shape of the service: `code` and `status`, and `message` or `errors` where there is something to say.
    Said {
        /// The status.
        status: StatusCode,
        /// Of sorting and operators of filters.
        message: Option<Value>,
        /// Of everything else.
        errors: Option<Value>,
    },
    /// Nobody is known to call.
    Unauthenticated(Unauthenticated),
    /// The caller is not what the operation asks for.
    Forbidden {
        /// `SUB@ISS`.
        who: String,
        /// `is_registered` or `is_admin`.
        wanted: &'static str,
    },
    /// The database failed.
    Store(store::Error),
}

impl Refusal {
    /// Only the status.
    pub fn plain(status: StatusCode) -> Self {
        Self::Said { status, message: None, errors: None }
    }

    fn error(status: StatusCode, text: impl Display) -> Self {
        Self::Said { status, message: None, errors: Some(json!({"error": text.to_string()})) }
    }

    /// 404: this one does not exist.
    pub fn missing(kind: &str, id: impl Display) -> Self {
        Self::error(StatusCode::NOT_FOUND, format_args!("{kind} {id} not found in the database"))
    }

    /// What `refusal` says, when what was to be written contradicts what stands in the database: a name is taken, or what
    /// it belongs to is gone.
    pub fn or_conflict(error: store::Error, refusal: impl FnOnce() -> Self) -> Self {
        if matches!(error.kind(), ErrorKind::Conflict | ErrorKind::BadValue) {
            refusal()
        } else {
            Self::Store(error)
        }
    }

    /// 404 with this text.
    pub fn not_found(text: impl Display) -> Self {
        Self::error(StatusCode::NOT_FOUND, text)
    }

    /// 409 with this text.
    pub fn conflict(text: impl Display) -> Self {
        Self::error(StatusCode::CONFLICT, text)
    }

    /// 422 with this text.
    pub fn unprocessable(text: impl Display) -> Self {
        Self::error(StatusCode::UNPROCESSABLE_ENTITY, text)
    }

    /// 422: a document or a schema is wrong.
    pub fn complaint(complaint: &Complaint) -> Self {
        let errors = json!({"error": complaint.error, "path": complaint.path});
        Self::Said { status: StatusCode::UNPROCESSABLE_ENTITY, message: None, errors: Some(errors) }
    }

    /// 422: fields of the query or the body are wrong; `place` is `query` or `json`.
    pub fn fields(place: &str, errors: Map<String, Value>) -> Self {
        let errors = Value::Object(Map::from_iter([(place.to_owned(), Value::Object(errors))]));
        Self::Said { status: StatusCode::UNPROCESSABLE_ENTITY, message: None, errors: Some(errors) }
    }

    /// 422: the order cannot be read.
    pub fn sort(unreadable: &sort::Unreadable) -> Self {
        let message = match unreadable {
            sort::Unreadable::Field(name) => {
                json!({"KeyError": format!("Unexpected field '{name}'"), "hint": "Use ',' to separate fields"})
            }
            sort::Unreadable::Operator(operator) => json!({
                "KeyError": format!("Unknown order operator '{operator}'"),
                "hint": "Use '+'(asc) or '-'(desc) before sort field",
            }),
        };
        Self::Said { status: StatusCode::UNPROCESSABLE_ENTITY, message: Some(message), errors: None }
    }

    /// 422: a filter cannot be read.
    pub fn filter(filter: &str, unreadable: &filter::Unreadable) -> Self {
        let said = |reason: &str, hint: &str| {
            Some(json!({
                "example": "filters=machine.cpu.count%20%3E%205", "filter": filter, "hint": hint, "reason": [reason],
            }))
        };
        let (message, errors) = match unreadable {
            filter::Unreadable::Parts(reason) => (None, said(reason, "Probably missing spaces (%20)")),
            filter::Unreadable::Operator(operator) => {
                let reason = format!("Unknown filter operator: '{operator}'");
                (said(&reason, "Use only one of ['==', '>', '<', '>=', '<=']"), None)
            }
        };
        Self::Said { status: StatusCode::UNPROCESSABLE_ENTITY, message, errors }
    }

    /// The answer.
    pub fn respond(self) -> Response {
        match self {
            Self::Said { status, message, errors } => {
                let mut body = Map::from_iter([
                    ("code".to_owned(), json!(status.as_u16())),
                    ("status".to_owned(), json!(status.canonical_reason().unwrap_or_default())),
                ]);
                body.extend(message.map(|message| ("message".to_owned(), message)));
                body.extend(errors.map(|errors| ("errors".to_owned(), errors)));
                answer::json(status, &Value::Object(body))
            }
            Self::Unauthenticated(why) => {
                let body = format!(
                    r#"{{"error": "Unauthenticated", "error_description": {}}}"#,
                    text(&why.to_string())
                );
                let mut response = answer::raw(StatusCode::UNAUTHORIZED, body);
                response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
                response
            }
            Self::Forbidden { who, wanted } => {
                let description = text(&format!("User {who} does not meet requirements"));
                let details = text(&format!("Evaluation of: {wanted}"));
                let body = format!(
                    r#"{{"error": "Forbidden", "error_description": {description}, "error_details": {details}}}"#
                );
                answer::raw(StatusCode::FORBIDDEN, body)
            }
            Self::Store(error) => {
                tracing::error!(%error, "the database failed");
                let status = match error.kind() {
                    ErrorKind::BadValue | ErrorKind::Statement | ErrorKind::Newer => {
                        StatusCode::INTERNAL_SERVER_ERROR
                    }
                    _ => StatusCode::SERVICE_UNAVAILABLE,
                };
                Self::plain(status).respond()
            }
        }
    }
}

fn text(text: &str) -> String {
    Value::from(text).to_string()
}

impl From<store::Error> for Refusal {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

impl From<Unauthenticated> for Refusal {
    fn from(why: Unauthenticated) -> Self {
        Self::Unauthenticated(why)
    }
}
