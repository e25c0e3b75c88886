//! `GET /reports/claims`

use crate::{
    api::{App, answer::Answer, call::Call, entries, page::Page, show},
    rules::query::Query,
    store::{
        claims::{self, SORTED_BY},
        list::List,
    },
};

/// A page of claims.
pub async fn handle(app: App, call: Call) -> Answer {
    page(&app, call.query()?, claims::list()).await
}

/// A page of these claims, as the parameters ask for it.
pub async fn page(app: &App, mut query: Query, mut list: List) -> Answer {
    let (after, before) = entries::uploaded(&mut query);
    list.equal("c.approved", Some(entries::approved(&mut query))).between("c.uploaded", after, before);
    let (page, order) = (Page::read(&mut query), entries::order(&mut query, "+upload_datetime"));
    entries::finish(query)?;
    entries::answer(&app.db, &list, page, (&order, SORTED_BY), show::claim, claims::from_row).await
}
