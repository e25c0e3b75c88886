//! Reports of the machine that the program runs on.

use std::{path::Path, time::Duration};

use access::Callers;
use agent::{Agent, Report, Root, Sender};
use ground::Clock;
use inventory::jobs::{Stop, ingress::Ingress};
use uuid::Uuid;

use crate::{
    failure::{Failure, Result},
    ingest_lines::{self, LineResult},
};

/// The first wait after a report that did not arrive; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(5);
/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_mins(5);

/// Makes reports of this machine, in the name of local mode's organisation.
#[derive(Debug, Clone)]
pub struct SelfReport {
    agent: Agent,
    sender: Sender,
    clock: Clock,
}

impl SelfReport {
    /// What one report needs of the last is kept in the folder `state`.
    pub fn new(state: Option<&Path>) -> Result<Self> {
        Self::with(Agent::new(Root::system(), state))
    }

    /// Reports of the machine whose files stand under a folder. What they leave is kept apart from what this machine's
    /// leave, in the folder `images` of the data.
    pub fn of_root(root: &Path, data: Option<&Path>) -> Result<Self> {
        let root = root.canonicalize().ok().filter(|path| path.is_dir()).ok_or_else(|| {
            Failure::Usage(format!("--root: {} is no folder that can be read", root.display()))
        })?;
        let name = root.to_string_lossy().trim_matches('/').replace('/', "-");
        let state = data.map(|data| data.join("images").join(name));
        Self::with(Agent::new(Root::recorded(root), state.as_deref()))
    }

    fn with(agent: Agent) -> Result<Self> {
        let sender = match Callers::local() {
            Ok(Callers::Local(identity)) => {
                Sender { org: identity.org.to_string(), b64_identity: identity.b64() }
            }
            Ok(Callers::Gateway) => return Err(Failure::Runtime("local mode has no caller".to_owned())),
            Err(error) => return Err(Failure::Runtime(error.to_string())),
        };
        Ok(Self { agent, sender, clock: Clock::system() })
    }

    /// The id that every report of this machine has, where it has one already.
    pub fn insights_id(&self) -> Option<Uuid> {
        self.agent.insights_id()
    }

    /// Collects, on a thread where nobody else waits.
    pub async fn collect(&self) -> Result<Report> {
        let (agent, now) = (self.agent.clone(), self.clock.now());
        let collecting = tokio::task::spawn_blocking(move || agent.collect(now, Uuid::new_v4()));
        collecting.await.map_err(|error| Failure::Runtime(format!("collecting was interrupted: {error}")))
    }

    /// The envelope of a report.
    pub fn envelope(&self, report: &Report) -> serde_json::Value {
        report.envelope(&self.sender)
    }

    /// The envelope of a report for another inventory: in whose name it is sent, that one knows by a token.
    pub fn envelope_for(report: &Report, org: &str) -> serde_json::Value {
        report.envelope(&Sender { org: org.to_owned(), b64_identity: String::new() })
    }

    /// Reports at once, and again after every `interval`; only once when that is zero. Ends when it is told to.
    pub async fn run(self, ingress: Ingress, interval: Duration, mut stop: Stop) {
        let mut wait = FIRST_WAIT;
        loop {
            let next = match self.report(&ingress, &mut stop).await {
                Ok(()) if interval.is_zero() => return,
                Ok(()) => {
                    wait = FIRST_WAIT;
                    interval
                }
                Err(_) if stop.is_asked() => return,
                Err(problem) => {
                    let again = if interval.is_zero() { wait } else { wait.min(interval) };
                    tracing::warn!(%problem, again_in = ?again, "this machine could not be reported");
                    wait = (wait * 2).min(LONGEST_WAIT);
                    again
                }
            };
            if !stop.sleep(next).await {
                return;
            }
        }
    }

    async fn report(&self, ingress: &Ingress, stop: &mut Stop) -> Result<()> {
        let report = tokio::select! {
            // A command that hangs must not keep the program from ending.
            () = stop.asked() => return Err(Failure::Runtime("told to stop".to_owned())),
            report = self.collect() => report?,
        };
        report.remember().map_err(|error| Failure::Runtime(error.to_string()))?;
        let line = self.envelope(&report).to_string();
        let results = ingest_lines::take_in(ingress, &[(1, line.as_bytes())], stop).await;
        let results = results.map_err(|problem| Failure::Runtime(format!("cannot store: {problem}")))?;
        let (id, outcome) = taken(results)?;
        let (name, gaps) = (report.name().unwrap_or_default(), report.gaps().len());
        if outcome == "unchanged" {
            tracing::debug!(%id, "this machine is unchanged");
        } else {
            tracing::info!(%id, name, outcome, left_out = gaps, "this machine is reported");
        }
        Ok(())
    }
}

/// The host that a report became, and how: `created`, `updated` or `unchanged`.
pub fn taken(results: Vec<LineResult>) -> Result<(String, &'static str)> {
    let result = results.into_iter().next();
    let result = result.ok_or_else(|| Failure::Runtime("the report was not answered".to_owned()))?;
    if let Some(error) = result.error {
        return Err(Failure::Runtime(format!("the report was refused: {}: {}", error.class, error.detail)));
    }
    let outcome = match result.event_type.as_deref() {
        Some("created") => "created",
        _ if result.unchanged => "unchanged",
        _ => "updated",
    };
    Ok((result.id.unwrap_or_default(), outcome))
}
