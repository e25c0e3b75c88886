//! The record, for commands that look into it.

use std::{collections::BTreeSet, fmt::Write as _, path::PathBuf};

use fleet::{AddressText, Age, Condition, Fleet, Host, HostQuery, Pattern, Scope, Staleness, fold};
use ground::{HostId, OrgId, Timestamp, any_uuid};
use serde_json::{Map, Value};
use settings::Settings;

use crate::{
    app,
    cli::Place,
    data_folder,
    failure::{Failure, Result},
    out, style,
};

/// Names are told as the nearest from this likeness on, of at most so many hosts of an organisation.
const ALIKE: f64 = 0.85;
const MAX_LOOKED_THROUGH: i64 = 5_000;
/// How many hosts of a name that is not unique are listed.
const MAX_LISTED: i64 = 20;

/// Opens the record where the data is; another process may serve it meanwhile.
pub async fn open(config: Option<&PathBuf>, place: &Place) -> Result<Fleet> {
    // So many settings are large for the tasks of all commands.
    let settings = Box::new(app::config::load(config, &app::config::place_flags(place))?);
    let url = url(&settings, place)?;
    Ok(app::database::fleet(app::database::open_current(&url, &settings).await?, &settings))
}

/// The option that names the same data folder, for commands that are to be pasted; with a blank before it.
pub fn option_of(place: &Place) -> String {
    let Some(folder) = place.data.as_deref() else { return String::new() };
    let folder = folder.display().to_string();
    let is_plain = folder.chars().all(|c| c.is_alphanumeric() || "/._-".contains(c));
    if is_plain {
        format!(" --data {folder}")
    } else {
        format!(" --data '{}'", folder.replace('\'', "'\\''"))
    }
}

/// Where the data is.
pub fn url(settings: &Settings, place: &Place) -> Result<String> {
    if let Some(url) = settings.database.location() {
        return Ok(url.expose().to_owned());
    }
    let path = app::config::data_path(place)?;
    if !data_folder::exists(&path) {
        return Err(Failure::Usage(format!(
            "there is no data in {0} yet; take in reports with `plumbline ingest FILE.jsonl --data {0}`, or name another folder",
            path.display()
        )));
    }
    Ok(data_folder::database_url(&path))
}

/// The organisation that was named, or all.
pub async fn orgs(fleet: &Fleet, named: Option<&str>) -> Result<Vec<OrgId>> {
    match named {
        Some(org) => Ok(vec![OrgId::parse(org).map_err(|error| Failure::Usage(format!("--org: {error}")))?]),
        None => Ok(fleet.orgs().await?),
    }
}

/// The organisation that was named, or the only one; that of `plumbline up` while nobody has reported.
pub async fn one_org(fleet: &Fleet, named: Option<&str>) -> Result<OrgId> {
    match orgs(fleet, named).await?.as_slice() {
        [org] => Ok(org.clone()),
        [] => OrgId::parse("local").map_err(|error| Failure::Usage(error.to_string())),
        several => {
            let names: Vec<&str> = several.iter().map(OrgId::as_str).collect();
            Err(Failure::Usage(format!("name an organisation with --org: {}", names.join(", "))))
        }
    }
}

/// A host that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its organisation.
    pub org: OrgId,
    /// Its id.
    pub id: HostId,
}

/// The host that a text names: by its id (also of one that is gone), its display name, its full name, or a part of one
/// of these that no other has; where no name is so, by an address.
pub async fn find(fleet: &Fleet, org: Option<&str>, text: &str) -> Result<Found> {
    let orgs = orgs(fleet, org).await?;
    if let Some(id) = any_uuid(text).map(HostId) {
        for org in &orgs {
            if fleet.at_seq(org, id, i64::MAX - 1).await?.is_some() {
                return Ok(Found { org: org.clone(), id });
            }
        }
    }
    let mut total = 0;
    let mut matches = Vec::new();
    let searched = orgs.clone();
    for org in orgs {
        let mut query =
            HostQuery::new(Scope::of(org.clone()), fleet.staleness(&org).await?, fleet.clock().now())
                .with(Condition::AnyName(Pattern::containing(text), None));
        query.limit = MAX_LISTED;
        let page = fleet.list(&query).await?;
        total += page.total;
        matches.extend(page.hosts.into_iter().map(|row| (org.clone(), row.host)));
    }
    if matches.is_empty() {
        matches = having_address(fleet, &searched, text).await?;
        total = matches.len() as i64;
    }
    let name = fold(text);
    let whole: Vec<_> = matches
        .iter()
        .filter(|(_, host)| {
            fold(&host.display_name) == name
                || host.canonical_facts.fqdn.as_deref().map(fold).as_ref() == Some(&name)
        })
        .collect();
    let one = match (whole.as_slice(), matches.as_slice()) {
        ([one], _) => one,
        ([], [one]) => one,
        ([], []) => {
            let near = nearest(fleet, &searched, text).await?;
            let near = near.map(|name| format!("; the nearest name is `{}`", out::escaped(&name)));
            return Err(Failure::Runtime(format!(
                "no host is named `{text}`, in whole or in part, or has it as an address{}; `plumbline hosts` lists them",
                near.unwrap_or_default()
            )));
        }
        _ => return Err(Failure::Usage(several(text, total, &matches))),
    };
    Ok(Found { org: one.0.clone(), id: one.1.id })
}

/// The hosts with this address.
async fn having_address(fleet: &Fleet, orgs: &[OrgId], text: &str) -> Result<Vec<(OrgId, Host)>> {
    let address = AddressText::new(text);
    let mut matches = Vec::new();
    if !address.is_likely() {
        return Ok(matches);
    }
    for org in orgs {
        let query = HostQuery::new(Scope::of(org.clone()), fleet.staleness(org).await?, fleet.clock().now());
        let found = fleet.with_address(&query, &address, MAX_LISTED as usize).await?;
        let ids: BTreeSet<HostId> =
            found.into_iter().filter(|found| address.is(&found.address)).map(|found| found.host).collect();
        let ids: Vec<HostId> = ids.into_iter().collect();
        let hosts = fleet.hosts_by_id(org, &ids).await?;
        matches.extend(hosts.into_iter().map(|(_, host)| (org.clone(), host)));
    }
    Ok(matches)
}

/// The name of a host that is most like this text, when one is: people mistype a letter or two.
async fn nearest(fleet: &Fleet, orgs: &[OrgId], text: &str) -> Result<Option<String>> {
    let wanted = fold(text);
    let mut best = (ALIKE, None);
    for org in orgs {
        let mut query =
            HostQuery::new(Scope::of(org.clone()), fleet.staleness(org).await?, fleet.clock().now());
        query.limit = MAX_LOOKED_THROUGH;
        for row in fleet.list(&query).await?.hosts {
            let name = row.host.display_name;
            // Mostly the first part is given.
            let short = name.split('.').next().unwrap_or(&name);
            let alike = [short, &name].map(|name| strsim::jaro_winkler(&fold(name), &wanted));
            let alike = alike[0].max(alike[1]);
            if alike > best.0 {
                best = (alike, Some(name));
            }
        }
    }
    Ok(best.1)
}

fn several(text: &str, total: i64, matches: &[(OrgId, fleet::Host)]) -> String {
    let mut lines = format!("`{text}` names {total} hosts; give more of the name, or an id:");
    for (org, host) in matches.iter().take(MAX_LISTED as usize) {
        let at = style::second(host.times.last_check_in);
        // Writing to a text does not fail.
        let _ = write!(lines, "\n  {}  {at}  {} ({org})", host.id, out::escaped(&host.display_name));
    }
    let more = total - matches.len().min(MAX_LISTED as usize) as i64;
    if more > 0 {
        let _ = write!(lines, "\n  … and {more} more");
    }
    lines
}

/// The word for the age of a last check-in; `culled` when it is as if deleted.
pub fn age(last: Timestamp, staleness: Staleness, now: Timestamp) -> &'static str {
    match staleness.age(last, now) {
        Some(Age::Fresh) => "fresh",
        Some(Age::Stale) => "stale",
        Some(Age::StaleWarning) => "stale warning",
        None => "culled",
    }
}

/// The operating system and its version: `RHEL 8.6`; where only a release is known, that: `Debian GNU/Linux 12`.
pub fn system(facts: &Map<String, Value>) -> Option<String> {
    let os = facts.get("operating_system");
    let part = |name: &str| os.and_then(|os| os.get(name));
    let number = |name: &str| part(name).map(ToString::to_string);
    if let Some(name) = part("name").and_then(Value::as_str) {
        let version: Vec<String> = ["major", "minor"].into_iter().filter_map(number).collect();
        return Some(format!("{name} {}", version.join(".")).trim_end().to_owned());
    }
    facts.get("os_release").and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}
