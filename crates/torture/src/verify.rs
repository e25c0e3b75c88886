//! What both kinds of store have looked at.

use std::time::{Duration, Instant};

use ground::HostId;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    load::Shared,
    outcome::Findings,
    program::Api,
    record::Record,
    reports::{BASE, identity},
};

/// Waits for something as long as ever less of it is missing: what comes late is not lost.
#[derive(Debug)]
pub struct Waiting {
    patience: Duration,
    missing: usize,
    until: Instant,
}

impl Waiting {
    /// For so long after the last of it that came.
    pub fn new(patience: Duration) -> Self {
        Self { patience, missing: usize::MAX, until: Instant::now() + patience }
    }

    /// Whether nothing of what is missing now will come any more.
    pub fn is_over(&mut self, missing: usize) -> bool {
        if missing < self.missing {
            self.missing = missing;
            self.until = Instant::now() + self.patience;
        }
        Instant::now() > self.until
    }
}

/// Reads what is new in the log, until it has everything that was acknowledged or nothing more has come for `patience`, and
/// lays its replay beside the hosts.
pub async fn record(
    fleet: &fleet::Fleet,
    shared: &Shared,
    record: &mut Record,
    patience: Duration,
) -> fleet::Result<()> {
    let mut findings = Findings::default();
    let mut ledger = shared.ledger(std::mem::take);
    let read = async {
        let mut waiting = Waiting::new(patience);
        loop {
            record.read(fleet, &mut ledger, &mut findings).await?;
            let missing = ledger.missing();
            if missing == 0 || waiting.is_over(missing) {
                // While something is still being stored, hosts and log are of two moments.
                if let Some(there) = record.compare(fleet, &ledger, &mut findings).await? {
                    ledger.compare_hosts("the store", &there, &mut findings);
                    return Ok(());
                }
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    .await;
    shared.ledger(|place| *place = ledger);
    shared.findings(|all| all.merge(findings));
    read
}

/// The hosts as the API lists them: machine, host, what the profile says.
pub async fn http_hosts(api: &Api, shared: &Shared, orgs: usize) -> Vec<(usize, HostId, u32)> {
    let mut there = Vec::new();
    for org in 0..orgs {
        for page in 1.. {
            let path = format!(
                "{BASE}/hosts?per_page=100&page={page}&order_by=display_name&fields[system_profile]=number_of_cpus"
            );
            let request =
                api.client().get(format!("{}{path}", api.url())).header("x-rh-identity", identity(org));
            let answer = request.send().await.expect("the program answers");
            let text = answer.text().await.expect("an answer has an end");
            let list: Value = serde_json::from_str(&text).unwrap_or_default();
            let hosts = list["results"].as_array().unwrap_or_else(|| panic!("no list of hosts: {text}"));
            for host in hosts {
                let id = |name: &str| host[name].as_str().and_then(|text| Uuid::parse_str(text).ok());
                let machine =
                    id("insights_id").and_then(|id| shared.ledger(|ledger| ledger.machine(org, id)));
                let generation = host["system_profile"]["number_of_cpus"].as_u64().unwrap_or(0);
                if let (Some(machine), Some(id)) = (machine, id("id")) {
                    there.push((machine, HostId(id), generation as u32));
                }
            }
            if hosts.len() < 100 {
                break;
            }
        }
    }
    there
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_keeps_coming_is_waited_for_and_what_does_not_come_is_not() {
        let mut waiting = Waiting::new(Duration::from_millis(200));
        for missing in (1..=4).rev() {
            std::thread::sleep(Duration::from_millis(100));
            assert!(!waiting.is_over(missing), "{missing}");
        }
        std::thread::sleep(Duration::from_millis(250));
        assert!(waiting.is_over(1));
    }
}
