//! `GET /completions`: what may follow in a question that is being written.

use std::cmp::Reverse;

use access::Permission;
use axum::{extract::State, response::Response};
use fleet::{Completion, Direction, Expected, GroupKind, HostQuery, OrderBy, Question, fold, quoted_value};
use http::StatusCode;
use rest::{Caller, Query, json};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{App, failure::Failure};

/// Most completions of an answer.
const MOST: usize = 20;

/// What may follow.
#[derive(Debug, Serialize, ToSchema)]
pub struct Completions {
    /// The beginning of the text, which stays; behind it stands one of the completions.
    pub kept: String,
    /// The likeliest first, at most 20.
    pub completions: Vec<CompletionOut>,
}

/// One way to go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Completion)]
pub struct CompletionOut {
    /// What is written behind what stays.
    pub text: String,
    /// What it is; empty where the text says all.
    pub about: String,
    /// On how many hosts it is, where that is counted.
    pub hosts: Option<i64>,
}

rest::parameters! {
    /// Where a question has come to.
    pub struct Begun in Query {
        /// The text of the question up to the cursor.
        text: String = String::new(),
    }
}

/// What may follow in a question that is being written: names of fields, how they are compared, and values that hosts of
/// the caller have.
#[utoipa::path(
    get,
    path = "/completions",
    operation_id = "completions",
    tag = "hosts",
    params(Begun),
    responses((status = 200, description = "What may follow", body = Completions)),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(Begun { text }): Query<Begun>,
) -> Result<Response, Failure> {
    let scope = app.hosts(&caller, Permission::HostsRead).await?;

    if text.len() > fleet::MAX_QUESTION_BYTES {
        return Ok(json(StatusCode::OK, &Completions { kept: text, completions: Vec::new() }));
    }
    let Completion { from, written, expected } = Completion::at_end(&text);
    let completions = match expected {
        Expected::Condition => conditions(&written),
        Expected::Join => joins(&written).into_iter().chain(conditions(&written)).take(MOST).collect(),
        Expected::Value(field) => values(&app, &app.reporting(scope).await?, &field, &written).await?,
    };
    Ok(json(StatusCode::OK, &Completions { kept: text[..from].to_owned(), completions }))
}

impl CompletionOut {
    fn new(text: impl Into<String>, about: impl Into<String>) -> Self {
        Self { text: text.into(), about: about.into(), hosts: None }
    }

    fn value(value: &str, hosts: Option<i64>) -> Self {
        Self { text: quoted_value(value), about: String::new(), hosts }
    }
}

fn joins(written: &str) -> Vec<CompletionOut> {
    [("and", "both must be true"), ("or", "one is enough")]
        .into_iter()
        .filter(|(word, _)| word.starts_with(&fold(written)))
        .map(|(word, about)| CompletionOut::new(format!("{word} "), about))
        .collect()
}

/// Fields that begin so, then those that contain it; of a field that is written whole, how it is compared.
fn conditions(written: &str) -> Vec<CompletionOut> {
    let wanted = fold(written);
    let mut found: Vec<(bool, CompletionOut)> = Question::fields()
        .filter(|(name, _)| name.contains(&wanted) && *name != wanted)
        .map(|(name, about)| {
            let operator = Question::operators(name).first().copied().unwrap_or(":");
            (!name.starts_with(&wanted), CompletionOut::new(format!("{name}{operator}"), about))
        })
        .collect();
    if "not".starts_with(&wanted) {
        found.push((false, CompletionOut::new("not ", "what follows must not be true")));
    }
    found.sort_by_key(|(later, _)| *later);
    let operators = Question::operators(&wanted).into_iter();
    let compared =
        operators.map(|operator| CompletionOut::new(format!("{wanted}{operator}"), said(operator)));
    compared.chain(found.into_iter().map(|(_, completion)| completion)).take(MOST).collect()
}

fn said(operator: &str) -> &'static str {
    match operator {
        ":" => "is",
        "!=" => "is not",
        ">=" => "at least",
        "<=" => "at most",
        ">" => "above",
        _ => "below",
    }
}

/// The values of a field that contain what is written: those that begin so first, then those on most hosts.
async fn values(
    app: &App,
    query: &HostQuery,
    field: &str,
    written: &str,
) -> Result<Vec<CompletionOut>, Failure> {
    let written = written.trim_end_matches('*');
    let wanted = fold(written);
    let fixed = Question::fixed_values(field);
    let mut known: Vec<(String, Option<i64>)> = if fixed.is_empty() {
        let counted = counted(app, query, field, written).await?;
        counted.into_iter().map(|(value, hosts)| (value, Some(hosts))).collect()
    } else {
        fixed.into_iter().map(|value| (value.to_owned(), None)).collect()
    };
    known.retain(|(value, _)| fold(value).contains(&wanted));
    known.sort_by_cached_key(|(value, hosts)| {
        (!fold(value).starts_with(&wanted), Reverse(*hosts), value.clone())
    });
    Ok(known.into_iter().take(MOST).map(|(value, hosts)| CompletionOut::value(&value, hosts)).collect())
}

/// The values that hosts have, with the number of those.
async fn counted(
    app: &App,
    query: &HostQuery,
    field: &str,
    written: &str,
) -> Result<Vec<(String, i64)>, Failure> {
    if let Some(place) = Question::place_of(field) {
        let values = app.fleet.profile_values(query, &place).await?;
        return Ok(values.into_iter().filter_map(|(value, hosts)| Some((shown(value)?, hosts))).collect());
    }
    Ok(match field {
        "tag" => app.fleet.tags(query).await?.into_iter().map(|tag| (tag_text(&tag), tag.count)).collect(),
        "group" => {
            let mut groups = app.fleet.group_query(query.scope.clone()).await?;
            (groups.name, groups.kind, groups.limit) =
                (Some(written.to_owned()), GroupKind::Standard, MOST as i64);
            let found = app.fleet.groups(&groups).await?.groups;
            found.into_iter().map(|group| (group.name, group.host_count)).collect()
        }
        "package" => {
            let (_, packages) = app.fleet.packages(query, written, 0, MOST).await?;
            packages.into_iter().map(|package| (package.name, package.hosts as i64)).collect()
        }
        "os" => {
            let overview = app.overviews.get(&app.fleet, &query.scope).await?;
            let named = overview.systems.iter().filter_map(|system| {
                let name = system.name.as_deref()?;
                Some((format!("{name} {}", system.version).trim_end().to_owned(), system.hosts))
            });
            named.collect()
        }
        "reporter" => app.overviews.get(&app.fleet, &query.scope).await?.reporters.clone(),
        "name" => {
            let named = fleet::Condition::AnyName(fleet::Pattern::containing(written), None);
            let mut query = query.clone().with(named);
            (query.limit, query.order) = (MOST as i64, (OrderBy::DisplayName, Direction::Ascending));
            let hosts = app.fleet.list(&query).await?.hosts;
            hosts.into_iter().map(|row| (row.host.display_name, 1)).collect()
        }
        _ => Vec::new(),
    })
}

/// A value of a fact as a question has it.
fn shown(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn tag_text(tag: &fleet::TagCount) -> String {
    let namespace = tag.namespace.as_deref().map(|namespace| format!("{namespace}/")).unwrap_or_default();
    let value = tag.value.as_deref().map(|value| format!("={value}")).unwrap_or_default();
    format!("{namespace}{}{value}", tag.key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(found: &[CompletionOut]) -> Vec<&str> {
        found.iter().map(|one| one.text.as_str()).collect()
    }

    #[test]
    fn fields_are_found_by_their_beginning_and_then_by_any_part() {
        assert_eq!(texts(&conditions("gro")), ["group:", "group_id:"]);
        assert_eq!(texts(&conditions("number_of_c")), ["number_of_cpus:"]);
        assert_eq!(texts(&conditions("last_check"))[0], "last_check_in>=");
        assert!(texts(&conditions("boot")).contains(&"last_boot_time>="));
        assert_eq!(conditions("").len(), MOST);
    }

    #[test]
    fn a_field_that_is_written_whole_leads_to_how_it_is_compared() {
        assert_eq!(texts(&conditions("group"))[..2], ["group:", "group!="]);
        assert_eq!(texts(&joins("a")), ["and "]);
    }
}
