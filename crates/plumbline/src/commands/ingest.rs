//! `plumbline ingest`.

use std::{
    io::{IsTerminal as _, Write as _},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use bus::Publisher;
use inventory::jobs::{
    Stop, Stopper,
    ingress::{Ingress, Subject},
};
use tokio::io::{AsyncBufRead, AsyncRead, BufReader};

use crate::{
    app,
    cli::Place,
    data_folder::{DataFolder, Holder},
    failure::{Failure, Result},
    ingest_lines::{self, LineResult},
    line_reader::LineReader,
    out,
};

/// Where the lines go.
enum Target {
    /// Straight into the record.
    Record(Box<Ingress>, Stop),
    /// To the process that holds the data folder.
    Server(reqwest::Client, SocketAddr),
}

/// Takes in the lines of a file. Exit code 0 only when all were accepted.
pub async fn run(config: Option<&PathBuf>, input: &Path, place: &Place, json: bool) -> Result<ExitCode> {
    let settings = app::settings(config, &app::place_flags(place))?;
    let reader: Box<dyn AsyncRead + Unpin> = if input == Path::new("-") {
        Box::new(tokio::io::stdin())
    } else {
        let file = tokio::fs::File::open(input).await;
        Box::new(file.map_err(|error| Failure::Usage(format!("cannot read {}: {error}", input.display())))?)
    };
    let (_running, stop) = Stopper::new();
    let into = async |url: &str| -> Result<Target> {
        let db = app::open_migrated(url, &settings).await?;
        let fleet = app::fleet(db, &settings);
        // Events of these reports stand in the log; whoever serves the folder next follows it.
        let ingress = app::ingress(fleet, Publisher::Discard, Subject::Hosts, &settings);
        Ok(Target::Record(Box::new(ingress), stop.clone()))
    };
    // Held to the end: nobody else may begin to serve the folder meanwhile.
    let mut held = None;
    let target = match settings.database.location() {
        Some(url) => into(url.expose()).await?,
        None => match DataFolder::take(&app::data_path(place)?)? {
            Holder::Us(folder) => {
                let url = folder.database_url();
                held = Some(folder);
                into(&url).await?
            }
            Holder::Other(address) => server(address)?,
        },
    };
    let totals = take_in(LineReader::new(BufReader::new(reader)), target, json).await?;
    drop(held);
    if !json {
        out::line(format!(
            "{} accepted ({} new), {} refused",
            totals.accepted, totals.created, totals.refused
        ))?;
    }
    Ok(if totals.refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn server(address: Option<SocketAddr>) -> Result<Target> {
    let address = address.ok_or_else(|| {
        Failure::Trouble(
            "another plumbline holds the data folder and does not listen yet; try again".to_owned(),
        )
    })?;
    let client = reqwest::Client::builder().timeout(Duration::from_mins(5)).no_proxy().build();
    let client = client.map_err(|error| Failure::Trouble(error.to_string()))?;
    Ok(Target::Server(client, address))
}

#[derive(Default)]
struct Totals {
    accepted: u64,
    created: u64,
    refused: u64,
}

async fn take_in<R: AsyncBufRead + Unpin>(
    mut reader: LineReader<R>,
    mut target: Target,
    json: bool,
) -> Result<Totals> {
    let mut totals = Totals::default();
    let progress = !json && std::io::stderr().is_terminal();
    loop {
        let lines = reader.batch().await;
        let lines = lines.map_err(|error| Failure::Trouble(format!("cannot read on: {error}")))?;
        let Some(last) = lines.last() else { break };
        let views: Vec<(u64, &[u8])> =
            lines.iter().filter_map(|line| Some((line.number, line.text.as_deref()?))).collect();
        let mut results = match &mut target {
            Target::Record(ingress, stop) => {
                let results = ingest_lines::take_in(ingress, &views, stop).await;
                results.map_err(|problem| interrupted(lines[0].number, format!("cannot store: {problem}")))?
            }
            Target::Server(client, address) => send(client, *address, &views)
                .await
                .map_err(|problem| interrupted(lines[0].number, problem))?,
        };
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
    if let Target::Record(ingress, _) = target {
        ingress.fleet.db().close().await;
    }
    Ok(totals)
}

/// The lines up to `line` are done; what became of it and those after it is not known.
fn interrupted(line: u64, cause: impl std::fmt::Display) -> Failure {
    Failure::Trouble(format!(
        "line {line} and those after it may not be stored: {cause}; give the file again when that is over, reports \
         that are stored do no harm"
    ))
}

async fn send(
    client: &reqwest::Client,
    address: SocketAddr,
    lines: &[(u64, &[u8])],
) -> std::result::Result<Vec<LineResult>, String> {
    let trouble = |problem: String| format!("cannot hand lines to http://{address}: {problem}");
    let body: Vec<&[u8]> = lines.iter().map(|(_, text)| *text).collect();
    let request = client.post(format!("http://{address}{}", ingest_lines::PATH)).body(body.join(&b'\n'));
    let answer = request.send().await.map_err(|error| trouble(error.to_string()))?;
    let status = answer.status();
    let text = answer.text().await.map_err(|error| trouble(error.to_string()))?;
    if !status.is_success() {
        let detail = serde_json::from_str(&text).map_or(text, |problem: Refusal| problem.detail);
        return Err(trouble(format!("{status}: {detail}")));
    }
    text.lines()
        .zip(lines)
        .map(|(line, (number, _))| {
            let result: LineResult =
                serde_json::from_str(line).map_err(|error| trouble(error.to_string()))?;
            Ok(LineResult { line: *number, ..result })
        })
        .collect()
}

/// What the server says when it does not take lines.
#[derive(serde::Deserialize)]
struct Refusal {
    detail: String,
}

fn show(result: &LineResult, json: bool, totals: &mut Totals) -> Result<()> {
    if result.ok {
        totals.accepted += 1;
        totals.created += u64::from(result.event_type.as_deref() == Some("created"));
    } else {
        totals.refused += 1;
    }
    if json {
        let line = serde_json::to_string(result).map_err(|error| Failure::Trouble(error.to_string()))?;
        out::line(line)?;
    } else if let Some(error) = &result.error {
        eprintln!("line {}: {}: {}", result.line, error.class, error.detail);
    }
    Ok(())
}
