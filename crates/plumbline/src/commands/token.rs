//! `plumbline token`.

use std::{path::PathBuf, process::ExitCode};

use enrolment::{Enrolment, EnrolmentToken, NewToken, TokenTag};
use fleet::{Fleet, GroupKind, GroupQuery, Scope, fold};
use ground::{GroupId, OrgId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json, value::RawValue};
use settings::Settings;
use uuid::Uuid;

use super::audit;
use crate::{
    api::{self, Api, FLEET},
    app,
    cli::{Place, TokenCommand},
    failure::{Failure, Result},
    moment, out, record, servers,
    style::{Style, second},
};

/// Who makes and revokes tokens here, in the log and in lists.
const BY: &str = "the command line";
/// How many tokens of hosts are read at once.
const TOKENS_PER_READ: i64 = 1_000;
/// How many groups of the same letters are looked through.
const MOST_GROUPS: i64 = 100;

/// Does what was asked for.
pub async fn run(config: Option<&PathBuf>, command: TokenCommand) -> Result<ExitCode> {
    match command {
        TokenCommand::Create { uses, expires, group, tag, host, note, place, org, json } => {
            let uses = match uses.as_str() {
                "any" => None,
                number => Some(number.parse().map_err(|_| {
                    Failure::Usage(format!("--uses: `{number}` is no number of machines; give one, or `any`"))
                })?),
            };
            let lasts = moment::duration("--expires", &expires)?;
            let tags = tag.iter().map(|text| read_tag(text)).collect::<Result<_>>()?;
            let fleet = record::open(config, &place).await?;
            let (org, host) = match host {
                Some(named) => {
                    let (org, id) = api::host_of_record(&fleet, org.as_deref(), &named).await?;
                    (org, Some(id))
                }
                None => (record::one_org(&fleet, org.as_deref()).await?, None),
            };
            let group = match group {
                Some(name) => Some(group_named(&fleet, &org, &name).await?),
                None => None,
            };
            let new = NewToken { note, group, tags, host, uses, lasts, by: BY.to_owned() };
            let subject = new.note.clone();
            let create = async { enrolment(&fleet).create(&org, new).await.map_err(failed) };
            let (token, secret) =
                audit::logged(&fleet, &org, "token create", &subject, create, |_| true).await?;
            let settings = app::config::load(config, &app::config::place_flags(&place))?;
            made(&token, &secret.reveal(), &settings, json)?;
        }
        TokenCommand::List { source, org, json } => {
            for api in api::open(config, &source, org.as_deref()).await? {
                list(&api, json).await?;
            }
        }
        TokenCommand::Revoke { ids, hosts, place, org, json } => {
            return revoke(config, &place, org.as_deref(), &ids, hosts, json).await;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn enrolment(fleet: &Fleet) -> Enrolment {
    Enrolment::new(fleet.db().clone(), fleet.clock().clone())
}

fn failed(error: enrolment::Error) -> Failure {
    match error {
        enrolment::Error::Bad(bad) => Failure::Usage(bad.to_string()),
        other => Failure::Runtime(other.to_string()),
    }
}

/// `NAMESPACE/KEY=VALUE`, of which only the key has to be there.
fn read_tag(text: &str) -> Result<TokenTag> {
    let (namespace, rest) =
        text.split_once('/').map_or((None, text), |(namespace, rest)| (Some(namespace), rest));
    let (key, value) = rest.split_once('=').map_or((rest, None), |(key, value)| (key, Some(value)));
    if key.is_empty() {
        return Err(Failure::Usage(format!("--tag: `{text}` has no key; give NAMESPACE/KEY=VALUE")));
    }
    let given = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    Ok(TokenTag { namespace: given(namespace), key: key.to_owned(), value: given(value) })
}

async fn group_named(fleet: &Fleet, org: &OrgId, name: &str) -> Result<GroupId> {
    let all = fleet.group_query(Scope::of(org.clone())).await?;
    let query =
        GroupQuery { kind: GroupKind::Standard, name: Some(name.to_owned()), limit: MOST_GROUPS, ..all };
    let groups = fleet.groups(&query).await?.groups;
    let same: Vec<_> = groups.iter().filter(|group| fold(&group.name) == fold(name)).collect();
    match same.as_slice() {
        [one] => Ok(one.id),
        [] => Err(Failure::Usage(format!("--group: there is no group `{name}`; make it in the pages first"))),
        _ => Err(Failure::Usage(format!("--group: there are several groups `{name}`; rename one"))),
    }
}

fn made(token: &EnrolmentToken, secret: &str, settings: &Settings, json: bool) -> Result<()> {
    let to = settings.enrolment.url.trim_end_matches('/');
    if json {
        let shown = shown_token(token, token.created);
        return out::json(&json!({"secret": secret, "to": (!to.is_empty()).then_some(to), "token": shown}));
    }
    let to = if to.is_empty() { "https://THIS-MACHINE:8443" } else { to };
    let plain = if servers::is_open(to) { " --plain-http" } else { "" };
    out::line(secret)?;
    let many = match token.uses {
        Some(1) => "one machine".to_owned(),
        Some(uses) => format!("{uses} machines"),
        None => "any number of machines".to_owned(),
    };
    out::message(format!(
        "It enrols {many} until {} and is not shown again. On the other machine:\n  plumbline report --to {to} --token {secret}{plain}",
        second(token.expires)
    ));
    Ok(())
}

fn shown_token(token: &EnrolmentToken, now: Timestamp) -> Value {
    json!({"id": token.id, "org_id": token.org, "note": token.note, "group_id": token.group, "tags": token.tags,
           "host_id": token.host, "uses": token.uses, "used": token.used, "created": token.created.to_string(),
           "created_by": token.created_by, "expires": token.expires.to_string(), "ended": token.ended(now)})
}

#[derive(Deserialize)]
struct Tokens {
    tokens: Vec<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Agents {
    total: i64,
    agents: Vec<Box<RawValue>>,
}

/// A token to enrol with, as far as it is shown.
#[derive(Deserialize)]
struct Token {
    id: Uuid,
    note: String,
    uses: Option<i64>,
    used: i64,
    #[serde(deserialize_with = "api::time")]
    expires: Timestamp,
    ended: Option<String>,
}

/// The token of a host, as far as it is shown.
#[derive(Deserialize)]
struct Agent {
    id: Uuid,
    host_id: Uuid,
    display_name: Option<String>,
    #[serde(deserialize_with = "api::time")]
    enrolled: Timestamp,
    revoked: bool,
}

/// An item of a list, which says what kind of token it is.
#[derive(Serialize)]
struct OfKind<'a> {
    kind: &'static str,
    #[serde(flatten)]
    item: &'a serde_json::Map<String, Value>,
}

fn shown_item(kind: &'static str, item: &RawValue) -> Result<()> {
    out::json(&OfKind { kind, item: &api::read_part(item)? })
}

async fn list(api: &Api, json: bool) -> Result<()> {
    let style = Style::of_stdout();
    let enrolment: Tokens = api.get(&format!("{FLEET}/tokens"), []).await?;
    for item in &enrolment.tokens {
        if json {
            shown_item("enrolment", item)?;
            continue;
        }
        let token: Token = api::read_part(item)?;
        let uses = token.uses.map_or_else(|| "any".to_owned(), |uses| uses.to_string());
        let until = format!(
            "  to enrol, {} of {uses} used, until {}  {}",
            token.used,
            second(token.expires),
            out::escaped(&token.note)
        );
        let mut spans = vec![style.bold(token.id.to_string()), until.into()];
        spans.extend(token.ended.map(|why| style.dim(format!("  {why}"))));
        out::spans(&spans)?;
    }
    let mut offset = 0;
    loop {
        let query = [("limit", TOKENS_PER_READ.to_string()), ("offset", offset.to_string())];
        let page: Agents = api.get(&format!("{FLEET}/agents"), query).await?;
        for item in &page.agents {
            if json {
                shown_item("host", item)?;
                continue;
            }
            let token: Agent = api::read_part(item)?;
            let name = token.display_name.as_deref().unwrap_or("(has not reported)");
            let enrolled = second(token.enrolled);
            let told = format!("  of host {}  {}  enrolled {enrolled}", token.host_id, out::escaped(name));
            let mut spans = vec![style.bold(token.id.to_string()), told.into()];
            spans.extend(token.revoked.then(|| style.dim("  revoked")));
            out::spans(&spans)?;
        }
        offset += TOKENS_PER_READ;
        if offset >= page.total {
            return Ok(());
        }
    }
}

async fn revoke(
    config: Option<&PathBuf>,
    place: &Place,
    org: Option<&str>,
    ids: &[Uuid],
    hosts: bool,
    json: bool,
) -> Result<ExitCode> {
    let fleet = record::open(config, place).await?;
    let (enrolment, orgs) = (enrolment(&fleet), record::orgs(&fleet, org).await?);
    let (mut tokens, mut of_hosts, mut unknown) = (0_u64, 0_u64, Vec::new());
    for id in ids {
        let mut found = false;
        for org in &orgs {
            let revoke = async {
                if let Some(also) = enrolment.revoke(org, *id, hosts, BY).await.map_err(failed)? {
                    return Ok(Some((1, also)));
                }
                Ok(enrolment.revoke_host(org, *id, BY).await.map_err(failed)?.then_some((0, 1)))
            };
            let subject = id.to_string();
            let revoked =
                audit::logged(&fleet, org, "token revoke", &subject, revoke, Option::is_some).await?;
            if let Some((one, also)) = revoked {
                (tokens, of_hosts, found) = (tokens + one, of_hosts + also, true);
            }
        }
        if !found {
            unknown.push(*id);
        }
    }
    if json {
        out::json(&json!({"enrolment": tokens, "hosts": of_hosts, "unknown": unknown}))?;
    } else {
        out::line(format!("{tokens} tokens to enrol with and {of_hosts} of hosts are revoked"))?;
        for id in &unknown {
            out::message(format!("{id}: no token is there to be revoked; `plumbline token list` lists them"));
        }
    }
    Ok(if unknown.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
