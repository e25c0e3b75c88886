//! Whether a host can be published once a report is taken over.

use std::io::{self, Write};

use serde_json::Value;

use crate::{Host, Refused, Report};

/// What an event has besides profile, facts, tags and metadata: names, times, reporters, the group.
const OTHER_BYTES: usize = 8 << 10;
/// What a tag takes beside its texts.
const TAG_BYTES: usize = 48;

/// Refuses a report whose host would be larger, as an event, than `max` bytes. `host` is the one it is about, as it is stored.
pub(super) fn check(report: &Report, host: Option<&Host>, max: usize) -> Result<(), Refused> {
    let bytes = OTHER_BYTES + of_report(report) + host.map_or(0, |host| of_rest(report, host));
    if bytes <= max { Ok(()) } else { Err(Refused::TooLarge { bytes, max }) }
}

fn of_report(report: &Report) -> usize {
    let facts = report.facts.iter().map(|(namespace, facts)| namespace.len() + json_bytes(facts));
    let tags = report.tags.iter();
    let tag = |tag: crate::Tag<'_>| {
        tag.namespace.map_or(0, str::len) + tag.key.len() + tag.value.map_or(0, str::len) + TAG_BYTES
    };
    report.profile.as_ref().map_or(0, |profile| profile.len())
        + report.origin.metadata.as_ref().map_or(0, |metadata| metadata.len())
        + facts.sum::<usize>()
        + tags.map(tag).sum::<usize>()
}

/// The facts of other namespaces, which stay.
fn of_rest(report: &Report, host: &Host) -> usize {
    let replaced = |namespace: &String| report.facts.iter().any(|(known, _)| known == namespace);
    let stay = host.facts.iter().filter(|(namespace, _)| !replaced(namespace));
    stay.map(|(namespace, facts)| namespace.len() + json_bytes(facts)).sum()
}

fn json_bytes(value: &Value) -> usize {
    struct Count(usize);

    impl Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut count = Count(0);
    // Counting does not fail.
    let _ = serde_json::to_writer(&mut count, value);
    count.0
}
