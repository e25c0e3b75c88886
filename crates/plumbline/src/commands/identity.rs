//! `plumbline collisions` and `plumbline identity`.

use std::{path::PathBuf, process::ExitCode};

use fleet::{Fleet, Hardware, IdentityOutcome, Origin, Scope};
use fleet_api::api::identity_changes::IdentityChangeOut;
use ground::{HostId, Timestamp};
use serde::Deserialize;
use serde_json::{json, value::RawValue};
use uuid::Uuid;

use super::audit;
use crate::{
    api::{self, Api, FLEET},
    cli::{CollisionsShown, IdentityCommand, Making},
    failure::{Failure, Result},
    out, record,
    style::{Style, second},
};

/// Who does it here, in the log.
const BY: &str = "the command line";
/// So many merges and splits are shown of an organisation.
const MOST: i64 = 1_000;
/// How many collisions an answer has.
const PER_PAGE: usize = 100;

/// Lists the hosts that two machines claim, or settles one. Exit code 1 when there are any.
pub async fn collisions(config: Option<&PathBuf>, shown: &CollisionsShown) -> Result<ExitCode> {
    if let Some(named) = &shown.settle {
        return settle(config, shown, named).await;
    }
    let (mut any, style) = (false, Style::of_stdout());
    for api in api::open(config, &shown.source, shown.org.as_deref()).await? {
        let mut read = 0;
        loop {
            let asked = [("offset", read.to_string()), ("limit", PER_PAGE.to_string())];
            let page: Collisions = api.get(&format!("{FLEET}/collisions"), asked).await?;
            read += page.collisions.len();
            for collision in &page.collisions {
                any = true;
                if shown.json {
                    out::json(&of_org(&api, collision)?)?;
                } else {
                    show(style, &api::read_part(collision)?)?;
                }
            }
            if page.collisions.len() < PER_PAGE {
                break;
            }
        }
    }
    Ok(if any { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn settle(config: Option<&PathBuf>, shown: &CollisionsShown, named: &str) -> Result<ExitCode> {
    if api::is_of_server(&shown.source) {
        return Err(Failure::Usage(
            "--settle: this is done where the data is; name a place with --data, and no server".to_owned(),
        ));
    }
    let fleet = record::open(config, &shown.source.place).await?;
    let (org, id) = api::host_of_record(&fleet, shown.org.as_deref(), named).await?;
    let scope = Scope::of(org.clone());
    let settle = async { Ok(fleet.settle_collision(&scope, id).await?) };
    let settled =
        audit::logged(&fleet, &org, "collisions --settle", &id.to_string(), settle, |settled| *settled)
            .await?;
    if !settled {
        return Err(Failure::Runtime(format!("no collision of `{named}` is there to be settled")));
    }
    if shown.json {
        out::json(&json!({"settled": id}))?;
    } else {
        out::line("settled")?;
    }
    Ok(ExitCode::SUCCESS)
}

#[derive(Deserialize)]
struct Collisions {
    collisions: Vec<Box<RawValue>>,
}

/// A host that two machines claim.
#[derive(Deserialize)]
struct Collision {
    host_id: HostId,
    display_name: String,
    times: i64,
    #[serde(deserialize_with = "api::time")]
    last_seen: Timestamp,
    conflict: Vec<String>,
    machines: Vec<Machine>,
}

#[derive(Deserialize)]
struct Machine {
    hardware: Hardware,
    seq: i64,
    #[serde(deserialize_with = "api::time")]
    first_seen: Timestamp,
    #[serde(deserialize_with = "api::time")]
    last_seen: Timestamp,
}

#[derive(Deserialize)]
struct Changes {
    changes: Vec<Box<RawValue>>,
}

/// A merge or a split.
#[derive(Deserialize)]
struct Change {
    id: Uuid,
    kind: String,
    kept: HostId,
    other: HostId,
    #[serde(deserialize_with = "api::time")]
    made: Timestamp,
    made_by: String,
    undone: bool,
}

/// A collision as the API shows it; of the record here with the organisation before it.
fn of_org(api: &Api, collision: &RawValue) -> Result<Box<RawValue>> {
    let failed = |error: serde_json::Error| Failure::Runtime(error.to_string());
    let Some(org) = api.org() else { return Ok(collision.to_owned()) };
    let org = serde_json::to_string(org).map_err(failed)?;
    let members = collision.get().trim_start().trim_start_matches('{');
    RawValue::from_string(format!("{{\"org_id\":{org},{members}")).map_err(failed)
}

fn show(style: Style, collision: &Collision) -> Result<()> {
    let told = format!(
        "  {}  {} times, last {}: {}",
        collision.host_id,
        collision.times,
        second(collision.last_seen),
        collision.conflict.join(", ")
    );
    out::spans(&[style.bold(&collision.display_name), told.into()])?;
    for machine in &collision.machines {
        let Hardware { bios_uuid, mac_addresses, .. } = &machine.hardware;
        let hardware = bios_uuid.clone().unwrap_or_else(|| mac_addresses.join(" "));
        out::line(format!(
            "  row {}  {hardware}  {} to {}",
            machine.seq,
            second(machine.first_seen),
            second(machine.last_seen)
        ))?;
    }
    Ok(())
}

/// Merges, splits, undoes and lists.
pub async fn run(config: Option<&PathBuf>, command: IdentityCommand) -> Result<ExitCode> {
    let origin = Origin::default();
    match command {
        IdentityCommand::Merge { kept, other, making } => {
            let (fleet, org) = (record::open(config, &making.place).await?, making.org.as_deref());
            let (org, kept) = api::host_of_record(&fleet, org, &kept).await?;
            let (_, other) = api::host_of_record(&fleet, Some(org.as_str()), &other).await?;
            let pair = (kept, other);
            let (scope, subject) = (Scope::of(org), format!("{kept} {other}"));
            let merge = fleet.merge_hosts(&scope, pair, BY, &origin, making.dry_run);
            let merge = logged(&fleet, &scope, "identity merge", &subject, &making, merge);
            tell(Box::pin(merge).await?, &making)
        }
        IdentityCommand::Split { host, row, making } => {
            let fleet = record::open(config, &making.place).await?;
            let (org, id) = api::host_of_record(&fleet, making.org.as_deref(), &host).await?;
            let (scope, subject) = (Scope::of(org), id.to_string());
            let split = fleet.split_host(&scope, id, row, BY, &origin, making.dry_run);
            let split = logged(&fleet, &scope, "identity split", &subject, &making, split);
            tell(Box::pin(split).await?, &making)
        }
        IdentityCommand::Undo { id, making } => {
            let fleet = record::open(config, &making.place).await?;
            for org in record::orgs(&fleet, making.org.as_deref()).await? {
                let (scope, subject) = (Scope::of(org), id.to_string());
                let undo = fleet.undo_identity_change(&scope, id, BY, &origin, making.dry_run);
                let undo = logged(&fleet, &scope, "identity undo", &subject, &making, undo);
                let outcome = Box::pin(undo).await?;
                if outcome != IdentityOutcome::Unknown {
                    return tell(outcome, &making);
                }
            }
            tell(IdentityOutcome::Unknown, &making)
        }
        IdentityCommand::List { source, org, json } => {
            for api in api::open(config, &source, org.as_deref()).await? {
                list(&api, json).await?;
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Makes a change that is written to the audit log, unless it is only tried.
async fn logged(
    fleet: &Fleet,
    scope: &Scope,
    operation: &str,
    subject: &str,
    making: &Making,
    work: impl Future<Output = std::result::Result<IdentityOutcome, fleet::Error>>,
) -> Result<IdentityOutcome> {
    if making.dry_run {
        return Ok(work.await?);
    }
    let is_done = |outcome: &IdentityOutcome| matches!(outcome, IdentityOutcome::Done(_));
    let work = async { Ok(work.await?) };
    audit::logged(fleet, scope.org(), operation, subject, work, is_done).await
}

fn tell(outcome: IdentityOutcome, making: &Making) -> Result<ExitCode> {
    let change = match outcome {
        IdentityOutcome::Done(change) => change,
        IdentityOutcome::Missing(missing) => {
            let ids: Vec<_> = missing.iter().map(ToString::to_string).collect();
            return Err(Failure::Runtime(format!("no hosts are known under {}", ids.join(", "))));
        }
        IdentityOutcome::Unknown => {
            return Err(Failure::Runtime(
                "there is nothing like that to be undone; `plumbline identity list` lists what was done"
                    .to_owned(),
            ));
        }
        IdentityOutcome::Cannot(why) => return Err(Failure::Runtime(why.to_owned())),
    };
    if making.json {
        out::json(&IdentityChangeOut::from(*change))?;
        return Ok(ExitCode::SUCCESS);
    }
    for host in &change.hosts {
        out::line(format!("host {}  {}", host.id, host.display_name))?;
    }
    for ((fact, value), host) in &change.pins {
        out::line(format!("  reports with {fact} {value} are about {host}"))?;
    }
    out::message(if making.dry_run {
        "nothing was done: without --dry-run this is what would be".to_owned()
    } else if change.undone.is_some() {
        format!("the {} is undone", change.kind.name())
    } else {
        format!("done; `plumbline identity undo {}{}` undoes it", change.id, record::option_of(&making.place))
    });
    Ok(ExitCode::SUCCESS)
}

async fn list(api: &Api, json: bool) -> Result<()> {
    let style = Style::of_stdout();
    let most = [("limit", MOST.to_string())];
    let Changes { changes } = api.get(&format!("{FLEET}/identity-changes"), most).await?;
    for row in &changes {
        if json {
            out::json(row)?;
            continue;
        }
        let Change { id, kind, kept, other, made, made_by, undone } = api::read_part(row)?;
        let told = format!("  {}  {kind}  {kept} and {other}  by {made_by}", second(made));
        let mut spans = vec![style.bold(id.to_string()), told.into()];
        spans.extend(undone.then(|| style.dim("  undone")));
        out::spans(&spans)?;
    }
    Ok(())
}
