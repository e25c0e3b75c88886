//! `GET /hosts/{host_id_list}`: hosts by id.

use access::Permission;
use axum::{extract::State, response::Response};

use super::reach;
use crate::api::{
    App,
    caller::Caller,
    errors::{Exception, Failure},
    host_out::HostOut,
    host_page::HostPage,
    ordering::{Keys, Ordering},
    page::{Envelope, Page},
    parameters::PageParams,
    path::PathParams,
    query::Query,
};

/// Hosts by id; all must exist.
#[utoipa::path(
    get,
    path = "/hosts/{host_id_list}",
    operation_id = "api.host.get_host_by_id",
    tag = "hosts",
    params(
        ("host_id_list" = Vec<uuid::Uuid>, Path, description = "Ids of hosts, with commas between them"),
        ("fields[system_profile]" = Option<String>, Query, description = "Members of the profile to show"),
        PageParams,
        ("order_by" = Option<String>, Query,
            description = "`display_name`, `group_name`, `updated`, `operating_system`, `last_check_in`"),
        ("order_how" = Option<String>, Query, description = "`ASC` or `DESC`"),
    ),
    responses(
        (status = 200, description = "A page of these hosts", body = inline(Envelope<Vec<HostOut>>)),
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
    let hosts = HostPage::read(&app, &query, fields).await?;
    reach::all_found(&ids, hosts.total, hosts.hosts.iter().map(|host| host.id))?;
    hosts.answer(page).await
}
