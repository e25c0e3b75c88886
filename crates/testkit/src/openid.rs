//! An OpenID provider in a process of its own.

use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    net::{Ipv4Addr, TcpStream},
    path::Path,
    time::Duration,
};

use tempfile::TempDir;

use crate::{
    ports::free_port,
    process::{Process, mortal},
};

/// The certified `oidc-provider` of npm on a free port of 127.0.0.1, and what tests ask of it beside the protocol
/// (`openid/provider.mjs`). It needs the folder that `scripts/fetch-openid-provider.sh` makes, which
/// `scripts/with-components.sh` names in `PLUMBLINE_TEST_OPENID`.
#[derive(Debug)]
pub struct OpenIdProvider {
    _process: Process,
    _folder: TempDir,
    port: u16,
}

impl OpenIdProvider {
    /// Starts it: about 3 s.
    pub fn start() -> Self {
        let modules = crate::component("PLUMBLINE_TEST_OPENID");
        let folder = TempDir::with_prefix("plumbline-openid-").expect("a temporary folder can be made");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("openid/provider.mjs");
        // Node looks for packages beside the script.
        std::fs::copy(script, folder.path().join("provider.mjs"))
            .expect("the script of the provider can be copied");
        std::os::unix::fs::symlink(
            Path::new(&modules).join("node_modules"),
            folder.path().join("node_modules"),
        )
        .expect("a link can be made in the temporary folder");
        // Node may hang before it runs the first line of a script, and another program may take the port first.
        let (process, port) = (0..3)
            .find_map(|_| start_on(free_port(), folder.path()))
            .expect("the OpenID provider is not ready after three tries");
        Self { _process: process, _folder: folder, port }
    }

    /// The issuer.
    pub fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// An access token of `list`, `none`, `text` or `silent` (what is said of their entitlements), with further
    /// parameters as `&resource=urn:x` for a JWT.
    pub fn token(&self, sub: &str, parameters: &str) -> String {
        self.ask(&format!("/test/token?sub={sub}{parameters}"))
    }

    /// Has it sign with a new key; the old ones stay published, or go.
    pub fn rotate(&self, drop_old: bool) {
        self.ask(if drop_old { "/test/rotate?drop=1" } else { "/test/rotate" });
    }

    /// From now on it answers as usual (`ok`), after 5 s (`slow`), not at all (`down`), or with a page (`html`).
    pub fn answer(&self, mode: &str) {
        self.ask(&format!("/test/mode?is={mode}"));
    }

    /// From now on who logs in gets a JWT for this resource as access token; userinfo does not take it.
    pub fn gives_tokens_for(&self, resource: &str) {
        self.ask(&format!("/test/resource?is={resource}"));
    }

    /// From now on browsers are sent back to this address, as `http://127.0.0.1:8080`, and nowhere else.
    pub fn returns_to(&self, origin: &str) {
        self.ask(&format!("/test/returns?to={origin}"));
    }

    /// Says as `sub` who they are, in the forms that a browser is shown at this address of the provider, and answers the address
    /// that it is sent back to.
    pub fn sign_in(&self, place: &str, sub: &str) -> String {
        let mut cookies = BTreeMap::new();
        let mut place = place.to_owned();
        let mut form = None;
        for _ in 0..12 {
            let answer = self.browse(&place, &mut cookies, form.take());
            if let Some(next) = answer.location {
                place = if next.starts_with('/') { self.issuer() + &next } else { next };
                if !place.starts_with(&self.issuer()) {
                    return place;
                }
                continue;
            }
            let action = between(&answer.body, "action=\"", "\"").expect("a form");
            let prompt = between(&answer.body, "name=\"prompt\" value=\"", "\"").unwrap_or("login");
            form = Some(format!("prompt={prompt}&login={sub}&password=x"));
            place = if action.starts_with('/') { self.issuer() + action } else { action.to_owned() };
        }
        panic!("the provider asks again and again: {place}");
    }

    /// One request as a browser makes it.
    fn browse(&self, place: &str, cookies: &mut BTreeMap<String, String>, form: Option<String>) -> Page {
        let path = place.strip_prefix(&self.issuer()).expect("an address of the provider");
        let method = if form.is_some() { "POST" } else { "GET" };
        let body = form.unwrap_or_default();
        let jar: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = self.send(&format!(
            "{method} {path} HTTP/1.0\r\nhost: 127.0.0.1:{}\r\ncookie: {}\r\ncontent-length: {}\r\n\
             content-type: application/x-www-form-urlencoded\r\n\r\n{body}",
            self.port,
            jar.join("; "),
            body.len(),
        ));
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer of HTTP");
        let mut location = None;
        for (name, value) in head.lines().filter_map(|line| line.split_once(": ")) {
            if name.eq_ignore_ascii_case("location") {
                location = Some(value.to_owned());
            } else if name.eq_ignore_ascii_case("set-cookie") {
                let cookie = value.split(';').next().unwrap_or_default();
                let (name, value) = cookie.split_once('=').unwrap_or_default();
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Page { location, body: body.to_owned() }
    }

    /// How often its keys were asked for.
    pub fn keys_asked(&self) -> u32 {
        self.ask("/test/asked").parse().expect("a number of requests")
    }

    fn send(&self, request: &str) -> String {
        let mut stream =
            TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).expect("the OpenID provider listens");
        stream.write_all(request.as_bytes()).expect("a request can be sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer can be read");
        answer
    }

    fn ask(&self, path: &str) -> String {
        let answer = self.send(&format!("GET {path} HTTP/1.0\r\nhost: 127.0.0.1\r\n\r\n"));
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer of HTTP");
        assert!(head.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        body.to_owned()
    }
}

/// What a browser is answered.
struct Page {
    location: Option<String>,
    body: String,
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    text.split_once(before)?.1.split_once(after).map(|(found, _)| found)
}

/// The provider on that port, or nothing when it is not ready in time.
fn start_on(port: u16, folder: &Path) -> Option<(Process, u16)> {
    let mut command = mortal("KILL");
    command.args(["node", "--preserve-symlinks", "provider.mjs", &port.to_string()]).current_dir(folder);
    let mut process = Process::spawn("the OpenID provider", command, &folder.join("log"));
    let listens = || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok();
    process.is_ready_within(listens, Duration::from_secs(30)).then_some((process, port))
}
