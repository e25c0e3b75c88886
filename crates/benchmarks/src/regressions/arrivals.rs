//! Results that came, went or were put back become points of series.

use std::collections::{BTreeMap, HashMap, hash_map::Entry};

use ground::{HostId, OrgId};
use serde_json::Value;
use store::{Db, Rows, Sql, Tx};
use uuid::Uuid;

use super::{App, Failed, environments, id_of, organisation, statements as statement, text};
use crate::rules::measures::{Measure, Watch, direction, measures, word};

/// So many at a time.
const BATCH: i64 = 100;

/// A result as it is now.
struct Arrived {
    id: Uuid,
    benchmark: Uuid,
    flavor: Uuid,
    document: String,
    executed: i64,
    hidden: bool,
    org: OrgId,
    pin: Option<(HostId, i64)>,
}

/// A point with its series.
struct New {
    series: Uuid,
    benchmark: Uuid,
    host: Option<HostId>,
    flavor: Option<Uuid>,
    measure: Measure,
    executed: i64,
    result: Uuid,
    environment: i64,
    seq: Option<i64>,
}

/// Whether any result is to be looked at.
pub(super) async fn waiting(db: &Db) -> Result<bool, Failed> {
    Ok(db.read_one(Sql::new(statement::NEWS).bind(1)).await?.is_some())
}

/// Takes the next of them.
pub(super) async fn take(app: &App) -> Result<(), Failed> {
    let rows = app.db.read(Sql::new(statement::NEWS).bind(BATCH)).await?;
    let news =
        rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect::<store::Result<Vec<(i64, Uuid)>>>()?;
    let mut ids: Vec<Uuid> = news.iter().map(|(_, id)| *id).collect();
    ids.sort_unstable();
    ids.dedup();
    let arrived = arrived(app, &ids).await?;
    let mut of_org: BTreeMap<OrgId, (Vec<Uuid>, Vec<New>)> = BTreeMap::new();
    let mut watches: HashMap<(OrgId, Uuid), Vec<Watch>> = HashMap::new();
    for result in arrived {
        let key = (result.org.clone(), result.benchmark);
        let wanted = match watches.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                unknown.insert(self::watches(&app.db, &result.org, result.benchmark).await?)
            }
        };
        let (seen, new) = of_org.entry(result.org.clone()).or_default();
        seen.push(result.id);
        if !result.hidden {
            new.extend(points(app, &result, wanted).await?);
        }
    }
    let mut tx = app.db.begin().await?;
    for (org, (seen, new)) in &of_org {
        let mut changed = remove(&mut tx, org, seen).await?;
        add(&mut tx, org, new).await?;
        for point in new {
            let from = changed.entry(point.series).or_insert(point.executed);
            *from = point.executed.min(*from);
        }
        for (series, from) in changed {
            tx.execute(Sql::new(statement::CHANGED).bind(org).bind(series).bind(from)).await?;
        }
    }
    let seen = Rows::new().column(news.iter().map(|(number, _)| *number));
    if tx.execute(Sql::new(statement::DROP_NEWS).rows(seen)).await? == news.len() as u64 {
        tx.commit().await?;
    }
    // Otherwise another process took some of them meanwhile.
    Ok(())
}

async fn arrived(app: &App, ids: &[Uuid]) -> Result<Vec<Arrived>, Failed> {
    let rows =
        app.db.read(Sql::new(statement::ARRIVED).rows(Rows::new().column(ids.iter().copied()))).await?;
    let read = |row: &store::Row| {
        let org: Option<String> = row.get(6)?;
        let pin = row.get::<Option<Uuid>>(7)?.zip(row.get::<Option<i64>>(8)?);
        Ok(Arrived {
            id: row.get(0)?,
            benchmark: row.get(1)?,
            flavor: row.get(2)?,
            document: row.get(3)?,
            executed: row.get(4)?,
            hidden: row.get(5)?,
            org: org.map_or_else(|| Ok(app.home.clone()), |org| organisation(&org))?,
            pin: pin.map(|(host, seq)| (HostId(host), seq)),
        })
    };
    Ok(rows.iter().map(read).collect::<store::Result<_>>()?)
}

async fn watches(db: &Db, org: &OrgId, benchmark: Uuid) -> Result<Vec<Watch>, Failed> {
    let rows = db.read(Sql::new(statement::WATCHES_OF).bind(org).bind(benchmark)).await?;
    let read = |row: &store::Row| Ok(Watch { path: row.get(0)?, better: direction(&row.get::<String>(1)?) });
    Ok(rows.iter().map(read).collect::<store::Result<_>>()?)
}

/// What is watched of a result.
async fn points(app: &App, result: &Arrived, watches: &[Watch]) -> Result<Vec<New>, Failed> {
    let document: Value = serde_json::from_str(&result.document)
        .map_err(|error| store::Error::damaged(format!("the document of result {}: {error}", result.id)))?;
    let found = measures(&document, watches);
    let environment = match result.pin {
        Some((host, seq)) if !found.is_empty() => {
            environments::number(&app.db, &*app.environments, (&result.org, host), seq).await?
        }
        _ => 0,
    };
    let host = result.pin.map(|(host, _)| host);
    let flavor = host.is_none().then_some(result.flavor);
    let machine = host.map_or(result.flavor, |host| host.0);
    let new = |measure: Measure| New {
        series: id_of(&[
            result.org.as_str().as_bytes(),
            result.benchmark.as_bytes(),
            machine.as_bytes(),
            measure.name.as_bytes(),
            measure.metric.as_bytes(),
        ]),
        benchmark: result.benchmark,
        host,
        flavor,
        measure,
        executed: result.executed,
        result: result.id,
        environment,
        seq: result.pin.map(|(_, seq)| seq),
    };
    // Of two numbers of one name the first counts.
    let mut points: Vec<New> = Vec::new();
    for point in found.into_iter().map(new) {
        if points.iter().all(|other| other.series != point.series) {
            points.push(point);
        }
    }
    Ok(points)
}

/// Takes the points of these results away. The series that had some, and the time of the first.
async fn remove(tx: &mut Tx, org: &OrgId, results: &[Uuid]) -> Result<HashMap<Uuid, i64>, Failed> {
    let gone = || Rows::new().column(results.iter().copied());
    let mut changed: HashMap<Uuid, i64> = HashMap::new();
    for row in tx.fetch_all(Sql::new(statement::POINTS_OF_RESULTS).bind(org).rows(gone())).await? {
        let (series, executed): (Uuid, i64) = (row.get(0)?, row.get(1)?);
        let from = changed.entry(series).or_insert(executed);
        *from = executed.min(*from);
    }
    if !changed.is_empty() {
        tx.execute(Sql::new(statement::DROP_POINTS).bind(org).rows(gone())).await?;
    }
    Ok(changed)
}

async fn add(tx: &mut Tx, org: &OrgId, new: &[New]) -> Result<(), Failed> {
    if new.is_empty() {
        return Ok(());
    }
    // Of a series with several points the last says what it is: a row is written once by a statement.
    let series: BTreeMap<Uuid, &New> = new.iter().map(|point| (point.series, point)).collect();
    let rows = Rows::new()
        .column(series.keys().copied())
        .column(series.values().map(|one| one.benchmark))
        .column(series.values().map(|one| one.host.map(|host| host.0)))
        .column(series.values().map(|one| one.flavor))
        .column(series.values().map(|one| one.measure.name.as_str()))
        .column(series.values().map(|one| one.measure.metric.as_str()))
        .column(series.values().map(|one| one.measure.unit.as_str()))
        .column(series.values().map(|one| word(one.measure.better)));
    tx.execute(Sql::new(statement::PUT_SERIES).bind(org).rows(rows)).await?;
    let rows = Rows::new()
        .column(new.iter().map(|one| one.series))
        .column(new.iter().map(|one| one.executed))
        .column(new.iter().map(|one| one.result))
        .column(new.iter().map(|one| text(one.measure.value)))
        .column(new.iter().map(|one| one.environment))
        .column(new.iter().map(|one| one.seq));
    tx.execute(Sql::new(statement::PUT_POINTS).bind(org).rows(rows)).await?;
    Ok(())
}
