//! Baselines.

use std::sync::Arc;

use ::baselines::{
    App, Baselines,
    api::{self, CHECKS, READ},
    jobs::follow_log::FollowLog,
};

use super::siblings::{Siblings, gate};
use crate::{failure::Result, world::World};

/// What their metrics begin with.
const METRICS: &str = "baseline";

/// What the service runs on.
pub fn app(world: &World) -> Result<App> {
    let baselines = Baselines::new(world.fleet.db().clone(), world.fleet.clock().clone());
    let sources = Arc::new(Siblings::new(world, METRICS)?);
    let gate = gate(world, METRICS, CHECKS, READ)?;
    Ok(App {
        follow_log: FollowLog { fleet: world.fleet.clone(), baselines: baselines.clone() },
        api: api::App { baselines, sources, gate },
    })
}
