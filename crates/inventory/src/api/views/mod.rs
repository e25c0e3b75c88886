//! Saved views of hosts: which columns, in which order, with which filters (contract inventory-http §21).
//!
//! A person sees the view that everybody has, those that are for the whole organisation, and their own; they change and
//! delete their own only. No permission of RBAC is asked for.

pub mod clone;
pub mod create;
pub mod delete;
mod document;
pub mod get;
pub mod list;
pub mod patch;
mod person;
mod view_out;

use ::store::Result;
use uuid::Uuid;

use self::{person::Person, view_out::Shown};
use super::{App, errors::Failure};
use crate::store;

/// Most views that one person saves.
const MOST_VIEWS: i64 = 1_000;

/// The view with this id, if the person may see it.
async fn find(app: &App, person: &Person<'_>, id: Uuid) -> std::result::Result<Option<Shown>, Failure> {
    if id == view_out::ALL_SYSTEMS {
        return Ok(Some(Shown::everybodys()));
    }
    let found = answered(store::view(app.fleet.db(), person.viewer(), id).await)?;
    Ok(found.map(Shown::Saved))
}

/// The answer for a view that the person may not see, or that is not there.
fn not_found() -> Failure {
    Failure::problem(http::StatusCode::NOT_FOUND, "View not found.")
}

fn forbidden(detail: &'static str) -> Failure {
    Failure::problem(http::StatusCode::FORBIDDEN, detail)
}

/// What the database says, or the answer of status 500 or 503.
fn answered<T>(result: Result<T>) -> std::result::Result<T, Failure> {
    Ok(result.map_err(fleet::Error::from)?)
}

/// Saves a view; 400 when the person has too many.
async fn save(app: &App, person: &Person<'_>, view: &store::View) -> std::result::Result<(), Failure> {
    if answered(store::add(app.fleet.db(), person.viewer().org, view, MOST_VIEWS).await)? {
        return Ok(());
    }
    Err(Failure::short("Validation Error", format!("A user can have {MOST_VIEWS} views, delete one first.")))
}
