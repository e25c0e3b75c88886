//! A page of hosts, with what of their profiles was asked for.

use axum::response::Response;
use fleet::{HostQuery, HostRef};
use http::StatusCode;
use serde_json::value::RawValue;

use super::{
    App,
    errors::Failure,
    host_out::HostOut,
    host_texts::HostTexts,
    page::{Page, Texts},
    profile_texts::ProfileTexts,
};

/// The hosts of one page, in order.
pub struct HostPage {
    /// How many match, on all pages.
    pub total: i64,
    /// Those of this page.
    pub hosts: Vec<HostRef>,
    /// Each as the text that is shown, written as it is taken.
    pub texts: Texts,
}

impl HostPage {
    /// Finds the page; `fields` are the top-level members of the profile that are wanted.
    pub async fn read(app: &App, query: &HostQuery, fields: Option<Vec<String>>) -> Result<Self, Failure> {
        let page = app.fleet.refs(query).await?;
        let texts = match fields {
            None => HostTexts::new(app, query, &page.hosts).stream(),
            Some(fields) => {
                let staleness = query.staleness;
                ProfileTexts::new(app, query, &page.hosts, Some(fields), move |host, profile| {
                    serde_json::to_vec(&HostOut::new(host, staleness, Some(profile)))
                })
                .stream()
            }
        };
        Ok(Self { total: page.total, hosts: page.hosts, texts })
    }

    /// The answer, of status 200.
    pub async fn answer(self, page: Page) -> Result<Response, Failure> {
        page.check_within(self.total, self.hosts.len())?;
        page.answer_texts(self.total, self.hosts.len(), self.texts, "").await
    }
}

/// The text of a profile as a part of an answer.
pub fn raw(profile: String) -> Result<Box<RawValue>, Failure> {
    RawValue::from_string(profile).map_err(|error| {
        tracing::error!(%error, "a stored profile is no JSON");
        Failure::default(StatusCode::INTERNAL_SERVER_ERROR)
    })
}
