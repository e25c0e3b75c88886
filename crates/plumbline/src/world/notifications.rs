//! Settings become the queue of what is to be told.

use ground::Clock;
use notify::{Event, Fixed, Queue};
use settings::Settings;
use store::Db;

use crate::failure::{Failure, Result};

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
        (&*wanted.topic, vec![Event::Cause, Event::Alert, Event::Collision, Event::Regression]),
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
