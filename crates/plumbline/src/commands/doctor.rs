//! `plumbline doctor`. What is asked of other services is in `doctor/services.rs`, what of this machine in `doctor/machine.rs`.

mod machine;
mod services;

use std::{path::PathBuf, process::ExitCode};

use access::guard;
use settings::{Mode, Settings};

use crate::{
    app,
    cli::Place,
    data_folder::{self, DataFolder, Holder},
    failure::Result,
    out,
    self_report::SelfReport,
    services::migrations,
};

/// What a check found.
struct Finding {
    what: &'static str,
    ok: bool,
    text: String,
}

impl Finding {
    /// A check that found what is wrong, or how it stands.
    fn of(what: &'static str, found: std::result::Result<String, String>) -> Self {
        let ok = found.is_ok();
        Self { what, ok, text: found.unwrap_or_else(|problem| problem) }
    }
}

/// Checks everything that the program needs. Exit code 0 only when all is well.
pub async fn run(config: Option<&PathBuf>, place: &Place, json: bool) -> Result<ExitCode> {
    let settings = app::config::load(config, &app::config::place_flags(place))?;
    let problems = app::checks::problems(&settings);
    let mut findings = vec![
        Finding::of(
            "settings",
            if problems.is_empty() { Ok("can be used".to_owned()) } else { Err(problems.join("; ")) },
        ),
        address(&settings),
        folder(place, &settings),
    ];
    findings.extend(database(place, &settings).await);
    findings.push(services::broker(&settings).await);
    findings.push(services::rbac(&settings).await);
    findings.extend(services::cassandra(&settings).await);
    findings.extend(services::issuers(&settings).await);
    findings.extend(machine::disk(place, &settings));
    findings.extend(machine::certificates(&settings));
    findings.push(machine::limits(&settings));
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

async fn database(place: &Place, settings: &Settings) -> Vec<Finding> {
    let finding = |found| Finding::of("database", found);
    let url = match settings.database.location() {
        Some(url) => url.expose().to_owned(),
        None => match app::config::data_path(place) {
            Ok(path) if data_folder::exists(&path) => data_folder::database_url(&path),
            _ => return vec![finding(Ok("will be made at the first start".to_owned()))],
        },
    };
    let status = async {
        let db = app::database::open(&url, settings).await?;
        let connection = match (settings.database.location(), db.encryption().await?) {
            (None, _) => "",
            (Some(_), None) => ", in plain text (INVENTORY_DB_SSL_MODE asks for more)",
            (Some(_), Some(_)) => ", encrypted",
        };
        let steps = db.migration_status(migrations()).await?;
        Ok::<_, crate::failure::Failure>((steps, connection, machine::clock(&db).await?))
    };
    match status.await {
        Err(problem) => vec![finding(Err(problem.to_string()))],
        Ok((steps, connection, clock)) => {
            let missing = steps.iter().filter(|step| step.applied.is_none()).count();
            let found = match missing {
                0 => Ok(format!("reachable{connection}, {} migrations applied", steps.len())),
                missing => Err(format!("lacks {missing} migrations; apply them with `plumbline migrate up`")),
            };
            vec![finding(found), clock]
        }
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
