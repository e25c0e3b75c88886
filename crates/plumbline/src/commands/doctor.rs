//! `plumbline doctor`.

use std::{path::PathBuf, process::ExitCode, time::Duration};

use access::guard;
use settings::{Mode, Settings};

use crate::{
    app,
    cli::Place,
    data_folder::{self, DataFolder, Holder},
    failure::Result,
    out,
    self_report::SelfReport,
    services, world,
};

/// The longest wait for the brokers.
const BROKER_TIMEOUT: Duration = Duration::from_secs(10);

/// What a check found.
struct Finding {
    what: &'static str,
    ok: bool,
    text: String,
}

/// Checks everything that the program needs. Exit code 0 only when all is well.
pub async fn run(config: Option<&PathBuf>, place: &Place, json: bool) -> Result<ExitCode> {
    let settings = app::config::load(config, &app::config::place_flags(place))?;
    let mut findings = vec![
        Finding { what: "settings", ok: true, text: "can be read".to_owned() },
        address(&settings),
        folder(place, &settings),
        database(place, &settings).await,
        broker(&settings).await,
        rbac(&settings).await,
    ];
    findings.extend(agent(place).await);
    for Finding { what, ok, text } in &findings {
        if json {
            out::json(&serde_json::json!({"check": what, "ok": ok, "detail": text}))?;
        } else {
            out::line(format!("{}  {what:<10} {text}", if *ok { "ok  " } else { "FAIL" }))?;
        }
    }
    Ok(if findings.iter().all(|finding| finding.ok) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn address(settings: &Settings) -> Finding {
    let address = settings.server.listen();
    let text = match (*settings.server.mode, guard::check_listen(address)) {
        (Mode::Local, Err(problem)) => {
            return Finding { what: "address", ok: false, text: problem.to_string() };
        }
        (Mode::Local, Ok(())) => format!("local mode on {address}"),
        (mode, _) => format!("{} mode on {address}", mode.as_str()),
    };
    Finding { what: "address", ok: true, text }
}

fn folder(place: &Place, settings: &Settings) -> Finding {
    let finding = |ok, text| Finding { what: "data", ok, text };
    if settings.database.location().is_some() {
        return finding(true, "a database server is used".to_owned());
    }
    match app::config::data_path(place) {
        Err(problem) => finding(false, problem.to_string()),
        Ok(path) if !path.exists() => finding(true, format!("{} will be made", path.display())),
        Ok(path) => match DataFolder::take(&path) {
            Ok(Holder::Us(_)) => finding(true, format!("{} is free", path.display())),
            Ok(Holder::Other(Some(address))) => {
                finding(true, format!("{} is served on http://{address}", path.display()))
            }
            Ok(Holder::Other(None)) => {
                finding(true, format!("{} is held by another process", path.display()))
            }
            Err(problem) => finding(false, problem.to_string()),
        },
    }
}

async fn database(place: &Place, settings: &Settings) -> Finding {
    let finding = |ok, text| Finding { what: "database", ok, text };
    let url = match settings.database.location() {
        Some(url) => url.expose().to_owned(),
        None => match app::config::data_path(place) {
            Ok(path) if data_folder::exists(&path) => data_folder::database_url(&path),
            _ => return finding(true, "will be made at the first start".to_owned()),
        },
    };
    let status = async {
        let db = app::database::open(&url, settings).await?;
        let connection = match (settings.database.location(), db.encryption().await?) {
            (None, _) => "",
            (Some(_), None) => ", in plain text (INVENTORY_DB_SSL_MODE asks for more)",
            (Some(_), Some(_)) => ", encrypted",
        };
        Ok::<_, crate::failure::Failure>((db.migration_status(services::migrations()).await?, connection))
    };
    match status.await {
        Err(problem) => finding(false, problem.to_string()),
        Ok((steps, connection)) => match steps.iter().filter(|step| step.applied.is_none()).count() {
            0 => finding(true, format!("reachable{connection}, {} migrations applied", steps.len())),
            missing => {
                finding(false, format!("lacks {missing} migrations; apply them with `plumbline migrate up`"))
            }
        },
    }
}

/// Brokers are needed by `consume` only; whether they answer and have the topics is said all the same.
async fn broker(settings: &Settings) -> Finding {
    let finding = |ok, text| Finding { what: "kafka", ok, text };
    let servers = settings.kafka.bootstrap_servers.to_string();
    let topics = &settings.topics;
    let mut wanted = vec![&topics.consumed, &topics.events, &topics.notifications];
    if *settings.tracker.enabled {
        wanted.push(&settings.tracker.topic);
    }
    let wanted = wanted.into_iter().map(|topic| topic.value.to_string()).collect();
    let asked = world::kafka::client_config(settings).missing_topics(wanted, BROKER_TIMEOUT).await;
    match asked {
        Ok(missing) if missing.is_empty() => finding(true, format!("{servers} answers and has the topics")),
        Ok(missing) => finding(
            !settings.kafka.bootstrap_servers.is_set(),
            format!("{servers} lacks topics: {}; create them, or name others", missing.join(", ")),
        ),
        Err(reason) if settings.kafka.bootstrap_servers.is_set() => finding(
            false,
            format!(
                "{servers} cannot be asked: {reason}; check KAFKA_BOOTSTRAP_SERVERS and the KAFKA_SASL settings"
            ),
        ),
        Err(_) => finding(true, "not set; only `plumbline consume` needs it".to_owned()),
    }
}

/// RBAC is asked by `serve` behind a gateway; any answer of it will do.
async fn rbac(settings: &Settings) -> Finding {
    let finding = |ok, text| Finding { what: "rbac", ok, text };
    let (endpoint, rbac) = (settings.rbac.endpoint.to_string(), &settings.rbac);
    if *rbac.bypass {
        return finding(true, "not asked: every caller may do everything".to_owned());
    }
    let client = reqwest::Client::builder().timeout(*rbac.timeout).build();
    let path = format!("{}/api/rbac/v1/access/?application=inventory", endpoint.trim_end_matches('/'));
    let asked = match client {
        Ok(client) => client.get(path).send().await,
        Err(error) => return finding(false, error.to_string()),
    };
    match asked {
        Ok(answer) if answer.status().is_server_error() => {
            finding(false, format!("{endpoint} answers {}", answer.status()))
        }
        Ok(_) => finding(true, format!("{endpoint} answers")),
        Err(error) if rbac.endpoint.is_set() => {
            finding(false, format!("{endpoint} does not answer: {error}; check RBAC_ENDPOINT"))
        }
        Err(_) => finding(true, "not set; only `plumbline serve` behind a gateway needs it".to_owned()),
    }
}

/// What the reports of this machine hold, and what they leave out. Nothing of it keeps the program from working.
async fn agent(place: &Place) -> Vec<Finding> {
    let finding = |ok, text| Finding { what: "agent", ok, text };
    let report = async { SelfReport::new(app::config::data_path(place).ok().as_deref())?.collect().await };
    let report = match report.await {
        Ok(report) => report,
        Err(problem) => return vec![finding(false, problem.to_string())],
    };
    let packages = report.profile().get("installed_packages").and_then(serde_json::Value::as_array);
    let left_out = match report.gaps().len() {
        0 => "nothing is left out".to_owned(),
        count => format!("{count} left out"),
    };
    let summary = format!(
        "reports {} facts and {} packages of {}; {left_out}",
        report.profile().len(),
        packages.map_or(0, Vec::len),
        report.name().unwrap_or("this machine"),
    );
    let gaps = report.gaps().iter();
    let gaps = gaps.map(|gap| finding(true, format!("leaves out {}: {}; {}", gap.what, gap.why, gap.remedy)));
    std::iter::once(finding(true, summary)).chain(gaps).collect()
}
