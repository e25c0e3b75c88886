//! Parameters of a query, from the URL and from a form.

use axum::extract::{FromRequest, Request};
use http::header;
use series::Matcher;
use web::AnyBody;

use crate::api::failure::QueryFailure;

/// Names and values, those of a form before those of the URL.
#[derive(Debug, Default)]
pub struct Form(Vec<(String, String)>);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = QueryFailure;

    async fn from_request(request: Request, _: &S) -> Result<Self, QueryFailure> {
        let url = request.uri().query().unwrap_or_default().to_owned();
        let form = request
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
        let mut pairs = Vec::new();
        if form {
            let body = AnyBody::from_request(request, &()).await?.0;
            pairs.extend(form_urlencoded::parse(&body).into_owned());
        }
        pairs.extend(form_urlencoded::parse(url.as_bytes()).into_owned());
        Ok(Self(pairs))
    }
}

impl Form {
    /// The first value of a parameter; an empty one is none.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
        found.filter(|value| !value.is_empty())
    }

    /// All values of a parameter.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// A time in milliseconds: seconds since 1970 or RFC 3339.
    pub fn time(&self, name: &str) -> Result<Option<i64>, QueryFailure> {
        let read = |value: &str| {
            time(value).ok_or_else(|| {
                QueryFailure::parameter(name, format!("cannot parse {value:?} to a valid timestamp"))
            })
        };
        self.get(name).map(read).transpose()
    }

    /// A length in milliseconds: seconds or with units.
    pub fn duration(&self, name: &str) -> Result<Option<i64>, QueryFailure> {
        let read = |value: &str| {
            let seconds = value.parse::<f64>().ok().filter(|seconds| seconds.abs() < 9.2e9);
            let millis =
                seconds.map(|seconds| (seconds * 1000.0) as i64).or_else(|| promql::parse_duration(value));
            millis.ok_or_else(|| {
                QueryFailure::parameter(name, format!("cannot parse {value:?} to a valid duration"))
            })
        };
        self.get(name).map(read).transpose()
    }

    /// How many are wanted; 0 is all.
    pub fn limit(&self) -> Result<usize, QueryFailure> {
        let Some(text) = self.get("limit") else { return Ok(usize::MAX) };
        match text.parse() {
            Ok(0) => Ok(usize::MAX),
            Ok(limit) => Ok(limit),
            Err(_) => Err(QueryFailure::parameter("limit", "limit must be a whole number from 0")),
        }
    }

    /// The selectors of `match[]`.
    pub fn selectors(&self) -> Result<Vec<Vec<Matcher>>, QueryFailure> {
        let read = |text: &str| {
            promql::parse_selector(text)
                .map_err(|problem| QueryFailure::parameter("match[]", problem.in_text(text)))
        };
        self.all("match[]").map(read).collect()
    }
}

fn time(text: &str) -> Option<i64> {
    if let Ok(seconds) = text.parse::<f64>() {
        let millis = (seconds * 1000.0).round();
        return (millis.abs() < 9e18).then_some(millis as i64);
    }
    ground::Timestamp::parse(text).ok().map(|time| time.micros().div_euclid(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Form {
        Form(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn times_and_lengths_are_seconds_or_words() {
        let form = form(&[
            ("a", "1435781430.781"),
            ("b", "2015-07-01T20:10:30.781Z"),
            ("c", "1m"),
            ("d", "15"),
            ("e", "x"),
        ]);
        assert_eq!(form.time("a").unwrap(), Some(1_435_781_430_781));
        assert_eq!(form.time("b").unwrap(), Some(1_435_781_430_781));
        assert_eq!((form.duration("c").unwrap(), form.duration("d").unwrap()), (Some(60_000), Some(15_000)));
        assert!(form.time("e").is_err() && form.duration("e").is_err());
        assert_eq!(form.time("none").unwrap(), None);
    }
}
