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
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};

use crate::{
    app,
    cli::Place,
    data_folder::{DataFolder, Holder},
    failure::{Failure, Result},
    ingest_lines::{self, LineResult},
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
    let totals = take_in(BufReader::new(reader), target, json).await?;
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

async fn take_in(
    mut reader: BufReader<Box<dyn AsyncRead + Unpin>>,
    mut target: Target,
    json: bool,
) -> Result<Totals> {
    let mut totals = Totals::default();
    let mut number = 1;
    let progress = !json && std::io::stderr().is_terminal();
    loop {
        let lines = next_lines(&mut reader).await?;
        if lines.is_empty() {
            break;
        }
        let views: Vec<&[u8]> = lines.iter().map(Vec::as_slice).collect();
        let results = match &mut target {
            Target::Record(ingress, stop) => ingest_lines::take_in(ingress, &views, number, stop)
                .await
                .ok_or_else(|| Failure::Trouble("stopped".to_owned()))?,
            Target::Server(client, address) => send(client, *address, &views, number).await?,
        };
        number += lines.len() as u64;
        for result in &results {
            show(result, json, &mut totals)?;
        }
        if progress {
            eprint!("\r{} lines", number - 1);
            let _ = std::io::stderr().flush();
        }
    }
    if progress {
        eprintln!();
    }
    Ok(totals)
}

/// The next lines, as many as make a batch.
async fn next_lines(reader: &mut BufReader<Box<dyn AsyncRead + Unpin>>) -> Result<Vec<Vec<u8>>> {
    let mut lines = Vec::new();
    let mut bytes = 0;
    while lines.len() < ingest_lines::BATCH && bytes < ingest_lines::MOST_BYTES {
        let mut line = Vec::new();
        let read = reader.read_until(b'\n', &mut line).await;
        if read.map_err(|error| Failure::Trouble(format!("cannot read on: {error}")))? == 0 {
            break;
        }
        while line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            line.pop();
        }
        bytes += line.len();
        lines.push(line);
    }
    Ok(lines)
}

async fn send(
    client: &reqwest::Client,
    address: SocketAddr,
    lines: &[&[u8]],
    first: u64,
) -> Result<Vec<LineResult>> {
    let trouble =
        |problem: String| Failure::Trouble(format!("cannot hand lines to http://{address}: {problem}"));
    let request = client.post(format!("http://{address}{}", ingest_lines::PATH)).body(lines.join(&b'\n'));
    let answer = request.send().await.map_err(|error| trouble(error.to_string()))?;
    let status = answer.status();
    let text = answer.text().await.map_err(|error| trouble(error.to_string()))?;
    if !status.is_success() {
        return Err(trouble(format!("{status}: {text}")));
    }
    text.lines()
        .zip(first..)
        .map(|(line, number)| {
            let result: LineResult =
                serde_json::from_str(line).map_err(|error| trouble(error.to_string()))?;
            Ok(LineResult { line: number, ..result })
        })
        .collect()
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
        out::line(format!("{line}"))?;
    } else if let Some(error) = &result.error {
        eprintln!("line {}: {}: {}", result.line, error.class, error.detail);
    }
    Ok(())
}
