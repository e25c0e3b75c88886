//! The Clowder document: what the platform tells a program of its surroundings (contract inventory-events §1.1).

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::Source;

/// What the document says, by setting.
pub(crate) struct Clowder {
    values: BTreeMap<&'static str, (String, &'static str)>,
    topics: BTreeMap<String, String>,
}

/// Settings that are found at one place of the document; of several places of one, the first counts.
const PLACES: [(&str, &str); 19] = [
    ("server.port", "/publicPort"),
    // The older name of the same.
    ("server.port", "/webPort"),
    ("server.metrics_port", "/metricsPort"),
    ("database.host", "/database/hostname"),
    ("database.port", "/database/port"),
    ("database.name", "/database/name"),
    ("database.user", "/database/username"),
    ("database.password", "/database/password"),
    ("database.ssl_mode", "/database/sslMode"),
    ("database.ssl_ca_pem", "/database/rdsCa"),
    ("kafka.bootstrap_servers", BROKERS),
    ("kafka.security_protocol", "/kafka/brokers/0/sasl/securityProtocol"),
    // The older place of the same.
    ("kafka.security_protocol", "/kafka/brokers/0/securityProtocol"),
    ("kafka.sasl_mechanism", "/kafka/brokers/0/sasl/saslMechanism"),
    ("kafka.sasl_username", "/kafka/brokers/0/sasl/username"),
    ("kafka.sasl_password", "/kafka/brokers/0/sasl/password"),
    ("kafka.ssl_ca_pem", "/kafka/brokers/0/cacert"),
    ("outgoing.ca_file", CA),
    ("flags.unleash_token", "/featureFlags/clientAccessToken"),
];

/// Where certificates stand as text, a file of them that the environment names does not count.
const INSTEAD_OF_FILES: [(&str, &str); 2] =
    [("database.ssl_ca_pem", "database.ssl_cert"), ("kafka.ssl_ca_pem", "kafka.ssl_ca_file")];

/// Settings that are URLs of services: the list where these stand, and their names there.
const SERVICES: [(&str, &str, &str); 6] = [
    ("rbac.endpoint", ENDPOINTS, "rbac"),
    ("siblings.inventory_url", ENDPOINTS, "host-inventory"),
    ("siblings.baselines_url", ENDPOINTS, "system-baseline"),
    ("siblings.history_url", ENDPOINTS, "historical-system-profiles"),
    ("siblings.drift_url", ENDPOINTS, "drift"),
    ("export.endpoint", PRIVATE_ENDPOINTS, "export-service"),
];

const BROKERS: &str = "/kafka/brokers";
const ENDPOINTS: &str = "/endpoints";
const PRIVATE_ENDPOINTS: &str = "/privateEndpoints";
const CA: &str = "/tlsCAPath";
const FEATURE_FLAGS: &str = "/featureFlags";

/// The variable that names other brokers than the document does; without a document it means nothing.
pub(crate) const BROKER_OVERRIDE: &str = "CONSUMER_MQ_BROKER";

/// Whether an older variable wins over the document.
pub(crate) fn yields_to(variable: &str) -> bool {
    [BROKER_OVERRIDE, "UNLEASH_URL", "UNLEASH_TOKEN"].contains(&variable)
}

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
        let encrypted = scalar(document, CA).is_some();
        for (name, list, app) in SERVICES {
            if let Some(url) = endpoint(document, list, app, encrypted) {
                values.insert(name, (url, list));
            }
        }
        if let Some(url) = unleash(document) {
            values.insert("flags.unleash_url", (url, FEATURE_FLAGS));
        }
        for (text, file) in INSTEAD_OF_FILES {
            if let Some((_, pointer)) = values.get(text) {
                values.insert(file, (String::new(), *pointer));
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

/// `host:port`; the host alone when there is no such port.
fn address(of: &Json, port: &str) -> Option<String> {
    let host = of.get("hostname")?.as_str().filter(|host| !host.is_empty())?;
    Some(match port_of(of, port) {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

/// Clowder writes 0 where a service does not listen so.
fn port_of(of: &Json, name: &str) -> Option<u64> {
    of.get(name).and_then(Json::as_u64).filter(|port| *port != 0)
}

fn brokers(document: &Json) -> Option<String> {
    let all: Vec<String> = items(document, BROKERS).filter_map(|broker| address(broker, "port")).collect();
    (!all.is_empty()).then(|| all.join(","))
}

/// The URL of a service: https where the document names an authority and the service listens so.
fn endpoint(document: &Json, list: &str, app: &str, encrypted: bool) -> Option<String> {
    let named = |endpoint: &&Json| endpoint.get("app").and_then(Json::as_str) == Some(app);
    let endpoint = items(document, list).find(named)?;
    if encrypted && port_of(endpoint, "tlsPort").is_some() {
        return address(endpoint, "tlsPort").map(|at| format!("https://{at}"));
    }
    address(endpoint, "port").map(|at| format!("http://{at}"))
}

/// The URL of the Unleash server. The original takes https for port 443 alone, whatever the scheme says.
fn unleash(document: &Json) -> Option<String> {
    let server = document.pointer(FEATURE_FLAGS)?;
    let told = server.get("scheme").and_then(Json::as_str) == Some("https");
    let scheme = if told || port_of(server, "port") == Some(443) { "https" } else { "http" };
    address(server, "port").map(|at| format!("{scheme}://{at}/api"))
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
        let (places, services) = (PLACES.map(|(name, _)| name), SERVICES.map(|(name, ..)| name));
        let files = INSTEAD_OF_FILES.map(|(_, file)| file);
        for name in places.into_iter().chain(services).chain(files).chain(["flags.unleash_url"]) {
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
    fn services_are_asked_by_https_where_the_document_names_an_authority_and_they_listen_so() {
        let mut document = json!({
            "endpoints": [
                {"app": "rbac", "hostname": "rbac.svc", "port": 8000, "tlsPort": 8800},
                {"app": "host-inventory", "hostname": "inv", "port": 8000, "tlsPort": 0},
                {"app": "drift", "hostname": "drift", "port": 8000},
                {"app": "rbac", "hostname": "second", "port": 1, "tlsPort": 2},
            ],
            "privateEndpoints": [{"app": "export-service", "hostname": "export", "port": 10_000, "tlsPort": 18_800}],
        });
        let urls = |document: &Json| {
            let clowder = Clowder::new(document);
            ["rbac.endpoint", "siblings.inventory_url", "siblings.drift_url", "export.endpoint"]
                .map(|name| clowder.value(name).unwrap().0)
        };
        let plain = ["http://rbac.svc:8000", "http://inv:8000", "http://drift:8000", "http://export:10000"];
        assert_eq!(urls(&document), plain);
        document["tlsCAPath"] = json!("/cdapp/certs/service-ca.crt");
        let encrypted =
            ["https://rbac.svc:8800", "http://inv:8000", "http://drift:8000", "https://export:18800"];
        assert_eq!(urls(&document), encrypted);
        let (ca, source) = Clowder::new(&document).value("outgoing.ca_file").unwrap();
        assert_eq!((ca.as_str(), source), ("/cdapp/certs/service-ca.crt", Source::Clowder("/tlsCAPath")));
    }

    #[test]
    fn ports_and_feature_flags_are_found() {
        let flags = |server: Json| {
            let clowder =
                Clowder::new(&json!({"webPort": 8001, "metricsPort": 9001, "featureFlags": server}));
            assert_eq!(clowder.value("server.port").unwrap().0, "8001");
            assert_eq!(clowder.value("server.metrics_port").unwrap().0, "9001");
            let text = |name| clowder.value(name).map(|(text, _)| text);
            (text("flags.unleash_url").unwrap(), text("flags.unleash_token"))
        };
        let server = json!({"hostname": "ff", "port": 4242, "scheme": "http", "clientAccessToken": "t"});
        assert_eq!(flags(server), ("http://ff:4242/api".to_owned(), Some("t".to_owned())));
        let server = json!({"hostname": "ff", "port": 443, "scheme": "http"});
        assert_eq!(flags(server), ("https://ff:443/api".to_owned(), None));
    }

    #[test]
    fn a_document_of_another_shape_says_nothing() {
        let strange = json!({"kafka": 5, "endpoints": {}, "database": [], "featureFlags": {"port": 1}, "tlsCAPath": []});
        for document in [json!(null), json!([]), strange] {
            assert!(Clowder::new(&document).values.is_empty(), "{document}");
        }
    }
}
