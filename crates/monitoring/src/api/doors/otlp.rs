//! `POST /v1/metrics`: OTLP over HTTP (contract metrics §14.5).

use axum::{
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};
use web::Problem;

use super::{body, encoding, keep};
use crate::{
    api::{App, caller::Of},
    doors::{
        BadBody,
        otlp::{self, Encoding},
        unpack,
    },
};

/// Samples of an OpenTelemetry SDK or collector. What cannot be kept is told in `partial_success`.
#[utoipa::path(
    post, path = "/v1/metrics", operation_id = "otlp_metrics", tag = "in",
    request_body(content_type = "application/x-protobuf", description = "ExportMetricsServiceRequest; or JSON"),
    responses(
        (status = 200, description = "ExportMetricsServiceResponse in the encoding of the request"),
        (status = 400, description = "The body is no OTLP message"),
        (status = 415, description = "Neither protobuf nor JSON")
    )
)]
pub async fn handle(
    State(app): State<App>,
    Of(tenant): Of,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let content_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (encoding_of_body, media_type) = match content_type.split(';').next().map(str::trim) {
        Some("application/x-protobuf") => (Encoding::Protobuf, "application/x-protobuf"),
        Some("application/json") => (Encoding::Json, "application/json"),
        _ => {
            let text = "the content type must be application/x-protobuf or application/json";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
        }
    };
    let plain = match encoding(&headers) {
        "" | "identity" => Ok(body(&app, request).await?.to_vec()),
        "gzip" => unpack::gzip(&body(&app, request).await?),
        _ => {
            let text = "the content encoding must be gzip or none";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
        }
    };
    let batch = match plain.and_then(|plain| otlp::read(encoding_of_body, &plain, &app.limits)) {
        Ok(batch) => batch,
        Err(problem) => return Ok(refusal(encoding_of_body, media_type, &problem)),
    };
    let refused = keep(&app, tenant, batch).await?;
    let answer = otlp::answer(encoding_of_body, &refused);
    Ok(([(header::CONTENT_TYPE, media_type)], answer).into_response())
}

/// The same under the path that Prometheus has for it.
#[utoipa::path(
    post, path = "/api/v1/otlp/v1/metrics", operation_id = "otlp_metrics_prefixed", tag = "in",
    request_body(content_type = "application/x-protobuf", description = "ExportMetricsServiceRequest; or JSON"),
    responses((status = 200, description = "ExportMetricsServiceResponse in the encoding of the request"))
)]
pub async fn handle_prefixed(
    app: State<App>,
    tenant: Of,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    handle(app, tenant, headers, request).await
}

/// A `google.rpc.Status` with code 3, invalid argument.
fn refusal(encoding: Encoding, media_type: &'static str, problem: &BadBody) -> Response {
    #[derive(prost::Message)]
    struct Status {
        #[prost(int32, tag = "1")]
        code: i32,
        #[prost(string, tag = "2")]
        message: String,
    }
    let status = Status { code: 3, message: problem.0.clone() };
    let body = match encoding {
        Encoding::Protobuf => prost::Message::encode_to_vec(&status),
        Encoding::Json => {
            serde_json::json!({"code": status.code, "message": status.message}).to_string().into_bytes()
        }
    };
    (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, media_type)], body).into_response()
}
