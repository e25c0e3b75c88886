//! Flavors by their ids. Those of a site are in `sites/flavors.rs`.

pub mod get;
pub mod site;
pub mod update;

use ground::Timestamp;
use uuid::Uuid;

use crate::{rules::body::Fields, store::entries::Flavor};

/// What is sent of a flavor.
pub fn read(fields: &mut Fields, id: Uuid, uploaded: Timestamp) -> Flavor {
    Flavor { id, name: fields.indexed("name"), description: fields.optional("description"), uploaded }
}
