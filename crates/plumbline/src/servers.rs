//! Servers that commands speak to over HTTP: whether an address is one, whom they are trusted by, and that nothing secret goes
//! over a network in the open.

use std::{net::IpAddr, path::Path};

use clients::{Authorities, Client, Options, Trust};
use http::{HeaderValue, Uri};

use crate::failure::{Failure, Result};

/// Asks the server at the endpoint of these options, which `named_by` named.
pub fn client(named_by: &str, ca: Option<&Path>, plain_http: bool, mut options: Options) -> Result<Client> {
    let url = options.endpoint.trim_end_matches('/');
    let uri = url.parse::<Uri>().ok().filter(|uri| uri.host().is_some_and(|host| !host.is_empty()));
    let bad = |problem: String| Err(Failure::Usage(format!("{named_by}: {problem}")));
    match uri.as_ref().and_then(Uri::scheme_str) {
        Some("https") => {}
        Some("http") if plain_http || !is_open(url) => {}
        Some("http") => {
            return bad(format!(
                "over {url} everybody on the way reads what is sent, tokens too; give https://, or --plain-http on a network that \
                 nobody else is on"
            ));
        }
        _ => return bad(format!("`{url}` is no address: give https://HOST:PORT")),
    }
    if uri.as_ref().and_then(Uri::authority).is_some_and(|place| place.as_str().contains('@')) {
        return bad("an address has no user and no password: give a token".to_owned());
    }
    let authorities = match ca {
        None => Authorities::Usual,
        Some(file) => Authorities::UsualAnd(
            std::fs::read_to_string(file)
                .map_err(|error| Failure::Usage(format!("--ca: cannot read {}: {error}", file.display())))?,
        ),
    };
    options.trust = Trust { authorities, setting: "--ca" };
    Client::new(options).map_err(|bad| Failure::Usage(bad.to_string()))
}

/// The header that a token is shown in.
pub fn bearer(token: &str) -> Result<HeaderValue> {
    let bearer = HeaderValue::from_str(&format!("Bearer {token}"));
    let mut bearer =
        bearer.map_err(|_| Failure::Usage("the token has characters that no token has".to_owned()))?;
    bearer.set_sensitive(true);
    Ok(bearer)
}

/// The text of a file with a token.
pub fn token_in(option: &str, file: &Path) -> Result<String> {
    let text = std::fs::read_to_string(file);
    let text =
        text.map_err(|error| Failure::Usage(format!("{option}: cannot read {}: {error}", file.display())))?;
    Ok(text.trim().to_owned())
}

/// The bearer token of the caller: of the file that `--token-file` names, or of `PLUMBLINE_TOKEN`.
pub fn caller_token(file: Option<&Path>) -> Result<Option<String>> {
    let token = match file {
        Some(file) => Some(token_in("--token-file", file)?),
        None => std::env::var("PLUMBLINE_TOKEN").ok(),
    };
    Ok(token.filter(|token| !token.is_empty()))
}

/// Whether what is sent to this address can be read on the way: over http, and not to this machine.
pub fn is_open(url: &str) -> bool {
    let Ok(uri) = url.parse::<Uri>() else { return false };
    let host = uri.host().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    let here = host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback());
    uri.scheme_str() == Some("http") && !here
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_on_this_machine_is_not_open() {
        for (url, open) in [
            ("http://127.0.0.1:8080", false),
            ("http://127.8.0.1", false),
            ("http://[::1]:80", false),
            ("http://localhost", false),
            ("https://example.org", false),
            ("http://example.org", true),
            ("http://127.0.0.1.example.org", true),
            ("http://10.0.0.7:8080", true),
        ] {
            assert_eq!(is_open(url), open, "{url}");
        }
    }

    #[test]
    fn an_address_that_is_none_is_refused_with_what_named_it() {
        let refused = |url: &str| {
            let options = Options::new("the server", url.to_owned());
            client("--server", None, false, options).unwrap_err().to_string()
        };
        for url in ["", "web-1", "ftp://web-1", "https://"] {
            assert!(
                refused(url).starts_with("--server: ") && refused(url).contains("https://HOST:PORT"),
                "{url}"
            );
        }
        assert!(refused("http://web-1:8080").contains("--plain-http"));
        assert!(!refused("https://me:secret@web-1").contains("secret"));
    }
}
