//! The host that a text names.

use std::fmt::Write as _;

use fleet::{AddressText, Fleet, fold, quoted_pattern};
use ground::{HostId, OrgId, Timestamp, any_uuid};
use serde::{Deserialize, de::IgnoredAny};

use super::{Api, FLEET, of_record, time};
use crate::{
    failure::{Failure, Result},
    out, record, style,
};

/// Names are told as the nearest from this likeness on, of at most so many hosts of an organisation.
const ALIKE: f64 = 0.85;
const MAX_LOOKED_THROUGH: usize = 2_000;
const PER_PAGE: usize = 100;
/// How many hosts of a name that is not unique are listed.
const MAX_LISTED: usize = 20;

/// A host that was asked for.
#[derive(Clone, Copy)]
pub struct FoundHost<'a> {
    /// Where it is known.
    pub api: &'a Api,
    /// Its id.
    pub id: HostId,
}

/// A host as lists show it.
#[derive(Debug, Deserialize)]
struct Listed {
    id: HostId,
    display_name: String,
    #[serde(deserialize_with = "time")]
    last_check_in: Timestamp,
}

#[derive(Debug, Default, Deserialize)]
struct Page {
    total: usize,
    hosts: Vec<Listed>,
}

#[derive(Debug, Deserialize)]
struct Addresses {
    addresses: Vec<Addressed>,
}

#[derive(Debug, Deserialize)]
struct Addressed {
    address: String,
    #[serde(flatten)]
    host: Listed,
}

/// The host that a text names: by its id (also of one that is gone or no longer reports), its display name, its full name, or a
/// part of one of these that no other has; where no name is so, by an address.
pub async fn host<'a>(apis: &'a [Api], text: &str) -> Result<FoundHost<'a>> {
    if let Some(id) = any_uuid(text).map(HostId) {
        for api in apis {
            let path = format!("{FLEET}/hosts/{id}/timeline");
            if api.get_known::<IgnoredAny>(&path, [("limit", "1".to_owned())]).await?.is_some() {
                return Ok(FoundHost { api, id });
            }
        }
    }
    let mut total = 0;
    let mut matches = Vec::new();
    for api in apis {
        let page = named(api, &format!("*{text}*"), MAX_LISTED).await?;
        total += page.total;
        matches.extend(page.hosts.into_iter().map(|host| (api, host)));
    }
    let mut whole = Vec::new();
    if total > 1 {
        for api in apis {
            let page = named(api, text, 2).await?;
            whole.extend(page.hosts.into_iter().map(|host| FoundHost { api, id: host.id }));
        }
    }
    if matches.is_empty() {
        matches = having_address(apis, text).await?;
        total = matches.len();
    }
    match (whole.as_slice(), matches.as_slice()) {
        ([one], _) => Ok(*one),
        ([], [(api, one)]) => Ok(FoundHost { api, id: one.id }),
        ([], []) => {
            let near = nearest(apis, text).await?;
            let near = near.map(|name| format!("; the nearest name is `{}`", out::escaped(&name)));
            Err(Failure::Runtime(format!(
                "no host is named `{text}`, in whole or in part, or has it as an address{}; `plumbline hosts` lists them",
                near.unwrap_or_default()
            )))
        }
        _ => Err(Failure::Usage(several(text, total, &matches))),
    }
}

/// The same for a command that goes on with the record itself: the organisation and the id of the host.
pub async fn host_of_record(fleet: &Fleet, org: Option<&str>, text: &str) -> Result<(OrgId, HostId)> {
    let apis = of_record(fleet.clone(), record::orgs(fleet, org).await?)?;
    let FoundHost { api, id } = host(&apis, text).await?;
    let org = api.org().cloned();
    org.map(|org| (org, id)).ok_or_else(|| Failure::Runtime(format!("host {id} is of no organisation")))
}

/// The hosts whose display name or full name is so.
async fn named(api: &Api, pattern: &str, most: usize) -> Result<Page> {
    let question = format!("name:{}", quoted_pattern(pattern));
    api.get(&format!("{FLEET}/hosts"), [("q", question), ("limit", most.to_string())]).await
}

/// The hosts with this address.
async fn having_address<'a>(apis: &'a [Api], text: &str) -> Result<Vec<(&'a Api, Listed)>> {
    let address = AddressText::new(text);
    let mut matches: Vec<(&Api, Listed)> = Vec::new();
    if !address.is_likely() {
        return Ok(matches);
    }
    for api in apis {
        let asked = [("search", text.to_owned()), ("limit", MAX_LISTED.to_string())];
        let found: Addresses = api.get(&format!("{FLEET}/addresses"), asked).await?;
        for one in found.addresses.into_iter().filter(|one| address.is(&one.address)) {
            if !matches.iter().any(|(_, known)| known.id == one.host.id) {
                matches.push((api, one.host));
            }
        }
    }
    Ok(matches)
}

/// The name of a host that is most like this text, when one is: people mistype a letter or two.
async fn nearest(apis: &[Api], text: &str) -> Result<Option<String>> {
    let wanted = fold(text);
    let mut best = (ALIKE, None);
    for api in apis {
        for offset in (0..MAX_LOOKED_THROUGH).step_by(PER_PAGE) {
            let asked = [("limit", PER_PAGE.to_string()), ("offset", offset.to_string())];
            let page: Page = api.get(&format!("{FLEET}/hosts"), asked).await?;
            for Listed { display_name: name, .. } in page.hosts {
                // Mostly the first part is given.
                let short = name.split('.').next().unwrap_or(&name);
                let alike = [short, &name].map(|name| strsim::jaro_winkler(&fold(name), &wanted));
                let alike = alike[0].max(alike[1]);
                if alike > best.0 {
                    best = (alike, Some(name));
                }
            }
            if offset + PER_PAGE >= page.total {
                break;
            }
        }
    }
    Ok(best.1)
}

fn several(text: &str, total: usize, matches: &[(&Api, Listed)]) -> String {
    let mut lines = format!("`{text}` names {total} hosts; give more of the name, or an id:");
    for (api, host) in matches.iter().take(MAX_LISTED) {
        let at = style::second(host.last_check_in);
        let org = api.org().map(|org| format!(" ({org})")).unwrap_or_default();
        // Writing to a text does not fail.
        let _ = write!(lines, "\n  {}  {at}  {}{org}", host.id, out::escaped(&host.display_name));
    }
    let more = total - matches.len().min(MAX_LISTED);
    if more > 0 {
        let _ = write!(lines, "\n  … and {more} more");
    }
    lines
}
