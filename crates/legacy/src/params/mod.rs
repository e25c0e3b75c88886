//! The query string as the contract reads it (inventory-http §2.2).

mod deep;
mod ids;
mod scalar;

use std::{collections::HashSet, ops::Deref};

use web::Problem;

pub use deep::Bracketed;
pub use ids::{parse_path_ids, parse_uuid};

/// [`web::Params`], with what connexion refuses, and getters that refuse in its words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params(web::Params);

impl Params {
    /// Reads a query string, without its question mark.
    ///
    /// A name with brackets that stands there twice is refused unless it ends in `[]`, also where nobody asks for
    /// it: 400 `Param filter must be appended with [] to accept multiple values.`
    pub fn parse(query: &str) -> Result<Self, Problem> {
        let params = web::Params::parse(query)?;
        let mut seen = HashSet::new();
        for (name, _) in params.iter() {
            if let Some((root, _)) = name.split_once('[')
                && !name.ends_with("[]")
                && !seen.insert(name)
            {
                let detail = format!("Param {root} must be appended with [] to accept multiple values.");
                return Err(Problem::bad_request(detail));
            }
        }
        Ok(Self(params))
    }
}

impl Deref for Params {
    type Target = web::Params;

    fn deref(&self) -> &web::Params {
        &self.0
    }
}

impl FromIterator<(String, String)> for Params {
    /// Parameters that no query string has carried: names and values as they are.
    fn from_iter<T: IntoIterator<Item = (String, String)>>(pairs: T) -> Self {
        Self(pairs.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(query: &str) -> (u16, String) {
        let problem = Params::parse(query).unwrap_err();
        (problem.status().as_u16(), problem.detail().to_owned())
    }

    #[test]
    fn a_name_in_brackets_is_given_once_or_ends_in_brackets() {
        let text = |root: &str| format!("Param {root} must be appended with [] to accept multiple values.");
        assert_eq!(refusal("asdf[foo]=1&asdf[foo]=2"), (400, text("asdf")));
        assert_eq!(
            refusal("filter[system_profile][arch]=a&filter%5Bsystem_profile%5D[arch]=b"),
            (400, text("filter"))
        );
        assert!(Params::parse("asdf[foo]=1&asdf[bar]=2&a[]=1&a[]=2&plain=1&plain=2").is_ok());
    }
}
