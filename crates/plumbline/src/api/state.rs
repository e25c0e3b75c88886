//! A host as it is, or was.

use ground::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{FLEET, FoundHost, time};
use crate::{
    failure::{Failure, Result},
    style::second,
};

/// Removals of a host, newest first.
#[derive(Deserialize)]
struct Removals {
    changes: Vec<Removal>,
}

#[derive(Deserialize)]
struct Removal {
    seq: i64,
    #[serde(deserialize_with = "time")]
    at: Timestamp,
}

/// The state of a host at a time, or now, as `/api/fleet/v1/hosts/{id}/state` shows it. Of a host that was gone then, the last one.
pub async fn state(found: &FoundHost<'_>, at: Option<Timestamp>) -> Result<Box<RawValue>> {
    let FoundHost { api, id } = found;
    let path = format!("{FLEET}/hosts/{id}/state");
    if let Some(state) = api.get_known(&path, at.map(|at| ("at", at.to_string()))).await? {
        return Ok(state);
    }
    let removals = [("kind", "deleted".to_owned()), ("limit", "1000".to_owned())];
    let removals: Removals = api.get(&format!("{FLEET}/hosts/{id}/timeline"), removals).await?;
    let last = removals.changes.iter().find(|removal| at.is_none_or(|at| removal.at <= at));
    let last = last.ok_or_else(|| {
        let at = at.map(second).unwrap_or_default();
        Failure::Runtime(format!(
            "host {id} was not known at {at}; `plumbline history {id}` shows since when it is"
        ))
    })?;
    api.get(&path, [("seq", last.seq.to_string())]).await
}
