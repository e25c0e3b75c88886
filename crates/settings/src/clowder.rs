//! The Clowder document: what the platform tells a program of its surroundings (contract inventory-events §1.1).

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::Source;

/// What the document says, by setting.
pub(crate) struct Clowder {
    values: BTreeMap<&'static str, (String, &'static str)>,
    topics: BTreeMap<String, String>,
}

/// Settings that are found at one place of the document.
const PLACES: [(&str, &str); 16] = [
    ("server.port", "/publicPort"),
    ("server.metrics_port", "/metricsPort"),
    ("database.host", "/database/hostname"),
    ("database.port", "/database/port"),
    ("database.name", "/database/name"),
    ("database.user", "/database/username"),
    ("database.password", "/database/password"),
    ("database.ssl_mode", "/database/sslMode"),
    ("kafka.security_protocol", "/kafka/brokers/0/sasl/securityProtocol"),
    // The older place of the same word; the newer one, above, is found first.
    ("kafka.security_protocol", "/kafka/brokers/0/securityProtocol"),
    ("kafka.sasl_mechanism", "/kafka/brokers/0/sasl/saslMechanism"),
    ("kafka.sasl_username", "/kafka/brokers/0/sasl/username"),
    ("kafka.sasl_password", "/kafka/brokers/0/sasl/password"),
    ("kafka.ssl_ca_pem", "/kafka/brokers/0/cacert"),
    ("database.ssl_ca_pem", "/database/rdsCa"),
    ("kafka.bootstrap_servers", BROKERS),
];

/// Settings that are URLs of services, by the names of these among the endpoints.
const SERVICES: [(&str, &str); 5] = [
    ("rbac.endpoint", "rbac"),
    ("siblings.inventory_url", "host-inventory"),
    ("siblings.baselines_url", "system-baseline"),
    ("siblings.history_url", "historical-system-profiles"),
    ("siblings.drift_url", "drift"),
];

const BROKERS: &str = "/kafka/brokers";
const ENDPOINTS: &str = "/endpoints";

impl Clowder {
    /// Takes what is of use from the document; what is missing or of another kind is left out.
    pub fn new(document: &Json) -> Self {
        let mut values = BTreeMap::new();
        for (name, pointer) in PLACES {
            let found = if pointer == BROKERS { brokers(document) } else { scalar(document, pointer) };
            if let Some(text) = found {
                values.entry(name).or_insert((text, pointer));
            }
        }
        for (name, app) in SERVICES {
            if let Some(url) = endpoint(document, app) {
                values.insert(name, (url, ENDPOINTS));
            }
        }
        Self { values, topics: topics(document) }
    }

    /// What the document says of a setting.
    pub fn value(&self, name: &str) -> Option<(String, Source)> {
        self.values.get(name).map(|(text, pointer)| (text.clone(), Source::Clowder(pointer)))
    }

    /// The real name of a topic that the application requested under this name.
    pub fn topic(&self, requested: &str) -> Option<&str> {
        self.topics.get(requested).map(String::as_str)
    }
}

fn scalar(document: &Json, pointer: &str) -> Option<String> {
    match document.pointer(pointer)? {
        Json::String(text) if !text.is_empty() => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn items<'a>(document: &'a Json, pointer: &str) -> impl Iterator<Item = &'a Json> {
    document.pointer(pointer).and_then(Json::as_array).into_iter().flatten()
}

fn address(of: &Json) -> Option<String> {
    let host = of.get("hostname")?.as_str()?;
    Some(match of.get("port").and_then(Json::as_u64) {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

fn brokers(document: &Json) -> Option<String> {
    let all: Vec<String> = items(document, BROKERS).filter_map(address).collect();
    (!all.is_empty()).then(|| all.join(","))
}

/// The URL of a service.
fn endpoint(document: &Json, app: &str) -> Option<String> {
    let named = |endpoint: &&Json| endpoint.get("app").and_then(Json::as_str) == Some(app);
    items(document, ENDPOINTS).find(named).and_then(address).map(|at| format!("http://{at}"))
}

fn topics(document: &Json) -> BTreeMap<String, String> {
    items(document, "/kafka/topics")
        .filter_map(|topic| {
            let requested = topic.get("requestedName")?.as_str()?;
            Some((requested.to_owned(), topic.get("name")?.as_str()?.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Settings;

    #[test]
    fn every_place_belongs_to_a_setting() {
        let names: Vec<_> = Settings::entries().into_iter().map(|entry| entry.name).collect();
        for (name, _) in PLACES.into_iter().chain(SERVICES) {
            assert!(names.contains(&name), "{name}");
        }
    }

    #[test]
    fn brokers_are_joined_and_rbac_is_found_by_its_name() {
        let clowder = Clowder::new(&json!({
            "kafka": {"brokers": [{"hostname": "a", "port": 1}, {"hostname": "b", "port": 2}]},
            "endpoints": [{"app": "other", "hostname": "x", "port": 1},
                          {"app": "rbac", "hostname": "rbac.svc", "port": 8000},
                          {"app": "host-inventory", "hostname": "inv", "port": 8000}],
        }));
        assert_eq!(clowder.value("kafka.bootstrap_servers").unwrap().0, "a:1,b:2");
        assert_eq!(clowder.value("rbac.endpoint").unwrap().0, "http://rbac.svc:8000");
        assert_eq!(clowder.value("siblings.inventory_url").unwrap().0, "http://inv:8000");
        assert_eq!(clowder.value("database.host"), None);
    }

    #[test]
    fn a_document_of_another_shape_says_nothing() {
        for document in [json!(null), json!([]), json!({"kafka": 5, "endpoints": {}, "database": []})] {
            assert!(Clowder::new(&document).values.is_empty(), "{document}");
        }
    }
}
