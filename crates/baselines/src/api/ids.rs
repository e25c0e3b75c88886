//! Ids in paths and bodies.

use drift_common::{Failure, ids};
use uuid::Uuid;

/// The ids of a path or a list, checked: 400 `malformed UUIDs requested (…)`.
pub fn read<'t>(texts: impl IntoIterator<Item = &'t str>) -> Result<Vec<Uuid>, Failure> {
    let checked = ids::checked(texts)?;
    checked.iter().map(|id| Uuid::parse_str(id).map_err(|error| Failure::internal(&error))).collect()
}

/// The ids of a path, with commas between them, none twice.
pub fn of_path(segment: &str) -> Result<Vec<Uuid>, Failure> {
    let ids = read(segment.split(','))?;
    once(&ids)?;
    Ok(ids)
}

/// The one id of a path.
pub fn one(segment: &str) -> Result<Uuid, Failure> {
    read([segment])?.pop().ok_or_else(|| Failure::bad_request("malformed UUIDs requested ()"))
}

/// 400 when an id stands there twice.
pub fn once(ids: &[Uuid]) -> Result<(), Failure> {
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted.len() == ids.len() { Ok(()) } else { Err(Failure::bad_request("duplicate IDs in request")) }
}

/// Ids with commas between them, as messages have them.
pub fn joined(ids: &[Uuid]) -> String {
    ids.iter().map(Uuid::to_string).collect::<Vec<_>>().join(", ")
}
