//! Tags as index entries: the three texts together can be longer than an entry may be.

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
