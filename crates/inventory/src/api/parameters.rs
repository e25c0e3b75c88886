//! The parameters that several operations take, as the document tells of them. Those that select hosts are read by
//! [`Selection`](super::selection::Selection), pages by [`Page`](super::page::Page).

use utoipa::IntoParams;
use uuid::Uuid;

/// Which hosts, by what is known of each.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what is read parameter by parameter")]
pub struct HostParams {
    /// Part of the display name in any case; `*` is any text
    display_name: Option<String>,
    /// The whole FQDN, in any case
    fqdn: Option<String>,
    /// Part of the display name or FQDN, or the id
    hostname_or_id: Option<String>,
    /// The insights id
    insights_id: Option<Uuid>,
    /// The cloud's name for the machine, in any case
    provider_id: Option<String>,
    /// The cloud
    provider_type: Option<String>,
    /// Written at or after this (ISO 8601)
    updated_start: Option<String>,
    /// Written at or before this (ISO 8601)
    updated_end: Option<String>,
    /// Reported at or after this (ISO 8601)
    last_check_in_start: Option<String>,
    /// Reported at or before this (ISO 8601)
    last_check_in_end: Option<String>,
    /// `conventional`, `bootc`, `edge`, `cluster`
    system_type: Option<Vec<String>>,
}

/// Which hosts, by the groups that they are in.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what is read parameter by parameter")]
pub struct GroupParams {
    /// Names of groups; an empty one is no group
    group_name: Option<Vec<String>>,
    /// Ids of groups
    group_id: Option<Vec<String>>,
    /// As `group_name`; not together with it
    workspace_name: Option<Vec<String>>,
    /// As `group_id`; not together with it
    workspace_id: Option<Vec<String>>,
}

/// The same for views of hosts, where groups are called workspaces.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what is read parameter by parameter")]
pub struct WorkspaceParams {
    /// Names of groups; an empty one is no group
    workspace_name: Option<Vec<String>>,
    /// Ids of groups; not together with their names
    workspace_id: Option<Vec<String>>,
}

/// Which hosts, by what every operation on several hosts takes.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what is read parameter by parameter")]
pub struct CommonParams {
    /// `fresh`, `stale`, `stale_warning`, `unknown`
    staleness: Option<Vec<String>>,
    /// `[namespace/]key[=value]`; one of them is enough
    tags: Option<Vec<String>>,
    /// Reporters; with `!` those that are silent
    registered_with: Option<Vec<String>>,
    /// A question: `os:"RHEL 9" and (tag:env=prod or group:web*) and not state:stale`
    q: Option<String>,
    /// What the profile says: `filter[system_profile][arch]=x86_64`, `[number_of_cpus][gte]=4`; or what an application says:
    /// `filter[advisor][recommendations][gte]=1`
    #[param(style = DeepObject, explode, value_type = Option<Object>)]
    filter: Option<serde_json::Value>,
}

/// Which page of a list.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what is read parameter by parameter")]
pub struct PageParams {
    /// From 1
    #[param(minimum = 1)]
    page: Option<i64>,
    /// 1 to 100, 50 by default
    #[param(minimum = 1, maximum = 100)]
    per_page: Option<i64>,
}
