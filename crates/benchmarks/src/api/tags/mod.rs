//! Tags.

pub mod create;
pub mod delete;
pub mod get;
pub mod list;
pub mod search;
pub mod update;

use uuid::Uuid;

use crate::{rules::body::Fields, store::tags::Tag};

/// What is sent of a tag.
fn read(fields: &mut Fields, id: Uuid) -> Tag {
    Tag { id, name: fields.indexed("name"), description: fields.optional("description") }
}
