//! `GET /benchmarks`

use crate::{
    api::{App, answer::Answer, call::Call, entries, page::Page, show},
    store::entries::{BENCHMARKS_SORTED_BY, Benchmark, benchmarks},
};

/// A page of benchmarks.
pub async fn handle(app: App, call: Call) -> Answer {
    let mut query = call.query()?;
    let mut list = benchmarks();
    let (after, before) = entries::uploaded(&mut query);
    list.equal("b.approved", Some(entries::approved(&mut query)))
        .equal("b.docker_image", query.text("docker_image"))
        .equal("b.docker_tag", query.text("docker_tag"))
        .between("b.uploaded", after, before);
    let (page, order) = (Page::read(&mut query), entries::order(&mut query, "+docker_image"));
    entries::finish(query)?;
    entries::answer(
        &app.db,
        &list,
        page,
        (&order, BENCHMARKS_SORTED_BY),
        show::benchmark,
        Benchmark::from_row,
    )
    .await
}
