//! `GET /reports/submits`

use crate::{
    api::{
        App,
        answer::Answer,
        call::Call,
        entries,
        page::Page,
        show::{self, Object},
    },
    store::submits::{self, KINDS, SORTED_BY, Submit},
};

/// A page of what waits for a review.
pub async fn handle(app: App, call: Call) -> Answer {
    let mut query = call.query()?;
    let mut list = submits::list();
    let (after, before) = entries::uploaded(&mut query);
    list.equal("x.kind", query.one_of("resource_type", KINDS)).between("x.uploaded", after, before);
    let (page, order) = (Page::read(&mut query), entries::order(&mut query, "+resource_type"));
    entries::finish(query)?;
    entries::answer(&app.db, &list, page, (&order, SORTED_BY), show, submits::from_row).await
}

fn show(submit: &Submit) -> String {
    let mut object = Object::default();
    object
        .text("resource_id", &submit.id.to_string())
        .text("resource_type", &submit.kind)
        .time("upload_datetime", submit.uploaded)
        .raw("uploader", &show::user(&submit.uploader));
    object.finish()
}
