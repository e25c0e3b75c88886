//! `GET /sites`

use crate::{
    api::{App, answer::Answer, call::Call, entries, page::Page, show},
    store::entries::{SITES_SORTED_BY, Site, sites},
};

/// A page of sites.
pub async fn handle(app: App, call: Call) -> Answer {
    let mut query = call.query()?;
    let mut list = sites();
    let (after, before) = entries::uploaded(&mut query);
    list.equal("s.approved", Some(entries::approved(&mut query)))
        .equal("s.name", query.text("name"))
        .equal("s.address", query.text("address"))
        .between("s.uploaded", after, before);
    let (page, order) = (Page::read(&mut query), entries::order(&mut query, "+name"));
    entries::finish(query)?;
    entries::answer(&app.db, &list, page, (&order, SITES_SORTED_BY), show::site, Site::from_row).await
}
