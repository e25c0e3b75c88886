//! Tags of hosts as rows: each tag once for an organisation, known by a digest because its three texts together can be
//! longer than an index entry may be.

use std::collections::BTreeMap;

use ::store::{Rows, Sql, Tx};
use ground::{HostId, OrgId};

use crate::{Host, NO_NAMESPACE, Result, db::statements as statement};

fn digest(parts: &[&str]) -> Vec<u8> {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().as_bytes()[..16].to_vec()
}

/// Of one tag; `value` is empty for a key without values.
pub(crate) fn tag_digest(namespace: &str, key: &str, value: &str) -> Vec<u8> {
    digest(&[namespace, key, value])
}

/// Of a key, whatever its value.
pub(crate) fn pair_digest(namespace: &str, key: &str) -> Vec<u8> {
    digest(&[namespace, key])
}

/// Takes their tags from hosts.
pub(crate) async fn drop(tx: &mut Tx, org: &OrgId, hosts: Vec<HostId>) -> Result<()> {
    if !hosts.is_empty() {
        tx.execute(Sql::new(statement::DROP_HOST_TAGS).bind(org).rows(Rows::new().column(hosts))).await?;
    }
    Ok(())
}

/// Writes the tags of hosts that have none yet.
pub(crate) async fn put(tx: &mut Tx, org: &OrgId, hosts: impl Iterator<Item = &Host>) -> Result<()> {
    let mut tagged: BTreeMap<(&str, &str, &str), Vec<HostId>> = BTreeMap::new();
    for host in hosts {
        for tag in host.tags.iter() {
            // A tag without a value and one with an empty value are found by the same row.
            let texts = (tag.namespace.unwrap_or(NO_NAMESPACE), tag.key, tag.value.unwrap_or_default());
            let ids = tagged.entry(texts).or_default();
            if ids.last() != Some(&host.id) {
                ids.push(host.id);
            }
        }
    }
    if tagged.is_empty() {
        return Ok(());
    }
    let digests: Vec<_> =
        tagged.keys().map(|(namespace, key, value)| tag_digest(namespace, key, value)).collect();
    let tags = Rows::new()
        .column(digests.iter().cloned())
        .column(tagged.keys().map(|(namespace, key, _)| pair_digest(namespace, key)))
        .column(tagged.keys().map(|(namespace, ..)| *namespace))
        .column(tagged.keys().map(|(_, key, _)| *key))
        .column(tagged.keys().map(|(.., value)| *value));
    tx.execute(Sql::new(statement::PUT_TAGS).bind(org).rows(tags)).await?;
    let hosts = || {
        digests.iter().zip(tagged.values()).flat_map(|(digest, ids)| ids.iter().map(move |id| (*id, digest)))
    };
    let rows =
        Rows::new().column(hosts().map(|(id, _)| id)).column(hosts().map(|(_, digest)| digest.clone()));
    tx.execute(Sql::new(statement::PUT_HOST_TAGS).bind(org).rows(rows)).await?;
    Ok(())
}
