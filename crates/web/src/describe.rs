//! What the documents of all APIs say alike: how callers are known, and the refusals that every operation has.

use std::borrow::Cow;

use utoipa::{
    Modify, PartialSchema, ToSchema,
    openapi::{
        Content, OpenApi, Ref, RefOr, Response, Schema,
        path::{Operation, PathItem},
        security::{ApiKey, ApiKeyValue, SecurityScheme},
    },
};

use crate::Problem;

/// The form of [`Problem`], which writes itself.
mod form {
    /// A refusal: RFC 7807 (contract inventory-http §3, shape A).
    #[derive(Debug, utoipa::ToSchema)]
    #[expect(dead_code, reason = "it describes what another type writes")]
    pub struct Problem {
        /// Always `about:blank`.
        #[schema(rename = "type", example = "about:blank")]
        kind: String,
        /// The status in words.
        #[schema(example = "Bad Request")]
        title: String,
        /// What is wrong.
        detail: String,
        /// The status.
        #[schema(example = 400)]
        status: u16,
    }
}

impl PartialSchema for Problem {
    fn schema() -> RefOr<Schema> {
        form::Problem::schema()
    }
}

impl ToSchema for Problem {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Problem")
    }
}

/// Says how callers are known: the scheme `identity`.
#[derive(Debug)]
pub struct Identity;

impl Modify for Identity {
    fn modify(&self, document: &mut OpenApi) {
        let header =
            ApiKeyValue::with_description("x-rh-identity", "Base64 of the identity, set by the gateway");
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("identity", SecurityScheme::ApiKey(ApiKey::Header(header)));
    }
}

/// Adds the refusals that every operation has, where its own description does not name them, and names the content
/// type of problems.
#[derive(Debug)]
pub struct Refusals;

const REFUSALS: [(&str, &str); 4] = [
    ("400", "A parameter or the body is wrong"),
    ("401", "Nobody is known to call"),
    ("403", "The caller may not"),
    ("503", "The service cannot tell whether the caller may, cannot reach its database, or takes no writes"),
];

/// Of operations that take a body.
const REFUSALS_OF_BODIES: [(&str, &str); 3] = [
    ("408", "The body does not come in within its time"),
    ("413", "The body is too large"),
    ("415", "The body is of another content type"),
];

impl Modify for Refusals {
    fn modify(&self, document: &mut OpenApi) {
        for operation in document.paths.paths.values_mut().flat_map(operations) {
            let responses = &mut operation.responses.responses;
            for (status, description) in REFUSALS {
                responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(problem(description)));
            }
            if operation.request_body.is_some() {
                for (status, description) in REFUSALS_OF_BODIES {
                    responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(problem(description)));
                }
            }
            for response in responses.values_mut() {
                if let RefOr::T(response) = response {
                    name_problem_json(response);
                }
            }
        }
    }
}

/// The same for the wires of older services, whose refusals are problems or JSON of an own shape, as the case may be.
#[derive(Debug)]
pub struct OlderRefusals;

impl Modify for OlderRefusals {
    fn modify(&self, document: &mut OpenApi) {
        Refusals.modify(document);
        for operation in document.paths.paths.values_mut().flat_map(operations) {
            let refusals =
                operation.responses.responses.iter_mut().filter(|(status, _)| status.starts_with(['4', '5']));
            for (_, response) in refusals {
                if let RefOr::T(response) = response {
                    for kind in ["application/json", "application/problem+json"] {
                        let any = || RefOr::T(Content::new::<RefOr<Schema>>(None));
                        response.content.entry(kind.to_owned()).or_insert_with(any);
                    }
                }
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    [get, put, post, delete, patch].into_iter().flatten()
}

/// Problems have a content type of their own, which the macro does not know.
fn name_problem_json(response: &mut Response) {
    let refers =
        |schema: &RefOr<Schema>| matches!(schema, RefOr::Ref(to) if to.ref_location.ends_with("/Problem"));
    let is_problem = |content: &RefOr<Content>| match content {
        RefOr::T(content) => content.schema.as_ref().is_some_and(refers),
        RefOr::Ref(_) => false,
    };
    if response.content.get("application/json").is_some_and(is_problem)
        && let Some(body) = response.content.swap_remove("application/json")
    {
        response.content.insert("application/problem+json".to_owned(), body);
    }
}

fn problem(description: &str) -> Response {
    let mut response = Response::new(description);
    let body = Content::new(Some(Ref::from_schema_name(Problem::name())));
    response.content.insert("application/problem+json".to_owned(), RefOr::T(body));
    response
}
