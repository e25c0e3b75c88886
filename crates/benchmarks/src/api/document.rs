//! The OpenAPI document, made of the list of operations (contract benchmarks §12).

use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

use crate::api::{Level, OPERATIONS, Operation};

/// The document.
pub fn document() -> OpenApi {
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "EOSC Performance API", "version": "1.0.0", "license": {"name": "MIT"}},
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearerAuth": []}],
        "paths": paths(),
        "components": {
            "schemas": schemas(),
            "securitySchemes": {"bearerAuth": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "responses": {
                "UNPROCESSABLE_ENTITY": refusal("The query or the body is wrong"),
                "DEFAULT_ERROR": refusal("Any other refusal"),
            },
        },
    });
    serde_json::from_value(document).unwrap_or_default()
}

fn refusal(description: &str) -> Value {
    json!({"description": description, "content": content("Error")})
}

fn content(schema: &str) -> Value {
    json!({"application/json": {"schema": reference(schema)}})
}

fn reference(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}

fn paths() -> Value {
    let mut paths = Map::new();
    for operation in OPERATIONS {
        let path = operation.path.replace("{}", &format!("{{{}}}", id_name(operation.path)));
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[operation.method.to_ascii_lowercase()] = describe(operation);
    }
    Value::Object(paths)
}

/// How the id in a path is called.
fn id_name(path: &str) -> &'static str {
    match path.split(['/', ':']).nth(1) {
        Some("benchmarks") => "benchmark_id",
        Some("sites") => "site_id",
        Some("flavors") => "flavor_id",
        Some("results") => "result_id",
        Some("tags") => "tag_id",
        _ => "report_id",
    }
}

fn describe(operation: &Operation) -> Value {
    let (area, _) = operation.path[1..].split_once(['/', ':']).unwrap_or((&operation.path[1..], ""));
    let access = match operation.level {
        Level::Public => "(Public)",
        Level::Token => "(OIDC token)",
        Level::User => "(Users)",
        Level::Owner => "(Owner or admins)",
        Level::Admin => "(Admins)",
    };
    let (body, answer, about) = forms(operation.id);
    let mut parameters = Vec::new();
    if operation.path.contains("{}") {
        let schema = json!({"type": "string", "format": "uuid"});
        parameters
            .push(json!({"name": id_name(operation.path), "in": "path", "required": true, "schema": schema}));
    }
    parameters.extend(parameters_of(operation.id));
    let (status, response) = match answer {
        "" => ("204", json!({"description": "Done"})),
        answer if operation.method == "POST" => {
            ("201", json!({"description": "Made", "content": content(answer)}))
        }
        answer => ("200", json!({"description": "Found", "content": content(answer)})),
    };
    let mut described = json!({
        "operationId": operation.id,
        "summary": format!("{access} {about}"),
        "tags": [if area == "flavors" || operation.path.contains("/flavors") { "flavors" } else { area }],
        "parameters": parameters,
        "responses": {
            status: response,
            "422": {"$ref": "#/components/responses/UNPROCESSABLE_ENTITY"},
            "default": {"$ref": "#/components/responses/DEFAULT_ERROR"},
        },
    });
    if !body.is_empty() {
        described["requestBody"] = json!({"required": true, "content": content(body)});
    }
    described
}

/// What an operation takes and gives, and what it does.
fn forms(id: &str) -> (&'static str, &'static str, &'static str) {
    match id {
        "ListBenchmarks" => ("", "Benchmarks", "Lists benchmarks"),
        "CreateBenchmark" => ("CreateBenchmark", "Benchmark", "Sends a benchmark for review"),
        "SearchBenchmarks" => ("", "Benchmarks", "Searches benchmarks"),
        "GetBenchmark" => ("", "Benchmark", "Shows a benchmark"),
        "UpdateBenchmark" => ("CreateBenchmark", "", "Changes a benchmark"),
        "DeleteBenchmark" => ("", "", "Removes a benchmark and its results"),
        "ApproveBenchmark" => ("", "", "Approves a benchmark"),
        "RejectBenchmark" => ("", "", "Rejects a benchmark"),
        "ListSites" => ("", "Sites", "Lists sites"),
        "CreateSite" => ("CreateSite", "Site", "Sends a site for review"),
        "SearchSites" => ("", "Sites", "Searches sites"),
        "GetSite" => ("", "Site", "Shows a site"),
        "UpdateSite" => ("CreateSite", "", "Changes a site"),
        "DeleteSite" => ("", "", "Removes a site, its flavors and their results"),
        "ApproveSite" => ("", "", "Approves a site"),
        "RejectSite" => ("", "", "Rejects a site"),
        "ListFlavors" => ("", "Flavors", "Lists the flavors of a site"),
        "AddFlavor" => ("CreateFlavor", "Flavor", "Sends a flavor of a site for review"),
        "SearchFlavor" => ("", "Flavors", "Searches the flavors of a site"),
        "GetFlavor" => ("", "Flavor", "Shows a flavor"),
        "UpdateFlavor" => ("CreateFlavor", "", "Changes a flavor"),
        "DeleteFlavor" => ("", "", "Removes a flavor and its results"),
        "ApproveFlavor" => ("", "", "Approves a flavor"),
        "RejectFlavor" => ("", "", "Rejects a flavor"),
        "GetFlavorSite" => ("", "Site", "Shows the site of a flavor"),
        "ListResults" => ("", "Results", "Lists results"),
        "CreateResult" => ("Json", "Result", "Sends a result"),
        "SearchResults" => ("", "Results", "Searches results"),
        "GetResult" => ("", "Result", "Shows a result"),
        "DeleteResult" => ("", "", "Hides a result"),
        "ClaimReport" => ("CreateClaim", "Claim", "Holds something against a result, which hides it"),
        "UpdateResult" => ("TagsIds", "", "Replaces the tags of a result"),
        "ListResultClaims" => ("", "Claims", "Lists the claims on a result"),
        "ResultUploader" => ("", "User", "Shows who sent a result"),
        "ListTags" => ("", "Tags", "Lists tags"),
        "CreateTag" => ("CreateTag", "Tag", "Makes a tag"),
        "SearchTag" => ("", "Tags", "Searches tags"),
        "GetTag" => ("", "Tag", "Shows a tag"),
        "UpdateTag" => ("CreateTag", "", "Changes a tag"),
        "DeleteTag" => ("", "", "Removes a tag"),
        "ListUsers" => ("", "Users", "Lists users"),
        "RegisterSelf" => ("", "User", "Registers the caller"),
        "RemoveUsers" => ("", "", "Removes users with everything that they sent"),
        "SearchUsers" => ("", "Users", "Searches users"),
        "GetSelf" => ("", "User", "Shows the caller's registration"),
        "UpdateSelf" => ("", "", "Takes over the caller's address from the issuer"),
        "TryAdmin" => ("", "", "Says whether the caller is an administrator"),
        "ListUserResults" => ("", "Results", "Lists the caller's results, also hidden ones"),
        "ListUserClaims" => ("", "Claims", "Lists the caller's claims"),
        "ListSubmits" => ("", "Submits", "Lists what waits for a review"),
        "ListClaims" => ("", "Claims", "Lists claims"),
        "GetClaim" => ("", "Claim", "Shows a claim"),
        "ApproveClaim" => ("", "", "Agrees with a claim: the result stays hidden"),
        "RejectClaim" => {
            ("", "", "Rejects a claim: the result is shown again when nothing else is held against it")
        }
        _ => ("", "", ""),
    }
}

/// The parameters of an operation in the query, in the order of the original.
fn parameters_of(id: &str) -> Vec<Value> {
    const REVIEWED: &[&str] = &["status", "upload_before", "upload_after"];
    const PAGE: &[&str] = &["per_page", "page"];
    const SEARCH: &[&str] = &["terms", "sort_by"];
    const RESULTS: &[&str] = &[
        "execution_before",
        "execution_after",
        "benchmark_id",
        "site_id",
        "flavor_id",
        "tags_ids",
        "filters",
        "sort_by",
    ];
    const UPLOADED: &[&str] = &["upload_before", "upload_after"];
    let parts: &[&[&str]] = match id {
        "ListBenchmarks" => &[REVIEWED, PAGE, &["docker_image", "docker_tag", "sort_by"]],
        "ListSites" => &[REVIEWED, PAGE, &["name", "address", "sort_by"]],
        "ListFlavors" => &[REVIEWED, PAGE, &["name", "sort_by"]],
        "SearchBenchmarks" | "SearchSites" | "SearchFlavor" => &[SEARCH, REVIEWED, PAGE],
        "ListResults" | "ListUserResults" => &[UPLOADED, PAGE, RESULTS],
        "CreateResult" => &[&["execution_datetime", "benchmark_id", "flavor_id", "tags_ids", "host_id"]],
        "SearchResults" => &[SEARCH, UPLOADED, PAGE],
        "ListResultClaims" | "ListUserClaims" | "ListClaims" => &[REVIEWED, PAGE, &["sort_by"]],
        "ListTags" => &[PAGE, &["name", "sort_by"]],
        "SearchTag" | "SearchUsers" => &[SEARCH, PAGE],
        "ListUsers" => &[PAGE, &["sub", "iss", "email", "sort_by"]],
        "RemoveUsers" => &[&["sub", "iss", "email"]],
        "ListSubmits" => &[UPLOADED, PAGE, &["resource_type", "sort_by"]],
        _ => &[],
    };
    let required = |name: &str| id == "CreateResult" && name != "tags_ids";
    parts.iter().copied().flatten().map(|name| parameter(name, required(name))).collect()
}

fn parameter(name: &str, required: bool) -> Value {
    let schema = match name {
        "per_page" => json!({"type": "integer", "minimum": 1, "maximum": 100, "default": 100}),
        "page" => json!({"type": "integer", "minimum": 1, "default": 1}),
        "status" => json!({"type": "string", "enum": ["on_review", "approved"], "default": "approved"}),
        "resource_type" => json!({"type": "string", "enum": ["benchmark", "claim", "site", "flavor"]}),
        "terms" | "filters" => json!({"type": "array", "items": {"type": "string"}}),
        "tags_ids" => json!({"type": "array", "items": {"type": "string", "format": "uuid"}}),
        "benchmark_id" | "site_id" | "flavor_id" | "host_id" => json!({"type": "string", "format": "uuid"}),
        "execution_datetime" => json!({"type": "string", "format": "date-time"}),
        "upload_before" | "upload_after" | "execution_before" | "execution_after" => {
            json!({"type": "string", "format": "date"})
        }
        _ => json!({"type": "string"}),
    };
    let mut parameter = json!({"name": name, "in": "query", "required": required, "schema": schema});
    if parameter["schema"]["type"] == "array" {
        parameter["style"] = json!("form");
        parameter["explode"] = json!(true);
    }
    parameter
}

fn schemas() -> Value {
    let text = json!({"type": "string"});
    let id = json!({"type": "string", "format": "uuid", "readOnly": true});
    // Without a zone (contract benchmarks §3), so that it is no `date-time`.
    let time =
        json!({"type": "string", "description": "UTC, as 2024-01-02T03:04:05.678901", "readOnly": true});
    let free = json!({"type": "object"});
    let many = |schema: &str| json!({"type": "array", "items": reference(schema)});
    let object = |fields: &[(&str, &Value)], optional: &[&str]| {
        let required: Vec<&str> =
            fields.iter().map(|(name, _)| *name).filter(|name| !optional.contains(name)).collect();
        let properties: Map<String, Value> =
            fields.iter().map(|(name, schema)| ((*name).to_owned(), (*schema).clone())).collect();
        json!({"type": "object", "properties": properties, "required": required})
    };
    let benchmark = [
        ("docker_image", &text),
        ("docker_tag", &text),
        ("url", &text),
        ("json_schema", &free),
        ("description", &text),
    ];
    let site = [("name", &text), ("address", &text), ("description", &text)];
    let flavor = [("name", &text), ("description", &text)];
    let sent = [("id", &id), ("upload_datetime", &time)];
    let no_description: &[&str] = &["description"];
    let mut schemas = Map::new();
    let mut add = |name: &str, schema: Value| drop(schemas.insert(name.to_owned(), schema));
    add("Json", free.clone());
    add("CreateBenchmark", object(&benchmark, no_description));
    add("Benchmark", object(&[&benchmark[..], &sent].concat(), no_description));
    add("CreateSite", object(&site, no_description));
    add("Site", object(&[&site[..], &sent].concat(), no_description));
    add("CreateFlavor", object(&flavor, no_description));
    add("Flavor", object(&[&flavor[..], &sent].concat(), no_description));
    add("CreateTag", object(&flavor, no_description));
    add("Tag", object(&[&flavor[..], &sent[..1]].concat(), no_description));
    add(
        "TagsIds",
        object(
            &[("tags_ids", &json!({"type": "array", "items": {"type": "string", "format": "uuid"}}))],
            &["tags_ids"],
        ),
    );
    let (of, at, on, tags) = (reference("Benchmark"), reference("Site"), reference("Flavor"), many("Tag"));
    let result = [
        ("benchmark", &of),
        ("execution_datetime", &time),
        ("flavor", &on),
        ("json", &free),
        ("site", &at),
        ("tags", &tags),
    ];
    add("Result", object(&[&result[..], &sent].concat(), &[]));
    add(
        "User",
        object(&[("sub", &text), ("iss", &text), ("email", &text), ("registration_datetime", &time)], &[]),
    );
    add("CreateClaim", object(&[("message", &text)], &[]));
    let user = reference("User");
    let claim = [("message", &text), ("resource_id", &id), ("resource_type", &text), ("uploader", &user)];
    add("Claim", object(&[&claim[..], &sent].concat(), &["resource_id"]));
    add("Submit", object(&[&claim[1..], &sent[1..]].concat(), &[]));
    let (whole, truth) = (json!({"type": "integer"}), json!({"type": "boolean"}));
    for (page, item) in [
        ("Benchmarks", "Benchmark"),
        ("Sites", "Site"),
        ("Flavors", "Flavor"),
        ("Results", "Result"),
        ("Tags", "Tag"),
        ("Users", "User"),
        ("Claims", "Claim"),
        ("Submits", "Submit"),
    ] {
        let items = many(item);
        let numbers =
            ["next_num", "page", "pages", "per_page", "prev_num", "total"].map(|name| (name, &whole));
        let fields = [("has_next", &truth), ("has_prev", &truth), ("items", &items)];
        add(page, object(&[&fields[..], &numbers].concat(), &["next_num", "prev_num"]));
    }
    let anything = json!({"type": ["string", "object"]});
    let error = [("code", &whole), ("status", &text), ("message", &anything), ("errors", &free)];
    add("Error", object(&error, &["message", "errors"]));
    Value::Object(schemas)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_described() {
        let document = serde_json::to_value(document()).unwrap();
        let described: usize =
            document["paths"].as_object().unwrap().values().map(|item| item.as_object().unwrap().len()).sum();
        assert_eq!(described, OPERATIONS.len());
        for operation in OPERATIONS {
            assert!(!forms(operation.id).2.is_empty(), "{operation:?}");
        }
    }

    #[test]
    fn every_form_that_is_named_is_there() {
        let schemas = schemas();
        for operation in OPERATIONS {
            let (body, answer, _) = forms(operation.id);
            for name in [body, answer].into_iter().filter(|name| !name.is_empty()) {
                assert!(schemas.get(name).is_some(), "{name}");
            }
        }
    }
}
