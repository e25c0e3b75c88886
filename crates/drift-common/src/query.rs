//! Query parameters: strict, with the words of the original (contract drift §2.6).

use legacy::words;
use web::Problem;

use crate::Failure;

/// A longer query string is answered with 414.
const MAX_BYTES: usize = 1 << 20;

/// The parameters of a request, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads a query string, in which only these names may stand:
    /// 400 `Extra query parameter(s) foo not in spec`.
    pub fn read(query: Option<&str>, known: &[&str]) -> Result<Self, Failure> {
        let query = query.unwrap_or_default();
        if query.len() > MAX_BYTES {
            let detail = format!("the query string is longer than {MAX_BYTES} bytes");
            return Err(Problem::new(http::StatusCode::URI_TOO_LONG, detail).into());
        }
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let mut extra: Vec<&str> = Vec::new();
        for (name, _) in &pairs {
            if !known.contains(&name.as_str()) && !extra.contains(&name.as_str()) {
                extra.push(name);
            }
        }
        if !extra.is_empty() {
            let detail = format!("Extra query parameter(s) {} not in spec", extra.join(", "));
            return Err(Problem::bad_request(detail).into());
        }
        Ok(Self(pairs))
    }

    /// Every value under this name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The last value under this name.
    pub fn last(&self, name: &str) -> Option<&str> {
        self.all(name).last()
    }

    /// The value under this name, which must be there: 400 `Missing query parameter 'display_name'`.
    pub fn required(&self, name: &str) -> Result<&str, Failure> {
        let missing =
            || Problem::bad_request(format!("Missing query parameter {}", legacy::repr(name))).into();
        self.last(name).ok_or_else(missing)
    }

    /// `true` or `false` in any case of letters: 400 `'abc' is not of type 'boolean'`.
    pub fn boolean(&self, name: &str) -> Result<Option<bool>, Failure> {
        let Some(text) = self.last(name) else { return Ok(None) };
        match text.to_ascii_lowercase().as_str() {
            "true" => Ok(Some(true)),
            "false" => Ok(Some(false)),
            _ => Err(words::not_of_type(text, "boolean").into()),
        }
    }

    /// A whole number within bounds: 400 `'x' is not of type 'integer'`, `0 is less than the minimum of 1`.
    pub fn whole(&self, name: &str, least: i64, most: Option<i64>) -> Result<Option<i64>, Failure> {
        let Some(text) = self.last(name) else { return Ok(None) };
        let number: i64 = text.trim().parse().map_err(|_| words::not_of_type(text, "integer"))?;
        if number < least {
            return Err(words::too_small(&number.to_string(), least).into());
        }
        if let Some(most) = most.filter(|most| number > *most) {
            return Err(words::too_large(&number.to_string(), most).into());
        }
        Ok(Some(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detail(failure: &Failure) -> String {
        match failure {
            Failure::Problem(problem) => problem.detail().to_owned(),
            Failure::Message(..) => panic!("a problem"),
        }
    }

    #[test]
    fn unknown_names_are_refused_together() {
        let refused = Query::read(Some("a=1&foo=1&bar=2&foo=3"), &["a"]).unwrap_err();
        assert_eq!(detail(&refused), "Extra query parameter(s) foo, bar not in spec");
    }

    #[test]
    fn values_are_read_as_their_kind() {
        let query =
            Query::read(Some("ids[]=x&ids%5B%5D=y,z&b=TRUE&n=7&c=maybe"), &["ids[]", "b", "n", "c"]).unwrap();
        assert_eq!(query.all("ids[]").collect::<Vec<_>>(), ["x", "y,z"]);
        assert_eq!(query.boolean("b"), Ok(Some(true)));
        assert_eq!(detail(&query.boolean("c").unwrap_err()), "'maybe' is not of type 'boolean'");
        assert_eq!(query.whole("n", 0, None), Ok(Some(7)));
        assert_eq!(detail(&query.whole("n", 8, None).unwrap_err()), "7 is less than the minimum of 8");
        assert_eq!(detail(&query.whole("n", 0, Some(5)).unwrap_err()), "7 is greater than the maximum of 5");
        assert_eq!(detail(&query.required("d").unwrap_err()), "Missing query parameter 'd'");
    }
}
