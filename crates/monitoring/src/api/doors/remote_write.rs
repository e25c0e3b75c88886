//! `POST /api/v1/write`: Prometheus remote write (contract metrics §14.4).

use axum::{
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use web::Problem;

use super::{body, encoding, keep, reasons};
use crate::{
    api::{App, caller::Of},
    doors::{
        remote_write::{self, Version},
        unpack,
    },
};

/// Samples of Prometheus. Series that cannot be kept are named in the answer; the others are.
#[utoipa::path(
    post, path = "/api/v1/write", operation_id = "remote_write", tag = "in",
    request_body(content_type = "application/x-protobuf", description = "A snappy block of WriteRequest or Request"),
    responses(
        (status = 204, description = "All samples are stored"),
        (status = 400, description = "Some or all samples were refused: the text says which"),
        (status = 415, description = "Neither remote write 1.0 nor 2.0 in Snappy")
    )
)]
pub async fn handle(
    State(app): State<App>,
    Of(tenant): Of,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let unsupported = |text: &'static str| Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, text);
    let content_type = match headers.get(header::CONTENT_TYPE) {
        None => None,
        Some(value) => Some(value.to_str().map_err(|_| unsupported("the content type must be ASCII text"))?),
    };
    let Some(version) = remote_write::version(content_type) else {
        return Err(unsupported("the content type must be application/x-protobuf with a known proto"));
    };
    if !matches!(encoding(&headers), "snappy" | "") {
        return Err(unsupported("the content encoding must be snappy"));
    }
    let packed = body(&app, request).await?;
    // Nothing sent is nothing to store.
    if packed.is_empty() {
        return Ok(answer(StatusCode::NO_CONTENT, String::new(), [0; 3], version));
    }
    let read = unpack::snappy(&packed).and_then(|plain| remote_write::read(version, plain, &app.limits));
    let mut written = match read {
        Ok(written) => written,
        Err(problem) => return Ok(answer(StatusCode::BAD_REQUEST, problem.0, [0; 3], version)),
    };
    let batch = std::mem::take(&mut written.batch);
    let early = batch.refused.len();
    let refused = keep(&app, tenant, batch).await?;
    // Series that the store refused were counted as stored before.
    let late: usize = refused.iter().skip(early).map(|refused| refused.samples).sum();
    let counts = [written.floats.saturating_sub(late), written.histograms, 0];
    let status = if refused.is_empty() { StatusCode::NO_CONTENT } else { StatusCode::BAD_REQUEST };
    Ok(answer(status, reasons(&refused), counts, version))
}

/// The answer; 2.0 wants to know how much was written, also of what was refused.
fn answer(status: StatusCode, text: String, counts: [usize; 3], version: Version) -> Response {
    let mut response = (status, text).into_response();
    if version == Version::Two {
        let names = ["samples", "histograms", "exemplars"];
        for (name, count) in names.into_iter().zip(counts) {
            let name = HeaderName::try_from(format!("x-prometheus-remote-write-{name}-written"));
            if let Ok(name) = name {
                response.headers_mut().insert(name, HeaderValue::from(count));
            }
        }
    }
    response
}
