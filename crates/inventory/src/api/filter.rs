//! The `filter` parameter (contract inventory-http §11). Filters on the profile are not read yet.

use web::Params;

use super::errors::Failure;

/// 400 for any filter, since none is supported: one on the profile is told so, another has no such key.
pub fn check(params: &Params) -> Result<(), Failure> {
    params.no_bare("filter")?;
    match params.bracketed("filter").first() {
        None => Ok(()),
        Some(filter) if filter.path[0] == "system_profile" => Err(Failure::bad_request(
            "filter[system_profile] is not supported yet: leave it out, or select by tags, names or system_type",
        )),
        Some(filter) => {
            Err(Failure::exception("Validation Error", format!("Invalid filter key '{}'", filter.path[0])))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::testing::{detail, params};

    fn refusal(query: &str) -> Option<String> {
        check(&params(query)).err().map(|failure| detail(&failure))
    }

    #[test]
    fn a_filter_must_be_an_object_with_a_known_key() {
        assert_eq!(refusal("tags=a"), None);
        assert_eq!(refusal("filter=a").as_deref(), Some("'a' is not of type 'object'"));
        assert_eq!(refusal("filter[bogus][x]=1").as_deref(), Some("Invalid filter key 'bogus'"));
        assert!(
            refusal("filter[system_profile][arch]=x").unwrap().starts_with("filter[system_profile] is not")
        );
    }
}
