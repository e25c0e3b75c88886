//! Pages (contract benchmarks §3.6).

use axum::response::Response;
use http::StatusCode;

use crate::{
    api::{answer, refusal::Refusal, show::Object},
    rules::query::Query,
};

/// Which page was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Counted from 1.
    pub number: i64,
    /// Items on each.
    pub size: i64,
}

impl Page {
    /// Reads `per_page` and `page`.
    pub fn read(query: &mut Query) -> Self {
        let size = query.count("per_page", 100, Some(100));
        Self { number: query.count("page", 1, None), size }
    }

    /// How many items stand before it.
    pub fn offset(self) -> i64 {
        (self.number - 1).saturating_mul(self.size)
    }

    /// The answer: the items of this page, of `total` in all. A page behind the last one does not exist.
    pub fn answer(self, total: i64, items: &[String]) -> Result<Response, Refusal> {
        if self.number > 1 && items.is_empty() {
            return Err(Refusal::plain(StatusCode::NOT_FOUND));
        }
        let pages = (total + self.size - 1) / self.size;
        let (has_prev, has_next) = (self.number > 1, self.number < pages);
        let mut page = Object::default();
        page.bool("has_next", has_next)
            .bool("has_prev", has_prev)
            .raw("items", &format!("[{}]", items.join(",")));
        if has_next {
            page.int("next_num", self.number + 1);
        }
        page.int("page", self.number).int("pages", pages).int("per_page", self.size);
        if has_prev {
            page.int("prev_num", self.number - 1);
        }
        page.int("total", total);
        Ok(answer::line(StatusCode::OK, page.finish()))
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    async fn body(number: i64, total: i64, items: usize) -> Option<String> {
        let answer = Page { number, size: 2 }.answer(total, &vec!["1".to_owned(); items]).ok()?;
        Some(String::from_utf8(answer.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_page_knows_its_neighbours() {
        assert_eq!(
            body(2, 5, 2).await.unwrap(),
            "{\"has_next\":true,\"has_prev\":true,\"items\":[1,1],\"next_num\":3,\"page\":2,\"pages\":3,\"per_page\":2,\"prev_num\":1,\"total\":5}\n"
        );
        assert_eq!(
            body(1, 0, 0).await.unwrap(),
            "{\"has_next\":false,\"has_prev\":false,\"items\":[],\"page\":1,\"pages\":0,\"per_page\":2,\"total\":0}\n"
        );
    }

    #[tokio::test]
    async fn a_page_behind_the_last_one_does_not_exist() {
        assert_eq!(body(2, 0, 0).await, None);
        assert_eq!(Page { number: i64::MAX, size: 100 }.offset(), i64::MAX);
    }
}
