//! `GET /beta/hosts-view`: the hosts that the caller may see, with what applications say of them.

use access::Permission;
use axum::{body::Bytes, extract::State, response::Response};
use futures::{StreamExt as _, stream};
use http::StatusCode;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::api::{
    App,
    app_fields::AppFields,
    caller::Caller,
    errors::Failure,
    host_out::HostOut,
    host_page::HostPage,
    openapi::Problem,
    ordering::{Keys, Ordering},
    page::{Envelope, Page},
    parameters::{CommonParams, HostParams, PageParams, WorkspaceParams},
    query::Query,
    selection::{Of, Selection},
};
use crate::applications::Application;

/// A host, with what applications say of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ViewedHost<'a> {
    /// The host.
    #[serde(flatten)]
    pub host: HostOut<'a>,
    /// What applications say of it, by application: `advisor`, `vulnerability`, `patch`, `remediations`, `compliance`, `malware`.
    #[schema(value_type = Object)]
    pub app_data: Map<String, Value>,
}

/// A page of the hosts that the caller may see, each with what applications say of it.
#[utoipa::path(
    get,
    path = "/beta/hosts-view",
    operation_id = "api.host_views.get_host_views",
    tag = "hosts",
    params(
        HostParams,
        WorkspaceParams,
        CommonParams,
        ("subscription_manager_id" = Option<Uuid>, Query, description = "The subscription manager id"),
        ("fields[system_profile]" = Option<String>, Query, description = "Members of the profile to show"),
        ("fields[app_data]" = Option<bool>, Query, description = "`true`: everything that applications say"),
        ("fields[advisor]" = Option<String>, Query,
            description = "What to show of an application: names with commas, or `true`; so for each application"),
        PageParams,
        ("order_by" = Option<String>, Query,
            description = "`display_name`, `group_name`, `updated`, `operating_system`, `last_check_in`, or what an application \
                           says: `advisor:recommendations`"),
        ("order_how" = Option<String>, Query, description = "`ASC` or `DESC`"),
    ),
    responses(
        (status = 200, description = "A page of hosts", body = inline(Envelope<Vec<ViewedHost>>)),
        (status = 404, description = "The page is beyond the last", body = Problem),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(params): Query,
) -> Result<Response, Failure> {
    let page = Page::read(&params)?;
    let selection = Selection::read(&params, Of::View)?;
    let ordering = Ordering::read(&params, Keys::WithAppData)?;
    let profile = params.sparse_fields("fields", "system_profile")?;
    let mut fields = AppFields::read(&params)?;
    let scope = caller.hosts(&app, Permission::HostsRead).await?;
    let denied = caller.denied_applications(&app).await?;
    refuse_denied(&denied, &ordering, &selection)?;
    fields.leave_out(&denied);

    let mut query = app.ask(scope).await?;
    query.conditions = selection.find(&app, &query.scope).await?;
    query.order = ordering.resolve()?;
    page.limit(&mut query);
    let hosts = HostPage::read(&app, &query, profile).await?;
    page.check_within(hosts.total, hosts.hosts.len())?;

    let ids: Vec<_> = hosts.hosts.iter().map(|host| host.id).collect();
    let said = app.fleet.app_data(query.scope.org(), &ids).await?;
    let shown: Vec<_> = ids.iter().map(|id| fields.show(said.get(id).map_or(&[], Vec::as_slice))).collect();
    let texts = hosts.texts.zip(stream::iter(shown));
    let texts = texts.map(|(text, shown)| text?.map(|text| with_app_data(&text, &shown)).transpose());
    let mut denied: Vec<&str> = denied.into_iter().map(Application::name).collect();
    denied.sort_unstable();
    let more = if denied.is_empty() {
        String::new()
    } else {
        format!(r#","denied_services":{}"#, serde_json::to_string(&denied).map_err(Failure::unwritable)?)
    };
    page.answer_texts(hosts.total, ids.len(), texts.boxed(), &more).await
}

/// 403 when hosts are to be ordered or found by what the caller may not see.
fn refuse_denied(
    denied: &[Application],
    ordering: &Ordering,
    selection: &Selection<'_>,
) -> Result<(), Failure> {
    let refuse = |detail: String| Err(Failure::problem(StatusCode::FORBIDDEN, detail));
    let is_denied = |name: &str| denied.iter().any(|application| application.name() == name);
    if let Some(name) = ordering.application().filter(|name| is_denied(name)) {
        return refuse(format!("Insufficient permissions to sort by '{name}'"));
    }
    let names = selection.applications()?.into_iter().map(Application::name).filter(|name| is_denied(name));
    let names: Vec<String> = names.map(|name| format!("'{name}'")).collect();
    if names.is_empty() {
        Ok(())
    } else {
        refuse(format!("Insufficient permissions to filter by [{}]", names.join(", ")))
    }
}

/// The text of a host with one more member.
fn with_app_data(host: &[u8], shown: &Map<String, Value>) -> Result<Bytes, Failure> {
    let mut text = host.strip_suffix(b"}").unwrap_or(host).to_vec();
    text.extend_from_slice(br#","app_data":"#);
    serde_json::to_writer(&mut text, shown).map_err(Failure::unwritable)?;
    text.push(b'}');
    Ok(text.into())
}
