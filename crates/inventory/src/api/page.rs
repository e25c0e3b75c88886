//! Pages of results (contract inventory-http §7).

use std::{future::ready, io};

use axum::{
    body::{Body, Bytes},
    response::Response,
};
use fleet::HostQuery;
use futures::{StreamExt as _, stream, stream::BoxStream};
use http::StatusCode;
use legacy::Params;
use serde::Serialize;
use utoipa::ToSchema;
use web::json_response;

use super::errors::{Failure, json};

/// Most bytes of an answer that is put together before it is sent.
pub const BUFFERED_BYTES: usize = 1 << 20;

/// Results as JSON, made as they are taken; none for one that was removed after it was found.
pub type Texts = BoxStream<'static, Result<Option<Bytes>, Failure>>;

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

    /// The same answer from results that are JSON already, `most` of them, with further members behind them: JSON that begins
    /// with a comma. A long answer is sent as its results are made, and never held as a whole; whatever goes wrong then ends
    /// the connection, so that nobody takes a part for the whole.
    pub async fn answer_texts(
        self,
        total: i64,
        most: usize,
        mut texts: Texts,
        more: &str,
    ) -> Result<Response, Failure> {
        let Self { page, per_page } = self;
        let (mut first, mut length, mut gone) = (Vec::new(), 0, 0);
        let is_whole = loop {
            if length > BUFFERED_BYTES {
                break false;
            }
            match texts.next().await.transpose()? {
                None => break true,
                Some(None) => gone += 1,
                Some(Some(text)) => {
                    length += text.len() + 1;
                    first.push(text);
                }
            }
        };
        let count = most.saturating_sub(gone);
        let begin =
            format!(r#"{{"total":{total},"count":{count},"page":{page},"per_page":{per_page},"results":["#);
        let end = format!("]{more}}}");
        if is_whole {
            let mut body = Vec::with_capacity(begin.len() + length + end.len());
            body.extend_from_slice(begin.as_bytes());
            for (n, text) in first.iter().enumerate() {
                if n > 0 {
                    body.push(b',');
                }
                body.extend_from_slice(text);
            }
            body.extend_from_slice(end.as_bytes());
            return Ok(json_response(StatusCode::OK, "application/json", body));
        }
        let texts = stream::iter(first.into_iter().map(Ok)).chain(texts.map(not_gone)).enumerate();
        let texts = texts.flat_map(|(n, text)| {
            let comma = (n > 0).then(|| Ok(Bytes::from_static(b",")));
            stream::iter(comma.into_iter().chain([text]))
        });
        let begin = stream::once(ready(Ok(Bytes::from(begin))));
        let pieces = begin.chain(texts).chain(stream::once(ready(Ok(Bytes::from(end)))));
        Ok(json_response(StatusCode::OK, "application/json", Body::from_stream(pieces)))
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

/// A result of an answer whose beginning was sent, with the number of results.
fn not_gone(text: Result<Option<Bytes>, Failure>) -> io::Result<Bytes> {
    match text {
        Ok(Some(text)) => Ok(text),
        Ok(None) => Err(io::Error::other("a result was removed while it was sent")),
        Err(failure) => {
            tracing::error!(?failure, "an answer ends before its end");
            Err(io::Error::other("the answer cannot be continued"))
        }
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

    fn texts(values: &[Option<serde_json::Value>]) -> Texts {
        let texts: Vec<_> =
            values.iter().map(|value| Ok(value.as_ref().map(|value| value.to_string().into()))).collect();
        stream::iter(texts).boxed()
    }

    async fn body(answer: Response) -> Result<Bytes, axum::Error> {
        use http_body_util::BodyExt as _;

        Ok(answer.into_body().collect().await?.to_bytes())
    }

    #[tokio::test]
    async fn texts_stand_in_the_answer_as_values_would() {
        let page = Page { page: 2, per_page: 3 };
        let long = serde_json::json!("x".repeat(BUFFERED_BYTES));
        for values in [
            vec![],
            vec![serde_json::json!({"a": 1}), serde_json::json!("b")],
            vec![long.clone(), serde_json::json!(1), long],
        ] {
            let some: Vec<_> = values.iter().cloned().map(Some).collect();
            let answer = page.answer_texts(9, values.len(), texts(&some), "").await.unwrap();
            let same = page.answer(9, values.len(), &values);
            assert_eq!(answer.headers(), same.headers());
            assert_eq!(body(answer).await.unwrap(), body(same).await.unwrap());
        }
    }

    #[tokio::test]
    async fn what_is_removed_meanwhile_is_not_counted_or_ends_the_answer() {
        let page = Page { page: 1, per_page: 3 };
        let long = Some(serde_json::json!("x".repeat(BUFFERED_BYTES)));
        let answer = page.answer_texts(2, 2, texts(&[None, Some(1.into())]), r#","more":2"#).await.unwrap();
        let whole = r#"{"total":2,"count":1,"page":1,"per_page":3,"results":[1],"more":2}"#;
        assert_eq!(body(answer).await.unwrap(), whole);
        let answer = page.answer_texts(2, 2, texts(&[long, None]), "").await.unwrap();
        body(answer).await.unwrap_err();
    }

    #[test]
    fn a_page_beyond_the_end_is_missing_only_when_there_are_results() {
        let page = Page { page: 9, per_page: 5 };
        assert!(page.check_within(0, 0).is_ok());
        assert!(page.check_within(3, 0).is_err());
        assert!(page.check_within(43, 3).is_ok());
    }
}
