//! `GET /tags`

use crate::{
    api::{App, answer::Answer, call::Call, entries, page::Page, show},
    store::tags::{self, SORTED_BY},
};

/// A page of tags.
pub async fn handle(app: App, call: Call) -> Answer {
    let mut query = call.query()?;
    let mut list = tags::list();
    list.equal("t.name", query.text("name"));
    let (page, order) = (Page::read(&mut query), entries::order(&mut query, "+name"));
    entries::finish(query)?;
    entries::answer(&app.db, &list, page, (&order, SORTED_BY), show::tag, tags::from_row).await
}
