//! `GET /users`

use crate::{
    api::{App, answer::Answer, call::Call, entries, page::Page, show},
    store::users::{self, SORTED_BY},
};

/// A page of users.
pub async fn handle(app: App, call: Call) -> Answer {
    let mut query = call.query()?;
    let mut list = users::list();
    list.equal("u.sub", query.text("sub"))
        .equal("u.iss", query.text("iss"))
        .equal("u.email", query.text("email"));
    let (page, order) = (Page::read(&mut query), entries::order(&mut query, "+iss,+sub"));
    entries::finish(query)?;
    entries::answer(&app.db, &list, page, (&order, SORTED_BY), show::user, users::from_row).await
}
