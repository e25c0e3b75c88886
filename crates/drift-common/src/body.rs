//! Bodies of requests, and how the original's validator complains of another shape (contract drift §2.6).

use http::{HeaderMap, StatusCode, header};
use legacy::literal;
use serde_json::{Map, Value};
use web::Problem;

use crate::Failure;

/// The JSON value of a body: 400 `RequestBody is required`, 415 with another content type, 400 with the parser's words.
pub fn json(headers: &HeaderMap, bytes: &[u8]) -> Result<Value, Failure> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let media = kind.split(';').next().unwrap_or_default().trim();
    if !media.is_empty() && !media.eq_ignore_ascii_case("application/json") && !media.ends_with("+json") {
        let detail = format!("Invalid Content-type ({media}), expected ['application/json']");
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail).into());
    }
    if bytes.is_empty() {
        return Err(Problem::bad_request("RequestBody is required").into());
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let place = format!("line {} column {}", error.line(), error.column());
        Problem::bad_request(format!("Expecting value: {place}")).into()
    })
}

/// The members of a body: 400 `[] is not of type 'object'`.
pub fn object(body: &Value) -> Result<&Map<String, Value>, Failure> {
    body.as_object().ok_or_else(|| not_a(body, "object", ""))
}

/// A list of texts under this name, empty when it is not there: 400 `5 is not of type 'string' - 'system_ids.0'`.
pub fn texts<'b>(body: &'b Map<String, Value>, name: &str) -> Result<Vec<&'b str>, Failure> {
    let Some(value) = body.get(name) else { return Ok(Vec::new()) };
    let items = value.as_array().ok_or_else(|| not_a(value, "array", name))?;
    let text = |(at, item): (usize, &'b Value)| {
        item.as_str().ok_or_else(|| not_a(item, "string", &format!("{name}.{at}")))
    };
    items.iter().enumerate().map(text).collect()
}

/// A text under this name.
pub fn text<'b>(body: &'b Map<String, Value>, name: &str) -> Result<Option<&'b str>, Failure> {
    let Some(value) = body.get(name) else { return Ok(None) };
    value.as_str().map(Some).ok_or_else(|| not_a(value, "string", name))
}

/// Truth under this name.
pub fn boolean(body: &Map<String, Value>, name: &str) -> Result<Option<bool>, Failure> {
    let Some(value) = body.get(name) else { return Ok(None) };
    value.as_bool().map(Some).ok_or_else(|| not_a(value, "boolean", name))
}

/// 400 `VALUE is not of type 'KIND' - 'PATH'`.
pub fn not_a(value: &Value, kind: &str, path: &str) -> Failure {
    let place = if path.is_empty() { String::new() } else { format!(" - '{path}'") };
    Problem::bad_request(format!("{} is not of type '{kind}'{place}", literal(value))).into()
}

#[cfg(test)]
mod tests {
    use serde_json::json as value;

    use super::*;

    fn detail(failure: &Failure) -> (u16, String) {
        match failure {
            Failure::Problem(problem) => (problem.status().as_u16(), problem.detail().to_owned()),
            Failure::Message(..) => panic!("a problem"),
        }
    }

    #[test]
    fn a_body_is_refused_in_the_words_of_the_original() {
        let mut headers = HeaderMap::new();
        assert_eq!(detail(&json(&headers, b"").unwrap_err()), (400, "RequestBody is required".to_owned()));
        let bad = json(&headers, b"{bad").unwrap_err();
        assert_eq!(detail(&bad), (400, "Expecting value: line 1 column 2".to_owned()));
        headers.insert(header::CONTENT_TYPE, "text/plain".parse().unwrap());
        let refused = "Invalid Content-type (text/plain), expected ['application/json']";
        assert_eq!(detail(&json(&headers, b"{}").unwrap_err()), (415, refused.to_owned()));
    }

    #[test]
    fn members_of_another_kind_are_named_with_their_place() {
        let body = value!({"a": null, "b": ["x", 5], "c": ["x"], "t": true});
        let body = body.as_object().unwrap();
        let refused = |name: &str| detail(&texts(body, name).unwrap_err()).1;
        assert_eq!(refused("a"), "None is not of type 'array' - 'a'");
        assert_eq!(refused("b"), "5 is not of type 'string' - 'b.1'");
        assert_eq!(texts(body, "c").unwrap(), ["x"]);
        assert_eq!(detail(&text(body, "t").unwrap_err()).1, "True is not of type 'string' - 't'");
    }
}
