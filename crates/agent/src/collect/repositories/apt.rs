//! apt: lines of `sources.list`, and stanzas of `.sources`.

use super::{Repository, without_password};
use crate::{Root, deb822, found::Found};

const LIST: &str = "/etc/apt/sources.list";
const PARTS: &str = "/etc/apt/sources.list.d";
const FIELDS: [&str; 6] = ["Types", "URIs", "Suites", "Components", "Enabled", "Trusted"];

pub(super) fn read(root: &Root, found: &mut Found) -> Vec<Repository> {
    let mut all: Vec<Repository> =
        found.read(root, LIST, "yum_repos").iter().flat_map(|text| lines(text)).collect();
    for name in root.names(PARTS) {
        let read = match name.rsplit_once('.') {
            Some((_, "list")) => lines,
            Some((_, "sources")) => stanzas,
            _ => continue,
        };
        let text = found.read(root, &format!("{PARTS}/{name}"), "yum_repos");
        all.extend(text.iter().flat_map(|text| read(text)));
    }
    all
}

/// `deb [trusted=yes] http://deb.debian.org/debian bookworm main contrib`
fn lines(text: &str) -> Vec<Repository> {
    let one = |line: &str| {
        let line = line.split('#').next()?.trim();
        let (kind, rest) = line.split_once(char::is_whitespace)?;
        if !matches!(kind, "deb" | "deb-src") {
            return None;
        }
        let (options, rest) = match rest.trim_start().strip_prefix('[') {
            Some(rest) => rest.split_once(']')?,
            None => ("", rest),
        };
        let trusted =
            options.split_ascii_whitespace().any(|option| option.eq_ignore_ascii_case("trusted=yes"));
        let mut words = rest.split_ascii_whitespace();
        let (url, suite) = (words.next()?, words.next()?);
        Some(repository(kind, url, suite, &words.collect::<Vec<_>>(), true, trusted))
    };
    text.lines().filter_map(one).collect()
}

fn stanzas(text: &str) -> Vec<Repository> {
    let mut all = Vec::new();
    for stanza in deb822::read(text, &FIELDS) {
        let is = |field: &str, words: &[&str]| {
            stanza.get(field).is_some_and(|value| words.iter().any(|word| value.eq_ignore_ascii_case(word)))
        };
        let enabled = !is("Enabled", &["no", "false", "0", "off"]);
        let trusted = is("Trusted", &["yes", "true", "1", "on"]);
        let components: Vec<&str> = stanza.words("Components").collect();
        for kind in stanza.words("Types") {
            for url in stanza.words("URIs") {
                let suites = stanza.words("Suites");
                all.extend(suites.map(|suite| repository(kind, url, suite, &components, enabled, trusted)));
            }
        }
    }
    all
}

/// It is named by the line that stands for it in `sources.list`: apt has no shorter name for it.
fn repository(
    kind: &str,
    url: &str,
    suite: &str,
    components: &[&str],
    enabled: bool,
    trusted: bool,
) -> Repository {
    let url = without_password(url);
    let line = [&[kind, &url, suite], components].concat().join(" ");
    Repository {
        id: line.clone(),
        name: line,
        enabled: Some(enabled),
        gpgcheck: Some(!trusted),
        base_url: Some(url),
        mirrorlist: None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::collect;
    use crate::testing::tree;

    fn ids(profile: &Value) -> Vec<&str> {
        profile["yum_repos"].as_array().unwrap().iter().map(|repo| repo["id"].as_str().unwrap()).collect()
    }

    /// Recorded on Debian 12.
    const SOURCES: &str = "\
Types: deb
# http://snapshot.debian.org/archive/debian/20250520T000000Z
URIs: http://deb.debian.org/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://deb.debian.org/debian-security
Suites: bookworm-security
Components: main
Enabled: no
";

    #[test]
    fn stanzas_name_a_repository_for_each_suite() {
        let found = tree(&[("/etc/apt/sources.list.d/debian.sources", SOURCES)]).collect(collect);
        let profile = found.profile();
        assert_eq!(
            ids(&profile),
            [
                "deb http://deb.debian.org/debian bookworm main",
                "deb http://deb.debian.org/debian bookworm-updates main",
                "deb http://deb.debian.org/debian-security bookworm-security main",
            ]
        );
        let repos = &profile["yum_repos"];
        assert_eq!(
            repos[0],
            json!({
                "id": "deb http://deb.debian.org/debian bookworm main",
                "name": "deb http://deb.debian.org/debian bookworm main",
                "base_url": "http://deb.debian.org/debian", "enabled": true, "gpgcheck": true,
            })
        );
        assert_eq!(repos[2]["enabled"], false);
    }

    #[test]
    fn lines_are_read_with_their_options_and_without_passwords() {
        let list = "\
# deb cdrom:[Debian]/ bookworm main
deb http://deb.debian.org/debian bookworm main contrib # a comment
deb-src [arch=amd64 trusted=yes] https://me:hush@ppa.example.com/x ./

debug nothing here
";
        let files = [
            ("/etc/apt/sources.list", list),
            ("/etc/apt/sources.list.d/x.list.disabled", "deb http://no x y"),
        ];
        let profile = tree(&files).collect(collect).profile();
        assert_eq!(
            ids(&profile),
            [
                "deb http://deb.debian.org/debian bookworm main contrib",
                "deb-src https://ppa.example.com/x ./"
            ]
        );
        assert_eq!(profile["yum_repos"][1]["gpgcheck"], false);
    }
}
