//! Historical profiles.

use std::{path::PathBuf, sync::Arc};

use ::baselines::{Baselines, rules::groups};
use ::history::{
    App,
    api::{self, CHECKS, READ},
    jobs::{
        Probes,
        archive::{Archive, Associations},
        clean::Cleaner,
    },
    messages::payload_status::PayloadTracker,
    rules::visible::Group,
};
use drift_common::{Caller, PeerError, Peers};
use futures::future::BoxFuture;
use ground::{HostId, OrgId};
use http::Method;
use serde_json::json;
use settings::Settings;

use super::siblings::{Answer, Siblings, gate, records};
use crate::{
    failure::Result,
    world::{World, kafka},
};

/// What their metrics begin with.
const METRICS: &str = "hsp";

/// What the service runs on.
pub fn app(world: &World) -> Result<App> {
    let records = records(world);
    let cleaner = Cleaner { profiles: records.profiles.clone(), valid_seconds: records.valid_seconds };
    let gate = gate(world, METRICS, CHECKS, READ)?;
    let connecting = world.clone();
    let connect = move || {
        let consumer = kafka::events_of_another_inventory(&connecting.settings)?;
        Ok((archive(&connecting)?, consumer))
    };
    Ok(App {
        api: api::App { records, hosts: Arc::new(Siblings::new(world, METRICS)?), gate },
        connect: Arc::new(connect),
        cleaner,
    })
}

/// What keeps history of the events of another inventory.
fn archive(world: &World) -> Result<Archive> {
    let settings = &world.settings;
    let associations: Arc<dyn Associations> = if settings.siblings.baselines_url.is_none() {
        Arc::new(Here(Baselines::new(world.fleet.db().clone(), world.fleet.clock().clone())))
    } else {
        Arc::new(There(Siblings::new(world, METRICS)?.peers().clone()))
    };
    let topic = (**settings.history.tracker_topic).into();
    Ok(Archive {
        profiles: records(world).profiles,
        associations,
        publisher: world.publisher.clone(),
        tracker: settings.tracker.enabled.then_some(PayloadTracker { topic }),
        probes: probes(settings),
    })
}

fn probes(settings: &Settings) -> Probes {
    let path = |setting: &Option<settings::Filled>| setting.as_deref().map(PathBuf::from);
    let history = &settings.history;
    Probes { readiness: path(&history.readiness_file), liveness: path(&history.liveness_file) }
}

/// Baselines of this process.
struct Here(Baselines);

/// Baselines of another one.
struct There(Peers);

fn failed(error: &dyn std::fmt::Display) -> PeerError {
    tracing::error!(%error, "baselines could not be told");
    PeerError::failed()
}

impl Associations for Here {
    fn set_groups<'a>(
        &'a self,
        org: &'a OrgId,
        system: HostId,
        groups: &'a [Group],
    ) -> BoxFuture<'a, Answer<()>> {
        let group = |group: &Group| groups::Group { id: group.id.clone(), name: group.name.clone() };
        let groups: Vec<_> = groups.iter().map(group).collect();
        Box::pin(async move {
            self.0.set_groups(org, system.0, &groups).await.map(drop).map_err(|error| failed(&error))
        })
    }

    fn forget<'a>(&'a self, org: &'a OrgId, system: HostId) -> BoxFuture<'a, Answer<()>> {
        Box::pin(async move { self.0.forget_systems(org, &[system.0]).await.map_err(|error| failed(&error)) })
    }
}

impl Associations for There {
    fn set_groups<'a>(
        &'a self,
        org: &'a OrgId,
        system: HostId,
        groups: &'a [Group],
    ) -> BoxFuture<'a, Answer<()>> {
        Box::pin(async move {
            let caller = Caller::of_org(org.as_str(), None);
            let (path, body) = (format!("/systems/{system}"), json!({"groups": groups}));
            self.0.baselines_internal(&caller, Method::PATCH, &path, Some(&body)).await.map(drop)
        })
    }

    fn forget<'a>(&'a self, org: &'a OrgId, system: HostId) -> BoxFuture<'a, Answer<()>> {
        Box::pin(async move {
            let caller = Caller::of_org(org.as_str(), None);
            self.0
                .baselines_internal(&caller, Method::DELETE, &format!("/systems/{system}"), None)
                .await
                .map(drop)
        })
    }
}
