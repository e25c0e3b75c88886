//! What commands read: they ask the API of the record that is here, in this process, or of a server. Either way a command is
//! written once, over the answers.
//!
//! * [`open`]: the API, once for each organisation that is asked about.
//! * `here.rs`: the services over the record, without a socket. `server.rs`: a server.
//! * `find.rs`: the host that a text names. `state.rs`: what a host is or was. `ages.rs`: how old its last check-in is.

mod ages;
mod find;
mod here;
mod server;
mod state;

use std::{borrow::Cow, path::PathBuf};

use fleet::Fleet;
use ground::{OrgId, Timestamp};
use http::StatusCode;
use serde::{Deserialize as _, Deserializer, de::DeserializeOwned};
use serde_json::{Value, value::RawValue};

pub use ages::Ages;
pub use find::{FoundHost, host, host_of_record};
pub use state::state;

use crate::{
    cli::Source,
    failure::{Failure, Result},
    record,
};
use here::Here;
use server::Server;

/// Where the native API stands.
pub const FLEET: &str = fleet_api::BASE;
/// Where the inventory stands, unless the settings of a server say otherwise.
pub const INVENTORY: &str = "/api/inventory/v1";
/// Where baselines stand, unless the settings of a server say otherwise.
pub const BASELINES: &str = "/api/system-baseline/v1";
/// Where notifications stand.
pub const NOTIFICATIONS: &str = "/api/notifications/v1";

/// The API as one organisation sees it.
pub struct Api(Backend);

enum Backend {
    Here(Here),
    Server(Server),
}

/// What was answered.
struct Response {
    status: StatusCode,
    body: Vec<u8>,
}

/// The API for the organisation that is named, or for each that there is; of a server for that of the caller.
pub async fn open(config: Option<&PathBuf>, source: &Source, org: Option<&str>) -> Result<Vec<Api>> {
    if let Some(server) = Server::of(source, org)? {
        return Ok(vec![Api(Backend::Server(server))]);
    }
    let fleet = record::open(config, &source.place).await?;
    let orgs = record::orgs(&fleet, org).await?;
    of_record(fleet, orgs)
}

/// Whether a server is to be asked.
pub fn is_of_server(source: &Source) -> bool {
    server::named(source).is_some()
}

/// The API of a record that is open.
pub fn of_record(fleet: Fleet, orgs: Vec<OrgId>) -> Result<Vec<Api>> {
    let router = here::router(fleet)?;
    let here = |org| Ok(Api(Backend::Here(Here::new(router.clone(), org)?)));
    orgs.into_iter().map(here).collect()
}

impl Api {
    /// The organisation; `None` for a server, which knows it by the caller.
    pub const fn org(&self) -> Option<&OrgId> {
        match &self.0 {
            Backend::Here(here) => Some(here.org()),
            Backend::Server(_) => None,
        }
    }

    /// Asks for a path with these parameters.
    pub async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: impl IntoIterator<Item = (&str, String)>,
    ) -> Result<T> {
        let answer = self.answer(path, query).await?;
        self.read(&answer)
    }

    /// The same; `None` for what is not known there.
    pub async fn get_known<T: DeserializeOwned>(
        &self,
        path: &str,
        query: impl IntoIterator<Item = (&str, String)>,
    ) -> Result<Option<T>> {
        let answer = self.answer(path, query).await?;
        if answer.status == StatusCode::NOT_FOUND && answer.detail().is_some() {
            return Ok(None);
        }
        self.read(&answer).map(Some)
    }

    async fn answer(&self, path: &str, query: impl IntoIterator<Item = (&str, String)>) -> Result<Response> {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        let path = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
        match &self.0 {
            Backend::Here(here) => here.get(&path).await,
            Backend::Server(server) => server.get(&path).await,
        }
    }

    fn read<T: DeserializeOwned>(&self, answer: &Response) -> Result<T> {
        if answer.status == StatusCode::OK
            && let Some(value) = self.parsed(&answer.body)?
        {
            return Ok(value);
        }
        Err(match (&self.0, answer.status, answer.detail()) {
            // What is wrong with a parameter is wrong with an option.
            (_, StatusCode::BAD_REQUEST, Some(detail)) => Failure::Usage(detail),
            (Backend::Here(_), status, detail) => {
                Failure::Runtime(detail.unwrap_or_else(|| format!("the record answered {status}")))
            }
            (Backend::Server(server), status, detail) => server.refused(status, detail.as_deref()),
        })
    }

    /// The body, as what is wanted of it. `None` when it is no JSON at all.
    fn parsed<T: DeserializeOwned>(&self, body: &[u8]) -> Result<Option<T>> {
        let error = match serde_json::from_slice(body) {
            Ok(value) => return Ok(Some(value)),
            Err(error) => error,
        };
        match &self.0 {
            Backend::Server(server) if error.is_data() => Err(server.is_another_version(&error)),
            Backend::Server(_) => Ok(None),
            Backend::Here(_) => Err(Failure::Runtime(format!("the record's answer cannot be read: {error}"))),
        }
    }
}

/// Reads a part of an answer, as what is wanted of it.
pub fn read_part<'a, T: serde::Deserialize<'a>>(part: &'a RawValue) -> Result<T> {
    serde_json::from_str(part.get())
        .map_err(|error| Failure::Runtime(format!("a part of the answer cannot be read: {error}")))
}

/// Reads a point in time as answers write it.
pub fn time<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<Timestamp, D::Error> {
    let text = Cow::<str>::deserialize(from)?;
    Timestamp::parse(&text).map_err(serde::de::Error::custom)
}

impl Response {
    /// What a refusal says, in one of the forms that our services have for it.
    fn detail(&self) -> Option<String> {
        let said: Value = serde_json::from_slice(&self.body).ok()?;
        let text = ["detail", "message"].into_iter().find_map(|name| said.get(name)?.as_str())?;
        Some(text.trim().chars().take(2_000).collect())
    }
}
