//! The benchmarks service of a server, asked over its API.

use std::time::Duration;

use ground::any_uuid;
use reqwest::{Client, Method, StatusCode};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;

use crate::failure::{Failure, Result};

/// Where the API stands under an address without a path of its own.
const BASE: &str = "/api/v1";
/// Where the inventory stands.
const INVENTORY: &str = "/api/inventory/v1";
const TIMEOUT: Duration = Duration::from_mins(1);

/// A server, and who is asking it.
pub struct Server {
    client: Client,
    base: String,
    token: Option<String>,
}

/// A result that was stored.
#[derive(Debug, Deserialize)]
pub struct Stored {
    /// Its id.
    pub id: String,
}

#[derive(Debug, Deserialize)]
struct HostExists {
    id: Uuid,
}

#[derive(Debug, Deserialize)]
struct Page {
    items: Vec<Stored>,
}

fn query(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

impl Server {
    /// At this address.
    pub fn new(url: &str, token: Option<String>) -> Result<Self> {
        let url = url.trim_end_matches('/');
        let (_, rest) = url
            .split_once("://")
            .ok_or_else(|| Failure::Usage(format!("--to: `{url}` is no address: give http://HOST:PORT")))?;
        let base = if rest.contains('/') { url.to_owned() } else { format!("{url}{BASE}") };
        let client = Client::builder().timeout(TIMEOUT).no_proxy().build();
        Ok(Self { client: client.map_err(|error| Failure::Runtime(error.to_string()))?, base, token })
    }

    async fn ask<T: DeserializeOwned>(&self, method: Method, path: &str, body: Option<&Value>) -> Result<T> {
        self.ask_at(method, &format!("{}{path}", self.base), body).await
    }

    async fn ask_at<T: DeserializeOwned>(
        &self,
        method: Method,
        url: &str,
        body: Option<&Value>,
    ) -> Result<T> {
        let mut request = self.client.request(method, url);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let failed = |error: reqwest::Error| Failure::Runtime(format!("{url}: {error}"));
        let answer = request.send().await.map_err(failed)?;
        let status = answer.status();
        if status.is_success() {
            return answer.json().await.map_err(failed);
        }
        let said: String = answer.text().await.unwrap_or_default().chars().take(500).collect();
        let remedy = match status {
            StatusCode::UNAUTHORIZED => "; give a token: --token-file FILE, or PLUMBLINE_TOKEN",
            StatusCode::FORBIDDEN => "; register once: POST /users:register with the same token",
            _ => "",
        };
        Err(Failure::Runtime(format!("{url} answered {status}: {}{remedy}", said.trim())))
    }

    async fn only(&self, path: &str, what: &str) -> Result<String> {
        let page: Page = self.ask(Method::GET, path, None).await?;
        let found = page.items.into_iter().next().map(|found| found.id);
        found.ok_or_else(|| Failure::Usage(format!("{what} is not there, or not approved yet")))
    }

    /// The id of an approved benchmark.
    pub async fn benchmark(&self, named: &str) -> Result<String> {
        if let Some(id) = any_uuid(named) {
            return Ok(id.to_string());
        }
        let (image, tag) =
            named.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).unwrap_or((named, "latest"));
        let asked = query(&[("docker_image", image), ("docker_tag", tag)]);
        self.only(&format!("/benchmarks?{asked}"), &format!("benchmark `{image}:{tag}`")).await
    }

    /// The id of an approved flavor.
    pub async fn flavor(&self, named: &str) -> Result<String> {
        if let Some(id) = any_uuid(named) {
            return Ok(id.to_string());
        }
        let (site, flavor) = named
            .split_once('/')
            .ok_or_else(|| Failure::Usage(format!("--flavor: `{named}` is no id and no SITE/FLAVOR")))?;
        let site_id =
            self.only(&format!("/sites?{}", query(&[("name", site)])), &format!("site `{site}`")).await?;
        let path = format!("/sites/{site_id}/flavors?{}", query(&[("name", flavor)]));
        self.only(&path, &format!("flavor `{flavor}` of site `{site}`")).await
    }

    /// The id of the result of the same run of the same file, when it is there.
    pub async fn known(
        &self,
        benchmark: &str,
        flavor: &str,
        digest: &str,
        run: usize,
    ) -> Result<Option<String>> {
        let (digest, run) = (format!("source.digest == {digest}"), format!("source.run == {run}"));
        let asked = query(&[
            ("benchmark_id", benchmark),
            ("flavor_id", flavor),
            ("filters", &digest),
            ("filters", &run),
            ("per_page", "1"),
        ]);
        let page: Page = self.ask(Method::GET, &format!("/results?{asked}"), None).await?;
        Ok(page.items.into_iter().next().map(|found| found.id))
    }

    /// The id of the host that reports under this insights id, as the inventory of the same server knows it.
    pub async fn host(&self, insights_id: Uuid) -> Result<Uuid> {
        let origin = self.base.split('/').take(3).collect::<Vec<_>>().join("/");
        let url = format!("{origin}{INVENTORY}/host_exists?insights_id={insights_id}");
        let found: Result<HostExists> = self.ask_at(Method::GET, &url, None).await;
        found.map(|found| found.id).map_err(|error| {
            Failure::Runtime(format!(
                "--self: {error}; the server knows this machine by its reports: `plumbline report`"
            ))
        })
    }

    /// Stores a result, pinned to a host.
    pub async fn store(
        &self,
        benchmark: &str,
        flavor: &str,
        host: Option<Uuid>,
        executed: &str,
        document: &Value,
    ) -> Result<Stored> {
        let host = host.map(|host| host.to_string());
        let mut asked =
            vec![("execution_datetime", executed), ("benchmark_id", benchmark), ("flavor_id", flavor)];
        asked.extend(host.as_deref().map(|host| ("host_id", host)));
        let asked = query(&asked);
        self.ask(Method::POST, &format!("/results?{asked}"), Some(document)).await
    }
}
