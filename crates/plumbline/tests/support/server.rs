//! A running `plumbline up`.

use std::{collections::BTreeMap, path::Path, process::Command, time::Duration};

use reqwest::{Client, Method, RequestBuilder};
use rustix::process::Signal;
use serde_json::Value;

use super::{Answer, BASE, Ended, Program, client, plumbline, send};

/// The program in local mode on a port of its own.
pub struct Server {
    pub program: Program,
    /// `127.0.0.1:PORT`.
    pub address: String,
    client: Client,
}

impl Server {
    /// Serves this data folder.
    pub async fn up(data: &Path) -> Self {
        Self::start(plumbline().args(["up", "--no-report", "--listen", "127.0.0.1:0", "--data"]).arg(data))
            .await
    }

    /// Starts a command that serves, and reads from it where.
    pub async fn start(command: &mut Command) -> Self {
        let mut program = Program::start(command);
        let place = program.says("plumbline serves http://").await;
        let address = place.split('/').next().unwrap_or_default().to_owned();
        Self { program, address, client: client() }
    }

    /// A request to any path.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.address))
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await.expect("the server answers")
    }

    /// Sends this text as JSON to a path below the base.
    pub async fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        let request = self.request(Method::POST, &format!("{BASE}{path}"));
        let request = request.header("content-type", "application/json").body(body);
        send(request).await.expect("the server answers")
    }

    /// Every host of local mode's organisation: name to id. Panics when one name stands there twice.
    pub async fn hosts(&self) -> BTreeMap<String, String> {
        let mut all = BTreeMap::new();
        for page in 1.. {
            let path = format!("{BASE}/hosts?per_page=100&page={page}&order_by=display_name");
            let answer = self.get(&path).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            let list = answer.json();
            for host in list["results"].as_array().expect("a list of hosts") {
                let text = |name: &str| host[name].as_str().unwrap_or_default().to_owned();
                let twice = all.insert(text("display_name"), text("id"));
                assert_eq!(twice, None, "{host}");
            }
            if all.len() as u64 >= list["total"].as_u64().unwrap_or_default() {
                break;
            }
        }
        all
    }

    /// How many hosts there are.
    pub async fn total(&self) -> Value {
        self.get(&format!("{BASE}/hosts?per_page=1")).await.json()["total"].clone()
    }

    /// Asks it to stop and waits for that.
    pub async fn stop(self) -> Ended {
        self.program.signal(Signal::TERM);
        self.program.end(Duration::from_secs(10)).await
    }
}
