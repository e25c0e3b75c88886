//! `GET /users/self/results`

use crate::{
    api::{App, answer::Answer, call::Call, results},
    store::results::list,
};

/// A page of the caller's results, also of hidden ones.
pub async fn handle(app: App, call: Call) -> Answer {
    let person = call.caller()?.person.clone();
    let mut list = list();
    list.equal("r.uploader_iss", Some(person.iss.clone())).equal("r.uploader_sub", Some(person.sub.clone()));
    results::list::page(&app, call.query()?, list).await
}
