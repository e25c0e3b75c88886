//! The native API.

use std::{sync::Arc, time::Duration};

use access::Identity;
use fleet::ChangeKind;
use fleet_api::{
    agents::{Agents, Intake, NotTaken},
    api::App,
};
use futures::future::BoxFuture;
use ground::{HostId, Stopper};
use inventory::jobs::ingress::{Ingress, Outcome, RetryLimit, Subject};

use super::benchmarks::StoredResults;
use crate::world::{World, kafka};

/// How long a database that cannot store is tried again while a machine waits for the answer.
const RETRY_LIMIT: RetryLimit = RetryLimit::After(Duration::from_secs(2));

/// What its operations work on.
pub fn app(world: &World) -> App {
    let connections = *world.settings.server.max_connections as usize;
    let mut app = App::new(
        world.fleet.clone(),
        world.access.clone(),
        agents(world),
        world.queue.clone(),
        Arc::new(StoredResults(world.fleet.db().clone())),
        world.stop_streams.clone(),
        connections,
    );
    app.audit_kept = world.settings.audit.keep_days.duration();
    app
}

/// Machines that report themselves: their reports are taken in by the rules of the inventory.
fn agents(world: &World) -> Agents {
    let (fleet, publisher, flags) = (world.fleet.clone(), world.publisher.clone(), world.flags.clone());
    let ingress = kafka::ingress(fleet, publisher, flags, Subject::Hosts, &world.settings);
    let url = world.settings.enrolment.url.trim_end_matches('/');
    let url = (!url.is_empty()).then(|| url.to_owned());
    Agents { enrolment: world.enrolment.clone(), intake: Arc::new(Reports(ingress)), url }
}

/// Reports of machines about themselves, into the record.
struct Reports(Ingress);

impl Intake for Reports {
    fn take<'a>(
        &'a self,
        report: &'a [u8],
        sender: &'a Identity,
        host: HostId,
    ) -> BoxFuture<'a, Result<ChangeKind, NotTaken>> {
        Box::pin(async move {
            // The request's own end stops it.
            let (_running, mut stop) = Stopper::new();
            let outcome = self.0.handle_bound(report, (sender, host), RETRY_LIMIT, &mut stop).await;
            match outcome.map_err(|problem| NotTaken::Later(problem.to_string()))? {
                Outcome::Stored(stored) => Ok(stored.kind),
                Outcome::Refused(invalid) => Err(NotTaken::Refused(invalid.detail)),
                Outcome::Dropped(problem) => Err(NotTaken::Refused(problem.to_string())),
                Outcome::Failed(problem) => Err(NotTaken::Refused(problem)),
            }
        })
    }
}
