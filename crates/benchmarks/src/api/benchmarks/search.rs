//! `GET /benchmarks:search`

use crate::{
    api::{App, answer::Answer, call::Call, entries, page::Page, show},
    store::entries::{BENCHMARKS_SORTED_BY, Benchmark, benchmarks},
};

/// A page of the benchmarks that have every term in image, tag or description.
pub async fn handle(app: App, call: Call) -> Answer {
    let mut query = call.query()?;
    let mut list = benchmarks();
    let (after, before) = entries::uploaded(&mut query);
    list.equal("b.approved", Some(entries::approved(&mut query)))
        .between("b.uploaded", after, before)
        .search(&["b.docker_image", "b.docker_tag", "b.description"], query.texts("terms"));
    let (page, order) = (Page::read(&mut query), entries::order(&mut query, ""));
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
