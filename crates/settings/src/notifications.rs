//! Notifications beside the channels of organisations.

use crate::{Secret, Source, Sourced, Words, clowder::Clowder, section::section};

section! {
    /// Notifications. Organisations have channels of their own (`PUT /api/notifications/v1/channels/NAME`); what stands here is told of
    /// all organisations.
    pub struct Notifications in "notifications" {
        /// A webhook: its URL, which may be within this network; empty for none.
        webhook: String = String::new();
        /// What its calls are signed with (Standard Webhooks).
        webhook_secret: Secret = Secret::default();
        /// E-mail addresses.
        emails: Words = Words::default();
        /// What these are told: drift (a machine that reported is not as its baselines say, one for each report), cause (why
        /// machines are no longer as a baseline says, one for each cause), alert, collision (two machines claim one host),
        /// regression (a benchmark got worse on a machine).
        events: Words = Words::of(&["cause", "alert", "collision", "regression"]);
        /// The topic that causes and alerts are told on; empty for none. Under Clowder it is the requested name, and is translated.
        topic: String = String::new();
        /// URLs of further webhooks that may be within this network, or without TLS, as http://host:port.
        allowed_urls: Words = Words::default();
        /// So many notifications may wait for one destination; further ones are dead letters at once.
        queue_limit: u32 = 10_000;
    }
}

impl Notifications {
    pub(crate) fn translate(&mut self, clowder: &Clowder) {
        if let Some(real) = clowder.topic(&self.topic.value) {
            self.topic = Sourced { value: real.to_owned(), source: Source::Clowder("/kafka/topics") };
        }
    }
}
