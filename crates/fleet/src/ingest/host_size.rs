//! Whether a host can be kept and published once a report is taken over.

use crate::{
    Host, Refused, Report,
    model::{
        event_size::{OTHER_BYTES, tags_bytes},
        json_size::text_bytes,
    },
};

/// Refuses a report whose host would have more facts than a host may have, or would be larger, as an event, than
/// `max_event` bytes. `host` is the one it is about, as it is stored.
pub(super) fn check(report: &Report, host: Option<&Host>, max_event: Option<usize>) -> Result<(), Refused> {
    if report.facts.is_empty() && max_event.is_none() {
        // The facts stay as they are, and nobody is told of the host.
        return Ok(());
    }
    let told = report.facts.iter().map(|(namespace, facts)| namespace.len() + text_bytes(facts));
    let facts = told.sum::<usize>() + host.map_or(0, |host| of_rest(report, host));
    if facts > Host::MAX_FACTS_BYTES {
        return Err(Refused::TooManyFacts { bytes: facts, max: Host::MAX_FACTS_BYTES });
    }
    let bytes = OTHER_BYTES + of_report(report) + facts;
    match max_event {
        Some(max) if bytes > max => Err(Refused::TooLarge { bytes, max }),
        _ => Ok(()),
    }
}

/// Everything but the facts.
fn of_report(report: &Report) -> usize {
    report.profile.as_ref().map_or(0, |profile| profile.len())
        + report.origin.metadata.as_ref().map_or(0, |metadata| metadata.len())
        + tags_bytes(report.tags.iter())
}

/// The facts of other namespaces, which stay.
fn of_rest(report: &Report, host: &Host) -> usize {
    let replaced = |namespace: &String| report.facts.iter().any(|(known, _)| known == namespace);
    let stay = host.facts.iter().filter(|(namespace, _)| !replaced(namespace));
    stay.map(|(namespace, facts)| namespace.len() + text_bytes(facts)).sum()
}
