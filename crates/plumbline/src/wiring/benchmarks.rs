//! Benchmarks.

use std::sync::Arc;

use access::{Access, Permission};
use benchmarks::{
    Schemas,
    api::{App, Callers, Parts},
    images::{Images, Registries},
    machines::{Machines, NotPinned, Pin},
    regressions::{self, environments::Environments},
};
use changepoint::Budget;
use fleet::{ChangeKind, Fleet, Scope};
use fleet_api::{
    comparability::ranked,
    past,
    pinned::{Pinned, PinnedResults},
};
use futures::future::BoxFuture;
use ground::{Clock, HostId, OrgId, Timestamp};
use http::HeaderMap;
use settings::Mode;
use store::Db;
use uuid::Uuid;

use crate::{
    failure::{Failure, Result as Outcome},
    world::{World, organisation},
};

/// What the service runs on. A caller with a token has it read by the service itself, also behind a gateway.
pub fn app(world: &World) -> App {
    let (settings, db, oidc) = (&world.settings, world.fleet.db(), world.oidc.clone());
    let rules = &settings.benchmarks;
    let local = *settings.server.mode == Mode::Local;
    let images = if *rules.check_images {
        Images::Checked(Registries::new(&rules.registry, &rules.local_registries))
    } else {
        Images::Unchecked
    };
    App::new(Parts {
        db: db.clone(),
        clock: Clock::system(),
        callers: if local { Callers::Local(oidc) } else { Callers::Tokens(oidc) },
        admins: settings.oidc.admin_entitlements.to_vec(),
        images,
        machines: Arc::new(RecordedMachines { fleet: world.fleet.clone(), access: world.access.clone() }),
        schemas: Schemas::default(),
    })
}

/// What regressions work on.
pub fn regressions(world: &World) -> Outcome<regressions::App> {
    let settings = &world.settings;
    let wanted = settings.benchmarks.false_alarms.number();
    let budget = Budget::new(wanted).ok_or_else(|| {
        Failure::Usage(format!("benchmarks.false_alarms: {wanted} is not from 0.01 to 100"))
    })?;
    Ok(regressions::App::new(regressions::Parts {
        db: world.fleet.db().clone(),
        fleet: world.fleet.clone(),
        queue: world.queue.clone(),
        access: world.access.clone(),
        clock: Clock::system(),
        home: organisation(settings)?,
        budget,
        bundle: settings.drift.notification_bundle.to_string(),
        environments: Arc::new(Comparable(world.fleet.clone())),
        kept: regressions::Memory::default(),
    }))
}

/// States of machines, compared as results are (`GET /api/fleet/v1/comparability`).
#[derive(Debug)]
struct Comparable(Fleet);

impl Environments for Comparable {
    fn alike<'a>(
        &'a self,
        org: &'a OrgId,
        host: HostId,
        one: i64,
        other: i64,
    ) -> BoxFuture<'a, Result<Option<bool>, fleet::Error>> {
        Box::pin(async move {
            let states = (self.0.at_seq(org, host, one).await?, self.0.at_seq(org, host, other).await?);
            let (Some(one), Some(other)) = states else { return Ok(None) };
            let differences = past::differences(&self.0, org, &one, &other).await?;
            Ok(Some(ranked(differences, self.0.volatile()).is_empty()))
        })
    }
}

/// The machines of the record, as far as the caller of a request reaches them there.
#[derive(Debug)]
struct RecordedMachines {
    fleet: Fleet,
    access: Access,
}

impl RecordedMachines {
    async fn find(&self, headers: &HeaderMap, host: HostId, moment: Timestamp) -> Result<Pin, NotPinned> {
        let caller = self.access.caller(headers).map_err(|_| NotPinned::Unknown)?;
        let groups = self.access.check(&caller, Permission::HostsRead).await;
        let groups = groups.map_err(|denied| match denied.status() {
            403 => NotPinned::Unknown,
            _ => NotPinned::Unavailable,
        })?;
        let scope = Scope::reached(&caller.identity, groups);
        let unavailable = |error: fleet::Error| {
            tracing::error!(%error, "the machine of a result cannot be looked up");
            NotPinned::Unavailable
        };
        if !self.fleet.reaches(&scope, host).await.map_err(unavailable)? {
            return Err(NotPinned::Unknown);
        }
        match self.fleet.as_of(scope.org(), host, moment).await.map_err(unavailable)? {
            Some(change) if change.kind != ChangeKind::Deleted => {
                Ok(Pin { org: scope.org().clone(), host, seq: change.seq })
            }
            _ => Err(NotPinned::Unknown),
        }
    }
}

impl Machines for RecordedMachines {
    fn at<'a>(
        &'a self,
        headers: &'a HeaderMap,
        host: HostId,
        moment: Timestamp,
    ) -> BoxFuture<'a, Result<Pin, NotPinned>> {
        Box::pin(self.find(headers, host, moment))
    }
}

/// On which machines stored results ran.
#[derive(Debug)]
pub struct StoredResults(pub Db);

impl PinnedResults for StoredResults {
    fn pinned<'a>(
        &'a self,
        org: &'a OrgId,
        results: &'a [Uuid],
    ) -> BoxFuture<'a, Result<Vec<Pinned>, fleet::Error>> {
        Box::pin(async move {
            let found = benchmarks::pinned(&self.0, org, results).await?;
            Ok(found.into_iter().map(|(result, host, seq)| Pinned { result, host, seq }).collect())
        })
    }
}
