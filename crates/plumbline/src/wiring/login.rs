//! The log-in.

use crate::world::{World, tokens};
use login::App;

/// What the service runs on.
pub fn app(world: &World) -> App {
    let settings = &world.settings;
    App {
        mode: settings.server.mode.as_str(),
        sessions: world.sessions.clone(),
        identities: tokens::identities(settings),
        names: settings.oidc.name_pairs(),
    }
}
