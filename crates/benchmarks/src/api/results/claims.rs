//! `GET /results/{result_id}/claims`

use super::owned;
use crate::{
    api::{App, answer::Answer, call::Call, entries, page::Page, show},
    store::claims::{self, SORTED_BY},
};

/// A page of the claims on a result.
pub async fn handle(app: App, call: Call) -> Answer {
    let (id, caller) = (call.id, call.caller()?.clone());
    let mut query = call.query()?;
    let mut list = claims::list();
    let (after, before) = entries::uploaded(&mut query);
    list.equal("c.result_id", Some(id)).equal("c.approved", Some(entries::approved(&mut query))).between(
        "c.uploaded",
        after,
        before,
    );
    let (page, order) = (Page::read(&mut query), entries::order(&mut query, "+upload_datetime"));
    entries::finish(query)?;
    owned(&app, id, &caller).await?;
    entries::answer(&app.db, &list, page, (&order, SORTED_BY), show::claim, claims::from_row).await
}
