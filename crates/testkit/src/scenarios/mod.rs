//! Requests and the answers that the replaced services gave to them, recorded.
//!
//! The folder is `testdata/scenarios`, or the one that `PLUMBLINE_SCENARIOS` names. Its files are JSON, one
//! value a line: `seeds-SERVICE.jsonl` (what is loaded before), `cases-SERVICE.jsonl` (requests with answers, in
//! the order in which they build on one another), `ids-SERVICE.json` (names of the ids that the service made up).
//! Lay a recorded answer beside ours with [`crate::compare`].

mod cases;
mod ids;

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

pub use self::{
    cases::{CaseKind, ExpectedOutcome, HttpCase, IngestCase, Phase, Produced, Request, Response, Seed},
    ids::Ids,
};

/// Why recorded answers cannot be read.
#[derive(Debug)]
pub struct Unreadable(String);

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}

/// The seeds of a service, in the order in which they are loaded.
pub fn load_seeds(service: &str) -> Result<Vec<Seed>, Unreadable> {
    load_lines(&folder().join(format!("seeds-{service}.jsonl")))
}

/// The HTTP requests to a service with its answers, in order.
pub fn load_http_cases(service: &str) -> Result<Vec<HttpCase>, Unreadable> {
    load_lines(&folder().join(format!("cases-{service}.jsonl")))
}

/// The messages to the inventory with what became of them, in order (`cases-hbi-ingest.jsonl`).
pub fn load_ingest_cases() -> Result<Vec<IngestCase>, Unreadable> {
    load_lines(&folder().join("cases-hbi-ingest.jsonl"))
}

/// The names of the ids in `cases-NAME.jsonl`.
pub fn load_ids(name: &str) -> Result<Ids, Unreadable> {
    let path = folder().join(format!("ids-{name}.json"));
    serde_json::from_str(&text(&path)?).map_err(|error| Unreadable(format!("{}: {error}", path.display())))
}

/// Where the recorded answers are.
pub fn folder() -> PathBuf {
    std::env::var_os("PLUMBLINE_SCENARIOS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/scenarios"), PathBuf::from)
}

fn load_lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, Unreadable> {
    let read = |(number, line): (usize, &str)| {
        serde_json::from_str(line)
            .map_err(|error| Unreadable(format!("{} line {}: {error}", path.display(), number + 1)))
    };
    text(path)?.lines().enumerate().filter(|(_, line)| !line.is_empty()).map(read).collect()
}

fn text(path: &Path) -> Result<String, Unreadable> {
    std::fs::read_to_string(path).map_err(|error| {
        Unreadable(format!(
            "{}: {error}; set PLUMBLINE_SCENARIOS to the folder with recorded answers",
            path.display()
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seeds-x.jsonl");
        std::fs::write(&path, "1\n\n2\nthree\n").unwrap();
        let error = load_lines::<u32>(&path).unwrap_err().to_string();
        assert!(error.contains("seeds-x.jsonl line 4: expected"), "{error}");
        std::fs::write(&path, "1\n\n2\n").unwrap();
        assert_eq!(load_lines::<u32>(&path).unwrap(), [1, 2]);
    }

    #[test]
    fn a_missing_folder_says_how_to_name_it() {
        let error = load_lines::<u32>(Path::new("/nowhere/seeds-x.jsonl")).unwrap_err().to_string();
        assert!(error.ends_with("set PLUMBLINE_SCENARIOS to the folder with recorded answers"), "{error}");
    }
}
