//! `plumbline ingest`.

use std::{
    io::{IsTerminal as _, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use tokio::io::{AsyncBufRead, AsyncRead, BufReader};

use crate::{
    app,
    cli::Place,
    delivery::Delivery,
    failure::{Failure, Result},
    ingest_lines::LineResult,
    line_reader::LineReader,
    out,
};

/// Takes in the lines of a file. Exit code 0 only when all were accepted.
pub async fn run(config: Option<&PathBuf>, input: &Path, place: &Place, json: bool) -> Result<ExitCode> {
    let settings = app::config::load(config, &app::config::place_flags(place))?;
    let reader: Box<dyn AsyncRead + Unpin> = if input == Path::new("-") {
        Box::new(tokio::io::stdin())
    } else {
        let file = tokio::fs::File::open(input).await;
        Box::new(file.map_err(|error| Failure::Usage(format!("cannot read {}: {error}", input.display())))?)
    };
    let mut delivery = Delivery::open(&settings, place).await?;
    let totals = take_in(LineReader::new(BufReader::new(reader)), &mut delivery, json).await?;
    delivery.close().await;
    if !json {
        out::line(format!(
            "{} accepted ({} new), {} refused",
            totals.accepted, totals.created, totals.refused
        ))?;
    }
    Ok(if totals.refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[derive(Default)]
struct Totals {
    accepted: u64,
    created: u64,
    refused: u64,
}

async fn take_in<R: AsyncBufRead + Unpin>(
    mut reader: LineReader<R>,
    delivery: &mut Delivery,
    json: bool,
) -> Result<Totals> {
    let mut totals = Totals::default();
    let progress = !json && std::io::stderr().is_terminal();
    loop {
        let lines = reader.batch().await;
        let lines = lines.map_err(|error| Failure::Runtime(format!("cannot read on: {error}")))?;
        let Some(last) = lines.last() else { break };
        let views: Vec<(u64, &[u8])> =
            lines.iter().filter_map(|line| Some((line.number, line.text.as_deref()?))).collect();
        let results = delivery.send(&views).await;
        let mut results = results.map_err(|problem| interrupted(lines[0].number, problem))?;
        results.extend(
            lines.iter().filter(|line| line.text.is_none()).map(|line| LineResult::too_long(line.number)),
        );
        results.sort_by_key(|result| result.line);
        for result in &results {
            show(result, json, &mut totals)?;
        }
        if progress {
            eprint!("\r{} lines", last.number);
            let _ = std::io::stderr().flush();
        }
    }
    if progress {
        eprintln!();
    }
    Ok(totals)
}

/// The lines up to `line` are done; what became of it and those after it is not known.
fn interrupted(line: u64, cause: impl std::fmt::Display) -> Failure {
    Failure::Runtime(format!(
        "line {line} and those after it may not be stored: {cause}; give the file again when that is over, reports \
         that are stored do no harm"
    ))
}

fn show(result: &LineResult, json: bool, totals: &mut Totals) -> Result<()> {
    if result.ok {
        totals.accepted += 1;
        totals.created += u64::from(result.event_type.as_deref() == Some("created"));
    } else {
        totals.refused += 1;
    }
    if json {
        out::json(result)?;
    } else if let Some(error) = &result.error {
        out::message(format!("line {}: {}: {}", result.line, error.class, out::escaped(&error.detail)));
    }
    Ok(())
}
