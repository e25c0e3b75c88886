//! Alerts are evaluated.

use std::collections::BTreeMap;

use promql::{Cell, Output, Query, Times, format_float};
use series::Labels;
use service::Error;
use store::{Rows, Sql};

use super::{AlertEvent, KEPT, KeptRule, read, statements as statement, tell};
use crate::{App, query::answer_of, rules::alert_state::SeriesState};

/// More series of an alert are not followed.
const MOST_SERIES: usize = 5_000;
/// So many missed evaluations are made up for; those before are passed over.
const MOST_STEPS: i64 = 240;

/// Why an alert could not be evaluated.
#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    /// The expression cannot be evaluated, or not now.
    #[error("{0}")]
    Query(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Evaluates every alert whose time has come; tells what was done in one line.
pub async fn run(app: App) -> Result<String, Error> {
    let (mut evaluated, mut failed) = (0, 0);
    let rows = app.db.read(Sql::new(statement::ALL_RULES)).await?;
    for row in rows {
        // One that cannot be read does not hold up the others.
        let outcome = match read(&row) {
            Ok(rule) if rule.rule.due(app.now()) <= rule.evaluated => continue,
            Ok(rule) => evaluate(&app, &rule).await,
            Err(error) => Err(error.into()),
        };
        match outcome {
            Ok(_) => evaluated += 1,
            Err(error) => {
                failed += 1;
                tracing::warn!(%error, "an alert cannot be evaluated");
            }
        }
    }
    app.db.execute(Sql::new(statement::OLD_EVENTS).bind(app.now() - KEPT)).await?;
    Ok(format!("{evaluated} alerts evaluated, {failed} failed"))
}

/// Evaluates an alert at every step up to now that it was not evaluated at; gives what changed.
pub async fn evaluate(app: &App, kept: &KeptRule) -> Result<Vec<AlertEvent>, EvaluateError> {
    let rule = &kept.rule;
    let (step, due) = (rule.every_seconds * 1_000, rule.due(app.now()));
    let from = (kept.evaluated + step).max(due - (MOST_STEPS - 1) * step).div_euclid(step) * step;
    if from > due {
        return Ok(Vec::new());
    }
    let values = match values(app, kept, Times::range(from, due, step)).await {
        Ok(values) => values,
        Err(problem) => {
            // It is tried again: nothing is evaluated, and nothing forgotten.
            let failed = Sql::new(statement::EVALUATED).bind(kept.tenant.org.as_str()).bind(kept.id);
            app.db.execute(failed.bind(kept.evaluated).bind(Some(&problem))).await?;
            return Err(EvaluateError::Query(problem));
        }
    };
    let mut states = states(app, kept).await?;
    for labels in values.keys() {
        states.entry(labels.clone()).or_insert_with(|| (SeriesState::new(from), None));
    }
    let (terms, mut events) = (rule.terms(), Vec::new());
    for (labels, (state, last)) in &mut states {
        let cells = values.get(labels);
        let mut at = from;
        for number in 0.. {
            if at > due {
                break;
            }
            let value = cells.and_then(|cells| cells.get(number).copied().flatten());
            if value.is_some() {
                *last = value;
            }
            if let Some((before, phase)) = state.step(&terms, at, value) {
                let value = last.map(format_float).unwrap_or_default();
                let (before, phase) = (before.name().to_owned(), phase.name().to_owned());
                events.push(AlertEvent { at, labels: labels.clone(), before, phase, value });
            }
            at += step;
        }
    }
    states.retain(|labels, (state, _)| !state.is_idle() || values.contains_key(labels));
    events.sort_by(|one, other| (one.at, &one.labels).cmp(&(other.at, &other.labels)));
    // Told first: what is told twice, after a crash, has the same id.
    tell::tell(app, kept, &events).await?;
    write(app, kept, due, &states, &events).await?;
    Ok(events)
}

type States = BTreeMap<String, (SeriesState, Option<f64>)>;

async fn states(app: &App, kept: &KeptRule) -> Result<States, EvaluateError> {
    let sql = Sql::new(statement::SERIES).bind(kept.tenant.org.as_str()).bind(kept.id);
    let mut states = States::new();
    for row in app.db.read(sql).await? {
        let state = serde_json::from_str(&row.get::<String>(1)?).map_err(|error| {
            store::Error::damaged(format!("the state of an alert cannot be read: {error}"))
        })?;
        states.insert(row.get(0)?, (state, row.get::<String>(4)?.parse().ok()));
    }
    Ok(states)
}

/// The values of each series at these times, as a chart shows them.
async fn values(
    app: &App,
    kept: &KeptRule,
    times: Times,
) -> Result<BTreeMap<String, Vec<Option<f64>>>, String> {
    let text = kept.rule.filled();
    let query = Query::new(&text, times).map_err(|problem| problem.in_text(&text))?;
    let answer = answer_of(&*app.samples, &kept.tenant, query).await.map_err(|error| error.to_string())?;
    let mut values = BTreeMap::new();
    match answer.output {
        Output::Scalar(numbers) => {
            values.insert("{}".to_owned(), numbers.into_iter().map(Some).collect());
        }
        Output::Vector(rows) => {
            if rows.len() > MOST_SERIES {
                return Err(format!(
                    "the expression gives {} series: an alert follows at most {MOST_SERIES}",
                    rows.len()
                ));
            }
            for row in rows {
                let number = |cell: &Cell| if let Cell::Float(value) = cell { Some(*value) } else { None };
                values.insert(json(&row.labels), row.cells.iter().map(number).collect());
            }
        }
        Output::Matrix(_) | Output::String(_) => {
            return Err("the expression gives no values at one time: wrap it, as in rate(…[5m])".to_owned());
        }
    }
    Ok(values)
}

/// Labels as a JSON object, in their order.
fn json(labels: &Labels) -> String {
    let members = labels.iter().map(|(name, value)| (name.to_owned(), serde_json::Value::from(value)));
    serde_json::Value::Object(members.collect()).to_string()
}

async fn write(
    app: &App,
    kept: &KeptRule,
    due: i64,
    states: &States,
    events: &[AlertEvent],
) -> Result<(), EvaluateError> {
    let org = kept.tenant.org.as_str();
    let mut tx = app.db.begin().await?;
    let now = tx.fetch_one(Sql::new(statement::LOCK_RULE).bind(org).bind(kept.id)).await?;
    let now: Option<(i64, i64)> =
        now.map(|row| Ok::<_, store::Error>((row.get(0)?, row.get(1)?))).transpose()?;
    if now != Some((kept.evaluated, kept.updated)) {
        // It was changed, removed, or evaluated by another process meanwhile.
        return Ok(());
    }
    tx.execute(Sql::new(statement::REMOVE_SERIES).bind(org).bind(kept.id)).await?;
    let (mut texts, mut values) = (Vec::new(), Vec::new());
    for (state, last) in states.values() {
        texts.push(serde_json::to_string(state).map_err(|error| store::Error::damaged(error.to_string()))?);
        values.push(last.map(format_float).unwrap_or_default());
    }
    let rows = Rows::new()
        .column(states.keys().map(String::as_str))
        .column(texts)
        .column(states.values().map(|(state, _)| state.phase.name()))
        .column(states.values().map(|(state, _)| state.since))
        .column(values);
    tx.execute(Sql::new(statement::ADD_SERIES).bind(org).bind(kept.id).rows(rows)).await?;
    let rows = Rows::new()
        .column(events.iter().map(|event| event.at))
        .column(events.iter().map(|event| event.labels.as_str()))
        .column(events.iter().map(|event| event.before.as_str()))
        .column(events.iter().map(|event| event.phase.as_str()))
        .column(events.iter().map(|event| event.value.as_str()));
    tx.execute(Sql::new(statement::ADD_EVENTS).bind(org).bind(kept.id).rows(rows)).await?;
    let done = Sql::new(statement::EVALUATED).bind(org).bind(kept.id).bind(due).bind(None::<String>);
    tx.execute(done).await?;
    tx.commit().await?;
    Ok(())
}
