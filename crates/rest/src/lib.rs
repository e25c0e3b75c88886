//! What the HTTP face of every service shares.
//!
//! The state of a service's router is its `App`. By [`Api`] it names the shape in which the service refuses, and by
//! [`Guarded`] who is let in; every extractor here answers in that shape.
//!
//! | need | here |
//! | --- | --- |
//! | who calls, 401 before anything else | [`Caller`] |
//! | parameters of query and path, read and described by one declaration | [`parameters!`], [`Query`], [`Path`] |
//! | one word of a few | [`words!`] |
//! | a JSON body | [`Json`] |
//! | a JSON answer | [`json`] |
//! | offset pages, cursors | [`Window`], [`Cursor`] |
//! | one list for routes and document | [`Operations`], [`routes!`] |
//!
//! A native service has `type Error = web::Problem` and nothing to write. A service that keeps the wire of an older
//! one brings an error type with `From<web::Problem>` and `IntoResponse`, and overrides those methods of the two
//! traits whose answers differ.
//!
//! # To add a kind of parameter
//! Implement [`Value`] for its type: how the text is read, and its schema.

mod answer;
mod api;
mod body;
mod caller;
mod cursor;
mod operations;
pub mod parameters;
mod window;

pub use answer::json;
pub use api::{Api, Guarded};
pub use body::Json;
pub use caller::Caller;
pub use cursor::Cursor;
pub use operations::Operations;
pub use parameters::{BadParameter, Ids, ParameterPlace, Parameters, Path, Query, Reason, Value, Whole};
pub use utoipa_axum::routes;
pub use window::Window;

#[doc(hidden)]
pub use utoipa;
