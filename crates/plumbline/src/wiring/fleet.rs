//! The native API.

use fleet_api::api::App;

use crate::{app::world::World, failure::Result};

/// What its operations work on.
#[expect(clippy::unnecessary_wraps, reason = "the signature is that of every service")]
pub fn app(world: &World) -> Result<App> {
    Ok(App::new(world.fleet.clone(), world.access.clone(), world.stop_streams.clone()))
}
