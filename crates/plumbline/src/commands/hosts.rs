//! `plumbline hosts`.

use std::{
    collections::{BTreeMap, HashSet},
    path::PathBuf,
    process::ExitCode,
};

use ground::{Clock, HostId, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};

use crate::{
    api::{self, Ages, Api, FLEET, INVENTORY},
    cli::{Filters, Output, Source},
    failure::Result,
    out, record,
    style::{Style, ago, pad},
};

/// How many hosts an answer has.
const PER_PAGE: usize = 100;
/// How many hosts are aligned with one another.
const ALIGNED: usize = 1_000;

/// Lists hosts that are not culled.
pub async fn run(
    config: Option<&PathBuf>,
    source: &Source,
    org: Option<&str>,
    filters: &Filters,
    limit: Option<u64>,
    output: Output,
) -> Result<ExitCode> {
    let apis = api::open(config, source, org).await?;
    let most = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let mut list = List {
        output,
        style: Style::of_stdout(),
        now: Clock::system().now(),
        shown: 0,
        seen: HashSet::new(),
    };
    for api in &apis {
        list.show(api, &filters.params(), most).await?;
    }
    if list.shown == 0 && most > 0 && output != Output::Json {
        let mut there = 0;
        for api in &apis {
            let all: Counted = api.get(&format!("{FLEET}/hosts"), [("limit", "0".to_owned())]).await?;
            there += all.total;
        }
        out::message(if there > 0 {
            format!("none of {there} hosts matches; fewer options match more")
        } else if apis.iter().any(|api| api.org().is_none()) {
            "no host has reported there yet; the page *Hosts* of the server says how machines do".to_owned()
        } else {
            format!(
                "no host has reported yet; `plumbline report{0}` reports this machine, `plumbline ingest FILE.jsonl{0}` takes in reports",
                record::option_of(&source.place)
            )
        });
    }
    Ok(ExitCode::SUCCESS)
}

#[derive(Deserialize)]
struct Counted {
    total: usize,
}

#[derive(Deserialize)]
struct Page {
    total: usize,
    results: Vec<Box<RawValue>>,
}

/// A host, of which columns are made.
#[derive(Deserialize)]
struct Row {
    id: HostId,
    display_name: String,
    #[serde(flatten)]
    ages: Ages,
    #[serde(deserialize_with = "api::time")]
    last_check_in: Timestamp,
    ip_addresses: Option<Vec<String>>,
    groups: Vec<Group>,
    per_reporter_staleness: Map<String, Value>,
    #[serde(default)]
    system_profile: Map<String, Value>,
    #[serde(skip)]
    tags: Vec<Tag>,
}

#[derive(Deserialize)]
struct Group {
    name: String,
}

#[derive(Deserialize)]
struct Tags {
    results: BTreeMap<HostId, Vec<Tag>>,
}

#[derive(Deserialize)]
struct Tag {
    namespace: Option<String>,
    key: String,
    value: Option<String>,
}

/// What is listed, and how.
struct List {
    output: Output,
    style: Style,
    now: Timestamp,
    /// How many have been shown.
    shown: usize,
    /// Those that were read.
    seen: HashSet<HostId>,
}

impl List {
    /// Prints the hosts of a question, until so many have been shown.
    async fn show(&mut self, api: &Api, filters: &[(&str, String)], most: usize) -> Result<()> {
        let wanted = most - self.shown;
        if wanted == 0 {
            return Ok(());
        }
        let per_page = wanted.min(PER_PAGE);
        let mut asked = filters.to_vec();
        asked.push(("per_page", per_page.to_string()));
        if self.output != Output::Json {
            asked.push(("fields[system_profile]", "operating_system,os_release".to_owned()));
        }
        let (mut read, mut hosts) = (0, Vec::new());
        for number in 1.. {
            let page = asked.iter().cloned().chain([("page", number.to_string())]);
            let Page { total, results } = api.get(&format!("{INVENTORY}/hosts"), page).await?;
            let there = results.len();
            for host in results.into_iter().take(wanted - read) {
                // Where hosts come in meanwhile, a page begins with some of the one before it.
                if self.seen.insert(id_of(&host)?) {
                    hosts.push(host);
                }
            }
            read += there;
            let is_last = there < per_page || read >= total.min(wanted);
            if is_last || hosts.len() >= ALIGNED {
                self.print(api, &std::mem::take(&mut hosts)).await?;
            }
            if is_last {
                break;
            }
        }
        Ok(())
    }

    async fn print(&mut self, api: &Api, hosts: &[Box<RawValue>]) -> Result<()> {
        let first = self.shown == 0;
        self.shown += hosts.len();
        if self.output == Output::Json {
            return hosts.iter().try_for_each(out::json);
        }
        let mut rows: Vec<Row> = hosts.iter().map(|host| api::read_part(host)).collect::<Result<_>>()?;
        match self.output {
            _ if rows.is_empty() => Ok(()),
            Output::Table | Output::Json => self.table(&rows, first, FEW),
            Output::Wide => {
                add_tags(api, &mut rows).await?;
                self.table(&rows, first, NAMES.len())
            }
            Output::Csv => {
                add_tags(api, &mut rows).await?;
                self.csv(&rows, first)
            }
        }
    }
}

fn id_of(host: &RawValue) -> Result<HostId> {
    #[derive(Deserialize)]
    struct Known {
        id: HostId,
    }

    let known: Known = api::read_part(host)?;
    Ok(known.id)
}

/// Lists of hosts are answered without tags.
async fn add_tags(api: &Api, rows: &mut [Row]) -> Result<()> {
    for some in rows.chunks_mut(PER_PAGE) {
        let ids: Vec<String> = some.iter().map(|row| row.id.to_string()).collect();
        let path = format!("{INVENTORY}/hosts/{}/tags", ids.join(","));
        // One of them may be gone by now: then none is told.
        let Some(mut found) = api.get_known::<Tags>(&path, [("per_page", PER_PAGE.to_string())]).await?
        else {
            continue;
        };
        for row in some {
            row.tags = found.results.remove(&row.id).unwrap_or_default();
        }
    }
    Ok(())
}

/// The columns, in their order; the last four are shown when more is asked for.
const NAMES: [&str; 9] =
    ["NAME", "AGE", "LAST SEEN", "SYSTEM", "ID", "ADDRESSES", "GROUP", "TAGS", "REPORTERS"];
/// How many of them the plain table has.
const FEW: usize = 5;

fn cells(row: &Row, now: Timestamp) -> [String; NAMES.len()] {
    let tags = row.tags.iter().map(|tag| {
        let space = tag.namespace.as_ref().map(|space| format!("{space}/")).unwrap_or_default();
        let value = tag.value.as_ref().map(|value| format!("={value}")).unwrap_or_default();
        format!("{space}{}{value}", tag.key)
    });
    let reporters: Vec<&str> = row.per_reporter_staleness.keys().map(String::as_str).collect();
    [
        row.display_name.clone(),
        row.ages.word(now).to_owned(),
        ago(row.last_check_in, now),
        record::system(&row.system_profile).unwrap_or_else(|| "-".to_owned()),
        row.id.to_string(),
        row.ip_addresses.iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" "),
        row.groups.first().map(|group| group.name.clone()).unwrap_or_default(),
        tags.collect::<Vec<_>>().join(" "),
        reporters.join(" "),
    ]
    .map(|cell| out::escaped(&cell).into_owned())
}

impl List {
    /// Lines in columns that are aligned; a terminal gets their names above.
    fn table(&self, rows: &[Row], first: bool, columns: usize) -> Result<()> {
        let style = self.style;
        let rows: Vec<_> = rows.iter().map(|row| cells(row, self.now)).collect();
        let widths: Vec<usize> = (0..columns)
            .map(|column| {
                let longest =
                    rows.iter().map(|cells| cells[column].chars().count()).max().unwrap_or_default();
                longest.max(NAMES[column].len())
            })
            .collect();
        if first && style.terminal {
            let head: Vec<String> =
                NAMES.iter().zip(&widths).map(|(name, width)| pad(name, *width)).collect();
            out::spans(&[style.dim(head.join("  ").trim_end())])?;
        }
        for cells in &rows {
            let padded: Vec<String> =
                cells.iter().zip(&widths).map(|(cell, width)| pad(cell, *width)).collect();
            let mut line = Vec::with_capacity(2 * columns);
            for (column, cell) in padded.iter().enumerate() {
                line.push(match NAMES[column] {
                    "NAME" => style.bold(cell),
                    "AGE" => style.age(cell),
                    "ID" => style.dim(cell),
                    _ => cell.as_str().into(),
                });
                line.push("  ".into());
            }
            line.pop();
            out::spans(&line)?;
        }
        Ok(())
    }

    /// One line of CSV (RFC 4180) for each, below one of names.
    fn csv(&self, rows: &[Row], first: bool) -> Result<()> {
        let quoted = |cell: &str| {
            if cell.contains([',', '"', ' ']) {
                format!("\"{}\"", cell.replace('"', "\"\""))
            } else {
                cell.to_owned()
            }
        };
        if first {
            let names: Vec<String> = NAMES.iter().map(|name| quoted(&name.to_lowercase())).collect();
            out::line(names.join(","))?;
        }
        for row in rows {
            let mut cells = cells(row, self.now);
            // A program wants the time itself.
            cells[2] = row.last_check_in.to_string();
            out::line(cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(","))?;
        }
        Ok(())
    }
}
