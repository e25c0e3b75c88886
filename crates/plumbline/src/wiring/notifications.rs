//! Notifications.

use ::notifications::{App, api};
use bus::Publisher;
use ground::Clock;
use notify::{Delivery, Event, Fixed, MailServer, Outlet, Queue, Senders, Webhooks};
use settings::Settings;
use store::Db;

use crate::{
    app::world::World,
    failure::{Failure, Result},
};

/// What the operator is told of.
pub fn events(settings: &Settings) -> Result<Vec<Event>> {
    let events = settings.notifications.events.iter().map(|name| name.parse());
    events.collect::<std::result::Result<_, _>>().map_err(|error| {
        Failure::Usage(format!(
            "notifications.events: {error}; give {}, with commas between them",
            Event::FOR_CHANNELS
        ))
    })
}

/// The queue of a process.
pub fn queue(db: &Db, settings: &Settings, is_published: bool) -> Result<Queue> {
    let wanted = &settings.notifications;
    let events = events(settings)?;
    let topics = [
        (&*settings.drift.notifications_topic, vec![Event::Drift]),
        (&*wanted.topic, vec![Event::Cause, Event::Alert, Event::Collision]),
    ];
    let topics = topics.into_iter().filter(|(topic, _)| is_published && !topic.is_empty());
    let webhook = (!wanted.webhook.is_empty())
        .then(|| (wanted.webhook.to_string(), wanted.webhook_secret.expose().to_owned()));
    let fixed = Fixed {
        webhook,
        emails: wanted.emails.to_vec(),
        events,
        topics: topics.map(|(topic, events)| (topic.clone(), events)).collect(),
    };
    Ok(Queue::new(db.clone(), Clock::system(), fixed, *wanted.queue_limit))
}

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
