//! `GET /users:search`

use crate::{
    api::{App, answer::Answer, call::Call, entries, page::Page, show},
    store::users::{self, SORTED_BY},
};

/// A page of the users who have every term in their address.
pub async fn handle(app: App, call: Call) -> Answer {
    let mut query = call.query()?;
    let mut list = users::list();
    list.search(&["u.email"], query.texts("terms"));
    let (page, order) = (Page::read(&mut query), entries::order(&mut query, ""));
    entries::finish(query)?;
    entries::answer(&app.db, &list, page, (&order, SORTED_BY), show::user, users::from_row).await
}
