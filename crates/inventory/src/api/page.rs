//! Pages of results (contract inventory-http §7).

use axum::response::Response;
use fleet::HostQuery;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Params, json_response};

use super::errors::{Failure, json};

/// Which page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// From 1.
    pub page: i64,
    /// 1 to 100.
    pub per_page: i64,
}

/// A page of results, and how many there are on all pages.
#[derive(Debug, Serialize, ToSchema)]
pub struct Envelope<R> {
    /// All matches.
    pub total: i64,
    /// Entries on this page.
    pub count: usize,
    /// From 1.
    pub page: i64,
    /// The most entries on a page.
    pub per_page: i64,
    /// The entries.
    pub results: R,
}

impl Page {
    /// Reads `page` and `per_page`.
    pub fn read(params: &Params) -> Result<Self, Failure> {
        Ok(Self {
            page: params.integer("page", 1, 1, 21_474_837)?,
            per_page: params.integer("per_page", 50, 1, 100)?,
        })
    }

    /// How many entries come before this page.
    pub fn offset(self) -> i64 {
        (self.page - 1) * self.per_page
    }

    /// Bounds a question to this page.
    pub fn limit(self, query: &mut HostQuery) {
        query.offset = self.offset();
        query.limit = self.per_page;
    }

    /// The answer with these results, of which there are `total` on all pages and `count` on this one.
    pub fn answer(self, total: i64, count: usize, results: impl Serialize) -> Response {
        let envelope = Envelope { total, count, page: self.page, per_page: self.per_page, results };
        json(StatusCode::OK, &envelope)
    }

    /// The same answer from results that are JSON already.
    pub fn answer_texts<'a>(self, total: i64, results: impl ExactSizeIterator<Item = &'a [u8]>) -> Response {
        let Self { page, per_page } = self;
        let count = results.len();
        let mut body = Vec::with_capacity(128 + count * 2_048);
        body.extend_from_slice(
            format!(r#"{{"total":{total},"count":{count},"page":{page},"per_page":{per_page},"results":["#)
                .as_bytes(),
        );
        for (n, text) in results.enumerate() {
            if n > 0 {
                body.push(b',');
            }
            body.extend_from_slice(text);
        }
        body.extend_from_slice(b"]}");
        json_response(StatusCode::OK, "application/json", body)
    }

    /// 404 when there are matches but none of them on this page.
    pub fn check_within(self, total: i64, count: usize) -> Result<(), Failure> {
        if total > 0 && count == 0 {
            return Err(Failure::default(StatusCode::NOT_FOUND));
        }
        Ok(())
    }

    /// The part of a whole list that is on this page.
    pub fn cut<T>(self, all: &[T]) -> &[T] {
        let start = usize::try_from(self.offset()).unwrap_or(usize::MAX).min(all.len());
        let most = usize::try_from(self.per_page).unwrap_or(usize::MAX);
        &all[start..all.len().min(start.saturating_add(most))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_cut_from_the_list_and_empty_beyond_its_end() {
        let all: Vec<i32> = (0..5).collect();
        let page = |page, per_page| Page { page, per_page };
        assert_eq!(page(1, 2).cut(&all), [0, 1]);
        assert_eq!(page(3, 2).cut(&all), [4]);
        assert!(page(4, 2).cut(&all).is_empty());
        assert!(page(21_474_837, 100).cut(&all).is_empty());
    }

    #[tokio::test]
    async fn texts_stand_in_the_answer_as_values_would() {
        use http_body_util::BodyExt as _;

        let page = Page { page: 2, per_page: 3 };
        let body = async |answer: Response| answer.into_body().collect().await.unwrap().to_bytes();
        for values in [vec![], vec![serde_json::json!({"a": 1}), serde_json::json!("b")]] {
            let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
            let texts = page.answer_texts(9, texts.iter().map(String::as_bytes));
            assert_eq!(texts.headers(), page.answer(9, values.len(), &values).headers());
            assert_eq!(body(texts).await, body(page.answer(9, values.len(), &values)).await);
        }
    }

    #[test]
    fn a_page_beyond_the_end_is_missing_only_when_there_are_results() {
        let page = Page { page: 9, per_page: 5 };
        assert!(page.check_within(0, 0).is_ok());
        assert!(page.check_within(3, 0).is_err());
        assert!(page.check_within(43, 3).is_ok());
    }
}
