//! What was found in a series is held against what is stored, and stored.

use changepoint::{Direction, Finding, FindingKind, Outlook};
use fleet::{ChangeQuery, Scope, Start};
use ground::HostId;
use store::{Db, Row, Sql};
use uuid::Uuid;

use super::{
    App, Failed, id_of, number,
    series::{Changed, Kept},
    statements as statement, text,
};

/// What was found with a result that ran before that is stored, and not told: somebody sends old results.
const TOLD_FOR_SECONDS: i64 = 7 * 86_400;
/// More changes of a host are not counted.
const MOST_CHANGES: i64 = 1_000;

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

/// The word of a kind.
const fn word(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Regression => "regression",
        FindingKind::Drift => "drift",
        FindingKind::Improvement => "improvement",
        FindingKind::Machine => "machine",
        FindingKind::Bimodal => "bimodal",
    }
}

/// Whether somebody should hear of it: what got worse, whoever did it.
fn is_told(direction: Direction, finding: &Finding) -> bool {
    let worse = direction.oriented(finding.after) > direction.oriented(finding.before);
    finding.is_alarm() || (finding.kind == FindingKind::Machine && worse)
}

/// Whether the series is as it was when it was read; then all of it is stored.
pub(super) async fn put(app: &App, series: &Changed, kept: &Kept) -> Result<bool, Failed> {
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

/// What was found since then, and what is not over: its results may be gone.
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
