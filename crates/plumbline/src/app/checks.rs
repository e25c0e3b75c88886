//! What is wrong with settings that can be read: values that do not go together, and files that are not there. The start refuses
//! these one by one; here they are told at once, without a database or a broker.

use std::net::SocketAddr;

use access::guard;
use login::PublicUrl;
use monitoring::cassandra::Cluster;
use settings::{Environment, Mode, Settings};

use super::{agents, listeners, management, routers};
use crate::{
    failure::Result,
    services,
    world::{self, notifications, tokens, trust},
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
    // Without a word on the port, `serve` goes on without it.
    let watched = SocketAddr::new(management::address(settings, true), *server.metrics_port);
    if *server.port != 0 && server.metrics_port.is_set() && server.listen() == watched {
        problems.push(format!(
            "server.port and server.metrics_port are both {}: set one to another",
            *server.port
        ));
    }
    let services = services::all().iter();
    let bases: Vec<String> = services.flat_map(|service| (service.bases)(settings)).collect();
    problems.extend(told(routers::served_once(&bases)));
    problems.extend(told(agents::wanted(settings).map(|_| ())));
    problems.extend(told(listeners::tls_of_api(settings).map(|_| ())));
    problems.extend(told(trust::of_services(settings).map(|_| ())));
    problems.extend(told(tokens::oidc(settings).map(|_| ())));
    if *server.mode == Mode::Oidc && !server.public_url.is_empty() {
        let development = *server.environment == Environment::Development;
        let bad = PublicUrl::parse(&server.public_url, development).err();
        problems.extend(bad.map(|bad| bad.to_string()));
    }
    problems.extend(told(notifications::events(settings).map(|_| ())));
    problems.extend(told(world::organisation(settings).map(|_| ())));
    problems.extend(monitoring::wrong_settings(&settings.metrics));
    problems.extend(Cluster::all_of(&settings.metrics).into_iter().filter_map(std::result::Result::err));
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
