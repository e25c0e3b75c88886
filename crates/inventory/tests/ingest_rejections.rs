//! The recorded messages that the original refused: we refuse them in the same words.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper that fails is a test that fails")]

use bus::Message;
use ground::Timestamp;
use inventory::{
    messages::{
        Outlet,
        notifications::{Notifications, Sending},
    },
    report::{
        Invalid, Rhsm,
        envelope::{Envelope, decode},
        report,
    },
};
use serde_json::Value;
use testkit::{
    compare::{Normaliser, compare},
    scenarios::{CaseKind, IngestCase, load_ingest_cases},
};
use uuid::Uuid;

/// Where the words of the schema validator begin: they are its own, and not repeated.
const PROFILE: &str = "System profile does not conform to schema.";

fn bytes(case: &IngestCase) -> Vec<u8> {
    match (&case.message, &case.message_raw) {
        (Some(message), _) => message.to_string().into_bytes(),
        (None, Some(raw)) => raw.clone().into_bytes(),
        (None, None) => panic!("{}: nothing was sent", case.id),
    }
}

/// Why a message is refused, with the profile checked as the record does.
fn refusal(envelope: &Envelope) -> Option<Invalid> {
    let report = match report(envelope, Rhsm::Accepted) {
        Ok(report) => report,
        Err(invalid) => return Some(invalid),
    };
    let problem = profile::Profile::parse(report.profile.as_deref()?).err()?;
    Some(Invalid::refused(&problem.into(), &envelope.data))
}

fn refused() -> impl Iterator<Item = IngestCase> {
    load_ingest_cases().unwrap().into_iter().filter(|case| case.kind == CaseKind::Case && !case.outcome.ok)
}

#[test]
fn what_the_original_refused_is_refused_with_the_same_class_and_text() {
    for case in refused() {
        let (id, class) = (&case.id, case.outcome.error_class.as_deref().unwrap_or_default());
        let told = matches!(class, "ValidationException" | "InventoryException");
        let Ok(envelope) = decode(&bytes(&case)) else {
            assert!(!told, "{id}: dropped, though the original told the sender");
            continue;
        };
        let Some(invalid) = refusal(&envelope) else {
            // Refused by the record: the owner, or a host that is not there.
            assert!(case.outcome.detail.is_some_and(|detail| detail.contains("owner")), "{id}: accepted");
            continue;
        };
        if told {
            assert_eq!(invalid.class.name(), class, "{id}");
            let recorded = case.outcome.detail.as_deref().unwrap_or_default();
            match recorded.split_once(PROFILE) {
                Some((start, _)) => assert!(invalid.detail.starts_with(&format!("{start}{PROFILE}")), "{id}"),
                None => assert_eq!(invalid.detail, recorded, "{id}"),
            }
        }
    }
}

#[test]
fn the_sender_of_a_refused_message_is_told_what_the_original_told() {
    let outlet = Outlet { topic: "notifications".into(), producer: "vm".into() };
    let notifications = Notifications { outlet, console: "localhost".into() };
    for case in refused() {
        let Some(recorded) = case.notifications.first() else { continue };
        let envelope = decode(&bytes(&case)).unwrap();
        let Some(mut invalid) = refusal(&envelope) else { continue };
        if invalid.detail.contains(PROFILE) {
            invalid.detail = case.outcome.detail.clone().unwrap_or_default();
        }
        let sending = Sending {
            request_id: envelope.request_id.as_deref(),
            message_id: Uuid::nil(),
            now: Timestamp::from_micros(1),
        };
        let message = notifications.validation_error(&envelope.data, &invalid, sending).unwrap();
        let body: Value = serde_json::from_slice(&message.payload).unwrap();
        let differences =
            compare(&recorded.event, &body, &mut Normaliser::default().with_strict_details(true));
        assert!(differences.is_empty(), "{}: {differences:#?}", case.id);
        assert_eq!(header_names(&message), recorded.headers.keys().map(String::as_str).collect::<Vec<_>>());
        for name in ["event_type", "request_id", "producer"] {
            let ours = message.header(name).map(|value| String::from_utf8(value.to_vec()).unwrap());
            assert_eq!(ours, recorded.headers[name], "{}: {name}", case.id);
        }
    }
}

fn header_names(message: &Message) -> Vec<&str> {
    let mut names: Vec<_> = message.headers.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names
}
