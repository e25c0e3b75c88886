//! Ids of profiles that are rows of the log.

use ground::OrgId;
use uuid::Uuid;

/// The lowest bits of an id are the number of the row; the two above them and four others say which kind of UUID it is.
const NUMBER: u128 = (1 << 62) - 1;
const MARKS: u128 = (0b11 << 62) | (0xf << 76);
/// UUIDs of version 8 are whatever their maker wants.
const VERSION_8: u128 = (0b10 << 62) | (8 << 76);

/// The id of the profile in row `seq` of an organisation's log. It is found again without being stored: the upper half
/// is a digest of organisation and number, the lower half the number.
pub fn of_row(org: &OrgId, seq: i64) -> Uuid {
    let mut hasher = blake3::Hasher::new_derive_key("plumbline 2026 id of a historical profile in the log");
    hasher.update(&seq.to_le_bytes());
    hasher.update(org.as_str().as_bytes());
    let mut digest = [0; 16];
    hasher.finalize_xof().fill(&mut digest);
    let upper = u128::from_be_bytes(digest) & !(NUMBER | MARKS);
    Uuid::from_u128(upper | VERSION_8 | (seq as u128 & NUMBER))
}

/// The row of the organisation's log that an id names, if it names one.
pub fn row_of(org: &OrgId, id: Uuid) -> Option<i64> {
    let seq = (id.as_u128() & NUMBER) as i64;
    (of_row(org, seq) == id).then_some(seq)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_id_names_its_row_in_its_organisation_only(seq in 0..i64::MAX / 2, other: u128) {
            let (here, there) = (OrgId::parse("here").unwrap(), OrgId::parse("there").unwrap());
            let id = of_row(&here, seq);
            prop_assert_eq!((row_of(&here, id), row_of(&there, id)), (Some(seq), None));
            prop_assert_eq!((id.get_version_num(), row_of(&here, Uuid::from_u128(other))), (8, None));
        }
    }
}
