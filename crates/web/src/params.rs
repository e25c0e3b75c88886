//! The query string.

use axum::extract::FromRequestParts;
use http::{StatusCode, request::Parts};

use crate::Problem;

/// A longer query string is answered with 414.
pub const MAX_QUERY_BYTES: usize = 65_536;
/// More parameters are answered with 400.
pub const MAX_PAIRS: usize = 1_000;

/// The parameters of a request, in their order. `+` is a blank, percent sequences are decoded, and bytes that are
/// no UTF-8 become the replacement character.
///
/// A plain name that the reader does not ask for is ignored. A scalar that is given several times counts once, as
/// the last; commas never split a value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Reads a query string, without its question mark.
    pub fn parse(query: &str) -> Result<Self, Problem> {
        if query.len() > MAX_QUERY_BYTES {
            let detail = format!("The query string is longer than {MAX_QUERY_BYTES} bytes.");
            return Err(Problem::new(StatusCode::URI_TOO_LONG, detail));
        }
        let pairs: Vec<(String, String)> =
            form_urlencoded::parse(query.as_bytes()).into_owned().take(MAX_PAIRS + 1).collect();
        if pairs.len() > MAX_PAIRS {
            return Err(Problem::bad_request(format!(
                "The query string has more than {MAX_PAIRS} parameters."
            )));
        }
        Ok(Self(pairs))
    }

    /// Every name and value, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The last value under this name.
    pub fn last(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All values under this name, in order.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.iter().filter(|(key, _)| *key == name).map(|(_, value)| value).collect()
    }
}

impl FromIterator<(String, String)> for Params {
    /// Parameters that no query string has carried: names and values as they are.
    fn from_iter<T: IntoIterator<Item = (String, String)>>(pairs: T) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        Self::parse(parts.uri.query().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refusal(query: &str) -> (u16, String) {
        let problem = Params::parse(query).unwrap_err();
        (problem.status().as_u16(), problem.detail().to_owned())
    }

    #[test]
    fn the_last_of_several_counts_and_all_are_kept_in_order() {
        let params = Params::parse("a=1&b=x&a=2&a=").unwrap();
        assert_eq!(params.last("a"), Some(""));
        assert_eq!(params.all("a"), ["1", "2", ""]);
        assert_eq!(params.last("c"), None);
    }

    #[test]
    fn values_are_decoded_as_a_form_and_not_split() {
        let params = Params::parse("t=a+b%2Bc,d&u=%ff&v").unwrap();
        assert_eq!(params.last("t"), Some("a b+c,d"));
        assert_eq!(params.last("u"), Some("\u{fffd}"));
        assert_eq!(params.last("v"), Some(""));
    }

    #[test]
    fn length_and_number_are_limited() {
        assert_eq!(refusal(&"a".repeat(MAX_QUERY_BYTES + 1)).0, 414);
        assert!(Params::parse(&"a&".repeat(MAX_PAIRS)).is_ok());
        assert_eq!(refusal(&"a&".repeat(MAX_PAIRS + 1)).0, 400);
    }

    proptest! {
        #[test]
        fn any_query_is_read_or_refused(query in ".*") {
            let _ = Params::parse(&query);
        }

        #[test]
        fn what_a_form_encodes_is_read_back(pairs in proptest::collection::vec(("[a-z]{1,5}", ".*"), 0..9)) {
            let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
            prop_assert_eq!(Params::parse(&query).unwrap().0, pairs);
        }
    }
}
