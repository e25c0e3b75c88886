//! `plumbline report`.

use std::{
    io::IsTerminal as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use serde_json::json;

use crate::{
    app,
    cli::Place,
    delivery::Delivery,
    failure::{Failure, Result},
    out,
    self_report::{self, SelfReport},
};

/// Reports this machine, or the one whose files stand under `root`; or only shows what would be sent.
pub async fn run(
    config: Option<&PathBuf>,
    place: &Place,
    root: Option<&Path>,
    print: bool,
    json: bool,
) -> Result<ExitCode> {
    let settings = app::config::load(config, &app::config::place_flags(place))?;
    let data = app::config::data_path(place).ok();
    let reports = match root {
        Some(root) => SelfReport::of_root(root, data.as_deref())?,
        None => SelfReport::new(data.as_deref())?,
    };
    let report = reports.collect().await?;
    let envelope = reports.envelope(&report);
    if print {
        // A reader that is a program gets one line, which `plumbline ingest -` takes.
        if json || !std::io::stdout().is_terminal() {
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
    let (name, gaps) = (report.name().unwrap_or_default(), report.gaps());
    if json {
        out::json(&json!({"result": outcome, "id": id, "name": name, "gaps": gaps}))?;
    } else {
        let left_out = match gaps.len() {
            0 => String::new(),
            count => format!(" ({count} left out, `plumbline doctor` says what)"),
        };
        out::line(format!("{outcome}  {id}  {name}{left_out}"))?;
    }
    Ok(ExitCode::SUCCESS)
}
