//! Lists of ids (contract drift §2.4).

use std::collections::HashSet;

use ground::any_uuid;

use crate::Failure;

/// Whether this is `8-4-4-4-12` hexadecimal digits, in any case.
pub fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && [8, 13, 18, 23].iter().all(|&at| text.as_bytes()[at] == b'-')
        && text.bytes().filter(u8::is_ascii_hexdigit).count() == 32
        && any_uuid(text).is_some()
}

/// The ids in lower case. Those that are none are refused together, as they were written:
/// 400 `malformed UUIDs requested (x, y)`.
pub fn checked<'t>(ids: impl IntoIterator<Item = &'t str>) -> Result<Vec<String>, Failure> {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for id in ids {
        if is_uuid(id) {
            good.push(id.to_ascii_lowercase());
        } else {
            bad.push(id);
        }
    }
    if bad.is_empty() {
        return Ok(good);
    }
    Err(Failure::bad_request(format!("malformed UUIDs requested ({})", bad.join(", "))))
}

/// Whether an id stands there twice; letters in any case.
pub fn has_repeated<T: AsRef<str>>(ids: &[T]) -> bool {
    let mut seen = HashSet::new();
    !ids.iter().all(|id| seen.insert(id.as_ref().to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "E6AB0DA0-f744-5ee2-9b62-9c4274d1c1e9";

    #[test]
    fn ids_that_are_none_are_refused_together_and_as_written() {
        let Err(Failure::Message(_, message)) = checked(["Bad", ID, "", "e6ab0da0f7445ee29b629c4274d1c1e9"])
        else {
            panic!("refused")
        };
        assert_eq!(message, "malformed UUIDs requested (Bad, , e6ab0da0f7445ee29b629c4274d1c1e9)");
        assert_eq!(checked([ID]), Ok(vec![ID.to_lowercase()]));
    }

    #[test]
    fn the_same_id_in_other_letters_is_repeated() {
        assert!(has_repeated(&[ID.to_owned(), ID.to_lowercase()]));
        assert!(!has_repeated(&["a", "b"]));
    }
}
