//! `POST /api/v1/dashboards`.

use axum::{
    extract::{Request, State},
    response::Response,
};
use http::StatusCode;
use rest::Caller;
use serde_json::{Map, Value, json};

use super::{TYPES, bad, invalid_type, json_of, success};
use crate::{
    api::{App, doors::writable, failure::LegacyFailure},
    legacy::Dashboard,
};

/// Keeps a new dashboard.
#[utoipa::path(
    post, path = "/api/v1/dashboards", operation_id = "create_dashboard", tag = "dashboards",
    request_body(content_type = "application/json", description = "type, name and data", content = Object),
    responses((status = 200, description = "It is kept"), (status = 400, description = "Fields are wrong, or it is there already"))
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    request: Request,
) -> Result<Response, LegacyFailure> {
    writable(&app)?;
    let members = match json_of(request).await? {
        None => Map::new(),
        Some(Value::Object(members)) => members,
        Some(Value::Array(items)) if items.is_empty() => Map::new(),
        Some(_) => return Err(bad("Request body must be a JSON object")),
    };
    let dashboard = read(&members).map_err(LegacyFailure::fields)?;
    let refused = |text| LegacyFailure::unsuccessful(StatusCode::BAD_REQUEST, text);
    if !TYPES.contains(&dashboard.kind.as_str()) {
        return Err(refused(invalid_type(&dashboard.kind)));
    }
    if app.tables.add_dashboard(caller.org(), &dashboard).await? {
        return Ok(success());
    }
    let Dashboard { kind, name, .. } = dashboard;
    Err(refused(format!("Dashboard with type \"{kind}\" and name \"{name}\" already exists")))
}

/// The fields of a dashboard; what is wrong with each, otherwise.
fn read(members: &Map<String, Value>) -> Result<Dashboard, Map<String, Value>> {
    let mut errors = Map::new();
    let mut field = |name: &str, text: &str, fits: fn(&Value) -> bool| {
        let problem = match members.get(name) {
            None => "Missing data for required field.",
            Some(Value::Null) => "Field may not be null.",
            Some(value) if !fits(value) => text,
            Some(value) => return value.clone(),
        };
        errors.insert(name.to_owned(), json!([problem]));
        Value::Null
    };
    let data = field("data", "Not a valid mapping type.", Value::is_object);
    let name = field("name", "Not a valid string.", Value::is_string);
    let kind = field("type", "Not a valid string.", Value::is_string);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    // Such a name could not be asked for afterwards.
    if name.as_str().is_some_and(|name| name.is_empty() || name.contains('/') || name.contains('\0')) {
        errors.insert("name".to_owned(), json!(["A name may be neither empty nor have a slash or NUL."]));
    }
    if errors.is_empty() {
        Ok(Dashboard { kind: text(&kind), name: text(&name), data: data.to_string() })
    } else {
        Err(errors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_is_named() {
        let errors = read(&Map::new()).unwrap_err();
        assert_eq!(errors.keys().collect::<Vec<_>>(), ["data", "name", "type"]);
        let members = json!({"data": [], "name": "a/b", "type": null});
        let errors = read(members.as_object().unwrap()).unwrap_err();
        assert_eq!(errors["data"], json!(["Not a valid mapping type."]));
        assert_eq!(errors["type"], json!(["Field may not be null."]));
        assert!(errors.contains_key("name"));
    }
}
