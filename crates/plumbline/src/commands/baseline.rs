//! `plumbline baseline`.

use std::path::PathBuf;

use baselines::{
    Baselines,
    rules::{
        facts::{self, Fact, FactValue},
        from_profile,
        groups::{self, Group},
        name,
    },
    store::{Added, GroupFilter, NewBaseline, Placed, Reach},
};
use drift_common::{Caller, System, facts as of_record};
use ground::{OrgId, Timestamp};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json, value::RawValue};
use uuid::Uuid;

use super::audit;
use crate::{
    api::{self, Api, BASELINES},
    cli::{BaselineCommand, Place},
    failure::{Failure, Result},
    out, record,
    style::{Style, count, pad, second},
    wiring::record_hosts::RecordHosts,
};

/// How many baselines are read at a time.
const PAGE: usize = 100;

/// Does what was asked for.
pub async fn run(config: Option<&PathBuf>, command: BaselineCommand) -> Result<std::process::ExitCode> {
    match command {
        BaselineCommand::List { source, org, json } => {
            list(&api::open(config, &source, org.as_deref()).await?, json).await?;
        }
        BaselineCommand::Show { baseline, source, org, json } => {
            show(&api::open(config, &source, org.as_deref()).await?, &baseline, json).await?;
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
struct Desk {
    baselines: Baselines,
    hosts: RecordHosts,
    org: OrgId,
}

impl Desk {
    async fn open(config: Option<&PathBuf>, place: &Place, org: Option<&str>) -> Result<Self> {
        let fleet = record::open(config, place).await?;
        let org = record::one_org(&fleet, org).await?;
        let baselines = Baselines::new(fleet.db().clone(), fleet.clock().clone());
        Ok(Self { baselines, hosts: RecordHosts(fleet), org })
    }

    /// The id and the name of the baseline that a text names.
    async fn find(&self, text: &str) -> Result<Row> {
        let apis = api::of_record(self.hosts.0.clone(), vec![self.org.clone()])?;
        find(&apis, text).await?.read()
    }

    async fn system(&self, host: &str) -> Result<System> {
        let (_, id) = api::host_of_record(&self.hosts.0, Some(self.org.as_str()), host).await?;
        let caller = Caller::of_org(self.org.as_str(), None);
        let systems = self.hosts.systems(&caller, &[id.to_string()]).await;
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

/// A page of baselines.
#[derive(Deserialize)]
struct Page {
    data: Vec<Box<RawValue>>,
}

/// A baseline in a list.
#[derive(Deserialize)]
struct Row {
    id: Uuid,
    display_name: String,
    fact_count: usize,
    #[serde(deserialize_with = "api::time")]
    created: Timestamp,
    #[serde(deserialize_with = "api::time")]
    updated: Timestamp,
    notifications_enabled: bool,
    #[serde(default)]
    baseline_facts: Vec<Fact>,
    mapped_system_count: Option<usize>,
}

#[derive(Deserialize)]
struct Systems {
    system_ids: Vec<Uuid>,
}

/// A baseline that was asked for, with its facts.
pub(super) struct FoundBaseline<'a> {
    api: &'a Api,
    text: Box<RawValue>,
}

impl FoundBaseline<'_> {
    /// As what is wanted of it.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T> {
        api::read_part(&self.text)
    }
}

/// The baseline that a text names: by its id, or by its name.
pub(super) async fn find<'a>(apis: &'a [Api], text: &str) -> Result<FoundBaseline<'a>> {
    let unknown =
        || Failure::Runtime(format!("no baseline is named `{text}`; `plumbline baseline list` lists them"));
    let api = one(apis)?.ok_or_else(unknown)?;
    let id = if let Ok(id) = Uuid::parse_str(text) {
        id
    } else {
        let named = rows(api, Some(text)).await?.into_iter().find(|row| row.display_name == text);
        named.ok_or_else(unknown)?.id
    };
    let page: Option<Page> = api.get_known(&format!("{BASELINES}/baselines/{id}"), []).await?;
    let text = page.and_then(|mut page| page.data.pop()).ok_or_else(unknown)?;
    Ok(FoundBaseline { api, text })
}

/// Baselines belong to one organisation.
fn one(apis: &[Api]) -> Result<Option<&Api>> {
    if apis.len() > 1 {
        let names: Vec<&str> = apis.iter().filter_map(|api| api.org()).map(OrgId::as_str).collect();
        return Err(Failure::Usage(format!("name an organisation with --org: {}", names.join(", "))));
    }
    Ok(apis.first())
}

/// Every baseline, or those whose name contains a text, by name.
async fn rows(api: &Api, name: Option<&str>) -> Result<Vec<Row>> {
    let mut all = Vec::new();
    loop {
        let mut asked = vec![("limit", PAGE.to_string()), ("offset", all.len().to_string())];
        asked.extend(name.map(|name| ("display_name", name.to_owned())));
        let page: Page = api.get(&format!("{BASELINES}/baselines"), asked).await?;
        for row in &page.data {
            all.push(api::read_part(row)?);
        }
        if page.data.len() < PAGE {
            return Ok(all);
        }
    }
}

async fn list(apis: &[Api], json: bool) -> Result<()> {
    let all = match one(apis)? {
        Some(api) => rows(api, None).await?,
        None => Vec::new(),
    };
    let many = |row: &Row| row.mapped_system_count.unwrap_or_default();
    if json {
        for row in &all {
            out::json(&json!({"id": row.id, "display_name": row.display_name, "fact_count": row.fact_count,
                "systems": many(row), "updated": row.updated.to_string(),
                "notifications_enabled": row.notifications_enabled}))?;
        }
        return Ok(());
    }
    let style = Style::of_stdout();
    let width = all.iter().map(|row| row.display_name.chars().count()).max().unwrap_or(0).max(4);
    let head =
        format!("{}  {:>6}  {:>7}  {:19}  {}", pad("NAME", width), "FACTS", "SYSTEMS", "UPDATED", "ID");
    out::spans(&[style.bold(head)])?;
    for row in &all {
        let cells =
            format!("  {:>6}  {:>7}  {}  ", count(row.fact_count), count(many(row)), second(row.updated));
        let name = pad(&out::escaped(&row.display_name), width);
        out::spans(&[name.into(), cells.into(), style.dim(row.id.to_string())])?;
    }
    Ok(())
}

async fn show(apis: &[Api], text: &str, json: bool) -> Result<()> {
    let found = find(apis, text).await?;
    let one: Row = found.read()?;
    let path = format!("{BASELINES}/baselines/{}/systems", one.id);
    let Systems { system_ids: systems } = found.api.get(&path, []).await?;
    if json {
        return out::json(
            &json!({"id": one.id, "display_name": one.display_name, "facts": one.baseline_facts,
            "created": one.created.to_string(), "updated": one.updated.to_string(),
            "notifications_enabled": one.notifications_enabled, "system_ids": systems}),
        );
    }
    let style = Style::of_stdout();
    out::spans(&[style.bold(&one.display_name), "  ".into(), style.dim(one.id.to_string())])?;
    let switch = if one.notifications_enabled { "on" } else { "off" };
    out::line(format!(
        "{} facts and categories, {} systems, notifications {switch}, updated {}",
        count(one.baseline_facts.len()),
        count(systems.len()),
        second(one.updated)
    ))?;
    for fact in &one.baseline_facts {
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
