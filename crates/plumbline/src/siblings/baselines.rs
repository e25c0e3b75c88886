//! Baselines.

use std::sync::Arc;

use ::baselines::{
    Baselines,
    api::{App, CHECKS, READ},
    jobs::follow_log::FollowLog,
};

use super::{Siblings, World, gate, has_other_inventory};
use crate::failure::Result;

/// What their metrics begin with.
const METRICS: &str = "baseline";

fn baselines(world: World<'_>) -> Baselines {
    Baselines::new(world.fleet.db().clone(), world.fleet.clock().clone())
}

/// What their operations work on.
pub fn app(world: World<'_>) -> Result<App> {
    let sources = Arc::new(Siblings::new(world, METRICS)?);
    Ok(App { baselines: baselines(world), sources, gate: gate(world, METRICS, CHECKS, READ)? })
}

/// What follows the log for hosts of baselines; another inventory tells of its hosts by events.
pub fn follow_log(world: World<'_>) -> Option<FollowLog> {
    let follow = || FollowLog { fleet: world.fleet.clone(), baselines: baselines(world) };
    (!has_other_inventory(world)).then(follow)
}
