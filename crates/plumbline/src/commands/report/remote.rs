//! Reports of this machine to an inventory on another one, with a token of its own.

use std::{path::Path, process::ExitCode, time::Duration};

use clients::{CallError, Client, JitteredBackoff, Options, Reply};
use enrolment::{Secret, TokenKind};
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{token_file::Enrolment, told};
use crate::{
    app::agents,
    cli::ReportShown,
    failure::{Failure, Result},
    moment, out,
    self_report::SelfReport,
    servers,
    signals::StopSignals,
};

/// The shortest time between two reports.
const SHORTEST: Duration = Duration::from_mins(1);

/// Why a report did not arrive.
enum NotSent {
    /// It will not arrive when it is sent again.
    For(Failure),
    /// It may, after the time that the server told.
    Now(String, Option<Duration>),
    /// The token is not good there.
    Unknown(String),
}

impl From<Failure> for NotSent {
    fn from(failure: Failure) -> Self {
        Self::For(failure)
    }
}

/// Enrols where that has not been done, and reports: once, or again and again.
pub async fn run(
    to: &str,
    asked: &ReportShown,
    reports: &SelfReport,
    data: Option<&Path>,
) -> Result<ExitCode> {
    let data =
        data.ok_or_else(|| Failure::Usage("name a folder to keep a token in with --data DIR".to_owned()))?;
    let every = asked.every.as_deref().map(|text| moment::duration("--every", text)).transpose()?;
    if every.is_some_and(|every| every < SHORTEST) {
        return Err(Failure::Usage("--every: a machine reports once a minute at most".to_owned()));
    }
    let server = Server::new(to, asked)?;
    let mut signals = StopSignals::catch()?;
    loop {
        let failed = tokio::select! {
            () = signals.received() => return Ok(ExitCode::SUCCESS),
            sent = server.report_with_patience(asked, reports, data, every.is_some()) => sent.err(),
        };
        match (failed, every) {
            (Some(failure), None) => return Err(failure),
            (Some(failure), Some(_)) => out::message(format!("plumbline: {failure}")),
            (None, _) => {}
        }
        let Some(every) = every else { return Ok(ExitCode::SUCCESS) };
        tokio::select! {
            () = signals.received() => return Ok(ExitCode::SUCCESS),
            () = tokio::time::sleep(every) => {}
        }
    }
}

/// The inventory on another machine.
struct Server {
    url: String,
    client: Client,
}

impl Server {
    fn new(to: &str, asked: &ReportShown) -> Result<Self> {
        let url = to.trim_end_matches('/').to_owned();
        let options =
            Options { timeout: Duration::from_mins(1), ..Options::new("the inventory", url.clone()) };
        let client = servers::client("--to", asked.ca.as_deref(), asked.plain_http, options)?;
        Ok(Self { url, client })
    }

    /// Reports, and tries again what may work later: a few times, or for ever.
    async fn report_with_patience(
        &self,
        asked: &ReportShown,
        reports: &SelfReport,
        data: &Path,
        for_ever: bool,
    ) -> Result<()> {
        let mut backoff = JitteredBackoff::of_agent(for_ever);
        loop {
            let (problem, retry_after) = match self.report(asked, reports, data).await {
                Ok(()) => return Ok(()),
                Err(NotSent::For(failure)) => return Err(failure),
                Err(NotSent::Unknown(problem)) => return Err(Failure::Runtime(problem)),
                Err(NotSent::Now(problem, retry_after)) => (problem, retry_after),
            };
            let Some(wait) = backoff.next(retry_after) else { return Err(Failure::Runtime(problem)) };
            out::message(format!("{problem}; trying again in {:.1} s", wait.as_secs_f64()));
            tokio::time::sleep(wait).await;
        }
    }

    async fn report(
        &self,
        asked: &ReportShown,
        reports: &SelfReport,
        data: &Path,
    ) -> std::result::Result<(), NotSent> {
        let with = enrolment_token(asked)?;
        let known = Enrolment::read(data).filter(|kept| kept.to == self.url);
        let (known, has_enrolled) = match known {
            Some(kept) if kept.org_id.is_some() => (kept, true),
            unfinished => (self.enrol(unfinished, with.as_deref(), data).await?, false),
        };
        let report = reports.collect().await?;
        report.remember().map_err(|error| Failure::Runtime(error.to_string()))?;
        let answer = match self.send(&known, &report).await {
            // Its own token was revoked, and somebody has given it another one to enrol with.
            Err(NotSent::Unknown(_)) if has_enrolled && with.is_some() => {
                let anew = self.enrol(None, with.as_deref(), data).await?;
                self.send(&anew, &report).await?
            }
            answer => answer?,
        };
        let text = |name: &str| answer[name].as_str().unwrap_or_default();
        Ok(told(&report, text("id"), text("result"), asked.json)?)
    }

    async fn send(&self, known: &Enrolment, report: &agent::Report) -> std::result::Result<Value, NotSent> {
        let envelope = SelfReport::envelope_for(report, known.org_id.as_deref().unwrap_or_default());
        self.ask("report", &known.token, &envelope).await
    }

    /// Enrols this machine. Its own token is on the disk before anybody else hears of it, so that to be interrupted costs nothing:
    /// the same token, `unfinished`, is enrolled again.
    async fn enrol(
        &self,
        unfinished: Option<Enrolment>,
        with: Option<&str>,
        data: &Path,
    ) -> std::result::Result<Enrolment, NotSent> {
        let with = with.ok_or_else(|| {
            Failure::Usage(format!(
                "this machine has not enrolled at {}; make a token there with `plumbline token create` and give it with --token",
                self.url
            ))
        })?;
        let fresh = || -> Result<Enrolment> {
            let own = Secret::random(TokenKind::Host).map_err(|error| Failure::Runtime(error.to_string()))?;
            Ok(Enrolment { to: self.url.clone(), token: own.reveal(), org_id: None })
        };
        let mut kept = unfinished.map_or_else(fresh, Ok)?;
        let keep = |kept: &Enrolment| {
            kept.write(data).map_err(|error| {
                Failure::Runtime(format!(
                    "cannot keep a token in {}: {error}; name a folder with --data",
                    data.display()
                ))
            })
        };
        keep(&kept)?;
        let answer: Value = self.ask("enrol", with, &json!({"token": kept.token})).await?;
        kept.org_id = answer["org_id"].as_str().map(str::to_owned);
        keep(&kept)?;
        out::message(format!(
            "enrolled at {} as host {}",
            self.url,
            answer["host_id"].as_str().unwrap_or_default()
        ));
        Ok(kept)
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        operation: &str,
        token: &str,
        body: &Value,
    ) -> std::result::Result<T, NotSent> {
        let path = agents::paths() + operation;
        let headers = HeaderMap::from_iter([
            (AUTHORIZATION, servers::bearer(token)?),
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        ]);
        let body = serde_json::to_vec(body).map_err(|error| Failure::Runtime(error.to_string()))?;
        let reply =
            self.client.ask(Method::POST, &path, &headers, body).await.map_err(|error| match error {
                CallError::Unreachable { .. } | CallError::TimedOut { .. } => {
                    NotSent::Now(format!("{}: {error}", self.url), None)
                }
                other => NotSent::For(Failure::Runtime(format!("{}: {other}", self.url))),
            })?;
        if reply.status.is_success() {
            return reply
                .json()
                .map_err(|error| NotSent::For(Failure::Runtime(format!("{}: {error}", self.url))));
        }
        let said = detail(&reply);
        let text = format!("{} answered {}: {said}", self.url, reply.status);
        Err(match reply.status {
            StatusCode::TOO_MANY_REQUESTS
            | StatusCode::REQUEST_TIMEOUT
            | StatusCode::INTERNAL_SERVER_ERROR
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => NotSent::Now(text, reply.retry_after),
            StatusCode::UNAUTHORIZED => NotSent::Unknown(text),
            StatusCode::NOT_FOUND => NotSent::For(Failure::Runtime(format!("{text}; is it a plumbline?"))),
            _ => NotSent::For(Failure::Runtime(text)),
        })
    }
}

fn detail(reply: &Reply) -> String {
    let said = reply.json::<Value>().ok().and_then(|said| said["detail"].as_str().map(str::to_owned));
    let said = said.unwrap_or_else(|| String::from_utf8_lossy(&reply.body).into_owned());
    said.trim().chars().take(500).collect()
}

fn enrolment_token(asked: &ReportShown) -> Result<Option<String>> {
    let text = match &asked.token_file {
        None => asked.token.clone(),
        Some(file) => Some(servers::token_in("--token-file", file)?),
    };
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(None) };
    match Secret::parse(&text) {
        Some(secret) if secret.kind == TokenKind::Enrolment => Ok(Some(secret.reveal())),
        _ => Err(Failure::Usage("--token: that is no token of `plumbline token create`".to_owned())),
    }
}
