//! `PATCH /hosts/{id}/tags`: tags come and go.

use access::Permission;
use axum::{extract::State, response::Response};
use fleet::{Edit, EditOutcome, Origin, OwnedTag, Tags};
use ground::HostId;
use http::StatusCode;
use rest::{Caller, Ids, Json, Path, json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Problem;

use crate::api::{App, failure::Failure};

/// Most characters of a part of a tag.
const LONGEST: usize = 255;

/// Tags that come and go; first those that go.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagsPatch {
    /// They are added; what is there already is not doubled.
    #[serde(default)]
    add: Vec<TagIn>,
    /// They are removed; what is not there is no mistake.
    #[serde(default)]
    remove: Vec<TagIn>,
}

/// One tag.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagIn {
    /// At most 255 characters; null or none for a tag without one.
    namespace: Option<String>,
    /// 1 to 255 characters.
    key: String,
    /// At most 255 characters; null or none for a key without a value.
    value: Option<String>,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Changed {
    /// How many hosts have other tags now.
    pub changed: usize,
}

rest::parameters! {
    /// The hosts that the path names.
    pub struct HostsPath in Path {
        /// Ids of hosts, at most 100, with commas between them.
        id: Ids<100>,
    }
}

/// Adds tags to hosts and removes others; all hosts must exist, or none is changed. Each host that has other tags
/// afterwards gets a row in the log, of cause `tags`, and an `updated` event follows.
#[utoipa::path(
    patch,
    path = "/hosts/{id}/tags",
    operation_id = "hosts_tags",
    tag = "hosts",
    params(HostsPath),
    request_body = TagsPatch,
    responses(
        (status = 200, description = "They have these tags", body = Changed),
        (status = 404, description = "Not all of them exist", body = Problem),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(HostsPath { id: Ids(ids) }): Path<HostsPath>,
    Json(patch): Json<TagsPatch>,
) -> Result<Response, Failure> {
    let ids: Vec<HostId> = ids.into_iter().map(HostId).collect();
    let edit = Edit::Tags { add: checked(patch.add, "add")?, remove: checked(patch.remove, "remove")? };
    let scope = app.hosts(&caller, Permission::HostsWrite).await?;

    match app.fleet.edit(&scope, &ids, edit, &Origin::from(&*caller)).await? {
        EditOutcome::Done { changed } => Ok(json(StatusCode::OK, &Changed { changed })),
        EditOutcome::Missing(missing) => {
            let missing: Vec<_> = missing.iter().map(ToString::to_string).collect();
            Err(Failure::not_found(format!("no hosts are known under {}", missing.join(", "))))
        }
        EditOutcome::TooLarge { max } => {
            let detail = format!("the event of a host would have more than {max} bytes: remove others first");
            Err(Failure::bad_request(detail))
        }
        EditOutcome::TooManyTags | EditOutcome::TooManyFacts | EditOutcome::NoNamespace => {
            let detail = format!("a host has at most {} tags: remove others first", Tags::MAX);
            Err(Failure::bad_request(detail))
        }
    }
}

/// The tags, when each part has a length that can be stored; an empty namespace or value is none.
fn checked(tags: Vec<TagIn>, list: &str) -> Result<Vec<OwnedTag>, Failure> {
    let check = |at: usize, part: &str, text: &str, least: usize| {
        let length = text.chars().count();
        if (least..=LONGEST).contains(&length) {
            return Ok(());
        }
        Err(Failure::bad_request(format!(
            "`{list}[{at}].{part}` must have {least} to {LONGEST} characters, not {length}"
        )))
    };
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    tags.into_iter()
        .enumerate()
        .map(|(at, tag)| {
            check(at, "namespace", tag.namespace.as_deref().unwrap_or_default(), 0)?;
            check(at, "key", &tag.key, 1)?;
            check(at, "value", tag.value.as_deref().unwrap_or_default(), 0)?;
            Ok(OwnedTag { namespace: given(tag.namespace), key: tag.key, value: given(tag.value) })
        })
        .collect()
}
