//! `plumbline baseline`.

use std::path::PathBuf;

use baselines::{
    Baseline, Baselines,
    rules::{
        facts::{self, Fact, FactValue},
        from_profile,
        groups::{self, Group},
        name,
    },
    store::{Added, GroupFilter, ListQuery, NewBaseline, Order, OrderBy, Placed, Reach},
};
use drift_common::{Caller, System, facts as of_record};
use fleet::Fleet;
use ground::OrgId;
use serde_json::{Value, json};
use uuid::Uuid;

use super::audit;
use crate::{
    cli::{BaselineCommand, Place},
    failure::{Failure, Result},
    out, record,
    style::{Style, count, pad, second},
    wiring::record_hosts::RecordHosts,
};

/// How many baselines are read at a time.
const PAGE: i64 = 100;

/// Does what was asked for.
pub async fn run(config: Option<&PathBuf>, command: BaselineCommand) -> Result<std::process::ExitCode> {
    match command {
        BaselineCommand::List { place, org, json } => {
            list(&Desk::open(config, &place, org.as_deref()).await?, json).await?;
        }
        BaselineCommand::Show { baseline, place, org, json } => {
            show(&Desk::open(config, &place, org.as_deref()).await?, &baseline, json).await?;
        }
        BaselineCommand::Create { name, from_host, facts, place, org, json } => {
            let desk = Desk::open(config, &place, org.as_deref()).await?;
            let facts = match (from_host, facts) {
                (Some(host), _) => desk.facts_of_host(&host).await?,
                (None, Some(file)) => facts_of_file(&file)?,
                (None, None) => Vec::new(),
            };
            create(&desk, &name, facts, json).await?;
        }
        BaselineCommand::Associate { baseline, hosts, place, org, json } => {
            associate(&Desk::open(config, &place, org.as_deref()).await?, &baseline, &hosts, json).await?;
        }
    }
    Ok(std::process::ExitCode::SUCCESS)
}

/// Baselines of one organisation, and its hosts.
pub(super) struct Desk {
    baselines: Baselines,
    hosts: RecordHosts,
    org: OrgId,
}

impl Desk {
    async fn open(config: Option<&PathBuf>, place: &Place, org: Option<&str>) -> Result<Self> {
        Self::over(record::open(config, place).await?, org).await
    }

    /// Over a record that is open.
    pub(super) async fn over(fleet: Fleet, org: Option<&str>) -> Result<Self> {
        let org = record::one_org(&fleet, org).await?;
        let baselines = Baselines::new(fleet.db().clone(), fleet.clock().clone());
        Ok(Self { baselines, hosts: RecordHosts(fleet), org })
    }

    async fn all(&self) -> Result<Vec<Baseline>> {
        let mut all = Vec::new();
        loop {
            let offset = all.len() as i64;
            let order = (OrderBy::Name, Order::Ascending);
            let query = ListQuery { ids: None, name: None, order, offset, limit: PAGE };
            let page = self.baselines.list(&self.org, &query).await.map_err(|error| failed(&error))?;
            let ended = page.baselines.is_empty() || offset + PAGE >= page.count;
            all.extend(page.baselines);
            if ended {
                return Ok(all);
            }
        }
    }

    /// The baseline that a text names: by its id, or by its name.
    pub(super) async fn find(&self, text: &str) -> Result<Baseline> {
        let id = match Uuid::parse_str(text) {
            Ok(id) => Some(id),
            Err(_) => self.all().await?.into_iter().find(|one| one.display_name == text).map(|one| one.id),
        };
        let found = match id {
            Some(id) => self.baselines.get(&self.org, &[id]).await.map_err(|error| failed(&error))?.pop(),
            None => None,
        };
        found.ok_or_else(|| {
            Failure::Runtime(format!("no baseline is named `{text}`; `plumbline baseline list` lists them"))
        })
    }

    async fn system(&self, host: &str) -> Result<System> {
        let found = record::find(&self.hosts.0, Some(self.org.as_str()), host).await?;
        let caller = Caller::of_org(self.org.as_str(), None);
        let systems = self.hosts.systems(&caller, &[found.id.to_string()]).await;
        let systems = systems.map_err(|error| Failure::Runtime(error.to_string()))?;
        systems.into_iter().next().ok_or_else(|| Failure::Runtime(format!("host `{host}` is gone")))
    }

    async fn facts_of_host(&self, host: &str) -> Result<Vec<Fact>> {
        let found = of_record::of_system(&self.system(host).await?).into_iter().map(|(name, fact)| {
            let value = match fact {
                compare::Fact::Text(text) => FactValue::One(text),
                compare::Fact::List(items) => FactValue::Many(items),
            };
            (name, value)
        });
        Ok(from_profile::facts(found))
    }

    async fn systems_of(&self, id: Uuid) -> Result<Vec<Uuid>> {
        let filter = GroupFilter::default();
        let found = self
            .baselines
            .systems(&self.org, id, &filter, &Reach::All)
            .await
            .map_err(|error| failed(&error))?;
        Ok(found.unwrap_or_default())
    }
}

fn failed(error: &baselines::store::Error) -> Failure {
    Failure::Runtime(error.to_string())
}

fn facts_of_file(file: &PathBuf) -> Result<Vec<Fact>> {
    let usage = |problem: String| Failure::Usage(format!("{}: {problem}", file.display()));
    let text = std::fs::read(file).map_err(|error| usage(error.to_string()))?;
    let list: Value = serde_json::from_slice(&text).map_err(|error| usage(error.to_string()))?;
    facts::read(&list).map_err(|bad| usage(bad.to_string()))
}

async fn list(desk: &Desk, json: bool) -> Result<()> {
    let all = desk.all().await?;
    let ids: Vec<Uuid> = all.iter().map(|one| one.id).collect();
    let mut systems = std::collections::HashMap::new();
    for ids in ids.chunks(PAGE as usize) {
        let some = desk.baselines.system_counts(&desk.org, ids, &Reach::All).await;
        systems.extend(some.map_err(|error| failed(&error))?);
    }
    let many = |id: &Uuid| systems.get(id).copied().unwrap_or(0);
    if json {
        for one in &all {
            out::json(&json!({"id": one.id, "display_name": one.display_name, "fact_count": one.fact_count,
                "systems": many(&one.id), "updated": one.updated.to_string(),
                "notifications_enabled": one.notifications_enabled}))?;
        }
        return Ok(());
    }
    let style = Style::of_stdout();
    let width = all.iter().map(|one| one.display_name.chars().count()).max().unwrap_or(0).max(4);
    let head =
        format!("{}  {:>6}  {:>7}  {:19}  {}", pad("NAME", width), "FACTS", "SYSTEMS", "UPDATED", "ID");
    out::spans(&[style.bold(head)])?;
    for one in &all {
        let cells = format!(
            "  {:>6}  {:>7}  {}  ",
            count(one.fact_count as usize),
            count(many(&one.id) as usize),
            second(one.updated)
        );
        let name = pad(&out::escaped(&one.display_name), width);
        out::spans(&[name.into(), cells.into(), style.dim(one.id.to_string())])?;
    }
    Ok(())
}

async fn show(desk: &Desk, text: &str, json: bool) -> Result<()> {
    let one = desk.find(text).await?;
    let systems = desk.systems_of(one.id).await?;
    if json {
        return out::json(&json!({"id": one.id, "display_name": one.display_name, "facts": one.facts,
            "created": one.created.to_string(), "updated": one.updated.to_string(),
            "notifications_enabled": one.notifications_enabled, "system_ids": systems}));
    }
    let style = Style::of_stdout();
    out::spans(&[style.bold(&one.display_name), "  ".into(), style.dim(one.id.to_string())])?;
    let switch = if one.notifications_enabled { "on" } else { "off" };
    out::line(format!(
        "{} facts and categories, {} systems, notifications {switch}, updated {}",
        count(one.facts.len()),
        count(systems.len()),
        second(one.updated)
    ))?;
    for fact in &one.facts {
        let value = fact.value.as_ref().map(ToString::to_string).unwrap_or_default();
        out::spans(&["  ".into(), style.label(&fact.name), format!("  {value}").into()])?;
        for nested in fact.values.iter().flatten() {
            out::spans(&["    ".into(), style.label(&nested.name), format!("  {}", nested.value).into()])?;
        }
    }
    for system in systems {
        out::line(format!("  system {system}"))?;
    }
    Ok(())
}

async fn create(desk: &Desk, display_name: &str, facts: Vec<Fact>, json: bool) -> Result<()> {
    name::check(display_name).map_err(|bad| Failure::Usage(bad.to_string()))?;
    let length = display_name.chars().count();
    if !(1..=name::LONGEST).contains(&length) {
        return Err(Failure::Usage(format!(
            "a name has 1 to {} characters, this one has {length}",
            name::LONGEST
        )));
    }
    let new = NewBaseline {
        account: None,
        display_name: display_name.to_owned(),
        facts,
        notifications_enabled: true,
    };
    let create = async {
        desk.baselines.create(&desk.org, Uuid::new_v4(), &new).await.map_err(|error| failed(&error))
    };
    let is_stored = |placed: &Placed| matches!(placed, Placed::Stored(_));
    match audit::logged(&desk.hosts.0, &desk.org, "baseline create", display_name, create, is_stored).await? {
        Placed::Stored(made) if json => out::line(
            json!({"id": made.id, "display_name": made.display_name, "fact_count": made.fact_count}),
        ),
        Placed::Stored(made) => {
            out::line(format!("{} has {} facts and categories", made.id, count(made.facts.len())))
        }
        Placed::NameTaken => Err(Failure::Runtime(format!("a baseline is named `{display_name}` already"))),
    }
}

async fn associate(desk: &Desk, text: &str, hosts: &[String], json: bool) -> Result<()> {
    let one = desk.find(text).await?;
    let known = desk.systems_of(one.id).await?;
    let mut new: Vec<(Uuid, Option<Vec<Group>>)> = Vec::new();
    for host in hosts {
        let system = desk.system(host).await?;
        let id = Uuid::parse_str(&system.id).map_err(|error| Failure::Runtime(error.to_string()))?;
        if !known.contains(&id) && !new.iter().any(|(other, _)| *other == id) {
            new.push((id, groups::of_system(&system)));
        }
    }
    let add =
        async { desk.baselines.add_systems(&desk.org, one.id, &new).await.map_err(|error| failed(&error)) };
    let is_added = |added: &Added| matches!(added, Added::Systems(_));
    let subject = format!("{} {}", one.id, hosts.join(" "));
    match audit::logged(&desk.hosts.0, &desk.org, "baseline associate", &subject, add, is_added).await? {
        Added::Systems(all) if json => out::json(&json!({"id": one.id, "system_ids": all})),
        Added::Systems(all) => out::line(format!(
            "{} systems added; `{}` is for {} now",
            count(new.len()),
            one.display_name,
            count(all.len())
        )),
        Added::Already(system) => {
            Err(Failure::Runtime(format!("system {system} was added meanwhile; try again")))
        }
        Added::Unknown => Err(Failure::Runtime(format!("baseline `{text}` was deleted meanwhile"))),
    }
}
