//! How operations say no: in Prometheus' shape, and in those of the metrics UI server.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use promql::EvalError;
use serde_json::json;

use crate::{cassandra::CassandraError, legacy::TablesError, query::QueryError, store::StoreError};

/// A refusal of the query API: `{"status":"error","errorType":…,"error":…}`.
#[derive(Debug)]
pub struct QueryFailure {
    status: StatusCode,
    kind: &'static str,
    text: String,
}

impl QueryFailure {
    /// A parameter is wrong.
    pub fn bad_data(text: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, kind: "bad_data", text: text.into() }
    }

    /// A parameter with this name is wrong.
    pub fn parameter(name: &str, problem: impl std::fmt::Display) -> Self {
        Self::bad_data(format!("invalid parameter {name:?}: {problem}"))
    }
}

impl From<EvalError> for QueryFailure {
    fn from(problem: EvalError) -> Self {
        let (status, kind) = match problem {
            EvalError::Stopped => (StatusCode::SERVICE_UNAVAILABLE, "timeout"),
            EvalError::Execution(_) | EvalError::TooManySamples => {
                (StatusCode::UNPROCESSABLE_ENTITY, "execution")
            }
        };
        Self { status, kind, text: problem.to_string() }
    }
}

impl From<web::Problem> for QueryFailure {
    fn from(problem: web::Problem) -> Self {
        Self { status: problem.status(), kind: "unavailable", text: problem.detail().to_owned() }
    }
}

impl From<QueryError> for QueryFailure {
    fn from(problem: QueryError) -> Self {
        match problem {
            QueryError::Eval(problem) => problem.into(),
            QueryError::Unavailable => {
                let text = problem.to_string();
                Self { status: StatusCode::SERVICE_UNAVAILABLE, kind: "unavailable", text }
            }
        }
    }
}

impl From<StoreError> for QueryFailure {
    fn from(problem: StoreError) -> Self {
        QueryError::from(problem).into()
    }
}

impl From<store::Error> for QueryFailure {
    fn from(problem: store::Error) -> Self {
        StoreError::from(problem).into()
    }
}

impl IntoResponse for QueryFailure {
    fn into_response(self) -> Response {
        let body = json!({"status": "error", "errorType": self.kind, "error": self.text});
        web::json_response(self.status, "application/json", body.to_string())
    }
}

/// A refusal of the metrics UI server: a status and one of its shapes (contract metrics §5.4).
#[derive(Debug)]
pub struct LegacyFailure {
    status: StatusCode,
    body: serde_json::Value,
}

impl LegacyFailure {
    /// `{"error": text}`.
    pub fn error(status: StatusCode, text: impl Into<String>) -> Self {
        Self { status, body: json!({"error": text.into()}) }
    }

    /// `{"success": false, "error": text}`.
    pub fn unsuccessful(status: StatusCode, text: impl Into<String>) -> Self {
        Self { status, body: json!({"success": false, "error": text.into()}) }
    }

    /// `{"errors": {field: [text]}}`, 400.
    pub fn fields(errors: serde_json::Map<String, serde_json::Value>) -> Self {
        let errors = serde_json::Value::Object(errors);
        Self { status: StatusCode::BAD_REQUEST, body: [("errors".to_owned(), errors)].into_iter().collect() }
    }
}

impl From<web::Problem> for LegacyFailure {
    fn from(problem: web::Problem) -> Self {
        Self::error(problem.status(), problem.detail().to_owned())
    }
}

impl From<TablesError> for LegacyFailure {
    fn from(problem: TablesError) -> Self {
        let away = |told: &str| {
            tracing::error!(error = %problem, "rows or dashboards cannot be read or written");
            Self::error(StatusCode::SERVICE_UNAVAILABLE, told)
        };
        match problem {
            TablesError::Database(_) => away("the database cannot be reached now"),
            TablesError::Cassandra(CassandraError::Away(_)) => {
                away("Cassandra cannot be reached now; try again in a moment")
            }
            TablesError::Cassandra(CassandraError::Refused(_)) => away(
                "Cassandra refuses this: a table of the keyspace is missing (`plumbline job metric-tables` makes it), or its \
                 user may not; the log says which",
            ),
            TablesError::TooMany => Self::error(StatusCode::BAD_REQUEST, problem.to_string()),
            TablesError::NotOurs => Self::error(StatusCode::FORBIDDEN, problem.to_string()),
        }
    }
}

impl IntoResponse for LegacyFailure {
    fn into_response(self) -> Response {
        web::json_response(self.status, "application/json", self.body.to_string())
    }
}
