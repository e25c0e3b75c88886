//! Requests and what was answered.

use std::time::Duration;

use reqwest::{Client, RequestBuilder};
use serde_json::Value;

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub kind: String,
    pub text: String,
}

impl Answer {
    /// The body, which has to be JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The member `detail` of a problem.
    pub fn detail(&self) -> String {
        self.json()["detail"].as_str().unwrap_or_default().to_owned()
    }
}

/// A client that speaks to this machine only.
pub fn client() -> Client {
    let client = Client::builder().no_proxy().timeout(Duration::from_mins(1)).build();
    client.expect("a client can be made")
}

/// Sends a request and reads the whole answer; an error when there is none.
pub async fn send(request: RequestBuilder) -> Result<Answer, reqwest::Error> {
    let answer = request.send().await?;
    let kind = answer.headers().get("content-type").map(|kind| kind.to_str().unwrap_or_default().to_owned());
    Ok(Answer {
        status: answer.status().as_u16(),
        kind: kind.unwrap_or_default(),
        text: answer.text().await?,
    })
}
