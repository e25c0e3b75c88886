//! What was found, and the series: as the operations read and change them.

use ground::{HostId, OrgId, Timestamp};
use store::{Db, Result, Row, Sql};
use uuid::Uuid;

use super::{number, series::Measured, statements as statement};

/// No question is answered with more than this, the newest first.
pub const MOST: i64 = 1_000;

/// A series, and what can be seen in it.
#[derive(Debug, Clone)]
pub struct Series {
    /// Its id.
    pub id: Uuid,
    /// The benchmark.
    pub benchmark: Uuid,
    /// `image:tag`.
    pub benchmark_name: String,
    /// The host that its results are pinned to.
    pub host: Option<HostId>,
    /// The flavor, where they are pinned to none.
    pub flavor: Option<Uuid>,
    /// The name of the flavor.
    pub flavor_name: Option<String>,
    /// What was measured, with its parameters; empty where the benchmark measures one thing.
    pub name: String,
    /// The metric or path.
    pub metric: String,
    /// Empty where it is not known.
    pub unit: String,
    /// `lower` or `higher`.
    pub better: String,
    /// The level now.
    pub level: Option<f64>,
    /// How far points scatter, as a share of the level.
    pub noise: Option<f64>,
    /// The step that is found within ten points nine times in ten, as a share of the level.
    pub visible: Option<f64>,
    /// Whether the last points stand beyond everything before.
    pub suspected: bool,
}

/// What was found in a series.
#[derive(Debug, Clone)]
pub struct Regression {
    /// Its id.
    pub id: Uuid,
    /// In which series.
    pub series: Series,
    /// `regression`, `drift`, `machine`, `improvement` or `bimodal`.
    pub kind: String,
    /// When the first changed result ran.
    pub at: Timestamp,
    /// When the result ran with which it was found.
    pub found: Timestamp,
    /// The last result before.
    pub good: Option<Uuid>,
    /// The first changed one.
    pub bad: Uuid,
    /// The row of the log that the last result before is pinned to.
    pub good_seq: Option<i64>,
    /// That of the result with which it was found.
    pub found_seq: Option<i64>,
    /// The level before.
    pub before: f64,
    /// The level after.
    pub after: f64,
    /// How many changes of the host there were between the two.
    pub host_changes: i64,
    /// Since when the old level is back.
    pub ended: Option<Timestamp>,
    /// When somebody acknowledged it, who, and why.
    pub acknowledged: Option<(Timestamp, String, String)>,
}

/// Which of them are asked for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Of this benchmark.
    pub benchmark: Option<Uuid>,
    /// Of this host.
    pub host: Option<Uuid>,
    /// Of this kind.
    pub kind: Option<String>,
    /// Only those that are not over, and acknowledged or not; all without it.
    pub acknowledged: Option<bool>,
}

const SERIES: &str = "s.id, s.benchmark_id, b.docker_image || ':' || b.docker_tag, s.host_id, s.flavor_id, f.name, s.name, s.metric, s.unit,
    s.better, s.level, s.noise, s.visible, s.suspected";
const SERIES_COLUMNS: usize = 14;
const FROM: &str = "benchmark_series s JOIN benchmark b ON b.id = s.benchmark_id LEFT JOIN benchmark_flavor f ON f.id = s.flavor_id";
const REGRESSION: &str = "r.id, r.kind, r.at, r.found, r.good_result_id, r.bad_result_id, r.good_seq, r.found_seq, r.before, r.after,
    r.host_changes, r.ended, r.acknowledged, r.acknowledged_by, r.reason";

impl Series {
    fn read(row: &Row) -> Result<Self> {
        let share = |at: usize| row.get::<Option<String>>(at)?.map(|text| number(&text)).transpose();
        Ok(Self {
            id: row.get(0)?,
            benchmark: row.get(1)?,
            benchmark_name: row.get(2)?,
            host: row.get::<Option<Uuid>>(3)?.map(HostId),
            flavor: row.get(4)?,
            flavor_name: row.get(5)?,
            name: row.get(6)?,
            metric: row.get(7)?,
            unit: row.get(8)?,
            better: row.get(9)?,
            level: share(10)?,
            noise: share(11)?,
            visible: share(12)?,
            suspected: row.get(13)?,
        })
    }

    /// `example/sort:1.0 sort (n=100) time`
    pub fn title(&self) -> String {
        let parts = [self.benchmark_name.as_str(), &self.name, &self.metric];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

impl Regression {
    fn read(row: &Row) -> Result<Self> {
        let at = |column: usize| SERIES_COLUMNS + column;
        let time = |column: usize| {
            Ok::<_, store::Error>(row.get::<Option<i64>>(at(column))?.map(Timestamp::from_micros))
        };
        let acknowledged = match time(12)? {
            Some(when) => Some((
                when,
                row.get::<Option<String>>(at(13))?.unwrap_or_default(),
                row.get::<Option<String>>(at(14))?.unwrap_or_default(),
            )),
            None => None,
        };
        Ok(Self {
            series: Series::read(row)?,
            id: row.get(at(0))?,
            kind: row.get(at(1))?,
            at: Timestamp::from_micros(row.get(at(2))?),
            found: Timestamp::from_micros(row.get(at(3))?),
            good: row.get(at(4))?,
            bad: row.get(at(5))?,
            good_seq: row.get(at(6))?,
            found_seq: row.get(at(7))?,
            before: number(&row.get::<String>(at(8))?)?,
            after: number(&row.get::<String>(at(9))?)?,
            host_changes: row.get(at(10))?,
            ended: time(11)?,
            acknowledged,
        })
    }

    /// The change in percent of the level before; none where that is 0.
    pub fn percent(&self) -> Option<f64> {
        let share = (self.after - self.before) / self.before.abs();
        share.is_finite().then(|| (share * 10_000.0).round() / 100.0)
    }

    /// `+12.5 %`
    pub fn change(&self) -> String {
        self.percent().map_or_else(|| "from 0".to_owned(), |percent| format!("{percent:+} %"))
    }
}

fn narrow(sql: &mut Sql, asked: &Asked) {
    if let Some(benchmark) = asked.benchmark {
        sql.push(" AND s.benchmark_id = ").push_bind(benchmark);
    }
    if let Some(host) = asked.host {
        sql.push(" AND s.host_id = ").push_bind(host);
    }
}

/// The series of an organisation that have results, by name.
pub async fn series(db: &Db, org: &OrgId, asked: &Asked) -> Result<Vec<Series>> {
    let mut sql = Sql::new(format!("SELECT {SERIES} FROM {FROM} WHERE s.org_id = "));
    sql.push_bind(org);
    sql.push(
        " AND EXISTS (SELECT 1 FROM benchmark_point p WHERE p.org_id = s.org_id AND p.series_id = s.id)",
    );
    narrow(&mut sql, asked);
    sql.push(" ORDER BY b.docker_image, b.docker_tag, s.name, s.metric, s.id LIMIT ").push_bind(MOST);
    db.read(sql).await?.iter().map(Series::read).collect()
}

fn regressions(org: &OrgId) -> Sql {
    let mut sql = Sql::new(format!(
        "SELECT {SERIES}, {REGRESSION} FROM benchmark_regression r CROSS JOIN {FROM} WHERE s.org_id = r.org_id AND s.id = r.series_id AND r.org_id = "
    ));
    sql.push_bind(org);
    sql
}

/// What was found in the series of an organisation, the last found first.
pub async fn list(db: &Db, org: &OrgId, asked: &Asked) -> Result<Vec<Regression>> {
    let mut sql = regressions(org);
    narrow(&mut sql, asked);
    if let Some(kind) = &asked.kind {
        sql.push(" AND r.kind = ").push_bind(kind);
    }
    match asked.acknowledged {
        Some(true) => sql.push(" AND r.acknowledged IS NOT NULL"),
        Some(false) => sql.push(" AND r.acknowledged IS NULL AND r.ended IS NULL"),
        None => &mut sql,
    };
    sql.push(" ORDER BY r.found DESC, r.id LIMIT ").push_bind(MOST);
    db.read(sql).await?.iter().map(Regression::read).collect()
}

/// One of them.
pub async fn get(db: &Db, org: &OrgId, id: Uuid) -> Result<Option<Regression>> {
    let mut sql = regressions(org);
    sql.push(" AND r.id = ").push_bind(id);
    db.read_one(sql).await?.as_ref().map(Regression::read).transpose()
}

/// The points of a series around a time: at most so many before it, and so many from then on.
pub(crate) async fn around(
    db: &Db,
    org: &OrgId,
    series: Uuid,
    at: Timestamp,
    most: i64,
) -> Result<Vec<Measured>> {
    let ask = |text: &'static str| Sql::new(text).bind(org).bind(series).bind(at).bind(most);
    let mut points = Vec::new();
    for row in db.read(ask(statement::POINTS_BEFORE)).await?.iter().rev() {
        points.push(Measured::read(row)?);
    }
    for row in &db.read(ask(statement::POINTS_FROM)).await? {
        points.push(Measured::read(row)?);
    }
    Ok(points)
}

/// Acknowledges, or takes that back.
pub async fn acknowledge(
    db: &Db,
    org: &OrgId,
    id: Uuid,
    by: Option<(Timestamp, &str, &str)>,
) -> Result<bool> {
    let (when, who, why) = match by {
        Some((when, who, why)) => (Some(when), Some(who), Some(why)),
        None => (None, None, None),
    };
    let sql = Sql::new(statement::ACKNOWLEDGE).bind(org).bind(id).bind(when).bind(who).bind(why);
    Ok(db.execute(sql).await? > 0)
}
