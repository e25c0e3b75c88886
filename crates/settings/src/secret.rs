//! Text that is never shown.

use std::fmt;

use crate::Value;

/// What is shown in place of a secret.
pub(crate) const MASK: &str = "********";

/// Parts of the names of parameters whose values are not shown.
const SECRET_NAMES: [&str; 8] = ["pass", "pwd", "secret", "token", "key", "auth", "sig", "cred"];

/// A text with the secrets of every address in it masked: the password before a host (the whole login when it has no
/// user apart), and values of parameters that are secrets by their name or have none.
pub(crate) fn masked(text: &str) -> String {
    let (mut shown, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once("://") {
        shown.extend([before, "://"]);
        let end = after.find(char::is_whitespace).unwrap_or(after.len());
        let (address, next) = after.split_at(end);
        // A password may hold any sign, also those that end a host: only what follows the last `@` is surely none of it.
        let (login, host) =
            address.rsplit_once('@').map_or((None, address), |(login, host)| (Some(login), host));
        match login.map(|login| login.split_once(':')) {
            Some(Some((user, _))) => shown.extend([user, ":", MASK, "@"]),
            // A name alone is a user to a database, and a token to a service of the web.
            Some(None) if before.ends_with("http") || before.ends_with("https") => shown.extend([MASK, "@"]),
            Some(None) => shown.extend([login.unwrap_or_default(), "@"]),
            None => {}
        }
        match host.split_once('?') {
            Some((place, parameters)) => {
                let parameters: Vec<String> = parameters.split('&').map(masked_parameter).collect();
                shown.extend([place, "?", &parameters.join("&")]);
            }
            None => shown.push_str(host),
        }
        rest = next;
    }
    shown + rest
}

fn masked_parameter(parameter: &str) -> String {
    let Some((name, _)) = parameter.split_once('=') else { return MASK.to_owned() };
    let lower = name.to_ascii_lowercase();
    if SECRET_NAMES.iter().any(|part| lower.contains(part)) {
        format!("{name}={MASK}")
    } else {
        parameter.to_owned()
    }
}

/// A password or a key. `Debug` and [`Value::show`] print a mask; [`Secret::expose`] gives the text.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(String);

impl Secret {
    /// The text itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.show())
    }
}

impl Value for Secret {
    const SECRET: bool = true;

    fn parse(text: &str) -> Option<Self> {
        Some(Self(text.to_owned()))
    }

    fn allowed() -> String {
        "any text".to_owned()
    }

    fn show(&self) -> String {
        if self.0.is_empty() { String::new() } else { MASK.to_owned() }
    }

    fn to_toml(&self) -> String {
        format!("{:?}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_shown_without_their_secrets() {
        for (text, shown) in [
            ("http://rbac:8111/api", "http://rbac:8111/api"),
            ("http://me:hush@rbac/api?a=b", "http://me:********@rbac/api?a=b"),
            ("https://t0ken@rbac", "https://********@rbac"),
            ("postgres://plumbline@db/x", "postgres://plumbline@db/x"),
            ("http://me:hu/sh?@rbac/x", "http://me:********@rbac/x"),
            ("http://rbac/x?api_key=hush&b=c&hush", "http://rbac/x?api_key=********&b=c&********"),
            ("a http://u:p@h, b", "a http://u:********@h, b"),
            ("no address", "no address"),
        ] {
            assert_eq!(masked(text), shown);
        }
    }

    #[test]
    fn a_secret_is_not_shown_and_its_absence_is() {
        let secret = Secret::from("hunter2");
        assert_eq!(format!("{secret:?} {}", secret.show()), "******** ********");
        assert_eq!(secret.expose(), "hunter2");
        assert_eq!(Secret::default().show(), "");
    }
}
