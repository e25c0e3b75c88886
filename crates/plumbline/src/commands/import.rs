//! `plumbline import`.

mod baselines;
mod benchmarks;
mod historical_profiles;
mod hosts;
mod metrics;

use std::{
    io::{IsTerminal as _, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use serde::Serialize;
use tokio::io::{AsyncRead, BufReader};

use crate::{
    cli::{Import, Place},
    failure::{Failure, Result},
    line_reader::{Line, LineReader, MAX_LINE_BYTES},
    out, record,
};

/// What became of the lines of a file.
#[derive(Debug, Default, Serialize)]
struct Totals {
    /// Rows that are stored now.
    stored: u64,
    /// Rows that were there already.
    known: u64,
    /// Lines that could not be kept.
    refused: u64,
}

/// Why a line is not kept.
type Refused = (u64, String);

/// What became of a batch of lines.
#[derive(Debug, Default)]
struct Batch {
    stored: u64,
    known: u64,
    refused: Vec<Refused>,
}

/// Takes rows of the originals' tables from a file. Exit code 0 only when all could be kept.
pub async fn run(config: Option<&PathBuf>, what: Import) -> Result<ExitCode> {
    match what {
        Import::Hosts { from, schema, place, json } => {
            let fleet = record::open(config, &place).await?;
            if hosts::is_database(&from) {
                let totals = hosts::take_all(&from, &schema, &fleet).await?;
                return outcome(&totals, json);
            }
            let take = async |lines: &[Line]| hosts::take(&fleet, lines).await;
            all(Path::new(&from), json, take).await
        }
        Import::HistoricalProfiles { file, place, json } => {
            let profiles = historical_profiles::open(config, &place).await?;
            let take = async |lines: &[Line]| historical_profiles::take(&profiles, lines).await;
            all(&file, json, take).await
        }
        Import::Baselines { file, place, json } => {
            let store = self::baselines::open(config, &place).await?;
            let take = async |lines: &[Line]| self::baselines::take(&store, lines).await;
            all(&file, json, take).await
        }
        Import::Metrics { file, place, json } => {
            let target = Box::pin(self::metrics::open(config, &place)).await?;
            let take = async |lines: &[Line]| self::metrics::take(&target, lines).await;
            all(&file, json, take).await
        }
        Import::Benchmarks { from, place, json } => {
            let imported = self::benchmarks::take(&from, &open(config, &place).await?).await?;
            if json {
                out::json(&imported)?;
            } else {
                out::line(format!(
                    "{} users, {} benchmarks, {} sites, {} flavors, {} tags, {} results, {} claims are there",
                    imported.users,
                    imported.benchmarks,
                    imported.sites,
                    imported.flavors,
                    imported.tags,
                    imported.results,
                    imported.claims
                ))?;
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The database of a place; another process may serve it meanwhile.
async fn open(config: Option<&PathBuf>, place: &Place) -> Result<store::Db> {
    Ok(record::open(config, place).await?.db().clone())
}

async fn all(file: &Path, json: bool, take: impl AsyncFn(&[Line]) -> Result<Batch>) -> Result<ExitCode> {
    let input: Box<dyn AsyncRead + Unpin> = if file == Path::new("-") {
        Box::new(tokio::io::stdin())
    } else {
        let opened = tokio::fs::File::open(file).await;
        Box::new(opened.map_err(|error| Failure::Usage(format!("cannot read {}: {error}", file.display())))?)
    };
    let mut reader = LineReader::new(BufReader::new(input));
    let mut totals = Totals::default();
    loop {
        let lines = reader.batch().await;
        let lines = lines.map_err(|error| Failure::Runtime(format!("cannot read on: {error}")))?;
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else { break };
        let (first, last) = (first.number, last.number);
        let batch = take(&lines).await.map_err(|problem| {
            Failure::Runtime(format!(
                "line {first} and those after it may not be stored: {problem}; give the file again, what is stored does no harm"
            ))
        })?;
        let refused = batch.refused.iter().map(|(number, why)| format!("line {number}: {why}"));
        told(&mut totals, batch.stored, batch.known, refused, &format!("{last} lines"));
    }
    outcome(&totals, json)
}

/// Adds a batch to the totals, says which of its rows were refused, and shows how far the import is.
fn told(totals: &mut Totals, stored: u64, known: u64, refused: impl Iterator<Item = String>, read: &str) {
    let progress = std::io::stderr().is_terminal();
    totals.stored += stored;
    totals.known += known;
    if progress {
        eprint!("\r{:>60}\r", "");
    }
    for why in refused {
        totals.refused += 1;
        out::message(why);
    }
    if progress {
        eprint!("\r{read}, {} stored", totals.stored);
        let _ = std::io::stderr().flush();
    }
}

/// Shows the totals. Exit code 0 only when everything could be kept.
fn outcome(totals: &Totals, json: bool) -> Result<ExitCode> {
    if std::io::stderr().is_terminal() {
        eprintln!();
    }
    if json {
        out::json(&totals)?;
    } else {
        out::line(format!(
            "{} stored, {} there already, {} refused",
            totals.stored, totals.known, totals.refused
        ))?;
    }
    Ok(if totals.refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The text of a line, or why it has none.
fn text(line: &Line) -> std::result::Result<&[u8], Refused> {
    line.text.as_deref().ok_or_else(|| (line.number, format!("longer than {MAX_LINE_BYTES} bytes")))
}
