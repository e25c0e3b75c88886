//! Host Based Inventory.

use std::sync::Arc;

use inventory::{
    Inventory,
    api::{App, ShownHosts},
    jobs::upkeep::Upkeep,
};

use crate::{
    app::{kafka, world::World},
    failure::Result,
};

/// What the inventory runs on.
pub fn app(world: &World) -> Result<Inventory> {
    let (fleet, settings) = (world.fleet.clone(), world.settings.clone());
    let api = App {
        fleet: fleet.clone(),
        access: world.access.clone(),
        post_hosts: *settings.inventory.rest_post_enabled,
        shown: ShownHosts::default(),
    };
    let relay = kafka::relay(fleet.clone(), world.publisher.clone(), &settings);
    let upkeep = Upkeep { fleet: fleet.clone(), followers: relay.followers() };
    let publisher = world.publisher.clone();
    let connect = move || {
        let subject = kafka::subject(&settings)?;
        let ingress = kafka::ingress(fleet.clone(), publisher.clone(), subject, &settings);
        let consumer = kafka::consumer(ingress.clone(), &settings)?;
        Ok((ingress, consumer))
    };
    Ok(Inventory { api, connect: Arc::new(connect), relay, upkeep })
}
