//! `GET /hosts/{host_id_list}/system_profile`: the profiles of hosts.

use access::Permission;
use axum::{extract::State, response::Response};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::reach;
use crate::api::{
    App,
    caller::Caller,
    errors::{Exception, Failure},
    ordering::{Keys, Ordering},
    page::{Envelope, Page},
    parameters::PageParams,
    path::PathParams,
    profile_texts::ProfileTexts,
    query::Query,
};

/// The profile of one host.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProfileOut<'a> {
    /// The host.
    pub id: Uuid,
    /// Its profile, whole or the members that were asked for; empty when it has none.
    #[schema(value_type = Object)]
    pub system_profile: &'a RawValue,
}

/// The profiles of hosts by id; all must exist.
#[utoipa::path(
    get,
    path = "/hosts/{host_id_list}/system_profile",
    operation_id = "api.host.get_host_system_profile_by_id",
    tag = "hosts",
    params(
        ("host_id_list" = Vec<uuid::Uuid>, Path, description = "Ids of hosts, with commas between them"),
        ("fields[system_profile]" = Option<String>, Query, description = "Members of the profile; all by default"),
        PageParams,
        ("order_by" = Option<String>, Query,
            description = "`display_name`, `group_name`, `updated`, `operating_system`, `last_check_in`"),
        ("order_how" = Option<String>, Query, description = "`ASC` or `DESC`"),
    ),
    responses(
        (status = 200, description = "A page of profiles", body = inline(Envelope<Vec<ProfileOut<'_>>>)),
        (status = 404, description = "Not all of them exist", body = Exception),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    path: PathParams,
    Query(params): Query,
) -> Result<Response, Failure> {
    let ids = path.ids("host_id_list")?;
    let page = Page::read(&params)?;
    let ordering = Ordering::read(&params, Keys::All)?;
    let fields = params.sparse_fields("fields", "system_profile")?;
    let scope = caller.hosts_by_id(&app, Permission::HostsRead, &ids).await?;

    let mut query = reach::ask(&app, scope, &ids).await?;
    query.order = ordering.resolve()?;
    page.limit(&mut query);
    let found = app.fleet.refs(&query).await?;
    reach::all_found(&ids, found.total, found.hosts.iter().map(|host| host.id))?;
    page.check_within(found.total, found.hosts.len())?;
    let texts = ProfileTexts::new(&app, &query, &found.hosts, fields, |host, profile| {
        serde_json::to_vec(&ProfileOut { id: host.id.0, system_profile: profile })
    })
    .stream();
    page.answer_texts(found.total, found.hosts.len(), texts, "").await
}
