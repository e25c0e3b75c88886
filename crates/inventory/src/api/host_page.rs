//! A page of hosts, with what of their profiles was asked for.

use axum::{body::Bytes, response::Response};
use fleet::HostQuery;
use ground::HostId;
use http::StatusCode;
use serde_json::value::RawValue;

use super::{App, errors::Failure, host_out::HostOut, page::Page};

/// The hosts of one page, in order.
#[derive(Debug)]
pub struct HostPage {
    /// How many match, on all pages.
    pub total: i64,
    /// Each as the text that is shown.
    pub hosts: Vec<(HostId, Bytes)>,
}

impl HostPage {
    /// Reads the page; `fields` are the top-level members of the profile that are wanted.
    pub async fn read(app: &App, query: &HostQuery, fields: Option<&[String]>) -> Result<Self, Failure> {
        let Some(fields) = fields else {
            let page = app.fleet.refs(query).await?;
            let hosts = app.shown.texts(&app.fleet, query, &page.hosts).await?;
            return Ok(Self { total: page.total, hosts });
        };
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        let page = app.fleet.profiles(query, Some(&fields)).await?;
        let staleness = query.staleness;
        let mut hosts = Vec::with_capacity(page.hosts.len());
        for (host, profile) in page.hosts {
            let profile = raw(profile)?;
            let text = serde_json::to_vec(&HostOut::new(&host, staleness, Some(&profile)));
            hosts.push((host.id, text.map_err(Failure::unwritable)?.into()));
        }
        Ok(Self { total: page.total, hosts })
    }

    /// The answer, of status 200.
    pub fn answer(self, page: Page) -> Response {
        page.answer_texts(self.total, self.hosts.into_iter().map(|(_, text)| text).collect())
    }
}

/// The text of a profile as a part of an answer.
pub fn raw(profile: String) -> Result<Box<RawValue>, Failure> {
    RawValue::from_string(profile).map_err(|error| {
        tracing::error!(%error, "a stored profile is no JSON");
        Failure::default(StatusCode::INTERNAL_SERVER_ERROR)
    })
}
