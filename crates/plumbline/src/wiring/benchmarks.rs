//! Benchmarks.

use benchmarks::{
    Schemas,
    api::{App, Callers, Parts},
    images::{Images, Registries},
};
use ground::Clock;
use settings::Mode;

use crate::app::world::World;

/// What the service runs on. A caller with a token has it read by the service itself, also behind a gateway.
pub fn app(world: &World) -> App {
    let (settings, db, oidc) = (&world.settings, world.fleet.db(), world.oidc.clone());
    let rules = &settings.benchmarks;
    let local = *settings.server.mode == Mode::Local;
    let images = if *rules.check_images {
        Images::Checked(Registries::new(&rules.registry, &rules.local_registries))
    } else {
        Images::Unchecked
    };
    App::new(Parts {
        db: db.clone(),
        clock: Clock::system(),
        callers: if local { Callers::Local(oidc) } else { Callers::Tokens(oidc) },
        admins: settings.oidc.admin_entitlements.to_vec(),
        images,
        schemas: Schemas::default(),
    })
}
