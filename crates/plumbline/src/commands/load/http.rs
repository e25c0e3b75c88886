//! Reports to `POST /hosts`.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use load::{Machines, Plan, Reported};
use reqwest::{Client, Response, StatusCode};
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use super::{Made, Progress, kafka::done, make};
use crate::{
    cli::Load,
    failure::{Failure, Result},
};

/// Where the API stands under an address without a path of its own.
const BASE: &str = "/api/inventory/v1";

/// A server, and who is asking it.
struct Server {
    client: Client,
    base: String,
    identity: String,
    /// The ids of the hosts by the number of their team.
    teams: Mutex<BTreeMap<usize, Vec<String>>>,
}

/// Sends the documents, so many batches at a time, and then makes the groups.
pub async fn send(
    url: &str,
    load: &Load,
    machines: &Arc<Machines>,
    plan: Plan,
    progress: &Progress,
) -> Result<()> {
    let client = Client::builder().timeout(Duration::from_mins(5)).no_proxy().build();
    let url = url.trim_end_matches('/');
    let has_path = url.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
    let server = Arc::new(Server {
        client: client.map_err(|error| Failure::Runtime(error.to_string()))?,
        base: if has_path { url.to_owned() } else { format!("{url}{BASE}") },
        identity: machines.identity(),
        teams: Mutex::default(),
    });
    let makers = Arc::clone(machines);
    let mut batches = make(plan, load.batch, move |reports| {
        let mut text = String::with_capacity(reports.len() * 36_000);
        for (n, report) in reports.iter().enumerate() {
            text.push(if n == 0 { '[' } else { ',' });
            makers.write_document(&mut text, *report);
        }
        text.push(']');
        text
    });
    let mut under_way = JoinSet::new();
    while let Some(made) = batches.recv().await {
        progress.pace(made.reports.len()).await;
        while under_way.len() >= load.connections as usize {
            done(under_way.join_next().await)?;
        }
        let (server, machines, progress) = (Arc::clone(&server), Arc::clone(machines), progress.clone());
        let groups = load.groups;
        under_way.spawn(async move {
            let ids = server.post_hosts(made, &progress).await?;
            if groups {
                server.remember(&machines, ids);
            }
            Ok(())
        });
    }
    while let Some(outcome) = under_way.join_next().await {
        done(Some(outcome))?;
    }
    server.make_groups(load.seed).await
}

/// The answer to a batch, as far as it matters here.
#[derive(Deserialize)]
struct Outcomes {
    errors: usize,
    data: Vec<ReportResult>,
}

#[derive(Deserialize)]
struct ReportResult {
    #[serde(default)]
    detail: Option<String>,
    host: Host,
}

#[derive(Deserialize)]
struct Host {
    #[serde(default)]
    id: Option<String>,
}

#[derive(Serialize)]
struct NewGroup<'a> {
    name: String,
    host_ids: &'a [String],
}

impl Server {
    async fn post_hosts(&self, made: Made<String>, progress: &Progress) -> Result<Vec<(Reported, String)>> {
        let bytes = made.body.len();
        let begun = Instant::now();
        let answer = self.post("/hosts", made.body).await?;
        let took = begun.elapsed();
        let outcomes: Outcomes = read(answer, StatusCode::MULTI_STATUS).await?;
        progress.add(made.reports.len(), outcomes.errors, bytes, Some(took));
        if let Some(detail) = outcomes.data.iter().find_map(|outcome| outcome.detail.as_deref()) {
            tracing::debug!(detail, "a host was refused");
            progress.note(detail);
        }
        let ids = made.reports.into_iter().zip(outcomes.data);
        Ok(ids.filter_map(|(report, outcome)| Some((report, outcome.host.id?))).collect())
    }

    fn remember(&self, machines: &Machines, ids: Vec<(Reported, String)>) {
        let mut teams = self.teams.lock().unwrap_or_else(PoisonError::into_inner);
        for (report, id) in ids {
            teams.entry(machines.team(report.machine)).or_default().push(id);
        }
    }

    async fn make_groups(&self, seed: u64) -> Result<()> {
        let teams = std::mem::take(&mut *self.teams.lock().unwrap_or_else(PoisonError::into_inner));
        for (team, ids) in teams {
            let group = NewGroup { name: format!("Team {team} of fleet {seed}"), host_ids: &ids };
            let body = serde_json::to_string(&group).map_err(|error| Failure::Runtime(error.to_string()))?;
            let answer = self.post("/groups", body).await?;
            read::<serde_json::Value>(answer, StatusCode::CREATED).await?;
        }
        Ok(())
    }

    async fn post(&self, path: &str, body: String) -> Result<Response> {
        let request = self
            .client
            .post(format!("{}{path}", self.base))
            .header("content-type", "application/json")
            .header("x-rh-identity", &self.identity)
            .body(body);
        request.send().await.map_err(|error| {
            let cause = cause(&error);
            Failure::Runtime(format!("cannot reach {}: {cause}; is `plumbline up` running there?", self.base))
        })
    }
}

async fn read<T: serde::de::DeserializeOwned>(answer: Response, wanted: StatusCode) -> Result<T> {
    let status = answer.status();
    let text = answer.text().await.map_err(|error| Failure::Runtime(cause(&error)))?;
    if status != wanted {
        let text: String = text.chars().take(300).collect();
        return Err(Failure::Runtime(format!("the server answers {status}: {text}")));
    }
    serde_json::from_str(&text)
        .map_err(|error| Failure::Runtime(format!("the server's answer cannot be read: {error}")))
}

/// The innermost reason of a failed request: the client's own text names the address only.
fn cause(error: &reqwest::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}
