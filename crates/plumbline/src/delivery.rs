//! The way of lines with reports into the record: straight, or through the process that holds the data folder.

use std::{net::SocketAddr, time::Duration};

use bus::Publisher;
use inventory::jobs::{
    Stop, Stopper,
    ingress::{Ingress, Subject},
};
use settings::Settings;

use crate::{
    app,
    cli::Place,
    data_folder::{DataFolder, Holder},
    failure::{Failure, Result},
    ingest_lines::{self, LineResult},
    world,
};

/// An open way into the record.
pub struct Delivery {
    target: Target,
    /// Held to the end: nobody else may begin to serve the folder meanwhile.
    held: Option<DataFolder>,
    /// Nobody asks a command to stop; its end does.
    _running: Stopper,
}

/// Where lines go.
enum Target {
    /// Straight into the record.
    Record(Box<Ingress>, Stop),
    /// To the process that holds the data folder.
    Server(reqwest::Client, SocketAddr),
}

impl Delivery {
    /// Opens the way to the record of a place.
    pub async fn open(settings: &Settings, place: &Place) -> Result<Self> {
        let (running, stop) = Stopper::new();
        let into = async |url: &str| -> Result<Target> {
            let db = app::database::open_migrated(url, settings).await?;
            let fleet = app::database::fleet(db, settings);
            // Events of these reports stand in the log; whoever serves the folder next follows it.
            let ingress = world::kafka::ingress(
                fleet,
                Publisher::Discard,
                world::flags::of(settings)?,
                Subject::Hosts,
                settings,
            );
            Ok(Target::Record(Box::new(ingress), stop.clone()))
        };
        let mut held = None;
        let target = match settings.database.location() {
            Some(url) => into(url.expose()).await?,
            None => match DataFolder::take(&app::config::data_path(place)?)? {
                Holder::Us(folder) => {
                    let url = folder.database_url()?;
                    held = Some(folder);
                    into(&url).await?
                }
                Holder::Other(address) => server(address)?,
            },
        };
        Ok(Self { target, held, _running: running })
    }

    /// Hands over a batch of lines with their numbers; what became of each, in order.
    pub async fn send(&mut self, lines: &[(u64, &[u8])]) -> std::result::Result<Vec<LineResult>, String> {
        match &mut self.target {
            Target::Record(ingress, stop) => ingest_lines::take_in(ingress, lines, stop)
                .await
                .map_err(|problem| format!("cannot store: {problem}")),
            Target::Server(client, address) => send(client, *address, lines).await,
        }
    }

    /// Closes the record.
    pub async fn close(self) {
        if let Target::Record(ingress, _) = self.target {
            ingress.fleet.db().close().await;
        }
        drop(self.held);
    }
}

fn server(address: Option<SocketAddr>) -> Result<Target> {
    let address = address.ok_or_else(|| {
        Failure::Runtime(
            "another plumbline holds the data folder and does not listen yet; try again".to_owned(),
        )
    })?;
    let client = reqwest::Client::builder().timeout(Duration::from_mins(5)).no_proxy().build();
    let client = client.map_err(|error| Failure::Runtime(error.to_string()))?;
    Ok(Target::Server(client, address))
}

async fn send(
    client: &reqwest::Client,
    address: SocketAddr,
    lines: &[(u64, &[u8])],
) -> std::result::Result<Vec<LineResult>, String> {
    let failed = |problem: String| format!("cannot hand lines to http://{address}: {problem}");
    let body: Vec<&[u8]> = lines.iter().map(|(_, text)| *text).collect();
    let request = client.post(format!("http://{address}{}", ingest_lines::PATH)).body(body.join(&b'\n'));
    let answer = request.send().await.map_err(|error| failed(error.to_string()))?;
    let status = answer.status();
    let text = answer.text().await.map_err(|error| failed(error.to_string()))?;
    if !status.is_success() {
        let detail = serde_json::from_str(&text).map_or(text, |problem: Refusal| problem.detail);
        return Err(failed(format!("{status}: {detail}")));
    }
    text.lines()
        .zip(lines)
        .map(|(line, (number, _))| {
            let result: LineResult = serde_json::from_str(line).map_err(|error| failed(error.to_string()))?;
            Ok(LineResult { line: *number, ..result })
        })
        .collect()
}

/// What the server says when it does not take lines.
#[derive(serde::Deserialize)]
struct Refusal {
    detail: String,
}
