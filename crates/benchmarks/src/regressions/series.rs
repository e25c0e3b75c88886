//! A series whose points changed is read.

use changepoint::{Budget, Detector, Direction, Point, Thresholds};
use ground::{HostId, OrgId, Timestamp};
use store::{Db, Row, Sql};
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::{App, Failed, Memory, RATES, findings, number, organisation, statements as statement};
use crate::rules::measures::direction;

/// So many series at a time.
const BATCH: i64 = 100;
/// A series is read from so many points before its end; those before say nothing of now.
const READ: i64 = 500;
/// One that has grown by so many is read anew.
const LONGEST: usize = 1_000;
const DAY_SECONDS: f64 = 86_400.0;

/// A series that is to be looked at.
#[derive(Debug)]
pub(super) struct Changed {
    pub(super) org: OrgId,
    pub(super) id: Uuid,
    pub(super) better: Direction,
    pub(super) revision: i64,
    from: i64,
    pub(super) host: Option<HostId>,
}

/// A point as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct Measured {
    pub executed: i64,
    pub result: Uuid,
    pub value: f64,
    pub environment: i64,
    pub seq: Option<i64>,
}

/// A series as it was read, up to a revision.
#[derive(Debug)]
pub(super) struct Kept {
    revision: i64,
    better: Direction,
    rate: usize,
    pub(super) points: Vec<Measured>,
    /// The environments, by their number less 1.
    environments: Vec<i64>,
    pub(super) detector: Detector<'static>,
}

impl Measured {
    pub(super) fn read(row: &Row) -> store::Result<Self> {
        Ok(Self {
            executed: row.get(0)?,
            result: row.get(1)?,
            value: number(&row.get::<String>(2)?)?,
            environment: row.get(3)?,
            seq: row.get(4)?,
        })
    }
}

/// Series that are to be looked at.
pub(super) async fn changed(db: &Db) -> Result<Vec<Changed>, Failed> {
    let read = |row: &Row| {
        Ok(Changed {
            org: organisation(&row.get::<String>(0)?)?,
            id: row.get(1)?,
            better: direction(&row.get::<String>(2)?).unwrap_or_default(),
            revision: row.get(3)?,
            from: row.get(4)?,
            host: row.get::<Option<Uuid>>(5)?.map(HostId),
        })
    };
    let rows = db.read(Sql::new(statement::TO_LOOK_AT).bind(BATCH)).await?;
    Ok(rows.iter().map(read).collect::<store::Result<_>>()?)
}

/// Reads what is new in a series and stores what is found.
pub(super) async fn look_at(app: &App, series: &Changed) -> Result<(), Failed> {
    let kept = app.kept.series.lock().await.pop(&series.id);
    let (app_of_thread, better) = (app.clone(), series.better);
    let kept = if let Some(kept) = kept.filter(|kept| kept.goes_on(series)) {
        let last = kept.points.last().map_or(i64::MIN, |last| last.executed);
        let new = points(&app.db, series, last).await?;
        // As many as are read at once: there may be more before them.
        let anew = new.len() as i64 >= READ;
        spawn_blocking(move || if anew { Kept::read(&app_of_thread, better, new) } else { kept.push(new) })
            .await
    } else {
        let all = points(&app.db, series, i64::MIN).await?;
        spawn_blocking(move || Kept::read(&app_of_thread, better, all)).await
    };
    let mut kept = kept.map_err(|_| Failed::Ended)?;
    if findings::put(app, series, &kept).await? {
        kept.revision = series.revision;
        app.kept.series.lock().await.put(series.id, kept);
    }
    Ok(())
}

/// The points after a time, oldest first.
async fn points(db: &Db, series: &Changed, after: i64) -> Result<Vec<Measured>, Failed> {
    let sql = Sql::new(statement::NEWEST_POINTS).bind(&series.org).bind(series.id).bind(after).bind(READ);
    let mut points = db.read(sql).await?.iter().map(Measured::read).collect::<store::Result<Vec<_>>>()?;
    points.reverse();
    Ok(points)
}

/// In which set of thresholds a series with these points belongs: that for so many points a day.
fn rate(points: &[Measured]) -> usize {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return 0 };
    let days = (last.executed - first.executed) as f64 / 1e6 / DAY_SECONDS + 1.0;
    // A little more than one a day is one a day: times waver.
    let doublings = ((points.len() as f64 / days).log2() - 0.25).ceil().max(0.0) as usize;
    doublings.min(RATES - 1)
}

impl Memory {
    /// Thresholds that share the budget over so many points a day.
    fn thresholds(&self, budget: Budget, rate: usize) -> &'static Thresholds {
        self.thresholds[rate].get_or_init(|| Box::leak(Box::new(budget.thresholds(30 << rate, 1.0))))
    }
}

impl Kept {
    fn read(app: &App, better: Direction, points: Vec<Measured>) -> Self {
        let rate = rate(&points);
        let detector = Detector::new(better, app.kept.thresholds(app.budget, rate));
        Self { revision: 0, better, rate, points: Vec::new(), environments: Vec::new(), detector }
            .push(points)
    }

    /// Whether what changed comes after all that was read.
    fn goes_on(&self, series: &Changed) -> bool {
        let last = self.points.last().map_or(i64::MIN, |last| last.executed);
        let rate = rate(&self.points);
        self.revision + 1 == series.revision
            && self.better == series.better
            && self.points.len() < LONGEST
            && (rate..=rate + 1).contains(&self.rate)
            && series.from > last
    }

    fn push(mut self, points: Vec<Measured>) -> Self {
        for point in points {
            let known = self.environments.iter().position(|number| *number == point.environment);
            let environment = match (point.environment, known) {
                (0, _) => 0,
                (_, Some(at)) => at as u32 + 1,
                (number, None) => {
                    self.environments.push(number);
                    self.environments.len() as u32
                }
            };
            let time = Timestamp::from_micros(point.executed);
            self.detector.push(&Point { time, value: point.value, environment });
            self.points.push(point);
        }
        self
    }
}
