//! `plumbline hosts`.

use std::{path::PathBuf, process::ExitCode};

use fleet::{Condition, Fleet, HostQuery, HostRow, Question, Scope, Unanswered};
use inventory::api::{
    host_out::HostOut,
    ordering::{Keys, Ordering},
    selection::{Of, Selection},
};

use crate::{
    cli::{Filters, Output, Place},
    failure::{Failure, Result},
    out, record,
    style::{Style, ago, pad},
};

/// How many hosts are read at a time.
const HOSTS_PER_READ: i64 = 1_000;

/// Lists hosts that are not culled.
pub async fn run(
    config: Option<&PathBuf>,
    place: &Place,
    org: Option<&str>,
    filters: &Filters,
    limit: Option<u64>,
    output: Output,
) -> Result<ExitCode> {
    let refused = |refusal: inventory::api::errors::Failure| Failure::Usage(refusal.detail());
    let params = filters.params();
    let selection = Selection::read(&params, Of::Hosts).map_err(refused)?;
    let conditions = selection.conditions().map_err(refused)?;
    let order = Ordering::read(&params, Keys::All).and_then(|order| order.resolve()).map_err(refused)?;
    let fleet = record::open(config, place).await?;
    let now = fleet.clock().now();
    if let Some(text) = selection.question() {
        Question::parse(text, now).map_err(|mistake| Failure::Usage(mistake.to_string()))?;
    }
    let style = Style::of_stdout();
    let mut left = limit.map_or(i64::MAX, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
    let most = left;
    for org in record::orgs(&fleet, org).await? {
        let staleness = fleet.staleness(&org).await?;
        let mut query = HostQuery::new(Scope::of(org.clone()), staleness, now);
        query.conditions.clone_from(&conditions);
        if let Some(text) = selection.question() {
            let condition = fleet.question(&org, text, now).await;
            query = query.with(condition.map_err(|unanswered| match unanswered {
                Unanswered::Mistake(mistake) => Failure::Usage(mistake.to_string()),
                Unanswered::Failed(error) => error.into(),
            })?);
        }
        query.order = order;
        if left > 0 {
            left -= list(&fleet, query, left, output, style, left == most).await?;
        }
    }
    if left == most && most > 0 && output != Output::Json {
        let mut there = 0;
        for org in record::orgs(&fleet, org).await? {
            let staleness = fleet.staleness(&org).await?;
            there += fleet
                .count(&HostQuery::new(Scope::of(org), staleness, now).with(Condition::NotCulled))
                .await?;
        }
        out::message(if there > 0 {
            format!("none of {there} hosts matches; fewer options match more")
        } else {
            format!(
                "no host has reported yet; `plumbline report{0}` reports this machine, `plumbline ingest FILE.jsonl{0}` takes in reports",
                record::option_of(place)
            )
        });
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints the hosts of a question, at most so many, and tells how many there were.
async fn list(
    fleet: &Fleet,
    mut query: HostQuery,
    most: i64,
    output: Output,
    style: Style,
    mut first: bool,
) -> Result<i64> {
    let mut shown = 0;
    loop {
        query.limit = HOSTS_PER_READ.min(most - shown);
        query.offset = shown;
        let page = fleet.list(&query).await?;
        match output {
            Output::Json => {
                for row in &page.hosts {
                    out::json(&HostOut::new(&row.host, query.staleness, None))?;
                }
            }
            _ if page.hosts.is_empty() => {}
            Output::Table => table(&page.hosts, &query, style, first, FEW)?,
            Output::Wide => table(&page.hosts, &query, style, first, NAMES.len())?,
            Output::Csv => csv(&page.hosts, &query, first)?,
        }
        first = false;
        shown += page.hosts.len() as i64;
        if page.hosts.is_empty() || shown >= page.total.min(most) {
            return Ok(shown);
        }
    }
}

/// The columns, in their order; the last three are shown when more is asked for.
const NAMES: [&str; 9] =
    ["NAME", "AGE", "LAST SEEN", "SYSTEM", "ID", "ADDRESSES", "GROUP", "TAGS", "REPORTERS"];
/// How many of them the plain table has.
const FEW: usize = 5;

fn cells(HostRow { host, facts }: &HostRow, query: &HostQuery) -> [String; NAMES.len()] {
    let last = host.times.last_check_in;
    let tags = host.tags.iter_stored().map(|tag| {
        let space = tag.namespace.map(|space| format!("{space}/")).unwrap_or_default();
        let value = tag.value.map(|value| format!("={value}")).unwrap_or_default();
        format!("{space}{}{value}", tag.key)
    });
    let reporters: Vec<&str> = host.times.reporters.keys().map(|name| &**name).collect();
    [
        host.display_name.clone(),
        record::age(last, query.staleness, query.now).to_owned(),
        ago(last, query.now),
        record::system(facts).unwrap_or_else(|| "-".to_owned()),
        host.id.to_string(),
        host.canonical_facts.ip_addresses.join(" "),
        host.group.as_ref().map(|group| group.name.clone()).unwrap_or_default(),
        tags.collect::<Vec<_>>().join(" "),
        reporters.join(" "),
    ]
    .map(|cell| out::escaped(&cell).into_owned())
}

/// Lines in columns that are aligned; a terminal gets their names above.
fn table(rows: &[HostRow], query: &HostQuery, style: Style, first: bool, columns: usize) -> Result<()> {
    let rows: Vec<_> = rows.iter().map(|row| cells(row, query)).collect();
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let longest = rows.iter().map(|cells| cells[column].chars().count()).max().unwrap_or_default();
            longest.max(NAMES[column].len())
        })
        .collect();
    if first && style.terminal {
        let head: Vec<String> = NAMES.iter().zip(&widths).map(|(name, width)| pad(name, *width)).collect();
        out::spans(&[style.dim(head.join("  ").trim_end())])?;
    }
    for cells in &rows {
        let padded: Vec<String> = cells.iter().zip(&widths).map(|(cell, width)| pad(cell, *width)).collect();
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
fn csv(rows: &[HostRow], query: &HostQuery, first: bool) -> Result<()> {
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
        let mut cells = cells(row, query);
        // A program wants the time itself.
        cells[2] = row.host.times.last_check_in.to_string();
        out::line(cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(","))?;
    }
    Ok(())
}
