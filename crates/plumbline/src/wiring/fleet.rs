//! The native API.

use fleet_api::api::App;

use crate::app::world::World;

/// What its operations work on.
pub fn app(world: &World) -> App {
    App::new(world.fleet.clone(), world.access.clone(), world.stop_streams.clone())
}
