//! The services of a server, over HTTP.

use std::{path::PathBuf, time::Duration};

use clients::{CallError, Client, Options};
use http::{HeaderMap, StatusCode, header::AUTHORIZATION};

use super::Response;
use crate::{
    cli::Source,
    failure::{Failure, Result},
    servers,
};

/// Most bytes of an answer.
const LARGEST: usize = 256 << 20;

/// The variable that names a server.
const SERVER: &str = "PLUMBLINE_SERVER";
/// The variable that names certificates.
const CA: &str = "PLUMBLINE_CA";

/// A server that is asked.
pub struct Server {
    client: Client,
    headers: HeaderMap,
}

/// The server that is named, after what named it. A place of data on the command line comes before the environment.
pub fn named(source: &Source) -> Option<(&'static str, String)> {
    let of_environment = || std::env::var(SERVER).ok().filter(|url| !url.is_empty());
    let is_here = source.place.data.is_some() || source.place.database_url.is_some();
    let given = source.server.clone().map(|url| ("--server", url));
    given.or_else(|| of_environment().filter(|_| !is_here).map(|url| (SERVER, url)))
}

impl Server {
    /// The server that is to be asked; `None` for the record here. Nobody is asked yet.
    pub fn of(source: &Source, org: Option<&str>) -> Result<Option<Self>> {
        let Source { token, token_file, ca, plain_http, .. } = source;
        let Some((named_by, url)) = named(source) else {
            if token.is_some() || token_file.is_some() || ca.is_some() || *plain_http {
                return Err(Failure::Usage(
                    "--token, --token-file, --ca and --plain-http are about a server: name one with --server URL".to_owned(),
                ));
            }
            return Ok(None);
        };
        if org.is_some() {
            return Err(Failure::Usage(format!(
                "--org: a server shows the organisation of who asks it, and {named_by} names one; leave out one of the two"
            )));
        }
        let ca =
            ca.clone().or_else(|| std::env::var_os(CA).filter(|path| !path.is_empty()).map(PathBuf::from));
        let options = Options {
            timeout: Duration::from_mins(1),
            most_bytes: LARGEST,
            passed_on: &["authorization"],
            ..Options::new("the server", url.trim_end_matches('/').to_owned())
        };
        let client = servers::client(named_by, ca.as_deref(), *plain_http, options)?;
        let token = match token {
            Some(token) => Some(token.clone()),
            None => servers::caller_token(token_file.as_deref())?,
        };
        let mut headers = HeaderMap::new();
        if let Some(token) = token {
            headers.insert(AUTHORIZATION, servers::bearer(&token)?);
        }
        Ok(Some(Self { client, headers }))
    }

    /// What it answers to a path with its query.
    pub async fn get(&self, path: &str) -> Result<Response> {
        match self.client.get(path, &self.headers).await {
            Ok(reply) => Ok(Response { status: reply.status, body: reply.body }),
            Err(error @ CallError::Unreachable { .. }) => Err(Failure::Runtime(format!(
                "{}: {error}; does `plumbline up` or `plumbline serve` run there?",
                self.client.endpoint()
            ))),
            Err(error) => Err(Failure::Runtime(format!("{}: {error}", self.client.endpoint()))),
        }
    }

    /// Why there is nothing to show.
    pub fn refused(&self, status: StatusCode, detail: Option<&str>) -> Failure {
        let url = self.client.endpoint();
        let said = detail.map(|detail| format!(": {detail}")).unwrap_or_default();
        let has_token = self.headers.contains_key(AUTHORIZATION);
        Failure::Runtime(match (status, has_token) {
            (StatusCode::UNAUTHORIZED, false) => format!(
                "{url} asks for a token{said}; give one with --token-file FILE, or in PLUMBLINE_TOKEN"
            ),
            (StatusCode::UNAUTHORIZED, true) => {
                format!("{url} does not know the token{said}; it may have expired: get a new one")
            }
            (StatusCode::FORBIDDEN, _) => {
                format!("{url} does not allow this{said}; who administers it gives permissions")
            }
            (status, _) if status.is_redirection() => format!(
                "{url} leads elsewhere ({status}): it is no Plumbline, or something before it wants a log-in; give the address \
                 that programs are to ask"
            ),
            (status, _)
                if status == StatusCode::NOT_FOUND || detail.is_none() && !status.is_server_error() =>
            {
                format!(
                    "{url} does not answer as a Plumbline does ({status}{said}): is the address right, and its version not older \
                     than {}?",
                    env!("CARGO_PKG_VERSION")
                )
            }
            (status, _) => format!("{url} answered {status}{said}"),
        })
    }

    /// An answer that has not what this program reads in it.
    pub fn is_another_version(&self, error: &serde_json::Error) -> Failure {
        Failure::Runtime(format!(
            "the answer of {} is not what version {} reads ({error}): use the version of the server",
            self.client.endpoint(),
            env!("CARGO_PKG_VERSION")
        ))
    }
}
