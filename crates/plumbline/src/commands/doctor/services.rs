//! What the program asks of other services.

use std::time::Duration;

use access::oidc::Trouble;
use clients::{Client, Options};
use http::{HeaderMap, Method};
use monitoring::cassandra::{self, Cluster};
use settings::{Mode, Settings};

use super::Finding;
use crate::{
    failure::Failure,
    world::{kafka, tokens, trust},
};

/// The longest wait for brokers that somebody named, and for those at the usual address, which may not be there.
const BROKER_TIMEOUT: Duration = Duration::from_secs(10);
const USUAL_BROKER_TIMEOUT: Duration = Duration::from_secs(1);

/// Brokers are needed by `consume` only; whether they answer and have the topics is said all the same.
pub async fn broker(settings: &Settings) -> Finding {
    let finding = |ok, text| Finding { what: "kafka", ok, text };
    let servers = settings.kafka.bootstrap_servers.to_string();
    let topics = &settings.topics;
    let mut wanted = vec![&topics.consumed, &topics.events, &topics.notifications];
    if *settings.tracker.enabled {
        wanted.push(&settings.tracker.topic);
    }
    let wanted = wanted.into_iter().map(|topic| topic.value.to_string()).collect();
    let is_named = settings.kafka.bootstrap_servers.is_set();
    let patience = if is_named { BROKER_TIMEOUT } else { USUAL_BROKER_TIMEOUT };
    let asked = kafka::client_config(settings).missing_topics(wanted, patience).await;
    match asked {
        Ok(missing) if missing.is_empty() => finding(true, format!("{servers} answers and has the topics")),
        Ok(missing) => finding(
            !is_named,
            format!("{servers} lacks topics: {}; create them, or name others", missing.join(", ")),
        ),
        Err(reason) if is_named => finding(false, format!("{servers} cannot be asked: {reason}")),
        Err(_) => finding(true, "not set; only `plumbline consume` needs it".to_owned()),
    }
}

/// RBAC is asked by `serve` behind a gateway; any answer of it will do.
pub async fn rbac(settings: &Settings) -> Finding {
    let finding = |ok, text| Finding { what: "rbac", ok, text };
    let (endpoint, rbac) = (settings.rbac.endpoint.to_string(), &settings.rbac);
    if *rbac.bypass {
        return finding(true, "not asked: every caller may do everything".to_owned());
    }
    let client = trust::of_services(settings).and_then(|trust| {
        let options = Options { timeout: *rbac.timeout, trust, ..Options::new("rbac", endpoint.clone()) };
        Client::new(options).map_err(|bad| Failure::Usage(bad.to_string()))
    });
    let client = match client {
        Ok(client) => client,
        Err(problem) => return finding(false, problem.to_string()),
    };
    let path = "/api/rbac/v1/access/?application=inventory";
    match client.ask(Method::GET, path, &HeaderMap::new(), Vec::new()).await {
        Ok(answer) if answer.status.is_server_error() => {
            finding(false, format!("{endpoint} answers {}", answer.status))
        }
        Ok(_) => finding(true, format!("{endpoint} answers")),
        Err(error) if rbac.endpoint.is_set() => {
            finding(false, format!("{endpoint} does not answer: {error}; check RBAC_ENDPOINT"))
        }
        Err(_) => finding(true, "not set; only `plumbline serve` behind a gateway needs it".to_owned()),
    }
}

/// Cassandra, where the settings put samples or the tables of metrics there.
pub async fn cassandra(settings: &Settings) -> Vec<Finding> {
    let mut findings = Vec::new();
    for cluster in Cluster::all_of(&settings.metrics) {
        let found = match cluster {
            Ok(cluster) => cassandra::look(cluster).await,
            Err(problem) => Err(problem),
        };
        let found = found.map_err(|problem| format!("{problem}; check metrics.cassandra_hosts"));
        findings.push(Finding::of("cassandra", found));
    }
    findings
}

/// The issuers of tokens, where callers are known by these: each has to say where its keys are.
pub async fn issuers(settings: &Settings) -> Vec<Finding> {
    // Those that cannot be used are told with the settings.
    let Some(oidc) = (*settings.server.mode == Mode::Oidc).then(|| tokens::oidc(settings).ok()).flatten()
    else {
        return Vec::new();
    };
    let found = |(issuer, looked): (&str, Result<(), Trouble>)| {
        let found = looked.map(|()| format!("{issuer} says where its keys are"));
        Finding::of("issuer", found.map_err(|trouble| format!("{issuer} {trouble}; check oidc.issuers")))
    };
    oidc.look().await.into_iter().map(found).collect()
}
