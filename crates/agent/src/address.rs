//! Addresses in texts, without what opens a door: users, passwords and tokens.

use uuid::Uuid;

/// Parts of names whose values are not for others.
const SECRET: [&str; 20] = [
    "access", "account", "api", "auth", "code", "cred", "jwt", "key", "licen", "login", "otp", "pass",
    "policy", "pwd", "secret", "sess", "sig", "ticket", "token", "user",
];
/// So many letters and digits without a break are no word.
const LONG_WORD: usize = 16;

/// A text in which no address has a user or password, and none a query or fragment but queries of `name=value` pairs
/// that say what is asked for (`repo=baseos&arch=x86_64`).
pub(crate) fn without_secrets(text: &str) -> String {
    let (mut plain, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find("//") {
        // After a scheme, or where a word begins; elsewhere it is part of a path.
        let before = rest[..at].chars().next_back().or_else(|| plain.chars().next_back());
        let begins = before.is_none_or(|c| c == ':' || ends_address(c) || ",;|=([".contains(c));
        plain.push_str(&rest[..at + 2]);
        rest = &rest[at + 2..];
        if begins {
            let end = rest.find(ends_address).unwrap_or(rest.len());
            let end = next_address(&rest[..end]).unwrap_or(end);
            plain.push_str(&after_scheme(&rest[..end]));
            rest = &rest[end..];
        }
    }
    plain.push_str(rest);
    plain
}

fn ends_address(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>')
}

/// Where in a list without blanks the next address begins: at the sign between them.
fn next_address(text: &str) -> Option<usize> {
    let (before, _) = text.split_once("://")?;
    let at = before.rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')))?;
    before[at..].starts_with([',', ';', '|']).then_some(at)
}

/// What stands behind the `//` of an address.
fn after_scheme(text: &str) -> String {
    let host = text.find(['/', '?', '#', '\\']).unwrap_or(text.len());
    // A password with a slash in it leaves half of itself where the port should be.
    let torn = text[..host].rsplit_once(':').is_some_and(|(name, port)| {
        !port.bytes().all(|byte| byte.is_ascii_digit()) && !port.contains(['$', ']']) && !name.is_empty()
    });
    let users = if torn { text.rfind('@') } else { text[..host].rfind('@') };
    let text = users.map_or(text, |at| &text[at + 1..]);
    let (text, _) = text.split_once('#').unwrap_or((text, ""));
    match text.split_once('?') {
        Some((path, query)) if is_plain(query) => format!("{}?{query}", without_secrets(path)),
        Some((path, _)) => without_secrets(path),
        // The path may hold an address in its turn, as those of proxies do.
        None => without_secrets(text),
    }
}

/// Whether a query is made of pairs that tell no secret.
fn is_plain(query: &str) -> bool {
    query.split(['&', ';']).all(|pair| {
        let Some((name, value)) = pair.split_once('=') else { return false };
        let lower = name.to_ascii_lowercase();
        let named = !name.is_empty() && !value.is_empty() && !SECRET.iter().any(|part| lower.contains(part));
        let value_is_plain =
            !value.contains(['=', '@', '?']) && !value.contains("//") && !value.contains('%');
        named && value_is_plain && !is_token(name) && !is_token(value)
    })
}

/// Whether a text looks made by chance: a UUID, or long without a break and of letters and digits.
fn is_token(text: &str) -> bool {
    let mixed = |word: &str| {
        word.bytes().any(|byte| byte.is_ascii_digit()) && word.bytes().any(|byte| byte.is_ascii_alphabetic())
    };
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    Uuid::try_parse(text).is_ok() || words.any(|word| word.len() >= LONG_WORD && mixed(word))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_keep_host_path_and_what_is_asked_for() {
        for text in [
            "https://repo.example.com/a@b",
            "https://repo.example.com:8443/$releasever/",
            "https://[2001:db8::1]:80/x",
            "file:///srv/repo",
            "cdrom:[Debian 12 // \"x\"]/",
            "https://mirrors.example.com/metalink?repo=centos-baseos-$stream&arch=$basearch&protocol=https,http",
            "filer:/home",
            "//filer/share",
            "bash-0:5.1.8-9.el9.x86_64",
            "a//b@c",
        ] {
            assert_eq!(without_secrets(text), text);
        }
    }

    #[test]
    fn users_passwords_and_tokens_go() {
        for (text, plain) in [
            ("https://me:secret@repo.example.com/x", "https://repo.example.com/x"),
            ("https://token@repo.example.com", "https://repo.example.com"),
            ("https://a:b@c@repo.example.com/", "https://repo.example.com/"),
            ("https://me:pa/ss@repo.example.com/x", "https://repo.example.com/x"),
            ("deb [trusted=yes] https://u:p@h/x ./", "deb [trusted=yes] https://h/x ./"),
            ("https://a/,https://u:p@b/;http://q:r@c/", "https://a/,https://b/;http://c/"),
            ("https://proxy/https://u:p@h/?AbC", "https://proxy/https://h/"),
            ("//u:p@filer/share", "//filer/share"),
            ("url=https://u:p@h/", "url=https://h/"),
            ("https://h/x?AbCdEf0123456789", "https://h/x"),
            ("https://h/x?c2VjcmV0=", "https://h/x"),
            ("https://h/x?a=1&token=2", "https://h/x"),
            ("https://h/x?X-Amz-Signature=2", "https://h/x"),
            ("https://h/x?v=AbCdEf0123456789", "https://h/x"),
            ("https://h/x?v=4c4c4544-0042-3010-8053-b8c04f4a4e32", "https://h/x"),
            ("https://h/x?next=https%3A%2F%2Fu:p@h", "https://h/x"),
            ("https://h/x#AbC", "https://h/x"),
            ("see <https://u:p@h?x> and \"ftp://v:w@i\"", "see <https://h> and \"ftp://i\""),
        ] {
            assert_eq!(without_secrets(text), plain, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_left_to_take_away(text in "(https?://|//|[a-z0-9:@/?#=&,;. \"$-]){0,30}") {
            let once = without_secrets(&text);
            prop_assert_eq!(&without_secrets(&once), &once);
        }

        #[test]
        fn any_text_can_be_read(text in "\\PC{0,60}") {
            without_secrets(&text);
        }
    }
}
