//! Comparison reports (contract drift §9).

use std::time::Duration;

use crate::{Filled, Source, Sourced, clowder::Clowder, section::section};

section! {
    /// Comparison reports.
    pub struct Drift in "drift" {
        /// Second segment of the API's path.
        app_name: Filled = Filled::of("drift");
        /// First segments of the path of the API of 2019.
        first_path_prefix: Filled = Filled::of("/r/insights/platform/");
        /// Any text: the API of 2019 compares facts that are made up for trying out.
        return_mock_data: String = String::new(), env "RETURN_MOCK_DATA";
        /// The topic that drift of machines is told on when they report; empty for none. Under Clowder it is the requested name,
        /// and is translated.
        notifications_topic: String = "platform.notifications.ingress".to_owned(), env "NOTIFICATION_SERVICE_TOPIC";
        /// The product, in these notifications.
        notification_bundle: String = "rhel".to_owned(), env "NOTIFICATION_BUNDLE";
        /// The application, in these notifications.
        notification_app: String = "drift".to_owned(), env "NOTIFICATION_APP";
        /// How long after its first machine a cause of drift is told, in seconds: those that come meanwhile are counted.
        cause_delay: Duration = Duration::from_mins(1);
    }
}

impl Drift {
    pub(crate) fn translate(&mut self, clowder: &Clowder) {
        if let Some(real) = clowder.topic(&self.notifications_topic.value) {
            self.notifications_topic =
                Sourced { value: real.to_owned(), source: Source::Clowder("/kafka/topics") };
        }
    }

    /// The path of the API: `/api/drift/v1`.
    pub fn base_path(&self, prefix: &str) -> String {
        format!("/{}/{}/v1", prefix.trim_matches('/'), self.app_name.trim_matches('/'))
    }

    /// The path of the API of 2019: `/r/insights/platform/drift/v0`.
    pub fn first_base_path(&self) -> String {
        format!("/{}/{}/v0", self.first_path_prefix.trim_matches('/'), self.app_name.trim_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use crate::Settings;

    #[test]
    fn base_paths_have_one_slash_between_their_segments() {
        let drift = Settings::default().drift;
        assert_eq!(drift.base_path("/api/"), "/api/drift/v1");
        assert_eq!(drift.first_base_path(), "/r/insights/platform/drift/v0");
    }
}
