//! What is wrong with settings that can be read: values that do not go together, and files that are not there. The start refuses
//! the same; here everything is told at once, without a database or a broker.

use access::guard;
use login::PublicUrl;
use monitoring::cassandra::Cluster;
use settings::{Environment, MetricStore, Mode, Settings};

use super::{agents, routers};
use crate::{
    failure::Result,
    services,
    world::{self, notifications, tokens},
};

/// Every reason why the settings cannot be used, a line each.
pub fn problems(settings: &Settings) -> Vec<String> {
    let mut problems = Vec::new();
    let told = |result: Result<()>| result.err().map(|problem| problem.to_string());
    let server = &settings.server;
    // `plumbline serve` is behind a gateway unless the mode is set.
    if *server.mode == Mode::Local && server.mode.is_set() {
        problems.extend(guard::check_listen(server.listen()).err().map(|problem| problem.to_string()));
    }
    if *server.port != 0 && *server.port == *server.metrics_port {
        problems.push(format!(
            "server.port and server.metrics_port are both {}: set one to another",
            *server.port
        ));
    }
    let services = services::all().iter();
    let bases: Vec<String> = services.flat_map(|service| (service.bases)(settings)).collect();
    problems.extend(told(routers::served_once(&bases)));
    problems.extend(told(agents::wanted(settings).map(|_| ())));
    problems.extend(told(world::permissions(settings, *server.mode).map(|_| ())));
    problems.extend(told(tokens::oidc(settings).map(|_| ())));
    if *server.mode == Mode::Oidc && !server.public_url.is_empty() {
        let development = *server.environment == Environment::Development;
        let bad = PublicUrl::parse(&server.public_url, development).err();
        problems.extend(bad.map(|bad| bad.to_string()));
    }
    problems.extend(told(notifications::events(settings).map(|_| ())));
    let metrics = &settings.metrics;
    if *metrics.samples == MetricStore::Cassandra {
        problems.extend(Cluster::of_samples(metrics).err());
    }
    if metrics.place() == MetricStore::Cassandra {
        problems.extend(Cluster::of_tables(metrics).err());
    }
    problems.extend(files(settings));
    problems
}

/// Files that are named and cannot be read.
fn files(settings: &Settings) -> Vec<String> {
    let broker = settings.kafka.ssl_ca_file.as_ref().map(ToString::to_string);
    let named = [
        ("database.ssl_cert", settings.database.ssl_cert.to_string()),
        ("kafka.ssl_ca_file", broker.unwrap_or_default()),
        ("metrics.cassandra_ca_file", settings.metrics.cassandra_ca_file.to_string()),
    ];
    let missing = named.into_iter().filter(|(_, path)| !path.is_empty()).filter_map(|(setting, path)| {
        let problem = std::fs::File::open(&path).err()?;
        Some(format!("{setting}: {path} cannot be read: {problem}"))
    });
    missing.collect()
}

#[cfg(test)]
mod tests {
    use settings::Inputs;

    use super::*;

    fn problems_with(variables: &[(&str, &str)]) -> Vec<String> {
        let env = |name: &str| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        problems(&Settings::load(&Inputs::new(&env)).unwrap())
    }

    #[tokio::test]
    async fn defaults_are_fine() {
        assert_eq!(problems_with(&[]), Vec::<String>::new());
    }

    #[tokio::test]
    async fn everything_that_is_wrong_is_told_at_once() {
        let told = problems_with(&[
            ("PLUMBLINE_SERVER_MODE", "local"),
            ("PLUMBLINE_SERVER_ADDRESS", "0.0.0.0"),
            ("PLUMBLINE_SERVER_METRICS_PORT", "8080"),
            ("PLUMBLINE_ENROLMENT_LISTEN", "0.0.0.0:8443"),
            ("PLUMBLINE_NOTIFICATIONS_EVENTS", "weather"),
            ("PLUMBLINE_KAFKA_SSL_CA_FILE", "/no/such/file"),
        ]);
        for part in [
            "loopback|local mode",
            "are both 8080",
            "tls_certificate",
            "notifications.events",
            "/no/such/file",
        ] {
            let found = part.split('|').any(|part| told.iter().any(|problem| problem.contains(part)));
            assert!(found, "{part}: {told:#?}");
        }
        assert_eq!(told.len(), 5, "{told:#?}");
    }
}
