//! `GET /sites/{site_id}/flavors`, `GET /sites/{site_id}/flavors:search`, `POST /sites/{site_id}/flavors`

use http::StatusCode;
use uuid::Uuid;

use crate::{
    api::{
        App, answer, answer::Answer, call::Call, entries, flavors::read, page::Page, refusal::Refusal, show,
    },
    mail::Mail,
    store::{
        entries::{FLAVORS_SORTED_BY, Flavor, Site, flavors},
        mails,
    },
};

/// A page of the flavors of a site.
pub async fn list(app: App, call: Call) -> Answer {
    let mut query = call.query()?;
    let mut list = flavors(call.id);
    let (after, before) = entries::uploaded(&mut query);
    list.equal("f.approved", Some(entries::approved(&mut query)))
        .equal("f.name", query.text("name"))
        .between("f.uploaded", after, before);
    let (page, order) = (Page::read(&mut query), entries::order(&mut query, "+name"));
    entries::finish(query)?;
    exists(&app, call.id).await?;
    entries::answer(&app.db, &list, page, (&order, FLAVORS_SORTED_BY), show::flavor, Flavor::from_row).await
}

/// A page of the flavors of a site that have every term in name or description.
pub async fn search(app: App, call: Call) -> Answer {
    let mut query = call.query()?;
    let mut list = flavors(call.id);
    let (after, before) = entries::uploaded(&mut query);
    list.equal("f.approved", Some(entries::approved(&mut query)))
        .between("f.uploaded", after, before)
        .search(&["f.name", "f.description"], query.texts("terms"));
    let (page, order) = (Page::read(&mut query), entries::order(&mut query, ""));
    entries::finish(query)?;
    exists(&app, call.id).await?;
    entries::answer(&app.db, &list, page, (&order, FLAVORS_SORTED_BY), show::flavor, Flavor::from_row).await
}

/// Sends a flavor of a site, which an administrator reviews then.
pub async fn create(app: App, call: Call) -> Answer {
    let user = call.caller()?.registered()?;
    let site = call.id;
    let now = app.clock.now();
    let flavor = call.body().await?.fields(|fields, _| read(fields, Uuid::new_v4(), now))?;
    exists(&app, site).await?;
    let mut tx = app.db.begin().await?;
    let added = flavor.add(&mut tx, site, &user).await;
    if !added.map_err(|error| Refusal::or_conflict(error, || Refusal::missing("Record", site)))? {
        return Err(Refusal::conflict(format_args!("Flavor {} already submitted/exists", flavor.name)));
    }
    mails::put(&mut tx, &Mail::submitted(&user.email, "Flavor", flavor.id), now).await?;
    tx.commit().await?;
    Ok(answer::line(StatusCode::CREATED, show::flavor(&flavor)))
}

async fn exists(app: &App, site: Uuid) -> Result<(), Refusal> {
    Site::get(&app.db, site).await?.map(drop).ok_or_else(|| Refusal::missing("Record", site))
}
