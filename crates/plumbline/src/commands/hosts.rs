//! `plumbline hosts`.

use std::{path::PathBuf, process::ExitCode};

use fleet::{Fleet, HostQuery, HostRow, Scope};
use inventory::api::{
    host_out::HostOut,
    ordering::{Keys, Ordering},
    selection::{Of, Selection},
};

use crate::{
    cli::{Filters, Place},
    failure::{Failure, Result},
    out, record,
    style::{Style, ago, pad},
};

/// How many hosts are read at a time.
const STEP: i64 = 1_000;

/// Lists hosts that are not culled.
pub async fn run(
    config: Option<&PathBuf>,
    place: &Place,
    org: Option<&str>,
    filters: &Filters,
    limit: Option<u64>,
    json: bool,
) -> Result<ExitCode> {
    let refused = |refusal: inventory::api::errors::Failure| Failure::Usage(refusal.detail());
    let params = filters.params();
    let selection = Selection::read(&params, Of::Hosts).map_err(refused)?;
    let conditions = selection.conditions().map_err(refused)?;
    let order = Ordering::read(&params, Keys::All).and_then(|order| order.resolve()).map_err(refused)?;
    let fleet = record::open(config, place).await?;
    let now = fleet.clock().now();
    let style = Style::of_stdout();
    let mut left = limit.map_or(i64::MAX, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
    let most = left;
    for org in record::orgs(&fleet, org).await? {
        let mut query = HostQuery::new(Scope::of(org), fleet.staleness(), now);
        query.conditions.clone_from(&conditions);
        query.order = order;
        if left > 0 {
            left -= list(&fleet, query, left, json, style, left == most).await?;
        }
    }
    if left == most && most > 0 && !json {
        out::message(
            "no hosts match; `plumbline ingest FILE.jsonl` takes in reports, and fewer options match more",
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints the hosts of a question, at most so many, and tells how many there were.
async fn list(
    fleet: &Fleet,
    mut query: HostQuery,
    most: i64,
    json: bool,
    style: Style,
    mut first: bool,
) -> Result<i64> {
    let mut shown = 0;
    loop {
        query.limit = STEP.min(most - shown);
        query.offset = shown;
        let page = fleet.list(&query).await?;
        if json {
            for row in &page.hosts {
                out::json(&HostOut::new(&row.host, query.staleness, None))?;
            }
        } else if !page.hosts.is_empty() {
            table(&page.hosts, &query, style, first)?;
            first = false;
        }
        shown += page.hosts.len() as i64;
        if page.hosts.is_empty() || shown >= page.total.min(most) {
            return Ok(shown);
        }
    }
}

/// Lines in columns that are aligned; a terminal gets their names above.
fn table(rows: &[HostRow], query: &HostQuery, style: Style, first: bool) -> Result<()> {
    let cells: Vec<[String; 5]> = rows
        .iter()
        .map(|HostRow { host, facts }| {
            let last = host.times.last_check_in;
            [
                host.id.to_string(),
                record::age(last, query.staleness, query.now).to_owned(),
                ago(last, query.now),
                record::system(facts).unwrap_or_else(|| "-".to_owned()),
                host.display_name.clone(),
            ]
            .map(|cell| out::escaped(&cell).into_owned())
        })
        .collect();
    let names = ["ID", "AGE", "LAST SEEN", "SYSTEM", "NAME"];
    let width = |column: usize| {
        let longest = cells.iter().map(|cells| cells[column].chars().count()).max().unwrap_or_default();
        longest.max(names[column].len())
    };
    let widths = [width(0), width(1), width(2), width(3)];
    if first && style.terminal {
        let head: Vec<String> =
            names.iter().zip(widths.iter().chain(&[0])).map(|(name, width)| pad(name, *width)).collect();
        out::spans(&[style.dim(head.join("  ").trim_end())])?;
    }
    for [id, age, seen, system, name] in &cells {
        out::spans(&[
            style.dim(pad(id, widths[0])),
            "  ".into(),
            style.age(&pad(age, widths[1])),
            format!("  {}  {}  ", pad(seen, widths[2]), pad(system, widths[3])).into(),
            style.bold(name),
        ])?;
    }
    Ok(())
}
