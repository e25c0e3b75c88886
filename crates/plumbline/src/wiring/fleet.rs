//! The native API.

use fleet_api::api::App;

use crate::app::world::World;

/// What its operations work on.
pub fn app(world: &World) -> App {
    let connections = *world.settings.server.max_connections as usize;
    App::new(world.fleet.clone(), world.access.clone(), world.stop_streams.clone(), connections)
}
