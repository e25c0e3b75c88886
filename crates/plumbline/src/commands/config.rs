//! `plumbline config`.

use std::{path::PathBuf, process::ExitCode};

use crate::{app, failure::Result, out};

/// Prints each setting, its value and where it came from; passwords are masked.
pub fn run(config: Option<&PathBuf>, defaults: bool, check: bool, json: bool) -> Result<ExitCode> {
    if defaults {
        out::document(settings::DEFAULT_FILE.trim_end())?;
        return Ok(ExitCode::SUCCESS);
    }
    if check {
        return checked(config, json);
    }
    let rows = app::config::load(config, &[])?.rows();
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or_default();
    for row in rows {
        if json {
            let source = row.source.to_string();
            out::json(&serde_json::json!({"name": row.name, "value": row.value, "source": source}))?;
        } else {
            out::line(format!("{:width$}  {:<40}  {}", row.name, row.value, row.source))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Says what is wrong with the settings: exit code 2 when something is, as the start would have it.
fn checked(config: Option<&PathBuf>, json: bool) -> Result<ExitCode> {
    let problems = app::checks::problems(&app::config::load(config, &[])?);
    if json {
        out::json(&serde_json::json!({"ok": problems.is_empty(), "problems": problems}))?;
    } else if problems.is_empty() {
        out::line("the settings can be used")?;
    } else {
        out::document(&problems.join("\n"))?;
    }
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(2) })
}
