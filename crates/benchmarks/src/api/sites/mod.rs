//! Sites.

pub mod create;
pub mod flavors;
pub mod get;
pub mod list;
pub mod search;
pub mod update;

use ground::Timestamp;
use uuid::Uuid;

use crate::{rules::body::Fields, store::entries::Site};

/// What is sent of a site.
fn read(fields: &mut Fields, id: Uuid, uploaded: Timestamp) -> Site {
    Site {
        id,
        name: fields.indexed("name"),
        address: fields.text("address"),
        description: fields.optional("description"),
        uploaded,
    }
}
