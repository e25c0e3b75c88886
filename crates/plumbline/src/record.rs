//! The record, for commands that look into it.

use std::path::PathBuf;

use fleet::Fleet;
use ground::OrgId;
use serde_json::{Map, Value};
use settings::Settings;

use crate::{
    app,
    cli::Place,
    data_folder,
    failure::{Failure, Result},
};

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
