//! An OpenID provider in a process of its own.

use std::{
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

    /// How often its keys were asked for.
    pub fn keys_asked(&self) -> u32 {
        self.ask("/test/asked").parse().expect("a number of requests")
    }

    fn ask(&self, path: &str) -> String {
        let mut stream =
            TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).expect("the OpenID provider listens");
        let request = format!("GET {path} HTTP/1.0\r\nhost: 127.0.0.1\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("a request can be sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer can be read");
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer of HTTP");
        assert!(head.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        body.to_owned()
    }
}

/// The provider on that port, or nothing when it is not ready in time.
fn start_on(port: u16, folder: &Path) -> Option<(Process, u16)> {
    let mut command = mortal("KILL");
    command.args(["node", "--preserve-symlinks", "provider.mjs", &port.to_string()]).current_dir(folder);
    let mut process = Process::spawn("the OpenID provider", command, &folder.join("log"));
    let listens = || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok();
    process.is_ready_within(listens, Duration::from_secs(30)).then_some((process, port))
}
