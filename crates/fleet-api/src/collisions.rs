//! Tells of hosts that two machines claim.

use fleet::UntoldCollision;
use notify::{Event, Notification};
use serde_json::json;
use service::Error;

use crate::api::App;

/// So many are told at once.
const COLLISIONS_PER_READ: i64 = 100;

/// Tells of those that nobody was told of; how many.
pub async fn tell(app: &App) -> Result<usize, Error> {
    let untold = app.fleet.untold_collisions(COLLISIONS_PER_READ).await?;
    for UntoldCollision { org, host, display_name: name, conflict, raised } in &untold {
        let facts = conflict.join(", ");
        let told = Notification {
            event: Event::Collision,
            // Noted as told only afterwards: whoever hears it twice hears the same.
            key: format!("collision {host} {raised}"),
            subject: format!("Two machines report as {name}"),
            text: format!(
                "Two machines report as the host {name} ({host}): {facts} come and go.\n\nOften one is a copy of the other with its \
                 machine-id. `plumbline collisions` lists the machines, `plumbline identity split` tells them apart.\n"
            ),
            json: json!({"event_type": "collision", "org_id": org, "host_id": host, "display_name": name,
                "conflict": conflict, "raised": raised.to_string()})
            .to_string()
            .into_bytes(),
        };
        app.queue.tell(org.as_str(), &[told]).await?;
        app.fleet.collision_told(org, *host).await?;
    }
    Ok(untold.len())
}
