//! Takes over what the original has of hosts: rows of its tables, from a file or its own database.
//!
//! Groups and staleness settings of a batch come before its hosts, and these before what applications say of them. What is there
//! already stays as it is, so that the same rows may be given again.

pub mod original;
pub mod rows;

use std::collections::BTreeMap;

use fleet::{Fleet, ImportResult, ImportedPart};
use ground::{HostId, OrgId, Timestamp};
use serde_json::{Map, Value};

use self::rows::Row;
use crate::{applications::Application, store::JobMark};

/// What became of a batch of rows.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct BatchResult {
    /// Rows that are stored now.
    pub stored: u64,
    /// Rows that were there already.
    pub known: u64,
    /// Rows that could not be kept, by their place in the batch, with the reason.
    pub refused: Vec<(usize, String)>,
}

impl BatchResult {
    fn note(&mut self, place: usize, result: Result<bool, String>) {
        match result {
            Ok(true) => self.stored += 1,
            Ok(false) => self.known += 1,
            Err(why) => self.refused.push((place, why)),
        }
    }
}

/// A part of a host with the place of its row.
type Part = (usize, HostId, ImportedPart);
/// What an application said of a host, with the place of the row.
type AppDataRow = (usize, HostId, Timestamp, Map<String, Value>);

/// Takes over rows, each as `row_to_json` prints it. An error means that some may not be stored.
pub async fn take(fleet: &Fleet, lines: impl IntoIterator<Item = &[u8]>) -> fleet::Result<BatchResult> {
    let mut taken = BatchResult::default();
    let mut hosts: BTreeMap<OrgId, Vec<Part>> = BTreeMap::new();
    let mut said: BTreeMap<(OrgId, Application), Vec<AppDataRow>> = BTreeMap::new();
    for (place, line) in lines.into_iter().enumerate() {
        let mut part = |org, id, part| hosts.entry(org).or_default().push((place, id, part));
        match rows::read(line) {
            Err(why) => taken.refused.push((place, why)),
            Ok(Row::Group(org, group, account)) => {
                let stored = fleet.put_workspace(&org, &group, account.as_deref()).await;
                taken.note(place, or_bad_value(stored)?);
            }
            Ok(Row::JobMark(job, at)) => {
                taken.note(place, Ok(JobMark::new(fleet.db(), &job).begin(at).await?));
            }
            Ok(Row::Staleness(org, own)) => taken.note(place, Ok(fleet.import_staleness(&org, &own).await?)),
            Ok(Row::Host(host)) => part(host.org.clone(), host.id, ImportedPart::Host(host)),
            Ok(Row::Profile(org, id, text)) => part(org, id, ImportedPart::Profile(text)),
            Ok(Row::Membership(org, id, group)) => part(org, id, ImportedPart::Group(group)),
            Ok(Row::AppData(org, id, application, reported, values)) => {
                said.entry((org, application)).or_default().push((place, id, reported, values));
            }
        }
    }
    for (org, mut parts) in hosts {
        // Hosts first, wherever they stand in the batch.
        parts.sort_by_key(|(_, _, part)| !matches!(part, ImportedPart::Host(_)));
        let (places, parts): (Vec<usize>, Vec<_>) =
            parts.into_iter().map(|(place, id, part)| (place, (id, part))).unzip();
        let take = async |some| fleet.import_hosts(&org, some).await;
        take_all_or_each(&mut taken, places, parts, take).await?;
    }
    for ((org, application), said) in said {
        let (places, said): (Vec<usize>, Vec<_>) =
            said.into_iter().map(|(place, id, reported, values)| (place, (id, reported, values))).unzip();
        let take = async |some| fleet.import_app_data(&org, application.name(), some).await;
        take_all_or_each(&mut taken, places, said, take).await?;
    }
    taken.refused.sort_unstable();
    Ok(taken)
}

/// Takes rows over in one transaction; when the values of one do not fit, each in one of its own.
async fn take_all_or_each<T: Clone>(
    taken: &mut BatchResult,
    places: Vec<usize>,
    rows: Vec<T>,
    take: impl AsyncFn(Vec<T>) -> fleet::Result<Vec<ImportResult>>,
) -> fleet::Result<()> {
    match or_bad_value(take(rows.clone()).await)? {
        Ok(results) => note_all(taken, places, results),
        Err(_) => {
            for (place, row) in places.into_iter().zip(rows) {
                match or_bad_value(take(vec![row]).await)? {
                    Ok(results) => note_all(taken, vec![place], results),
                    Err(why) => taken.refused.push((place, why)),
                }
            }
        }
    }
    Ok(())
}

fn note_all(taken: &mut BatchResult, places: Vec<usize>, results: Vec<ImportResult>) {
    for (place, result) in places.into_iter().zip(results) {
        taken.note(place, result.map_err(|refused| refused.to_string()));
    }
}

/// What was stored, or why its values do not fit.
fn or_bad_value<T>(stored: fleet::Result<T>) -> fleet::Result<Result<T, String>> {
    match stored {
        Err(error) if error.is_of_the_report() => Ok(Err(error.to_string())),
        stored => stored.map(Ok),
    }
}
