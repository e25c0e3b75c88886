//! Metrics.

use agent::{Root, samples};
use monitoring::{
    App,
    batch::{Batch, Metadata, Points, SeriesLimits},
};
use series::Labels;

use crate::{
    failure::{Failure, Result},
    world::{World, kafka},
};

/// What the service runs on.
pub fn app(world: &World) -> Result<App> {
    let World { settings, fleet, access, queue, .. } = world;
    App::new(
        fleet.db().clone(),
        queue.clone(),
        settings.drift.notification_bundle.to_string(),
        access.clone(),
        &settings.metrics,
        kafka::client_config(settings),
        this_machine,
    )
    .map_err(|problem| Failure::Usage(problem.to_string()))
}

/// The numbers of this machine at a time.
fn this_machine(at: i64) -> Batch {
    let root = Root::system();
    let instance = samples::name(&root).unwrap_or_else(|| "localhost".to_owned());
    let mut batch = Batch::default();
    for sample in samples::samples(&root) {
        let own = [("__name__", sample.name), ("instance", instance.as_str()), ("job", "plumbline")];
        let of = sample.labels.iter().map(|(name, value)| (*name, value.as_str()));
        let labels = Labels::new(own.into_iter().chain(of));
        let kind = if sample.counter { "counter" } else { "gauge" };
        if batch.metadata.iter().all(|known| known.name != sample.name) {
            let name = sample.name.to_owned();
            batch.metadata.push(Metadata { name, kind, help: String::new(), unit: String::new() });
        }
        let points = Points { labels, floats: vec![(at, sample.value)], ..Points::default() };
        batch.push(points, &SeriesLimits::default());
    }
    batch
}
