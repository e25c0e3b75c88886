//! `plumbline causes`.

use std::{collections::HashMap, path::PathBuf, process::ExitCode};

use drift::{
    causes::{Cause, Causes, MOST_RULES, headline},
    rules::causes::{Rule, RuleKind, ignored},
};
use fleet::{Condition, Fleet, HostQuery, Scope};
use ground::{HostId, OrgId, Timestamp};
use notify::{Fixed, Queue};
use serde_json::json;
use uuid::Uuid;

use crate::{
    cli::{CausesCommand, CausesList, Place},
    failure::{Failure, Result},
    moment, out, record,
    style::{Style, ago, second},
};

/// So many names are read at a time.
const PAGE: i64 = 1_000;

/// Lists causes of drift, or does what was asked for; ends with 1 when something is behind our back, as `compare` does on drift.
pub async fn run(
    config: Option<&PathBuf>,
    place: &Place,
    list: &CausesList,
    command: Option<CausesCommand>,
) -> Result<ExitCode> {
    match command {
        None => {
            let desk = Desk::open(config, place, list.org.as_deref()).await?;
            return desk.list(list).await;
        }
        Some(CausesCommand::Hosts { cause, place, org, limit, json }) => {
            Desk::open(config, &place, org.as_deref()).await?.hosts(cause, limit, json).await?;
        }
        Some(CausesCommand::Ignore { fact, until, reason, place, org }) => {
            Desk::open(config, &place, org.as_deref()).await?.ignore(fact, &until, reason).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The causes of one organisation, and its hosts.
struct Desk {
    causes: Causes,
    fleet: Fleet,
    org: OrgId,
}

impl Desk {
    async fn open(config: Option<&PathBuf>, place: &Place, org: Option<&str>) -> Result<Self> {
        let fleet = record::open(config, place).await?;
        let org = record::one_org(&fleet, org).await?;
        let (db, clock) = (fleet.db().clone(), fleet.clock().clone());
        let queue = Queue::new(db.clone(), clock.clone(), Fixed::default(), 0);
        let causes = Causes { db, clock, queue, settle: 0, bundle: String::new() };
        Ok(Self { causes, fleet, org })
    }

    async fn list(&self, asked: &CausesList) -> Result<ExitCode> {
        let (style, now) = (Style::of_stdout(), self.causes.clock.now());
        let rules = self.causes.rules(self.org.as_str()).await?;
        let causes = self.causes.list(self.org.as_str()).await?;
        let mut behind = false;
        for cause in causes.iter().filter(|cause| asked.all || cause.ended.is_none()) {
            let ignored = ignored(&rules, cause.baseline, &cause.deviation, now);
            if ignored.is_some() && !asked.all {
                continue;
            }
            behind |= cause.unplanned > 0 && ignored.is_none();
            if asked.json {
                out::json(&shown(cause, ignored))?;
                continue;
            }
            let side = match (ignored, cause.unplanned) {
                (Some(rule), _) => style.dim(format!("ignored: {}", rule.reason)),
                (None, 0) => style.green("ours"),
                (None, _) => style.red("behind our back"),
            };
            let about = format!("  {}, {}  ", cause.baseline_name, ago(cause.opened, now));
            out::spans(&[
                style.bold(headline(cause)),
                about.into(),
                side,
                "  ".into(),
                style.dim(cause.id.to_string()),
            ])?;
        }
        Ok(if behind { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    async fn hosts(&self, cause: Uuid, limit: i64, json: bool) -> Result<()> {
        let style = Style::of_stdout();
        let behind = self.causes.hosts(self.org.as_str(), cause, limit, 0).await?;
        let ids: Vec<HostId> = behind.iter().map(|one| one.host).collect();
        let names = self.names(&ids).await?;
        for one in behind {
            let name = names.get(&one.host).map_or("", String::as_str);
            if json {
                out::json(
                    &json!({"id": one.host.0, "display_name": name, "since": one.since.to_string(), "planned": one.planned}),
                )?;
            } else {
                let side = if one.planned { "" } else { "  not planned" };
                let about = format!("  {}{side}", second(one.since));
                out::spans(&[style.bold(name), about.into(), "  ".into(), style.dim(one.host.to_string())])?;
            }
        }
        Ok(())
    }

    async fn names(&self, ids: &[HostId]) -> Result<HashMap<HostId, String>> {
        let staleness = self.fleet.staleness(&self.org).await?;
        let mut names = HashMap::new();
        for part in ids.chunks(PAGE as usize) {
            let query = HostQuery::new(Scope::of(self.org.clone()), staleness, self.fleet.clock().now());
            let mut query = query.with(Condition::Ids(part.to_vec()));
            query.limit = PAGE;
            let page = self.fleet.list(&query).await?;
            names.extend(page.hosts.into_iter().map(|row| (row.host.id, row.host.display_name.clone())));
        }
        Ok(names)
    }

    async fn ignore(&self, pattern: String, until: &str, reason: String) -> Result<()> {
        let now = self.causes.clock.now();
        let day = Timestamp::parse(&format!("{until}T23:59:59Z"));
        let ends = day.or_else(|_| moment::read("--until", until, now))?;
        let rule = Rule {
            id: Uuid::new_v4(),
            kind: RuleKind::Ignore,
            baseline: None,
            pattern,
            value: None,
            begins: now,
            ends: Some(ends),
            reason,
            author: "command line".to_owned(),
        };
        rule.check().map_err(Failure::Usage)?;
        if !self.causes.add_rule(self.org.as_str(), &rule).await? {
            let most = format!(
                "there are {MOST_RULES} rules already: remove some first, with DELETE /api/fleet/v1/causes/rules/ID"
            );
            return Err(Failure::Usage(most));
        }
        out::line(format!("changes of `{}` are ignored until {}", rule.pattern, second(ends)))
    }
}

fn shown(cause: &Cause, ignored: Option<&Rule>) -> serde_json::Value {
    let deviation = &cause.deviation;
    json!({"id": cause.id, "headline": headline(cause), "baseline_id": cause.baseline, "baseline_name": cause.baseline_name,
        "fact": deviation.fact, "expected": deviation.expected, "actual": deviation.actual, "hosts": cause.hosts,
        "unplanned_hosts": cause.unplanned, "side": if cause.unplanned > 0 { "behind" } else { "ours" },
        "opened": cause.opened.to_string(), "ended": cause.ended.map(|at| at.to_string()),
        "ignored_by": ignored.map(|rule| rule.reason.as_str())})
}
