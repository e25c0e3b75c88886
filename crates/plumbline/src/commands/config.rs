//! `plumbline config`.

use std::{path::PathBuf, process::ExitCode};

use crate::{app, failure::Result, out};

/// Prints each setting, its value and where it came from; passwords are masked.
pub fn run(config: Option<&PathBuf>, defaults: bool, json: bool) -> Result<ExitCode> {
    if defaults {
        out::document(settings::DEFAULT_FILE.trim_end())?;
        return Ok(ExitCode::SUCCESS);
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
