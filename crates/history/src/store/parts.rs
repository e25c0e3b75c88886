//! How a profile is stored: its larger members once for all profiles that have them, the rest in line.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::{Error, Result};

/// Members whose text is at least so long are parts of their own.
const LARGE: usize = 256;
const LEVEL: i32 = 3;
/// Nothing is longer than this when unpacked: a guard against damaged data, far above what comes in.
const MOST: usize = 64 << 20;

/// The digest of a part: 16 bytes.
pub(super) type Digest = [u8; 16];

/// A profile taken apart.
#[derive(Debug)]
pub(super) struct Cut {
    /// The digests of its parts, one behind the other.
    pub parts: Vec<u8>,
    /// The rest, packed.
    pub head: Vec<u8>,
    /// The parts, packed, by digest.
    pub bodies: Vec<(Digest, Vec<u8>)>,
}

/// Takes a profile apart.
pub(super) fn cut(profile: &Map<String, Value>) -> Result<Cut> {
    let (mut head, mut parts, mut bodies) = (Map::new(), Vec::new(), Vec::new());
    for (name, member) in profile {
        let text = serde_json::to_string(&(name, member))?;
        if text.len() < LARGE {
            head.insert(name.clone(), member.clone());
            continue;
        }
        let mut digest = Digest::default();
        digest.copy_from_slice(&blake3::hash(text.as_bytes()).as_bytes()[..16]);
        parts.extend(digest);
        bodies.push((digest, pack(&text)?));
    }
    Ok(Cut { parts, head: pack(&serde_json::to_string(&head)?)?, bodies })
}

/// The digests of the parts of a profile.
pub(super) fn digests(parts: &[u8]) -> impl Iterator<Item = Digest> {
    parts.as_chunks::<16>().0.iter().copied()
}

/// Puts a profile together.
pub(super) fn joined(
    parts: &[u8],
    head: &[u8],
    bodies: &HashMap<Digest, Vec<u8>>,
) -> Result<Map<String, Value>> {
    let mut profile: Map<String, Value> = serde_json::from_slice(&unpack(head)?)?;
    for digest in digests(parts) {
        let body = bodies.get(&digest).ok_or_else(|| Error::Damaged("a part of it is missing".to_owned()))?;
        let (name, member) = serde_json::from_slice(&unpack(body)?)?;
        profile.insert(name, member);
    }
    Ok(profile)
}

/// Bytes as a digest.
pub(super) fn digest(bytes: Vec<u8>) -> Result<Digest> {
    bytes.try_into().map_err(|_| Error::Damaged("the digest of a part has another length than 16".to_owned()))
}

fn pack(text: &str) -> Result<Vec<u8>> {
    let mut bytes = (text.len() as u32).to_le_bytes().to_vec();
    bytes.extend(zstd::bulk::compress(text.as_bytes(), LEVEL)?);
    Ok(bytes)
}

fn unpack(bytes: &[u8]) -> Result<Vec<u8>> {
    let short = || Error::Damaged("a packed text ends before its size".to_owned());
    let (size, packed) = bytes.split_first_chunk::<4>().ok_or_else(short)?;
    let size = u32::from_le_bytes(*size) as usize;
    if size > MOST {
        return Err(Error::Damaged(format!("a packed text claims {size} bytes")));
    }
    Ok(zstd::bulk::decompress(packed, size)?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_two_profiles_have_in_common_is_one_part() {
        let packages: Vec<String> = (0..50).map(|n| format!("package-{n}-1.0-1.x86_64")).collect();
        let one = json!({"arch": "x86_64", "installed_packages": packages});
        let other = json!({"arch": "aarch64", "installed_packages": packages});
        let (one, other) = (cut(one.as_object().unwrap()).unwrap(), cut(other.as_object().unwrap()).unwrap());
        assert_eq!(one.parts, other.parts);
        assert_eq!(one.bodies.len(), 1);
        assert_ne!(one.head, other.head);
    }

    #[test]
    fn damaged_bytes_are_an_error() {
        let none = HashMap::new();
        for (parts, head) in
            [(&[][..], &[][..]), (&[], &[1, 0, 0, 0, 9]), (&[0; 16], &pack("{}").unwrap()[..])]
        {
            assert!(joined(parts, head, &none).is_err());
        }
    }

    proptest! {
        #[test]
        fn a_profile_is_put_together_as_it_was(lengths in proptest::collection::vec(0usize..400, 0..8)) {
            let members = lengths.iter().enumerate();
            let profile: Map<String, Value> = members.map(|(n, length)| (format!("m{n}"), "x".repeat(*length).into())).collect();
            let cut = cut(&profile).unwrap();
            let bodies = cut.bodies.into_iter().collect();
            prop_assert_eq!(joined(&cut.parts, &cut.head, &bodies).unwrap(), profile);
        }
    }
}
