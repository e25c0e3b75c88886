//! `/channels`: where notifications go.

use access::Permission;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use notify::{Channel, ChannelStatus, Event, Saved};
use rest::{Caller, Json, Path, json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Problem;

use super::App;

/// The channels of an organisation.
#[derive(Debug, Serialize, ToSchema)]
pub struct Channels {
    /// By name.
    pub channels: Vec<ChannelOut>,
}

/// A channel and how it goes with it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelOut {
    /// Its name.
    pub name: String,
    /// `webhook` or `email`.
    pub kind: &'static str,
    /// The URL of the webhook, or the e-mail address.
    pub address: String,
    /// What it is told: `drift`, `cause`, `alert`, `collision`, `regression`.
    pub events: Vec<&'static str>,
    /// What calls of the webhook are signed with: told only when it was made, and not again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// How many notifications wait.
    pub waiting: i64,
    /// How many were given up.
    pub dead: i64,
    /// How many attempts failed in a row.
    pub failures: i64,
    /// Why the last attempt failed; null when it did not.
    pub reason: Option<String>,
}

/// What a channel is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelIn {
    /// `webhook` or `email`.
    kind: String,
    /// The URL of the webhook (https, and no address of this network unless the operator allows it), or an e-mail address.
    address: String,
    /// What calls of the webhook are signed with, 16 to 200 bytes; without one it keeps its own, and a new channel gets one,
    /// which the answer tells.
    secret: Option<String>,
    /// What it is told: `drift` (a machine that reported is not as its baselines say), `cause` (why machines are no longer as a
    /// baseline says), `alert` (an alert fires, or fires no more), `collision` (two
    /// machines claim one host), `regression` (a benchmark got worse on a machine).
    events: Vec<String>,
}

rest::parameters! {
    /// The channel that the path names.
    pub struct ChannelPath in Path {
        /// Its name.
        name: String,
    }
}

/// The channels of the organisation by name, and how it goes with each.
#[utoipa::path(
    get, path = "/channels", operation_id = "channels", tag = "channels",
    responses((status = 200, description = "The channels", body = Channels)),
)]
pub async fn list(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    app.admit(&caller, Permission::NotificationsRead).await?;
    let org = caller.org().as_str();
    let statuses = app.queue.statuses(org).await?;
    let channels = app.queue.channels(org).await?.into_iter().map(|channel| {
        let status = statuses.iter().find(|status| status.lane == channel.name);
        shown(channel, status, None)
    });
    Ok(json(StatusCode::OK, &Channels { channels: channels.collect() }))
}

/// Makes a channel or changes it. An organisation has at most 20.
#[utoipa::path(
    put, path = "/channels/{name}", operation_id = "save_channel", tag = "channels", params(ChannelPath),
    request_body = ChannelIn,
    responses((status = 200, description = "The channel", body = ChannelOut)),
)]
pub async fn put(
    State(app): State<App>,
    caller: Caller,
    Path(ChannelPath { name }): Path<ChannelPath>,
    Json(wanted): Json<ChannelIn>,
) -> Result<Response, Problem> {
    let bad = |error: notify::BadChannel| Problem::bad_request(error.to_string());
    let kind = wanted.kind.parse().map_err(bad)?;
    let events: Vec<Event> =
        wanted.events.iter().map(|name| name.parse()).collect::<Result<_, _>>().map_err(bad)?;
    app.admit(&caller, Permission::NotificationsWrite).await?;
    let secret = wanted.secret.as_deref();
    match app.queue.save_channel(caller.org().as_str(), &name, kind, &wanted.address, secret, events).await? {
        Saved::Yes { channel, new_secret } => {
            let secret = new_secret.then(|| channel.secret.clone());
            Ok(json(StatusCode::OK, &shown(channel, None, secret)))
        }
        Saved::Bad(error) => Err(bad(error)),
    }
}

/// Removes a channel. What still waits for it is given up.
#[utoipa::path(
    delete, path = "/channels/{name}", operation_id = "remove_channel", tag = "channels", params(ChannelPath),
    responses((status = 204, description = "It is gone"), (status = 404, description = "There is none", body = Problem)),
)]
pub async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path(ChannelPath { name }): Path<ChannelPath>,
) -> Result<Response, Problem> {
    app.admit(&caller, Permission::NotificationsWrite).await?;
    found(app.queue.remove_channel(caller.org().as_str(), &name).await?, &name)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Sends the channel a notification that says that it works.
#[utoipa::path(
    post, path = "/channels/{name}/test", operation_id = "test_channel", tag = "channels", params(ChannelPath),
    responses((status = 202, description = "It is on its way"), (status = 404, description = "There is none", body = Problem)),
)]
pub async fn test(
    State(app): State<App>,
    caller: Caller,
    Path(ChannelPath { name }): Path<ChannelPath>,
) -> Result<Response, Problem> {
    app.admit(&caller, Permission::NotificationsWrite).await?;
    found(app.queue.test_channel(caller.org().as_str(), &name).await?, &name)?;
    Ok(StatusCode::ACCEPTED.into_response())
}

fn found(is_there: bool, name: &str) -> Result<(), Problem> {
    let missing = || Problem::new(StatusCode::NOT_FOUND, format!("there is no channel `{name}`"));
    is_there.then_some(()).ok_or_else(missing)
}

fn shown(channel: Channel, status: Option<&ChannelStatus>, secret: Option<String>) -> ChannelOut {
    ChannelOut {
        kind: channel.kind.name(),
        events: channel.events.iter().map(|event| event.name()).collect(),
        secret,
        waiting: status.map_or(0, |status| status.waiting),
        dead: status.map_or(0, |status| status.dead),
        failures: status.map_or(0, |status| status.failures),
        reason: status.and_then(|status| status.reason.clone()),
        name: channel.name,
        address: channel.address,
    }
}
