//! `/prometheus/api/v1/rules` and `/alerts`: the alerts of [`alerting`](crate::alerting), as Prometheus shows those of its rules.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use serde_json::{Map, Value, json};

use super::{Form, answer};
use crate::{
    alerting::{self, ActiveSeries, KeptRule},
    api::{App, alert_rules::shown::time, caller::Of, failure::QueryFailure},
    rules::{alert_rule::Direction, alert_state::Phase},
};

/// So many active series of each alert are shown.
const SHOWN: i64 = 5_000;

/// The group that alerts of one interval, in seconds, are shown in: all have one origin.
fn group(every: i64) -> String {
    format!("alerts-{every}s")
}

/// Alerts by name, in a group for each interval.
#[utoipa::path(
    get, path = "/prometheus/api/v1/rules", operation_id = "rules", tag = "out",
    params(
        ("type" = Option<String>, Query, description = "alert, or record: there are none"),
        ("rule_name[]" = Option<Vec<String>>, Query), ("rule_group[]" = Option<Vec<String>>, Query),
        ("exclude_alerts" = Option<bool>, Query)
    ),
    responses((status = 200, description = "Alerts by interval and name"), (status = 400, description = "A parameter is wrong"))
)]
pub async fn rules(State(app): State<App>, Of(tenant): Of, form: Form) -> Result<Response, QueryFailure> {
    let kind = form.get("type").unwrap_or("alert");
    if !matches!(kind, "alert" | "record") {
        return Err(QueryFailure::bad_data(format!("not supported value {kind:?}")));
    }
    if kind == "record" {
        return Ok(answer::success(&json!({"groups": []})));
    }
    let wanted = |name: &str, value: &str| {
        let mut words = form.all(name).peekable();
        words.peek().is_none() || words.any(|word| word == value)
    };
    let bare = form.get("exclude_alerts").is_some_and(|word| word == "true");
    let counts = alerting::counts(&app.db, &tenant).await?;
    let mut groups: BTreeMap<i64, Vec<Value>> = BTreeMap::new();
    for kept in alerting::rules(&app.db, &tenant).await? {
        let every = kept.rule.every_seconds;
        if wanted("rule_name[]", &kept.rule.name) && wanted("rule_group[]", &group(every)) {
            let active = if bare { Vec::new() } else { active(&app, &kept).await? };
            let phase = counts.get(&kept.id).copied().unwrap_or_default().phase();
            groups.entry(every).or_default().push(rule(&kept, phase, &active));
        }
    }
    let groups = groups.into_iter().map(|(every, rules)| {
        let last = rules.iter().filter_map(|rule| rule["lastEvaluation"].as_str()).max().unwrap_or_default();
        json!({
            "name": group(every), "file": "plumbline", "interval": every, "limit": 0, "evaluationTime": 0,
            "lastEvaluation": last, "rules": rules,
        })
    });
    Ok(answer::success(&json!({"groups": groups.collect::<Vec<Value>>()})))
}

/// The series for which alerts are pending or fire.
#[utoipa::path(
    get, path = "/prometheus/api/v1/alerts", operation_id = "rule_alerts", tag = "out",
    responses((status = 200, description = "Each series of each alert that is pending or fires"))
)]
pub async fn alerts(State(app): State<App>, Of(tenant): Of) -> Result<Response, QueryFailure> {
    let mut alerts = Vec::new();
    for kept in alerting::rules(&app.db, &tenant).await? {
        alerts.append(&mut active(&app, &kept).await?);
    }
    Ok(answer::success(&json!({"alerts": alerts})))
}

/// The series of an alert that are pending or fire.
async fn active(app: &App, kept: &KeptRule) -> Result<Vec<Value>, QueryFailure> {
    let active = alerting::active(&app.db, kept, SHOWN).await?;
    Ok(active.iter().map(|series| alert(kept, series)).collect())
}

fn annotations(kept: &KeptRule) -> Value {
    let summary = &kept.rule.summary;
    if summary.is_empty() { json!({}) } else { json!({"summary": summary}) }
}

/// The alert of a series: its labels with the name of the alert in place of the name of the metric.
fn alert(kept: &KeptRule, series: &ActiveSeries) -> Value {
    let mut labels: Map<String, Value> = serde_json::from_str(&series.labels).unwrap_or_default();
    labels.remove("__name__");
    labels.insert("alertname".to_owned(), kept.rule.name.clone().into());
    json!({
        "labels": labels, "annotations": annotations(kept), "state": series.phase, "activeAt": time(series.since),
        "value": exponent(&series.value),
    })
}

fn rule(kept: &KeptRule, phase: Phase, active: &[Value]) -> Value {
    let rule = &kept.rule;
    let sign = if rule.direction == Direction::Above { '>' } else { '<' };
    let query = format!("({}) {sign} {}", rule.filled(), promql::format_float(rule.threshold));
    let mut shown = json!({
        "type": "alerting", "name": rule.name, "query": query, "duration": rule.for_seconds,
        "keepFiringFor": rule.keep_firing_seconds, "labels": {}, "annotations": annotations(kept), "state": phase.name(),
        "health": if kept.error.is_some() { "err" } else { "ok" }, "evaluationTime": 0,
        "lastEvaluation": time(kept.evaluated), "alerts": active,
    });
    if let Some(problem) = &kept.error {
        shown["lastError"] = problem.clone().into();
    }
    shown
}

/// A value as Prometheus writes those of alerts: `1.5e+00`.
fn exponent(value: &str) -> String {
    match value.parse::<f64>() {
        Ok(number) if number.is_finite() => {
            let text = format!("{number:e}");
            let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
            let (sign, exponent) = match exponent.strip_prefix('-') {
                Some(exponent) => ('-', exponent),
                None => ('+', exponent),
            };
            format!("{digits}e{sign}{exponent:0>2}")
        }
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn values_are_written_as_prometheus_writes_those_of_alerts() {
        for (value, shown) in [
            ("1", "1e+00"),
            ("0.00025", "2.5e-04"),
            ("-1234.5", "-1.2345e+03"),
            ("1e+300", "1e+300"),
            ("NaN", "NaN"),
        ] {
            assert_eq!(super::exponent(value), shown);
        }
    }
}
