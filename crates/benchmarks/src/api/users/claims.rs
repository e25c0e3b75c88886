//! `GET /users/self/claims`

use crate::{
    api::{App, answer::Answer, call::Call, reports},
    store::claims::list,
};

/// A page of the caller's claims.
pub async fn handle(app: App, call: Call) -> Answer {
    let person = call.caller()?.person.clone();
    let mut list = list();
    list.equal("c.uploader_iss", Some(person.iss.clone())).equal("c.uploader_sub", Some(person.sub.clone()));
    reports::claims::page(&app, call.query()?, list).await
}
