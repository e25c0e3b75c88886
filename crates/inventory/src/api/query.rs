//! The query string of a request.

use std::collections::HashMap;

use axum::extract::FromRequestParts;
use http::request::Parts;
use legacy::Params;

use super::{App, errors::Failure};

/// Most bytes of one value: nothing that is stored and could be found is longer.
const MOST_BYTES: usize = 8_192;
/// Most values under one name: each becomes a condition of a statement.
const MOST_VALUES: usize = 200;

/// The parameters of a request. None holds the character NUL, which no stored text has and PostgreSQL refuses.
#[derive(Debug)]
pub struct Query(pub Params);

impl FromRequestParts<App> for Query {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Failure> {
        let params = Params::parse(parts.uri.query().unwrap_or_default())?;
        bounded(&params)?;
        if let Some((name, _)) =
            params.iter().find(|(name, value)| name.contains('\0') || value.contains('\0'))
        {
            let name = legacy::repr(name);
            return Err(Failure::bad_request(format!(
                "the query parameter {name} must not contain the character NUL"
            )));
        }
        Ok(Self(params))
    }
}

/// 400 for a value that is too long, and for too many of one name.
fn bounded(params: &Params) -> Result<(), Failure> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for (name, value) in params.iter() {
        if value.len() > MOST_BYTES || name.len() > MOST_BYTES {
            let name: String = name.chars().take(100).collect();
            return Err(Failure::bad_request(format!(
                "the query parameter {} must not be longer than {MOST_BYTES} bytes",
                legacy::repr(&name)
            )));
        }
        let count = counts.entry(name).or_default();
        *count += 1;
        if *count > MOST_VALUES {
            return Err(Failure::bad_request(format!(
                "the query parameter {} must not be given more than {MOST_VALUES} times",
                legacy::repr(name)
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::testing::{detail, params};

    #[test]
    fn values_are_bounded_in_length_and_number() {
        let long = |length: usize| params(&format!("fqdn={}", "x".repeat(length)));
        assert!(bounded(&long(MOST_BYTES)).is_ok());
        let refused = bounded(&long(MOST_BYTES + 1)).unwrap_err();
        assert_eq!(detail(&refused), "the query parameter 'fqdn' must not be longer than 8192 bytes");
        let many = |count: usize| params(&vec!["tags=a"; count].join("&"));
        assert!(bounded(&many(MOST_VALUES)).is_ok());
        let refused = bounded(&many(MOST_VALUES + 1)).unwrap_err();
        assert_eq!(detail(&refused), "the query parameter 'tags' must not be given more than 200 times");
    }
}
