//! The HTTP shell that every service stands in.
//!
//! * Answers: [`Problem`] (RFC 7807) and [`json_response`] for the other shapes that a contract asks for.
//! * Questions: [`Params`], a query string, and [`Body`], a JSON body read once under a
//!   limit. Both are extractors whose refusals are problems.
//! * Routes: [`Routes`] adds the redirect for a trailing slash to each route; [`management_routes`] are health,
//!   metrics and version; [`openapi_routes`] serve a document and a reader for it.
//! * Around them: [`Shell`] puts request id, log record, metrics, panics, time limit, load limit, compression and what browsers are told
//!   around a router; [`gate`] refuses requests by their headers; [`Health`] is
//!   what `/health` says ([`Dependency`]: what a process is not ready without), and [`close_when_draining`] sends clients away before the end; [`serve()`] accepts connections under [`Limits`]
//!   until told to stop.
//! * [`describe`]: what the documents of all APIs say alike.
//! * [`telemetry`]: what is logged and counted, in one place each.
//!
//! Everything but [`serve()`] is testable without a socket: give a request to the router with
//! `tower::ServiceExt::oneshot`.
//!
//! # To add something around every request
//!
//! One file with a function for `axum::middleware::from_fn`, and one line in `shell.rs`.

mod body;
pub mod describe;
mod gate;
mod health;
mod management;
mod openapi;
mod overload;
mod params;
mod probes;
mod problem;
mod reply;
mod request_id;
mod routes;
mod security_headers;
mod serve;
mod shell;
mod slow_client;
pub mod telemetry;
mod tls;

pub use body::{AnyBody, Body, BodyLimit, BodyTimeout};
pub use gate::gate;
pub use health::{Health, RoleHealth, close_when_draining};
pub use management::management_routes;
pub use openapi::openapi_routes;
pub use params::{MAX_PAIRS, MAX_QUERY_BYTES, Params};
pub use probes::{Dependency, Part};
pub use problem::Problem;
pub use reply::json_response;
pub use request_id::{REQUEST_ID_HEADER, RequestId};
pub use routes::Routes;
pub use serve::{Limits, serve};
pub use shell::Shell;
pub use tls::{BadTls, Tls};
