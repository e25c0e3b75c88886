//! The native API.

use std::sync::Arc;

use fleet_api::api::App;

use super::benchmarks::StoredResults;
use crate::app::world::World;

/// What its operations work on.
pub fn app(world: &World) -> App {
    let connections = *world.settings.server.max_connections as usize;
    let results = Arc::new(StoredResults(world.fleet.db().clone()));
    App::new(world.fleet.clone(), world.access.clone(), results, world.stop_streams.clone(), connections)
}
