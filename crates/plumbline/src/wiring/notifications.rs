//! Notifications.

use ::notifications::{App, api};
use bus::Publisher;
use notify::{Delivery, MailServer, Outlet, Senders, Webhooks};

use crate::world::World;

/// What the service runs on.
pub fn app(world: &World) -> App {
    let settings = &world.settings;
    let (mail, wanted) = (&settings.mail, &settings.notifications);
    let outlet = if mail.server.is_empty() {
        Outlet::Log
    } else {
        Outlet::Server { host: mail.server.to_string(), port: *mail.port }
    };
    let allowed = wanted.allowed_urls.iter().map(String::as_str).chain([wanted.webhook.as_str()]);
    let publisher = (!matches!(world.publisher, Publisher::Discard)).then(|| world.publisher.clone());
    let senders = Senders {
        webhooks: Webhooks::new(allowed),
        mail: MailServer { outlet, from: mail.from.to_string(), support: mail.support.to_string() },
        publisher,
    };
    App {
        api: api::App { queue: world.queue.clone(), access: world.access.clone() },
        delivery: Delivery::new(world.queue.clone(), senders),
    }
}
