//! What was found, and series, as answers show them.

use std::collections::HashMap;

use ground::HostId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::regressions::found::{Regression, Series};

/// A series: one metric of one benchmark on one machine.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RegressionSeries)]
pub struct SeriesOut {
    /// Its id.
    pub id: Uuid,
    /// The benchmark.
    pub benchmark_id: Uuid,
    /// Its image and tag.
    pub benchmark_name: String,
    /// The host that the results are pinned to; null where they are pinned to none.
    pub host_id: Option<Uuid>,
    /// The name of that host; null where it is gone.
    pub host_name: Option<String>,
    /// The flavor, where the results are pinned to no host.
    pub flavor_id: Option<Uuid>,
    /// The name of that flavor.
    pub flavor_name: Option<String>,
    /// What was measured, with its parameters; empty where the benchmark measures one thing.
    pub name: String,
    /// The metric, or the path in the documents.
    pub metric: String,
    /// The unit; empty where it is not known.
    pub unit: String,
    /// `lower` or `higher`.
    pub better: String,
    /// The level now; null while nothing was read.
    pub level: Option<f64>,
    /// How far points scatter, as a share of the level.
    pub noise: Option<f64>,
    /// The step that is found within ten points nine times in ten, as a share of the level; null while there are too few points.
    pub visible: Option<f64>,
    /// Whether the last points stand beyond everything before: worth another run.
    pub suspected: bool,
}

/// Something that was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Regression)]
pub struct RegressionOut {
    /// Its id.
    pub id: Uuid,
    /// `regression` (a step), `drift` (slowly), `machine` (a step where the machine changed), `improvement`, `bimodal` (to a level that
    /// the series has gone to before).
    pub kind: String,
    /// In which series.
    pub series: SeriesOut,
    /// When the first changed result ran.
    #[schema(format = DateTime)]
    pub at: String,
    /// When the result ran with which it was found.
    #[schema(format = DateTime)]
    pub found: String,
    /// The level before.
    pub before: f64,
    /// The level after.
    pub after: f64,
    /// The change in percent of the level before; null where that is 0.
    pub change_percent: Option<f64>,
    /// The last result before; null where there is none.
    pub good_result_id: Option<Uuid>,
    /// The first changed result.
    pub bad_result_id: Uuid,
    /// How many changes of the host there were from the last result before up to that with which it was found.
    pub host_changes: i64,
    /// Since when the old level is back; null while it is not.
    #[schema(format = DateTime)]
    pub ended: Option<String>,
    /// When somebody acknowledged it; null while nobody did.
    #[schema(format = DateTime)]
    pub acknowledged: Option<String>,
    /// Who did.
    pub acknowledged_by: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// Names of hosts that are there.
pub(super) type Names = HashMap<HostId, String>;

impl SeriesOut {
    pub(super) fn new(series: Series, names: &Names) -> Self {
        Self {
            id: series.id,
            benchmark_id: series.benchmark,
            benchmark_name: series.benchmark_name,
            host_id: series.host.map(|host| host.0),
            host_name: series.host.and_then(|host| names.get(&host).cloned()),
            flavor_id: series.flavor,
            flavor_name: series.flavor_name,
            name: series.name,
            metric: series.metric,
            unit: series.unit,
            better: series.better,
            level: series.level,
            noise: series.noise,
            visible: series.visible,
            suspected: series.suspected,
        }
    }
}

impl RegressionOut {
    pub(super) fn new(found: Regression, names: &Names) -> Self {
        let change_percent = found.percent();
        let (acknowledged, acknowledged_by, reason) = match found.acknowledged {
            Some((when, who, why)) => (Some(when.to_string()), Some(who), Some(why)),
            None => (None, None, None),
        };
        Self {
            id: found.id,
            kind: found.kind,
            series: SeriesOut::new(found.series, names),
            at: found.at.to_string(),
            found: found.found.to_string(),
            before: found.before,
            after: found.after,
            change_percent,
            good_result_id: found.good,
            bad_result_id: found.bad,
            host_changes: found.host_changes,
            ended: found.ended.map(|at| at.to_string()),
            acknowledged,
            acknowledged_by,
            reason,
        }
    }
}
