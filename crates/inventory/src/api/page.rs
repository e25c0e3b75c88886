//! Pages of results (contract inventory-http §7).

use std::convert::Infallible;

use axum::{
    body::{Body, Bytes},
    response::Response,
};
use fleet::HostQuery;
use futures::stream;
use http::StatusCode;
use legacy::Params;
use serde::Serialize;
use utoipa::ToSchema;
use web::json_response;

use super::errors::{Failure, json};

/// Most bytes of an answer that is put together before it is sent.
const AT_ONCE: usize = 1 << 20;

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

    /// The same answer from results that are JSON already. A long one is sent piece by piece, and held only once.
    pub fn answer_texts(self, total: i64, results: Vec<Bytes>) -> Response {
        self.answer_texts_with(total, results, "")
    }

    /// The same with further members behind the results: JSON that begins with a comma.
    pub fn answer_texts_with(self, total: i64, results: Vec<Bytes>, more: &str) -> Response {
        let end = format!("]{more}}}");
        let Self { page, per_page } = self;
        let count = results.len();
        let begin =
            format!(r#"{{"total":{total},"count":{count},"page":{page},"per_page":{per_page},"results":["#);
        let length: usize = results.iter().map(|text| text.len() + 1).sum();
        if length <= AT_ONCE {
            let mut body = Vec::with_capacity(begin.len() + length + 2);
            body.extend_from_slice(begin.as_bytes());
            for (n, text) in results.iter().enumerate() {
                if n > 0 {
                    body.push(b',');
                }
                body.extend_from_slice(text);
            }
            body.extend_from_slice(end.as_bytes());
            return json_response(StatusCode::OK, "application/json", body);
        }
        let texts = results.into_iter().enumerate().flat_map(|(n, text)| {
            let comma = if n > 0 { Bytes::from_static(b",") } else { Bytes::new() };
            [comma, text]
        });
        let pieces = std::iter::once(begin.into()).chain(texts).chain([end.into()]);
        let pieces = pieces.filter(|piece| !piece.is_empty()).map(Ok::<_, Infallible>);
        json_response(StatusCode::OK, "application/json", Body::from_stream(stream::iter(pieces)))
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
        let long = serde_json::json!("x".repeat(AT_ONCE));
        for values in [
            vec![],
            vec![serde_json::json!({"a": 1}), serde_json::json!("b")],
            vec![long.clone(), serde_json::json!(1), long],
        ] {
            let texts = values.iter().map(|value| value.to_string().into()).collect();
            let texts = page.answer_texts(9, texts);
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
