//! `plumbline config`.

use std::{path::PathBuf, process::ExitCode};

use crate::{app, failure::Result};

/// Prints each setting, its value and where it came from; passwords are masked.
pub fn run(config: Option<&PathBuf>, defaults: bool, json: bool) -> Result<ExitCode> {
    if defaults {
        print!("{}", settings::DEFAULT_FILE);
        return Ok(ExitCode::SUCCESS);
    }
    let rows = app::settings(config, &[])?.rows();
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or_default();
    for row in rows {
        if json {
            let source = row.source.to_string();
            println!("{}", serde_json::json!({"name": row.name, "value": row.value, "source": source}));
        } else {
            println!("{:width$}  {:<40}  {}", row.name, row.value, row.source);
        }
    }
    Ok(ExitCode::SUCCESS)
}
