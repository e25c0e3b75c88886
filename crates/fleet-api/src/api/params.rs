//! What a request says. A refusal names the parameter.

use std::ops::RangeInclusive;

use axum::extract::{FromRequestParts, RawPathParams};
use fleet::ChangeKind;
use ground::{HostId, Timestamp};
use http::request::Parts;
use web::Params;

use super::{App, failure::Failure};

/// The numbers that a row of the log may have.
pub const NUMBERS: RangeInclusive<i64> = 0..=i64::MAX;

/// A whole number within bounds, when it is given.
pub fn number(params: &Params, name: &str, bounds: RangeInclusive<i64>) -> Result<Option<i64>, Failure> {
    let Some(text) = params.last(name) else { return Ok(None) };
    let number = text.trim().parse().ok().filter(|number| bounds.contains(number));
    number.map(Some).ok_or_else(|| {
        let (least, most) = bounds.into_inner();
        let most = if most == i64::MAX { String::new() } else { format!(" to {most}") };
        Failure::bad_request(format!(
            "the parameter `{name}` must be a whole number from {least}{most}, not `{text}`"
        ))
    })
}

/// A moment in ISO 8601, when it is given.
pub fn moment(params: &Params, name: &str) -> Result<Option<Timestamp>, Failure> {
    let moment = params.date_time(name);
    moment.map_err(|_| {
        let text = params.last(name).unwrap_or_default();
        Failure::bad_request(format!(
            "the parameter `{name}` must be a date and time in ISO 8601, not `{text}`; write `+` as `%2B`"
        ))
    })
}

/// The kinds of rows that are asked for; none means all.
pub fn kinds(params: &Params) -> Result<Vec<ChangeKind>, Failure> {
    let mut kinds = Vec::new();
    for text in params.all("kind") {
        let Some(kind) = ChangeKind::ALL.into_iter().find(|kind| kind.name() == text) else {
            let known = ChangeKind::ALL.map(ChangeKind::name).join(", ");
            return Err(Failure::bad_request(format!(
                "the parameter `kind` must be one of {known}, not `{text}`; it may be given several times"
            )));
        };
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    Ok(kinds)
}

/// The host that the path names.
#[derive(Debug, Clone, Copy)]
pub struct PathHost(pub HostId);

/// The hosts that the path names, each once, in the order of their ids.
#[derive(Debug, Clone)]
pub struct PathHosts(pub Vec<HostId>);

impl FromRequestParts<App> for PathHost {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        match PathHosts::from_request_parts(parts, app).await?.0.as_slice() {
            [id] => Ok(Self(*id)),
            ids => Err(Failure::bad_request(format!("the path names {} hosts: name one", ids.len()))),
        }
    }
}

impl FromRequestParts<App> for PathHosts {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let mut ids = web::parse_path_ids(&segment(parts, app, "ids").await?)?;
        ids.sort_unstable();
        ids.dedup();
        Ok(Self(ids.into_iter().map(HostId).collect()))
    }
}

/// A variable segment of the path, percent-decoded.
async fn segment(parts: &mut Parts, app: &App, name: &str) -> Result<String, Failure> {
    let raw = RawPathParams::from_request_parts(parts, app)
        .await
        .map_err(|_| Failure::bad_request("the path is not UTF-8 after percent-decoding"))?;
    let found = raw.iter().find(|(known, _)| *known == name).map(|(_, value)| value.to_owned());
    Ok(found.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;

    use super::*;

    fn params(query: &str) -> Params {
        Params::parse(query).unwrap()
    }

    #[test]
    fn numbers_have_bounds() {
        assert_eq!(number(&params("limit=7"), "limit", 1..=9).unwrap(), Some(7));
        assert_eq!(number(&params(""), "limit", 1..=9).unwrap(), None);
        for bad in ["limit=0", "limit=10", "limit=x", "limit=", "limit=1.5", "limit=99999999999999999999"] {
            let refused = number(&params(bad), "limit", 1..=9).unwrap_err();
            assert_eq!(refused.into_response().status(), 400, "{bad}");
        }
    }

    #[test]
    fn kinds_are_those_of_the_log() {
        let asked = params("kind=created&kind=deleted&kind=created");
        assert_eq!(kinds(&asked).unwrap(), [ChangeKind::Created, ChangeKind::Deleted]);
        assert!(kinds(&params("kind=made")).is_err());
        assert!(kinds(&params("")).unwrap().is_empty());
    }
}
