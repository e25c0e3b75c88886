//! A series whose points changed is read, and what is found is stored.

use changepoint::{Budget, Detector, Direction, Finding, Kind, Outlook, Point, Thresholds};
use fleet::{ChangeQuery, Scope, Start};
use ground::{HostId, OrgId, Timestamp};
use store::{Db, Row, Sql};
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::{App, Failed, Memory, RATES, id_of, number, organisation, statements as statement, text};
use crate::rules::measures::direction;

/// So many series at a time.
const BATCH: i64 = 100;
/// A series is read from so many points before its end; those before say nothing of now.
const READ: i64 = 500;
/// One that has grown by so many is read anew.
const LONGEST: usize = 1_000;
/// What was found with a result that ran before that is stored, and not told: somebody sends old results.
const TOLD_FOR_SECONDS: i64 = 7 * 86_400;
/// More changes of a host are not counted.
const MOST_CHANGES: i64 = 1_000;
const DAY_SECONDS: f64 = 86_400.0;

/// A series that is to be looked at.
#[derive(Debug)]
pub(super) struct Changed {
    org: OrgId,
    id: Uuid,
    better: Direction,
    revision: i64,
    from: i64,
    host: Option<HostId>,
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
    points: Vec<Measured>,
    /// The environments, by their number less 1.
    environments: Vec<i64>,
    detector: Detector<'static>,
}

/// What is known of a finding.
struct Known {
    id: Uuid,
    at: i64,
    found: i64,
    rises: bool,
    ended: Option<i64>,
    /// Whether the result with which it was found is there.
    stands: bool,
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
    let kept = match kept.filter(|kept| kept.goes_on(series)) {
        Some(kept) => {
            let last = kept.points.last().map_or(i64::MIN, |last| last.executed);
            let (new, app, better) = (points(&app.db, series, last).await?, app.clone(), series.better);
            // As many as are read at once: there may be more before them.
            let anew = new.len() as i64 >= READ;
            spawn_blocking(move || if anew { Kept::read(&app, better, new) } else { kept.push(new) }).await
        }
        None => {
            let (all, app, better) = (points(&app.db, series, i64::MIN).await?, app.clone(), series.better);
            spawn_blocking(move || Kept::read(&app, better, all)).await
        }
    };
    let mut kept = kept.map_err(|_| Failed::Ended)?;
    if store_findings(app, series, &kept).await? {
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

/// The word of a kind.
const fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Regression => "regression",
        Kind::Drift => "drift",
        Kind::Improvement => "improvement",
        Kind::Machine => "machine",
        Kind::Bimodal => "bimodal",
    }
}

/// Whether somebody should hear of it: what got worse, whoever did it.
fn is_told(direction: Direction, finding: &Finding) -> bool {
    let worse = direction.oriented(finding.after) > direction.oriented(finding.before);
    finding.is_alarm() || (finding.kind == Kind::Machine && worse)
}

/// Whether the series is as it was when it was read; then all of it is stored.
async fn store_findings(app: &App, series: &Changed, kept: &Kept) -> Result<bool, Failed> {
    let first = kept.points.first().map_or(i64::MAX, |first| first.executed);
    let known = known(&app.db, series, first).await?;
    let (mut new, mut ended, mut seen) = (Vec::new(), Vec::new(), Vec::new());
    for finding in kept.detector.findings() {
        let (Some(at), Some(found)) = (kept.points.get(finding.at), kept.points.get(finding.found)) else {
            continue;
        };
        let end = finding.ended.and_then(|at| kept.points.get(at)).map(|point| point.executed);
        let rises = finding.after > finding.before;
        let same = |one: &&Known| one.rises == rises && one.at <= found.executed && one.found >= at.executed;
        match known.iter().find(same) {
            Some(one) => {
                seen.push(one.id);
                if one.ended != end {
                    ended.push((one.id, end));
                }
            }
            None => new.push(add(app, series, kept, finding, end).await?),
        }
    }
    // What was found with a result that is gone, and is not found without it, was nothing.
    let gone = known.iter().filter(|one| !one.stands && one.ended.is_none() && !seen.contains(&one.id));
    ended.extend(gone.map(|one| (one.id, Some(one.found))));
    let mut tx = app.db.begin().await?;
    let outlook = outlook(kept.detector.outlook());
    let looked = Sql::new(statement::LOOKED_AT).bind(&series.org).bind(series.id).bind(series.revision);
    let looked = looked.bind(outlook.0).bind(outlook.1).bind(outlook.2).bind(outlook.3);
    if tx.execute(looked).await? == 0 {
        return Ok(false);
    }
    for (id, end) in ended {
        tx.execute(Sql::new(statement::SET_ENDED).bind(&series.org).bind(id).bind(end)).await?;
    }
    for sql in new {
        tx.execute(sql).await?;
    }
    tx.commit().await?;
    Ok(true)
}

async fn known(db: &Db, series: &Changed, since: i64) -> Result<Vec<Known>, Failed> {
    let read = |row: &Row| {
        let (before, after) = (number(&row.get::<String>(3)?)?, number(&row.get::<String>(4)?)?);
        Ok(Known {
            id: row.get(0)?,
            at: row.get(1)?,
            found: row.get(2)?,
            rises: after > before,
            ended: row.get(5)?,
            stands: row.get(6)?,
        })
    };
    let rows = db.read(Sql::new(statement::KNOWN).bind(&series.org).bind(series.id).bind(since)).await?;
    Ok(rows.iter().map(read).collect::<store::Result<_>>()?)
}

/// Level, noise, what is visible, and whether the last point stands out.
fn outlook(outlook: Option<Outlook>) -> (Option<String>, Option<String>, Option<String>, bool) {
    let Some(Outlook { level, noise, visible, suspected }) = outlook else {
        return (None, None, None, false);
    };
    (
        Some(text(level)),
        noise.is_finite().then(|| text(noise)),
        visible.filter(|one| one.is_finite()).map(text),
        suspected,
    )
}

/// The statement that stores a finding.
async fn add(
    app: &App,
    series: &Changed,
    kept: &Kept,
    finding: &Finding,
    end: Option<i64>,
) -> Result<Sql, Failed> {
    let point = |at: usize| kept.points.get(at);
    let (Some(bad), Some(found)) = (point(finding.at), point(finding.found)) else {
        return Err(Failed::Ended);
    };
    let good = finding.at.checked_sub(1).and_then(point);
    let (good_seq, found_seq) = (good.and_then(|good| good.seq), found.seq);
    let changes = match (series.host, good_seq, found_seq) {
        (Some(host), Some(after), Some(upto)) => {
            app.fleet
                .count_changes(
                    &changes_between(Scope::of(series.org.clone()), host, after, upto),
                    MOST_CHANGES,
                )
                .await?
        }
        _ => 0,
    };
    let now = app.clock.now();
    let is_news = found.executed >= now.plus_seconds(-TOLD_FOR_SECONDS).micros();
    let owed = end.is_none() && is_news && is_told(series.better, finding);
    let id = id_of(&[series.id.as_bytes(), bad.result.as_bytes(), found.result.as_bytes()]);
    Ok(Sql::new(statement::ADD_REGRESSION)
        .bind(&series.org)
        .bind(id)
        .bind(series.id)
        .bind(word(finding.kind))
        .bind(bad.executed)
        .bind(found.executed)
        .bind(good.map(|good| good.result))
        .bind(bad.result)
        .bind(found.result)
        .bind(good_seq)
        .bind(found_seq)
        .bind(text(finding.before))
        .bind(text(finding.after))
        .bind(changes)
        .bind(now)
        .bind(owed)
        .bind(end))
}

/// The rows of the log that tell of changes of a host behind one row, up to another.
pub(crate) fn changes_between(scope: Scope, host: HostId, after: i64, upto: i64) -> ChangeQuery {
    let start = Start::Before(upto.saturating_add(1));
    ChangeQuery { host: Some(host), start, above: after, ..ChangeQuery::newest_changes(scope) }
}
