//! The log of hosts is followed.

use std::sync::Arc;

use baselines::{
    jobs::follow_log::FollowLog,
    store::{GroupFilter, Reach},
};
use fleet::{CanonicalFacts, Fleet, FleetOptions, Origin, Report, Scope};
use ground::{HostId, Stopper};
use uuid::Uuid;

use crate::bed::{Bed, both};

async fn host(bed: &Bed, fleet: &Fleet, n: u128) -> HostId {
    let report = Report::new(
        bed.org.clone(),
        "puptoo",
        CanonicalFacts { insights_id: Some(Uuid::from_u128(n)), ..CanonicalFacts::default() },
    );
    fleet.ingest(vec![Arc::new(report)]).await.unwrap().pop().unwrap().unwrap().id
}

#[tokio::test]
async fn a_host_that_moves_or_goes_does_so_in_its_baselines() {
    for bed in both().await {
        bed.baselines
            .db()
            .migrate(&[fleet::MIGRATIONS, baselines::MIGRATIONS], bed.clock.now())
            .await
            .unwrap();
        let fleet = Fleet::open(bed.baselines.db().clone(), bed.clock.clone(), FleetOptions::default());
        let (one, two) = (host(&bed, &fleet, 1).await, host(&bed, &fleet, 2).await);
        let id = bed.make("gold").await.id;
        bed.baselines.add_systems(&bed.org, id, &[(one.0, None), (two.0, None)]).await.unwrap();
        let follow = FollowLog { fleet: fleet.clone(), baselines: bed.baselines.clone() };
        let (_stopper, stop) = Stopper::new();

        let origin = Origin::default();
        fleet.create_group(&bed.org, "web", None, &[one], &origin).await.unwrap().unwrap();
        follow.catch_up(&stop).await.unwrap();
        let by_name = GroupFilter { ids: Vec::new(), names: vec!["web".to_owned()] };
        let found = bed.baselines.systems(&bed.org, id, &by_name, &Reach::All).await.unwrap();
        assert_eq!(found, Some(vec![one.0]), "{}", bed.engine());

        fleet.delete(&Scope::of(bed.org.clone()), &[one], &origin).await.unwrap();
        follow.catch_up(&stop).await.unwrap();
        let all = bed.baselines.systems(&bed.org, id, &GroupFilter::default(), &Reach::All).await.unwrap();
        assert_eq!(all, Some(vec![two.0]), "{}", bed.engine());
    }
}
