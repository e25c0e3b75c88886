//! A page of hosts, with what of their profiles was asked for.

use axum::response::Response;
use fleet::{Host, HostQuery};
use http::StatusCode;
use serde_json::value::RawValue;

use super::{App, errors::Failure, host_out::HostOut, page::Page};

/// The hosts of one page, in order.
#[derive(Debug)]
pub struct HostPage {
    /// How many match, on all pages.
    pub total: i64,
    /// Each with the members of its profile that were asked for, if any were.
    pub hosts: Vec<(Host, Option<Box<RawValue>>)>,
}

impl HostPage {
    /// Reads the page; `fields` are the top-level members of the profile that are wanted.
    pub async fn read(app: &App, query: &HostQuery, fields: Option<&[String]>) -> Result<Self, Failure> {
        let Some(fields) = fields else {
            let page = app.fleet.list(query).await?;
            let hosts = page.hosts.into_iter().map(|row| (row.host, None)).collect();
            return Ok(Self { total: page.total, hosts });
        };
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        let page = app.fleet.profiles(query, Some(&fields)).await?;
        let with_profile = |(host, profile): (Host, String)| Ok((host, Some(raw(profile)?)));
        let hosts = page.hosts.into_iter().map(with_profile).collect::<Result<_, Failure>>()?;
        Ok(Self { total: page.total, hosts })
    }

    /// The answer, of status 200.
    pub fn answer(&self, app: &App, page: Page) -> Response {
        let staleness = app.fleet.staleness();
        let hosts: Vec<_> = self
            .hosts
            .iter()
            .map(|(host, profile)| HostOut::new(host, staleness, profile.as_deref()))
            .collect();
        page.answer(self.total, hosts.len(), hosts)
    }
}

/// The text of a profile as a part of an answer.
pub fn raw(profile: String) -> Result<Box<RawValue>, Failure> {
    RawValue::from_string(profile).map_err(|error| {
        tracing::error!(%error, "a stored profile is no JSON");
        Failure::default(StatusCode::INTERNAL_SERVER_ERROR)
    })
}
