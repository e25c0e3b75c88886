//! Metrics.

use monitoring::App;

use crate::{app::world::World, failure::Result};

/// What the service runs on.
#[expect(clippy::unnecessary_wraps, reason = "the signature is that of every service")]
pub fn app(world: &World) -> Result<App> {
    Ok(App::over(world.fleet.db().clone(), world.access.clone()))
}
