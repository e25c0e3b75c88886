//! What strangers send, thrown at what reads it: each target is a function over any bytes, that must neither panic nor
//! take long, and whose answers must agree with one another.
//!
//! The corpus in `corpus/TARGET/` is tried as an ordinary test, with what is near it. To look for more, at random or led
//! by what was reached (`cargo install cargo-fuzz`):
//!
//! ```sh
//! FUZZ_SECONDS=300 FUZZ_SEED=7 cargo test -p fuzz -- --nocapture
//! cargo +nightly fuzz run --sanitizer none --fuzz-dir fuzz/libfuzzer envelope fuzz/corpus/envelope
//! ```
//!
//! No sanitizer: what is fuzzed is Rust without `unsafe`, and the Kafka client does not build under one.
//!
//! An input that fails goes into the corpus together with the fix.
//!
//! # To add a target
//! A function here, a line in [`TARGETS`], a file in `libfuzzer/fuzz_targets/` with its `[[bin]]`, and a folder in
//! `corpus/` with some inputs that reach far.
#![expect(clippy::panic, clippy::expect_used, reason = "a target that finds something fails by a panic")]

use ::promql::{Limits, Query, Times};
use access::{IDENTITY_HEADER, Identity};
use fleet::{Completion, Expected, Question, quoted_value};
use ground::Timestamp;
use http::{HeaderMap, HeaderValue};
use inventory::{
    api::{
        ordering::{Keys, Ordering},
        page::Page,
        path::PathIds,
        selection::{Of, Selection},
    },
    report::{self, Rhsm, envelope},
};
use legacy::Params;
use monitoring::{
    batch::SeriesLimits,
    doors::{line, otlp, remote_write, unpack},
};
use profile::Profile;
use series::chunk;

/// A target: its name, which is that of its corpus, and what it does.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 10] = [
    ("envelope", envelope),
    ("profile", profile),
    ("query", query),
    ("question", question),
    ("identity", identity),
    ("samples", samples),
    ("promql", promql),
    ("result", result),
    ("chunk", chunk),
    ("version", version),
];

/// A message of the host-ingress topic, taken apart and checked, up to the report and its profile.
pub fn envelope(bytes: &[u8]) {
    let Ok(envelope) = envelope::decode(bytes) else { return };
    // What events repeat to the letter has to be JSON.
    let metadata: Result<serde_json::Map<String, serde_json::Value>, _> =
        serde_json::from_str(&envelope.metadata);
    assert!(metadata.is_ok(), "metadata that is passed on is no object: {}", envelope.metadata);
    for rhsm in [Rhsm::Accepted, Rhsm::Rejected] {
        if let Ok(report) = report::report(&envelope, rhsm)
            && let Some(profile) = &report.profile
        {
            assert!(!profile.contains("\\u0000"), "the character NUL is removed before");
            let _ = Profile::parse(profile);
        }
        let _ = report::profile_report(&envelope, rhsm);
    }
}

/// A profile: whatever passes is stored, read back and compared, so it has to mean the same every time.
pub fn profile(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(first) = Profile::parse(text) else { return };
    let lists = |profile: &Profile| -> Vec<_> {
        profile
            .lists
            .iter()
            .map(|(section, list)| (*section, list.canonical, list.json().into_owned()))
            .collect()
    };
    let texts = lists(&first);
    let joined =
        profile::join(&first.facts, texts.iter().map(|(section, _, text)| (*section, text.as_str())));
    let again = Profile::parse(&joined).unwrap_or_else(|problem| panic!("{problem}: {joined}"));
    assert_eq!(first.facts, again.facts, "facts that are stored are valid facts");
    let canonical = |all: &[(profile::Section, profile::Digest, String)]| -> Vec<_> {
        all.iter().map(|(section, canonical, _)| (*section, *canonical)).collect()
    };
    assert_eq!(canonical(&texts), canonical(&lists(&again)), "lists that are stored are valid lists");
}

/// A query string: everything that an operation asks of one, and a list of ids in a path.
pub fn query(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = PathIds::parse(text);
    let Ok(params) = Params::parse(text) else { return };
    for of in [Of::Hosts, Of::Tags, Of::GroupHosts] {
        if let Ok(selection) = Selection::read(&params, of) {
            let _ = selection.conditions();
        }
    }
    for keys in [Keys::All, Keys::WithoutOperatingSystem] {
        let _ = Ordering::read(&params, keys).and_then(|ordering| ordering.resolve());
    }
    let _ = Page::read(&params);
    for root in ["filter", "fields", "a"] {
        let _ = (params.bracketed(root), params.no_bare(root), params.sparse_fields(root, "system_profile"));
    }
    for name in ["page", "tags", "display_name", "a"] {
        let _ = (params.uuid(name), params.ids(name), params.boolean(name), params.date_time(name));
        let _ =
            (params.integer(name, 1, 0, 100), params.enum_array(name, &["b"]), params.one_of(name, &["b"]));
    }
}

/// A question about hosts: what is told of a mistake stands in the text, and what completes it fits behind what stays.
pub fn question(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let now = Timestamp::from_micros(1_800_000_000_000_000);
    match Question::parse(text, now) {
        Ok(question) => {
            let inside = Question::parse(&format!("({text})"), now);
            // One more bracket may be one too many.
            assert!(
                inside.is_err() || inside == Ok(question),
                "brackets around a question change it: {text}"
            );
        }
        Err(mistake) => {
            let place = mistake.position - 1;
            let word: String = text.chars().skip(place).take(mistake.word.chars().count()).collect();
            assert_eq!(word, mistake.word, "the word of a mistake stands where it says: {text}");
        }
    }
    let Completion { from, expected, .. } = Completion::at_end(text);
    let kept = text.get(..from).expect("what stays ends between two characters");
    if let Expected::Value(field) = expected {
        for value in Question::fixed_values(&field) {
            let completed = format!("{kept}{}", quoted_value(value));
            assert!(matches!(Completion::at_end(&completed).expected, Expected::Value(_)), "{completed}");
        }
    }
}

/// An identity header: the same caller every time, who is told back as they came.
pub fn identity(bytes: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(bytes) else { return };
    let mut headers = HeaderMap::new();
    headers.insert(IDENTITY_HEADER, value);
    let Ok(caller) = Identity::from_headers(&headers) else { return };
    let again = Identity::from_b64(&caller.b64()).expect("what we write we can read");
    assert_eq!((caller.org.as_str(), caller.owner()), (again.org.as_str(), again.owner()));
}

/// Samples, by each of the doors that they come in by: packed and unpacked, in each encoding.
pub fn samples(bytes: &[u8]) {
    let limits = SeriesLimits::default();
    let _ = (unpack::snappy(bytes), unpack::gzip(bytes));
    for version in [remote_write::Version::One, remote_write::Version::Two] {
        let _ = remote_write::read(version, bytes.to_vec(), &limits);
    }
    for encoding in [otlp::Encoding::Protobuf, otlp::Encoding::Json] {
        let _ = otlp::read(encoding, bytes, &limits);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        for precision in [None, Some("ns"), Some("s")] {
            let precision = line::precision(precision).expect("a known precision");
            let _ = line::read(text, precision, 1_795_289_400_000, &limits);
        }
    }
}

/// A question in `PromQL`, also over no series at all.
pub fn promql(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = (::promql::parse(text), ::promql::parse_selector(text), ::promql::parse_duration(text));
    for times in [Times::instant(1_795_289_400_000), Times::range(0, 600_000, 60_000)] {
        if let Ok(query) = Query::new(text, times) {
            let nothing = vec![Vec::new(); query.selections().len()];
            let _ = query.evaluate(&nothing, &Limits { samples: 100_000, stopped: None });
        }
    }
}

/// What a benchmark tool wrote: in the format that it looks like, and in one that somebody named.
pub fn result(bytes: &[u8]) {
    let mapping = results::Mapping::default();
    let named = results::Format::ALL.into_iter().nth(bytes.len() % results::Format::ALL.len());
    for format in [None, named] {
        if let Ok(reading) = results::read(bytes, "result", format, &mapping) {
            for at in 0..reading.runs.len() {
                let _ = reading.document(at);
            }
        }
    }
}

/// Stored samples: bytes that are none are refused, and numbers come back as they were.
pub fn chunk(bytes: &[u8]) {
    for kind in [chunk::Kind::Floats, chunk::Kind::Histograms] {
        let _ = chunk::decode(kind, bytes);
    }
    let _ = chunk::decode_records(bytes);
    let (pairs, _) = bytes.as_chunks::<16>();
    let mut samples: Vec<(i64, f64)> = pairs
        .iter()
        .map(|pair| {
            let (time, value) = pair.split_at(8);
            let number = |half: &[u8]| half.try_into().map(u64::from_le_bytes).unwrap_or_default();
            ((number(time) >> 20) as i64, f64::from_bits(number(value)))
        })
        .collect();
    samples.sort_by_key(|(time, _)| *time);
    samples.dedup_by_key(|(time, _)| *time);
    let (times, values): (Vec<i64>, Vec<f64>) = samples.into_iter().unzip();
    if times.is_empty() {
        return;
    }
    let Ok(encoded) = chunk::encode_floats(&times, &values) else { return };
    let (times_again, values_again) = chunk::decode_floats(&encoded).expect("what we write we can read");
    let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
    assert_eq!((times_again, bits(&values_again)), (times, bits(&values)));
}

/// Two versions of a package: the first is as the second says, the other way round.
pub fn version(bytes: &[u8]) {
    let at = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (one, two) = (&bytes[..at], bytes.get(at + 1..).unwrap_or_default());
    for name in ["rpm", "deb", "pacman", "apk"] {
        let ecosystem = compare::Ecosystem::named(name).expect("a known ecosystem");
        let order = ecosystem.order_bytes(one, two);
        assert_eq!(order, ecosystem.order_bytes(two, one).reverse(), "{name}: {bytes:?}");
        assert!(ecosystem.order_bytes(one, one).is_eq(), "{name}: {one:?}");
        if let Ok(text) = std::str::from_utf8(one) {
            let _ = ecosystem.accepts(text);
        }
    }
}
