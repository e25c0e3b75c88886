//! `GET /results`

use crate::{
    api::{App, answer::Answer, call::Call, entries, page::Page, refusal::Refusal, show},
    rules::{filter::Filter, query::Query, sort},
    store::{
        list::{List, Window},
        results::{self, SORTED_BY},
    },
};

/// A page of results.
pub async fn handle(app: App, call: Call) -> Answer {
    page(&app, call.query()?, results::shown()).await
}

/// A page of these results, as the parameters ask for it.
pub async fn page(app: &App, mut query: Query, mut list: List) -> Answer {
    let (after, before) = entries::uploaded(&mut query);
    let (executed_before, executed_after) = (query.date("execution_before"), query.date("execution_after"));
    list.between("r.uploaded", after, before)
        .between("r.executed", executed_after, executed_before)
        .equal("r.benchmark_id", query.uuid("benchmark_id"))
        .equal("r.site_id", query.uuid("site_id"))
        .equal("r.flavor_id", query.uuid("flavor_id"));
    for tag in query.uuids("tags_ids") {
        results::with_tag(&mut list, tag);
    }
    let filters = query.texts("filters");
    let (page, order) = (Page::read(&mut query), entries::order(&mut query, "+execution_datetime"));
    entries::finish(query)?;
    for text in filters {
        let filter = Filter::parse(&text).map_err(|unreadable| Refusal::filter(&text, &unreadable))?;
        results::with_filter(&mut list, filter);
    }
    answer(app, &list, page, &order).await
}

/// The answer with a page of these results.
pub async fn answer(app: &App, list: &List, page: Page, order: &str) -> Answer {
    let order = sort::parse(order, SORTED_BY).map_err(|unreadable| Refusal::sort(&unreadable))?;
    let window = Window { offset: page.offset(), limit: page.size };
    let (total, rows) = list.page(&app.db, window, &order).await?;
    let results = results::with_tags(&app.db, &rows).await?;
    let items: Vec<String> = results.iter().map(show::result).collect();
    page.answer(total, &items)
}
