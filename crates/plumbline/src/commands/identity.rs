//! `plumbline collisions` and `plumbline identity`.

use std::{path::PathBuf, process::ExitCode};

use fleet::{Collision, Fleet, Hardware, IdentityOutcome, Origin, Scope};
use fleet_api::api::{collisions::CollisionOut, identity_changes::IdentityChangeOut};
use ground::OrgId;
use serde::Serialize;
use serde_json::json;

use super::audit;
use crate::{
    api,
    cli::{CollisionsShown, IdentityCommand, Making},
    failure::{Failure, Result},
    out, record,
    style::{Style, second},
};

/// Who does it here, in the log.
const BY: &str = "the command line";
/// So many are shown of an organisation.
const MOST: i64 = 1_000;

/// Lists the hosts that two machines claim, or settles one. Exit code 1 when there are any.
pub async fn collisions(config: Option<&PathBuf>, shown: &CollisionsShown) -> Result<ExitCode> {
    let fleet = record::open(config, &shown.place).await?;
    if let Some(named) = &shown.settle {
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
        return Ok(ExitCode::SUCCESS);
    }
    let (mut any, style) = (false, Style::of_stdout());
    for org in record::orgs(&fleet, shown.org.as_deref()).await? {
        let (found, _) = fleet.collisions(&Scope::of(org.clone()), None, MOST, 0).await?;
        for collision in found {
            any = true;
            if shown.json {
                out::json(&OfOrg { org_id: &org, collision: collision.into() })?;
            } else {
                show(style, &collision)?;
            }
        }
    }
    Ok(if any { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// A collision as the API shows it, and of which organisation it is.
#[derive(Serialize)]
struct OfOrg<'a> {
    org_id: &'a OrgId,
    #[serde(flatten)]
    collision: CollisionOut,
}

fn show(style: Style, collision: &Collision) -> Result<()> {
    let told = format!(
        "  {}  {} times, last {}: {}",
        collision.host,
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
            second(machine.seen.0),
            second(machine.seen.1)
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
        IdentityCommand::List { place, org, json } => {
            let fleet = record::open(config, &place).await?;
            for org in record::orgs(&fleet, org.as_deref()).await? {
                list(&fleet, &org, json).await?;
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

async fn list(fleet: &Fleet, org: &OrgId, json: bool) -> Result<()> {
    let style = Style::of_stdout();
    for change in fleet.identity_changes(org, None, MOST).await? {
        if json {
            out::json(&IdentityChangeOut::from(change))?;
            continue;
        }
        let (kind, by) = (change.kind.name(), &change.by);
        let told =
            format!("  {}  {kind}  {} and {}  by {by}", second(change.made), change.kept, change.other);
        let mut spans = vec![style.bold(change.id.to_string()), told.into()];
        spans.extend(change.undone.map(|at| style.dim(format!("  undone {}", second(at)))));
        out::spans(&spans)?;
    }
    Ok(())
}
