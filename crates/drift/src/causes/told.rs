//! Causes are told.

use std::collections::BTreeMap;

use notify::{Event, Notification};
use serde_json::json;
use store::{Result, Rows, Sql};

use super::{Cause, Causes, read};
use crate::{
    rules::causes::{self, Rule},
    store as statement,
};

/// So many causes are told at a time.
const BATCH: i64 = 200;

impl Causes {
    /// Tells causes whose time has come, each once; tells how many. One that is ignored now is told when
    /// another machine comes to it later.
    pub async fn tell_due(&self) -> Result<usize> {
        let now = self.clock.now();
        let due = self.db.read(Sql::new(statement::DUE_CAUSES).bind(now).bind(BATCH)).await?;
        let due: Vec<Cause> = due.iter().map(read).collect::<Result<_>>()?;
        let mut orgs: BTreeMap<String, Vec<Cause>> = BTreeMap::new();
        for cause in due {
            orgs.entry(cause.org.clone()).or_default().push(cause);
        }
        let mut told = 0;
        for (org, causes) in orgs {
            let rules = self.rules(&org).await?;
            let (silent, loud): (Vec<Cause>, Vec<Cause>) = causes
                .into_iter()
                .partition(|cause| causes::ignored(&rules, cause.baseline, &cause.deviation, now).is_some());
            let notifications: Vec<Notification> =
                loud.iter().map(|cause| self.notification(cause, &rules)).collect();
            // Told first: a cause that is told twice, after a crash, has the same id.
            self.queue.tell(&org, &notifications).await?;
            let mut tx = self.db.begin().await?;
            for (causes, told) in [(&loud, Some(now)), (&silent, None)] {
                let ids = Rows::new().column(causes.iter().map(|cause| cause.id));
                tx.execute(Sql::new(statement::TOLD).bind(&org).bind(told).rows(ids)).await?;
            }
            tx.commit().await?;
            told += loud.len();
        }
        Ok(told)
    }

    fn notification(&self, cause: &Cause, rules: &[Rule]) -> Notification {
        let headline = headline(cause);
        let rule = causes::planned(rules, cause.baseline, &cause.deviation, cause.opened);
        let side = if cause.unplanned > 0 { "behind our back" } else { "ours" };
        let why = rule.map_or(String::new(), |rule| format!("Known of: {} ({})\n", rule.reason, rule.author));
        let text = format!(
            "{headline}\n\nBaseline: {}\nFact: {}\nSince: {}\nHosts: {}, of which {} outside of every change window\n{why}",
            cause.baseline_name, cause.deviation.fact, cause.opened, cause.hosts, cause.unplanned
        );
        let payload = json!({
            "cause_id": cause.id, "baseline_id": cause.baseline, "baseline_name": cause.baseline_name,
            "fact": cause.deviation.fact, "expected": cause.deviation.expected, "actual": cause.deviation.actual,
            "hosts": cause.hosts, "unplanned_hosts": cause.unplanned, "side": side, "since": cause.opened.to_string(),
        });
        let body = json!({
            "bundle": self.bundle, "application": "drift", "event_type": "drift-cause-detected",
            "timestamp": self.clock.now().to_string(), "account_id": null, "org_id": cause.org,
            "events": [{"metadata": {}, "payload": payload.to_string()}],
            "context": json!({"headline": headline}).to_string(),
        });
        Notification {
            event: Event::Cause,
            key: format!("cause/{}/{}", cause.id, cause.opened.micros()),
            subject: format!("{headline}, {side} (baseline {})", cause.baseline_name),
            text,
            json: body.to_string().into_bytes(),
        }
    }
}

/// A cause in one line: `openssl 3.0.7 → 3.0.13 on 9412 hosts`.
pub fn headline(cause: &Cause) -> String {
    let said = |text: &str| if text.is_empty() { "none".to_owned() } else { text.to_owned() };
    let name = cause.deviation.fact.split_once('.').map_or(cause.deviation.fact.as_str(), |(_, name)| name);
    let hosts = if cause.hosts == 1 { "host" } else { "hosts" };
    let (expected, actual) = (said(&cause.deviation.expected), said(&cause.deviation.actual));
    format!("{name} {expected} → {actual} on {} {hosts}", cause.hosts)
}
