//! What benchmarks, sites and flavors have in common: parameters of their lists, and whoever sends them.

use ground::Timestamp;
use store::{Db, Row};

use crate::{
    api::{answer::Answer, page::Page, refusal::Refusal},
    rules::{query::Query, sort},
    store::list::{List, Window},
};

/// Whether what is approved is wanted, or what is on review.
pub fn approved(query: &mut Query) -> bool {
    query.one_of("status", &["on_review", "approved"]) != Some("on_review")
}

/// Two borders of a time: after, before.
pub type Borders = (Option<Timestamp>, Option<Timestamp>);

/// `upload_before` and `upload_after`.
pub fn uploaded(query: &mut Query) -> Borders {
    let before = query.date("upload_before");
    (query.date("upload_after"), before)
}

/// The order, by these fields; `usual` when none is asked for.
pub fn order(query: &mut Query, usual: &str) -> String {
    query.text("sort_by").unwrap_or_else(|| usual.to_owned())
}

/// Ends the reading of parameters.
pub fn finish(query: Query) -> Result<(), Refusal> {
    query.finish().map_err(|errors| Refusal::fields("query", errors))
}

/// The answer with a page of a list.
pub async fn answer<T>(
    db: &Db,
    list: &List,
    page: Page,
    order: (&str, &[&'static str]),
    show: impl Fn(&T) -> String,
    read: impl Fn(&Row) -> store::Result<T>,
) -> Answer {
    let order = sort::parse(order.0, order.1).map_err(|unreadable| Refusal::sort(&unreadable))?;
    let window = Window { offset: page.offset(), limit: page.size };
    let (total, rows) = list.page(db, window, &order).await?;
    let items =
        rows.iter().map(|row| read(row).map(|item| show(&item))).collect::<store::Result<Vec<_>>>()?;
    page.answer(total, &items)
}
