//! `plumbline report`.

mod remote;
mod token_file;

use std::{io::IsTerminal as _, path::PathBuf, process::ExitCode};

use serde_json::json;

use crate::{
    app,
    cli::ReportShown,
    delivery::Delivery,
    failure::{Failure, Result},
    out,
    self_report::{self, SelfReport},
};

/// Reports this machine, or the one whose files stand under `root`; or only shows what would be sent.
pub async fn run(config: Option<&PathBuf>, asked: &ReportShown) -> Result<ExitCode> {
    let ReportShown { place, root, print, json, .. } = asked;
    let settings = app::config::load(config, &app::config::place_flags(place))?;
    let data = app::config::data_path(place).ok();
    let reports = match root {
        Some(root) => SelfReport::of_root(root, data.as_deref())?,
        None => SelfReport::new(data.as_deref())?,
    };
    if let Some(to) = &asked.to {
        return remote::run(to, asked, &reports, data.as_deref()).await;
    }
    let report = reports.collect().await?;
    let envelope = reports.envelope(&report);
    if *print {
        // A reader that is a program gets one line; `plumbline ingest -` takes either form.
        if *json || !std::io::stdout().is_terminal() {
            out::json(&envelope)?;
        } else {
            let text = serde_json::to_string_pretty(&envelope);
            out::document(&text.map_err(|error| Failure::Runtime(error.to_string()))?)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut delivery = Delivery::open(&settings, place).await?;
    report.remember().map_err(|error| Failure::Runtime(error.to_string()))?;
    let results = delivery.send(&[(1, envelope.to_string().as_bytes())]).await;
    delivery.close().await;
    let (id, outcome) = self_report::taken(results.map_err(Failure::Runtime)?)?;
    told(&report, &id, outcome, *json)?;
    Ok(ExitCode::SUCCESS)
}

/// What came of a report.
fn told(report: &agent::Report, id: &str, outcome: &str, json: bool) -> Result<()> {
    let (name, gaps) = (report.name().unwrap_or_default(), report.gaps());
    if json {
        return out::json(&json!({"result": outcome, "id": id, "name": name, "gaps": gaps}));
    }
    let left_out = match gaps.len() {
        0 => String::new(),
        count => format!(" ({count} left out, `plumbline doctor` says what)"),
    };
    out::line(format!("{outcome}  {id}  {name}{left_out}"))
}
