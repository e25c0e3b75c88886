//! Requests that were recorded on the service that ours replaces, sent to ours, and the answers laid side by side.
//!
//! `testdata/scenarios/cases-NAME.jsonl` has the requests and answers, `ids-NAME.json` the names of the ids that the
//! original made up, `fixes-NAME.json` (where there is one) the cases that are to be answered otherwise, and the
//! service's own `tests/differences.tsv` what differs beyond that, with the reason; an entry that no longer differs
//! fails as well. `PLUMBLINE_SCENARIOS` names another folder, `PLUMBLINE_SCENARIOS_EXTRA` further files of cases (with
//! `:` between them).
//!
//! ```ignore
//! let mut replay = Replay::load("hsp").except(&["mgmt"]).differences(include_str!("differences.tsv"));
//! replay.run(&client, database.engine()).await;
//! ```

mod differences;
mod fixes;

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use http::Request;
use serde_json::Value;
use testkit::{
    compare::Normaliser,
    scenarios::{HttpCase, Ids, Phase, load_http_cases, load_ids},
};

pub use differences::Place;
pub use fixes::Fix;

use crate::{Answer, Client};
use differences::{differences, listed};

type Before = Box<dyn FnMut(&HttpCase) + Send>;
type Adjust = Box<dyn Fn(&HttpCase, &mut Value, &mut Value) + Send>;
type Accept = Box<dyn Fn(&HttpCase, &Fix, &Answer) -> bool + Send>;

/// The recorded cases of a service, and what may differ.
pub struct Replay {
    name: String,
    /// The requests and answers, in the order in which they are sent: what changes something last.
    pub cases: Vec<HttpCase>,
    /// The names of ids.
    pub ids: Ids,
    /// Which of our ids stands for which recorded one.
    pub normaliser: Normaliser,
    fixes: Vec<Fix>,
    differences: BTreeSet<Place>,
    before: Before,
    adjust: Adjust,
    accept: Accept,
}

impl Replay {
    /// Everything that was recorded under this name.
    pub fn load(name: &str) -> Self {
        let ids = load_ids(name).expect("the ids can be read");
        let mut cases = load_http_cases(name).expect("the cases can be read");
        cases.extend(extra());
        cases.sort_by_key(|case| (case.phase == Phase::Mutate, case.phase != Phase::Setup));
        Self {
            name: name.to_owned(),
            cases,
            normaliser: Normaliser::new(&ids),
            ids,
            fixes: fixes::load(name),
            differences: BTreeSet::new(),
            before: Box::new(|_| ()),
            adjust: Box::new(|_, _, _| ()),
            accept: Box::new(|_, _, _| false),
        }
    }

    /// Without the cases whose names begin so.
    #[must_use]
    pub fn except(mut self, starts: &[&str]) -> Self {
        self.cases.retain(|case| !starts.iter().any(|start| case.id.starts_with(start)));
        self
    }

    /// With a list of what differs: case, place (`status`, `content-type`, `text`, or where in the body, without the
    /// numbers of list entries), reason; tabs between them.
    #[must_use]
    pub fn differences(mut self, table: &str) -> Self {
        self.differences = listed(table);
        self
    }

    /// Does this before every request: a clock goes on.
    #[must_use]
    pub fn before(mut self, before: impl FnMut(&HttpCase) + Send + 'static) -> Self {
        self.before = Box::new(before);
        self
    }

    /// Changes recorded and our JSON bodies before they are compared, where the original leaves something to chance.
    #[must_use]
    pub fn adjust(mut self, adjust: impl Fn(&HttpCase, &mut Value, &mut Value) + Send + 'static) -> Self {
        self.adjust = Box::new(adjust);
        self
    }

    /// Decides about cases with a fix that names more than other statuses (`without`, `toggle`).
    #[must_use]
    pub fn accept(mut self, accept: impl Fn(&HttpCase, &Fix, &Answer) -> bool + Send + 'static) -> Self {
        self.accept = Box::new(accept);
        self
    }

    /// Sends every case in order and fails with all that differs and is not listed. `engine` names the run.
    pub async fn run(&mut self, client: &Client, engine: &str) {
        let mut found: BTreeMap<Place, String> = BTreeMap::new();
        for at in 0..self.cases.len() {
            let case = self.cases[at].clone();
            (self.before)(&case);
            let answer = client.send(request(&case, &self.normaliser)).await;
            for (place, what) in self.compare(&case, &answer) {
                found.insert(place, what);
            }
        }
        self.report(&found, engine);
    }

    fn compare(&mut self, case: &HttpCase, answer: &Answer) -> Vec<(Place, String)> {
        let fixes: Vec<&Fix> = self.fixes.iter().filter(|fix| fix.is_about(&case.id)).collect();
        let accepted =
            fixes.iter().any(|fix| fix.status.contains(&answer.status) || (self.accept)(case, fix, answer));
        if accepted {
            return Vec::new();
        }
        differences(case, answer, &mut self.normaliser, &self.adjust)
    }

    fn report(&self, found: &BTreeMap<Place, String>, engine: &str) {
        let sent: BTreeSet<&str> = self.cases.iter().map(|case| case.id.as_str()).collect();
        let differing: BTreeSet<&str> = found.keys().map(|place| place.case.as_str()).collect();
        println!(
            "{}: {engine}: {} of {} cases are answered alike",
            self.name,
            sent.len() - differing.len(),
            sent.len()
        );
        let unexpected: Vec<String> = found
            .iter()
            .filter(|(place, _)| !self.differences.contains(place))
            .map(|(place, what)| format!("{}\t{}\t{what}", place.case, place.at))
            .collect();
        let gone: Vec<&Place> = self
            .differences
            .iter()
            .filter(|place| sent.contains(place.case.as_str()) && !found.contains_key(place))
            .collect();
        assert!(
            unexpected.is_empty() && gone.is_empty(),
            "{}: {engine}: {} places differ and are not in tests/differences.tsv:\n{}\n{} are listed there and do not differ: {gone:#?}",
            self.name,
            unexpected.len(),
            unexpected.join("\n"),
            gone.len(),
        );
    }
}

/// Cases of the files that `PLUMBLINE_SCENARIOS_EXTRA` names.
fn extra() -> Vec<HttpCase> {
    let paths = std::env::var("PLUMBLINE_SCENARIOS_EXTRA").unwrap_or_default();
    let read = |path: &str| {
        let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let case = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{path}: {error}"));
        text.lines().filter(|line| !line.is_empty()).map(case).collect::<Vec<_>>()
    };
    paths.split(':').filter(|path| !path.is_empty()).flat_map(read).collect()
}

/// The recorded request, with our ids for the recorded ones.
fn request(case: &HttpCase, normaliser: &Normaliser) -> Request<Body> {
    let request = &case.request;
    let path = normaliser.fill(request.path_template());
    let mut builder = Request::builder().method(request.method.as_str()).uri(path);
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    let body = request.body_template().map_or_else(Body::empty, |body| normaliser.fill(body).into());
    builder.body(body).unwrap_or_else(|error| panic!("{}: {error}", case.id))
}

impl std::fmt::Debug for Replay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Replay")
            .field("name", &self.name)
            .field("cases", &self.cases.len())
            .finish_non_exhaustive()
    }
}
