//! Events of another inventory become history.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use bus::{Publisher, Recorder};
use drift_common::PeerError;
use futures::future::BoxFuture;
use ground::{HostId, OrgId, Stopper};
use history::{
    jobs::{
        Probes,
        archive::{Archive, Associations, Read},
    },
    messages::{inventory_event, payload_status::PayloadTracker},
    rules::visible::Group,
};
use serde_json::{Value, json};

use crate::bed::{Bed, both, host};

/// Writes down what the baseline service is told.
#[derive(Default)]
struct HostEvent {
    heard: Mutex<Vec<String>>,
    fails: AtomicBool,
}

impl Associations for HostEvent {
    fn set_groups<'a>(
        &'a self,
        _: &'a OrgId,
        system: HostId,
        groups: &'a [Group],
    ) -> BoxFuture<'a, Result<(), PeerError>> {
        let ids: Vec<&str> = groups.iter().map(|group| group.id.as_str()).collect();
        self.heard.lock().unwrap().push(format!("{} in {}", system.0.as_u128(), ids.join(",")));
        let fails = self.fails.load(Ordering::SeqCst);
        Box::pin(async move { if fails { Err(PeerError::failed()) } else { Ok(()) } })
    }

    fn forget<'a>(&'a self, _: &'a OrgId, system: HostId) -> BoxFuture<'a, Result<(), PeerError>> {
        self.heard.lock().unwrap().push(format!("{} gone", system.0.as_u128()));
        Box::pin(async { Ok(()) })
    }
}

struct Setting {
    archive: Archive,
    told: Arc<HostEvent>,
    recorder: Recorder,
}

impl Setting {
    fn of(bed: &Bed) -> Self {
        let (told, recorder) = (Arc::new(HostEvent::default()), Recorder::default());
        let archive = Archive {
            profiles: bed.profiles.clone(),
            associations: told.clone(),
            publisher: Publisher::Recorder(recorder.clone()),
            tracker: Some(PayloadTracker { topic: "status".into() }),
            probes: Probes::default(),
        };
        Self { archive, told, recorder }
    }

    async fn take(&self, events: &[Value]) {
        let texts: Vec<String> = events.iter().map(Value::to_string).collect();
        self.take_raw(&texts.iter().map(String::as_bytes).collect::<Vec<_>>()).await;
    }

    async fn take_raw(&self, payloads: &[&[u8]]) {
        let events: Vec<Read> = payloads.iter().map(|payload| inventory_event::read(payload)).collect();
        let (_stopper, mut stop) = Stopper::new();
        self.archive.take(&events, &mut stop).await.unwrap();
    }

    /// Service, status and text of the statuses since the last time.
    fn statuses(&self) -> Vec<String> {
        let text = |message: &bus::Message| {
            let body: Value = serde_json::from_slice(&message.payload).unwrap();
            format!("{} {}", body["service"].as_str().unwrap(), body["status"].as_str().unwrap())
        };
        self.recorder.take().iter().map(text).collect()
    }
}

fn told(bed: &Bed, machine: u128, captured: Option<&str>) -> Value {
    json!({"type": "updated", "timestamp": bed.clock.now().to_string(), "platform_metadata": null,
        "host": {"id": host(machine), "org_id": bed.org.as_str(), "fqdn": "web", "tags": [],
            "groups": [{"id": "g", "name": "n", "more": 1}], "system_profile": {"captured_date": captured}}})
}

fn removed(bed: &Bed, machine: u128) -> Value {
    json!({"type": "delete", "timestamp": bed.clock.now().to_string(), "id": host(machine), "org_id": bed.org.as_str()})
}

#[tokio::test]
async fn the_same_event_twice_stores_one_profile() {
    for bed in both().await {
        let setting = Setting::of(&bed);
        let event = told(&bed, 1, Some("2023-11-14T08:00:00+00:00"));
        setting.take(&[event.clone(), event.clone()]).await;
        setting.take(&[event]).await;
        let heads = bed.heads(1).await;
        assert_eq!(heads.len(), 1, "{}", bed.engine());
        assert_eq!(heads[0].groups, Some(vec![Group { id: "g".to_owned(), name: "n".to_owned() }]));
        let expected = [["hsp-archiver received"; 2], ["hsp-archiver success"; 2]].concat();
        assert_eq!(setting.statuses()[..4], expected);
    }
}

#[tokio::test]
async fn history_is_kept_also_when_the_baseline_service_fails() {
    for bed in both().await {
        let setting = Setting::of(&bed);
        setting.told.fails.store(true, Ordering::SeqCst);
        setting.take(&[told(&bed, 1, None)]).await;
        assert_eq!(bed.heads(1).await.len(), 1, "{}", bed.engine());
        assert_eq!(setting.told.heard.lock().unwrap().as_slice(), ["1 in g"; 3], "it is asked again");
    }
}

#[tokio::test]
async fn a_removal_takes_history_and_associations_and_what_comes_late_is_not_stored() {
    for bed in both().await {
        let setting = Setting::of(&bed);
        let late = told(&bed, 1, Some("2023-11-14T07:00:00+00:00"));
        setting.take(&[told(&bed, 1, None), told(&bed, 2, None)]).await;
        bed.pass(10);
        setting.take(&[told(&bed, 1, Some("2023-11-14T09:00:00+00:00")), removed(&bed, 1)]).await;
        assert_eq!((bed.heads(1).await.len(), bed.heads(2).await.len()), (0, 1), "{}", bed.engine());
        assert_eq!(setting.told.heard.lock().unwrap().last().unwrap(), "1 gone");
        setting.take(&[late]).await;
        assert!(bed.heads(1).await.is_empty());
        bed.pass(10);
        setting.take(&[told(&bed, 1, None)]).await;
        assert_eq!(bed.heads(1).await.len(), 1, "a machine that comes back has history again");
        assert!(setting.statuses().contains(&"hsp-deleter success".to_owned()));
    }
}

#[tokio::test]
async fn what_comes_late_stands_in_its_place() {
    for bed in both().await {
        let setting = Setting::of(&bed);
        for captured in
            ["2023-11-14T09:00:00+00:00", "2023-11-14T07:00:00+00:00", "2023-11-14T08:00:00+00:00"]
        {
            setting.take(&[told(&bed, 1, Some(captured))]).await;
        }
        let texts: Vec<String> = bed.heads(1).await.into_iter().map(|head| head.captured.text).collect();
        assert!(texts.is_sorted_by(|newer, older| newer > older) && texts.len() == 3, "{}", bed.engine());
    }
}

#[tokio::test]
async fn messages_that_are_of_no_use_are_in_nobodys_way() {
    for bed in both().await {
        let setting = Setting::of(&bed);
        let (mut centos, mut half) = (told(&bed, 3, None), told(&bed, 4, None));
        centos["host"]["system_profile"]["operating_system"] = json!({"name": "CentOS"});
        half["host"].as_object_mut().unwrap().remove("org_id");
        let good = told(&bed, 1, None).to_string();
        let (centos, half) = (centos.to_string(), half.to_string());
        setting
            .take_raw(&[
                b"",
                b"null",
                b"not json",
                half.as_bytes(),
                centos.as_bytes(),
                b"{\"type\":null}",
                good.as_bytes(),
            ])
            .await;
        assert_eq!((bed.heads(1).await.len(), bed.heads(3).await.len()), (1, 0), "{}", bed.engine());
    }
}
