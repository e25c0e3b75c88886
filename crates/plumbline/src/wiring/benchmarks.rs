//! Benchmarks.

use benchmarks::{
    Schemas,
    api::{App, Callers, Parts},
    images::{Images, Registries},
    jobs::mail::{Mails, Outlet},
};
use ground::Clock;
use settings::{Mode, Settings};
use store::Db;

use crate::app::world::World;

/// What sends e-mail.
fn mails(db: Db, settings: &Settings) -> Mails {
    let mail = &settings.mail;
    let outlet = if mail.server.is_empty() {
        Outlet::Log
    } else {
        Outlet::Server { host: mail.server.to_string(), port: *mail.port }
    };
    Mails {
        db,
        clock: Clock::system(),
        outlet,
        from: mail.from.to_string(),
        support: mail.support.to_string(),
    }
}

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
        mails: mails(db.clone(), settings),
        schemas: Schemas::default(),
    })
}
