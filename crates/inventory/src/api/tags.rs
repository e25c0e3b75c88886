//! `GET /tags`: the tags of hosts, with the number of hosts that have each (contract inventory-http §17).

use access::Permission;
use axum::{extract::State, response::Response};
use fleet::{Direction, TagCount};
use legacy::Params;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    App,
    caller::Caller,
    errors::Failure,
    host_out::TagOut,
    ordering,
    page::{Envelope, Page},
    parameters::{CommonParams, GroupParams, HostParams, PageParams},
    query::Query,
    selection::{Of, Selection},
};

/// A tag and on how many hosts it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActiveTag<'a> {
    /// The tag.
    pub tag: TagOut<'a>,
    /// How many of the selected hosts have it.
    pub count: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Tag,
    Count,
}

/// A page of the tags of the hosts that the caller may see and that the parameters select.
#[utoipa::path(
    get,
    path = "/tags",
    operation_id = "api.tag.get_tags",
    tag = "tags",
    params(
        HostParams,
        GroupParams,
        CommonParams,
        ("search" = Option<String>, Query, description = "Part of `namespace/key=value` in any case"),
        ("order_by" = Option<String>, Query, description = "`tag` (default) or `count`"),
        ("order_how" = Option<String>, Query, description = "`ASC` (default) or `DESC`, in any case"),
        PageParams,
    ),
    responses(
        (status = 200, description = "A page of tags", body = inline(Envelope<Vec<ActiveTag>>)),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(params): Query,
) -> Result<Response, Failure> {
    let page = Page::read(&params)?;
    let selection = Selection::read(&params, Of::Tags)?;
    let (key, direction) = order(&params)?;
    let scope = caller.hosts(&app, Permission::HostsRead).await?;

    let mut query = app.ask(scope).await?;
    query.conditions = selection.find(&app, &query.scope).await?;
    let tags = app.fleet.tags(&query).await?;
    let tags = arrange(&tags, params.last("search").unwrap_or_default(), key, direction);
    let shown: Vec<ActiveTag<'_>> = page.cut(&tags).iter().map(|tag| ActiveTag::from(*tag)).collect();
    Ok(page.answer(tags.len() as i64, shown.len(), shown))
}

fn order(params: &Params) -> Result<(Key, Direction), Failure> {
    let key = match params.one_of("order_by", &["tag", "count"])? {
        Some("count") => Key::Count,
        _ => Key::Tag,
    };
    match ordering::how(params)? {
        None => Ok((key, Direction::Ascending)),
        Some(how) if how.eq_ignore_ascii_case("asc") => Ok((key, Direction::Ascending)),
        Some(how) if how.eq_ignore_ascii_case("desc") => Ok((key, Direction::Descending)),
        Some(_) => Err(ordering::unsupported()),
    }
}

/// The tags whose text contains `search` in any case, in order. Equal counts are ordered by the text.
fn arrange<'a>(tags: &'a [TagCount], search: &str, key: Key, direction: Direction) -> Vec<&'a TagCount> {
    let search = search.to_lowercase();
    let mut found: Vec<(String, &TagCount)> = tags
        .iter()
        .map(|tag| (text(tag), tag))
        .filter(|(text, _)| search.is_empty() || text.to_lowercase().contains(&search))
        .collect();
    found.sort_by(|(text, tag), (other_text, other)| {
        let by_text = text.cmp(other_text);
        match (key, direction) {
            (Key::Tag, Direction::Ascending) => by_text,
            (Key::Tag, Direction::Descending) => by_text.reverse(),
            (Key::Count, Direction::Ascending) => tag.count.cmp(&other.count).then(by_text),
            (Key::Count, Direction::Descending) => other.count.cmp(&tag.count).then(by_text),
        }
    });
    found.into_iter().map(|(_, tag)| tag).collect()
}

/// By what a tag is ordered and found.
fn text(tag: &TagCount) -> String {
    let namespace = tag.namespace.as_deref().unwrap_or("None");
    format!("{namespace}/{}={}", tag.key, tag.value.as_deref().unwrap_or_default())
}

impl<'a> From<&'a TagCount> for ActiveTag<'a> {
    fn from(tag: &'a TagCount) -> Self {
        let shown =
            fleet::Tag { namespace: tag.namespace.as_deref(), key: &tag.key, value: tag.value.as_deref() };
        Self { tag: shown.into(), count: tag.count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::testing::{detail, params};

    fn tag(namespace: Option<&str>, key: &str, value: Option<&str>, count: i64) -> TagCount {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        TagCount { namespace: owned(namespace), key: key.to_owned(), value: owned(value), count }
    }

    fn arranged(search: &str, key: Key, direction: Direction) -> Vec<String> {
        let tags = [
            tag(Some("satellite"), "org", Some("a$"), 2),
            tag(None, "lone", None, 2),
            tag(Some("SAP"), "org", Some("B"), 5),
        ];
        arrange(&tags, search, key, direction).into_iter().map(text).collect()
    }

    #[test]
    fn tags_are_ordered_by_code_point_with_none_for_no_namespace() {
        let texts = ["None/lone=", "SAP/org=B", "satellite/org=a$"];
        assert_eq!(arranged("", Key::Tag, Direction::Ascending), texts);
        let mut reversed = texts;
        reversed.reverse();
        assert_eq!(arranged("", Key::Tag, Direction::Descending), reversed);
    }

    #[test]
    fn equal_counts_are_ordered_by_text_in_both_directions() {
        assert_eq!(
            arranged("", Key::Count, Direction::Descending),
            ["SAP/org=B", "None/lone=", "satellite/org=a$"]
        );
        assert_eq!(
            arranged("", Key::Count, Direction::Ascending),
            ["None/lone=", "satellite/org=a$", "SAP/org=B"]
        );
    }

    #[test]
    fn a_search_is_literal_in_any_case_and_over_the_whole_text() {
        assert_eq!(arranged("ORG=", Key::Tag, Direction::Ascending).len(), 2);
        assert_eq!(arranged("none/", Key::Tag, Direction::Ascending), ["None/lone="]);
        assert_eq!(arranged("a$", Key::Tag, Direction::Ascending), ["satellite/org=a$"]);
        assert!(arranged("^", Key::Tag, Direction::Ascending).is_empty());
    }

    #[test]
    fn a_direction_may_have_any_case_and_stand_alone() {
        assert_eq!(order(&params("order_how=desc")).unwrap(), (Key::Tag, Direction::Descending));
        assert_eq!(
            order(&params("order_by=count&order_how=Asc")).unwrap(),
            (Key::Count, Direction::Ascending)
        );
        let refused = order(&params("order_how=ascx")).unwrap_err();
        assert_eq!(detail(&refused), "Unsupported ordering direction, use \"ASC\" or \"DESC\".");
    }
}
