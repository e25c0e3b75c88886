//! Pages of baselines: what asks for them, and what stands around them (contract baselines §4.1).

use drift_common::{Failure, Query};
use form_urlencoded::Serializer;
use legacy::{literal, repr};
use serde::Serialize;
use utoipa::ToSchema;
use web::Problem;

use super::baseline_out::BaselineOut;
use crate::{
    rules::name,
    store::{Order, OrderBy},
};

/// The parameters of a page.
pub const PARAMETERS: [&str; 4] = ["limit", "offset", "order_by", "order_how"];
const ORDERS: [(&str, OrderBy); 3] =
    [("display_name", OrderBy::Name), ("created_on", OrderBy::Created), ("updated", OrderBy::Updated)];
const DIRECTIONS: [(&str, Order); 2] = [("ASC", Order::Ascending), ("DESC", Order::Descending)];

/// Which page is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageQuery {
    /// How many at the most.
    pub limit: i64,
    /// How many are left out at the beginning.
    pub offset: i64,
    /// The name that is searched for.
    pub display_name: Option<String>,
    by: (&'static str, OrderBy),
    how: (&'static str, Order),
}

impl PageQuery {
    /// Reads the parameters of a page; the name too where it is one of them.
    pub fn read(query: &Query) -> Result<Self, Failure> {
        let limit = query.whole("limit", 1, Some(100))?.unwrap_or(50);
        let offset = query.whole("offset", 0, None)?.unwrap_or(0);
        let by = one_of(query, "order_by", &ORDERS)?;
        let how = one_of(query, "order_how", &DIRECTIONS)?;
        let display_name = display_name(query)?.map(str::to_owned);
        Ok(Self { limit, offset, display_name, by, how })
    }

    /// By what, and in which direction.
    pub const fn order(&self) -> (OrderBy, Order) {
        (self.by.1, self.how.1)
    }

    /// The path and query of the page that begins with `offset`.
    fn link(&self, path: &str, offset: i64) -> String {
        let mut query = Serializer::new(String::new());
        if let Some(name) = &self.display_name {
            query.append_pair("display_name", name);
        }
        query.append_pair("limit", &self.limit.to_string()).append_pair("offset", &offset.to_string());
        query.append_pair("order_by", self.by.0).append_pair("order_how", self.how.0);
        format!("{path}?{}", query.finish())
    }
}

/// A name of a baseline among the parameters: 1 to 200 characters.
pub fn display_name(query: &Query) -> Result<Option<&str>, Failure> {
    let Some(text) = query.last("display_name") else { return Ok(None) };
    let problem = match text.chars().count() {
        0 => "should be non-empty",
        long if long > name::LONGEST => "is too long",
        _ if text.contains('\0') => "must not contain the character NUL",
        _ => return Ok(Some(text)),
    };
    Err(Problem::bad_request(format!("{} {problem}", repr(text))).into())
}

/// One of a few words, the first when none is given.
fn one_of<T: Copy>(
    query: &Query,
    name: &str,
    words: &[(&'static str, T)],
) -> Result<(&'static str, T), Failure> {
    let Some(text) = query.last(name) else { return Ok(words[0]) };
    words.iter().find(|(word, _)| *word == text).copied().ok_or_else(|| {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let detail = format!("{} is not one of {}", repr(text), literal(&serde_json::Value::from(known)));
        Problem::bad_request(detail).into()
    })
}

/// A page as it is answered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Page)]
pub struct PageOut<'a> {
    meta: Meta,
    links: Links,
    data: Vec<BaselineOut<'a>>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Meta {
    count: i64,
    limit: i64,
    offset: i64,
    total_available: i64,
}

/// Never null: beyond an end they name the page at that end. The last one ends with the last baseline and need not begin
/// where a page does.
#[derive(Debug, Serialize, ToSchema)]
struct Links {
    first: String,
    next: String,
    previous: String,
    last: String,
}

impl<'a> PageOut<'a> {
    /// A page of `count` that match and `total` that there are; `path` is that of the request.
    pub fn new(query: &PageQuery, path: &str, count: i64, total: i64, data: Vec<BaselineOut<'a>>) -> Self {
        let (limit, offset) = (query.limit, query.offset);
        let last = (count - limit).max(0);
        let after = offset.saturating_add(limit);
        let next = if after >= count { last } else { after };
        let link = |offset| query.link(path, offset);
        let links = Links {
            first: link(0),
            next: link(next),
            previous: link((offset - limit).max(0)),
            last: link(last),
        };
        Self { meta: Meta { count, limit, offset, total_available: total }, links, data }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Result<PageQuery, Failure> {
        let mut known = PARAMETERS.to_vec();
        known.push("display_name");
        PageQuery::read(&Query::read(Some(text), &known).unwrap())
    }

    fn offsets(text: &str, count: i64) -> [String; 4] {
        let page = PageOut::new(&query(text).unwrap(), "/p", count, 9, Vec::new());
        let offset = |link: &str| {
            let (_, rest) = link.split_once("offset=").unwrap();
            rest.split('&').next().unwrap().to_owned()
        };
        [&page.links.first, &page.links.previous, &page.links.next, &page.links.last].map(|link| offset(link))
    }

    #[test]
    fn links_stay_within_the_list() {
        assert_eq!(offsets("limit=2&offset=1", 6), ["0", "0", "3", "4"]);
        assert_eq!(offsets("limit=2&offset=4", 6), ["0", "2", "4", "4"]);
        assert_eq!(offsets("", 5), ["0", "0", "0", "0"]);
        assert_eq!(offsets("limit=2&offset=100", 5), ["0", "98", "3", "3"]);
    }

    #[test]
    fn a_link_repeats_what_was_asked() {
        let asked = query("display_name=a%20%26b&order_by=updated&order_how=DESC").unwrap();
        assert_eq!(
            asked.link("/x", 7),
            "/x?display_name=a+%26b&limit=50&offset=7&order_by=updated&order_how=DESC"
        );
    }

    #[test]
    fn a_bad_parameter_is_refused_in_the_words_of_the_validator() {
        let detail = |text: &str| match query(text).unwrap_err() {
            Failure::Problem(problem) => problem.detail().to_owned(),
            Failure::Message(..) => panic!("a problem"),
        };
        assert_eq!(
            detail("order_by=bogus"),
            "'bogus' is not one of ['display_name', 'created_on', 'updated']"
        );
        assert_eq!(detail("order_how=asc"), "'asc' is not one of ['ASC', 'DESC']");
        assert_eq!(detail("display_name="), "'' should be non-empty");
        assert_eq!(detail("limit=0"), "0 is less than the minimum of 1");
    }
}
