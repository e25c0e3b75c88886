//! Ids in parameters and paths (contract inventory-http §2.3).

use uuid::Uuid;
use web::Problem;

use super::Params;
use crate::words;

const PATTERN: &str = "^[0-9a-fA-F]{8}\\-[0-9a-fA-F]{4}\\-[0-9a-fA-F]{4}\\-[0-9a-fA-F]{4}\\-[0-9a-fA-F]{12}$|\
                       ^[0-9a-fA-F]{8}[0-9a-fA-F]{4}[0-9a-fA-F]{4}[0-9a-fA-F]{4}[0-9a-fA-F]{12}$";

impl Params {
    /// A UUID in any of the forms of [`parse_uuid`]; `None` when it is not given.
    pub fn uuid(&self, name: &str) -> Result<Option<Uuid>, Problem> {
        let Some(text) = self.last(name) else { return Ok(None) };
        parse_uuid(text).map(Some).ok_or_else(|| words::not_a(text, "uuid"))
    }

    /// Ids of hosts or groups, each under a name of its own; empty when none is given.
    pub fn ids(&self, name: &str) -> Result<Vec<Uuid>, Problem> {
        self.all(name).into_iter().map(parse_id).collect()
    }
}

/// The ids of a path segment, separated by commas; an empty one is refused as any other that is none.
pub fn parse_path_ids(segment: &str) -> Result<Vec<Uuid>, Problem> {
    segment.split(',').map(parse_id).collect()
}

/// A UUID as the original takes it: with at least one hyphen, in any case, also in braces or behind `urn:uuid:`.
pub fn parse_uuid(text: &str) -> Option<Uuid> {
    if !text.contains('-') {
        return None;
    }
    ground::any_uuid(text)
}

/// 32 hexadecimal digits in groups with hyphens. The same without hyphens is refused in other words.
fn parse_id(text: &str) -> Result<Uuid, Problem> {
    let hyphens_right = match text.len() {
        32 => !text.contains('-'),
        36 => [8, 13, 18, 23].iter().all(|&at| text.as_bytes()[at] == b'-'),
        _ => false,
    };
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    if !hyphens_right || digits != 32 {
        return Err(words::no_match(text, PATTERN));
    }
    parse_uuid(text).ok_or_else(|| words::not_a(text, "uuid"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "b17bc852-5fc3-47f1-8ffd-89fdd3cfce8b";

    fn refusal(text: &str) -> String {
        parse_path_ids(text).unwrap_err().detail().to_owned()
    }

    #[test]
    fn a_uuid_is_taken_in_every_form_with_a_hyphen() {
        let id = Uuid::try_parse(ID).ok();
        for same in [ID.to_owned(), ID.to_uppercase(), format!("{{{ID}}}"), format!("urn:uuid:{ID}")] {
            assert_eq!(parse_uuid(&same), id, "{same}");
        }
        for bad in ["", "-", "x", &ID.replace('-', ""), &format!("{ID}0")] {
            assert_eq!(parse_uuid(bad), None, "{bad}");
        }
        let detail = Params::parse("i=").unwrap().uuid("i").unwrap_err().detail().to_owned();
        assert_eq!(detail, "'' is not a 'uuid'");
    }

    #[test]
    fn ids_have_hyphens_at_their_places() {
        assert_eq!(parse_path_ids(&format!("{ID},{}", ID.to_uppercase())).unwrap().len(), 2);
        let bare = ID.replace('-', "");
        assert_eq!(refusal(&bare), format!("'{bare}' is not a 'uuid'"));
        assert!(refusal("all").starts_with("'all' does not match '^[0-9a-fA-F]{8}\\\\-[0-9a-fA-F]{4}"));
        for bad in ["", &format!("{ID},"), &format!("{{{ID}}}"), "äääääääääääääääääääääääääääääääääääää"]
        {
            assert!(refusal(bad).contains("does not match"), "{bad}");
        }
    }

    #[test]
    fn ids_of_a_parameter_each_have_its_name() {
        let params = Params::parse(&format!("g={ID}&g={ID}")).unwrap();
        assert_eq!(params.ids("g").unwrap().len(), 2);
        assert!(Params::parse(&format!("g={ID},{ID}")).unwrap().ids("g").is_err());
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(text in ".*", like in "[0-9a-fA-F{}:-]{30,40}") {
            let _ = (parse_path_ids(&text), parse_uuid(&text), parse_path_ids(&like), parse_uuid(&like));
        }

        #[test]
        fn every_id_is_read_back(id: u128) {
            let id = Uuid::from_u128(id);
            prop_assert_eq!(parse_path_ids(&id.to_string()), Ok(vec![id]));
        }
    }
}
