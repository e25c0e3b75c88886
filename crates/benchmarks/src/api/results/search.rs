//! `GET /results:search`

use super::list::answer;
use crate::{
    api::{App, answer::Answer, call::Call, entries, page::Page},
    store::results,
};

/// A page of the results that have every term in benchmark, site or flavor, or as a tag.
pub async fn handle(app: App, call: Call) -> Answer {
    let mut query = call.query()?;
    let mut list = results::shown();
    let (after, before) = entries::uploaded(&mut query);
    list.between("r.uploaded", after, before);
    results::with_terms(&mut list, query.texts("terms"));
    let (page, order) = (Page::read(&mut query), entries::order(&mut query, ""));
    entries::finish(query)?;
    answer(&app, &list, page, &order).await
}
