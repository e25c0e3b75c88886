//! What stands in the path of a request.

use std::collections::HashSet;

use axum::extract::{FromRequestParts, RawPathParams};
use ground::{GroupId, HostId};
use http::request::Parts;
use legacy::words;
use uuid::Uuid;

use super::{App, errors::Failure};

/// The variable segments of the path, percent-decoded.
#[derive(Debug)]
pub struct PathParams(Vec<(String, String)>);

/// The ids of a comma list, in the order of the request and as often as they stand there; at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathIds(Vec<(Uuid, String)>);

impl FromRequestParts<App> for PathParams {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let raw = RawPathParams::from_request_parts(parts, app)
            .await
            .map_err(|_| Failure::bad_request("the path is not UTF-8 after percent-decoding"))?;
        let params: Vec<_> = raw.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        match params.iter().find(|(_, value)| value.contains('\0')) {
            Some((name, _)) => Err(Failure::bad_request(format!(
                "the path parameter {} must not contain the character NUL",
                legacy::repr(name)
            ))),
            None => Ok(Self(params)),
        }
    }
}

impl PathParams {
    /// The segment of this name; empty when the route has none.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The segment read as a comma list of ids; 400 for one that is no id.
    pub fn ids(&self, name: &str) -> Result<PathIds, Failure> {
        PathIds::parse(self.text(name))
    }

    /// The segment read as one id; 400 when it is none.
    pub fn id(&self, name: &str) -> Result<Uuid, Failure> {
        match self.ids(name)?.0.as_slice() {
            [(id, _)] => Ok(*id),
            _ => Err(words::not_a(self.text(name), "uuid").into()),
        }
    }

    /// The segment read as the id of a group.
    pub fn group(&self, name: &str) -> Result<GroupId, Failure> {
        self.id(name).map(GroupId)
    }
}

impl PathIds {
    /// Reads a comma list of ids.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let ids = legacy::parse_path_ids(text)?;
        Ok(Self(ids.into_iter().zip(text.split(',').map(str::to_owned)).collect()))
    }

    /// How many stand in the path; repeated ones count again.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Each once, as hosts.
    pub fn hosts(&self) -> Vec<HostId> {
        self.distinct().map(HostId).collect()
    }

    /// Each once, as groups.
    pub fn groups(&self) -> Vec<GroupId> {
        self.distinct().map(GroupId).collect()
    }

    /// Those that `found` does not know, each once, as the caller wrote them.
    pub fn missing(&self, found: impl Fn(Uuid) -> bool) -> Vec<String> {
        let mut seen = HashSet::new();
        self.0
            .iter()
            .filter(|(id, _)| !found(*id) && seen.insert(*id))
            .map(|(_, text)| text.clone())
            .collect()
    }

    fn distinct(&self) -> impl Iterator<Item = Uuid> {
        let mut seen = HashSet::new();
        self.0.iter().map(|(id, _)| *id).filter(move |id| seen.insert(*id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "5F0E0000-0000-0000-0000-00000000000a";
    const B: &str = "5f0e0000-0000-0000-0000-00000000000b";

    #[test]
    fn repeated_ids_count_again_but_name_one_host() {
        let ids = PathIds::parse(&format!("{B},{A},{B},{}", A.to_lowercase())).unwrap();
        assert_eq!(ids.count(), 4);
        assert_eq!(ids.hosts().len(), 2);
        assert_eq!(ids.hosts()[0].to_string(), B);
    }

    #[test]
    fn missing_ids_are_told_once_and_as_they_were_written() {
        let ids = PathIds::parse(&format!("{A},{B},{A}")).unwrap();
        assert_eq!(ids.missing(|id| id.to_string() == B), [A]);
    }

    #[test]
    fn an_empty_element_is_no_id() {
        for text in ["", ",", &format!("{A},"), "all"] {
            assert!(PathIds::parse(text).is_err(), "{text}");
        }
    }
}
