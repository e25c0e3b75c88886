//! apt: lines of `sources.list`, and stanzas of `.sources`.

use super::Repository;
use crate::{Root, collected::Collected, deb822};

const LIST: &str = "/etc/apt/sources.list";
const PARTS: &str = "/etc/apt/sources.list.d";
const FIELDS: [&str; 6] = ["Types", "URIs", "Suites", "Components", "Enabled", "Trusted"];
/// What apt takes for yes and no.
const YES: [&str; 6] = ["yes", "true", "with", "on", "enable", "1"];
const NO: [&str; 6] = ["no", "false", "without", "off", "disable", "0"];

pub(super) fn read(root: &Root, found: &mut Collected) -> Vec<Repository> {
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
        let words = words(line);
        let (kind, mut rest) = words.split_first()?;
        if !matches!(*kind, "deb" | "deb-src") {
            return None;
        }
        let mut trusted = false;
        if let Some((first, others)) = rest.split_first()
            && let Some(options) = first.strip_prefix('[').and_then(|options| options.strip_suffix(']'))
        {
            let mut options = options.split_ascii_whitespace().filter_map(|option| option.split_once('='));
            trusted = options.any(|(name, value)| name.eq_ignore_ascii_case("trusted") && is(value, &YES));
            rest = others;
        }
        // Options without an end.
        let (url, rest) = rest.split_first().filter(|(url, _)| !url.starts_with('['))?;
        let (suite, components) = rest.split_first()?;
        Some(repository(kind, url, suite, components, true, trusted))
    };
    text.lines().filter_map(one).collect()
}

/// The words of a line up to its comment. Blanks and `#` in brackets and quotes part nothing, as in
/// `cdrom:[Debian GNU/Linux 12.5.0 _Bookworm_]/`.
fn words(line: &str) -> Vec<&str> {
    let (mut words, mut begin, mut until) = (Vec::new(), None, None);
    for (at, c) in line.char_indices() {
        match until {
            Some(end) if c == end => until = None,
            Some(_) => {}
            None if c == '#' => {
                words.extend(begin.map(|begin: usize| &line[begin..at]));
                return words;
            }
            None if c.is_whitespace() => words.extend(begin.take().map(|begin: usize| &line[begin..at])),
            None => {
                begin = begin.or(Some(at));
                until = match c {
                    '[' if line[at..].contains(']') => Some(']'),
                    '"' if line[at + 1..].contains('"') => Some('"'),
                    _ => None,
                };
            }
        }
    }
    words.extend(begin.map(|begin| &line[begin..]));
    words
}

/// Whether a word is one of these, in any case.
fn is(word: &str, words: &[&str]) -> bool {
    words.iter().any(|one| word.eq_ignore_ascii_case(one))
}

fn stanzas(text: &str) -> Vec<Repository> {
    let mut all = Vec::new();
    for stanza in deb822::read(text, &FIELDS) {
        let enabled = !stanza.get("Enabled").is_some_and(|word| is(word, &NO));
        let trusted = stanza.get("Trusted").is_some_and(|word| is(word, &YES));
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
    let url = url.trim_matches('"');
    let line = [&[kind, url, suite], components].concat().join(" ");
    Repository {
        id: line.clone(),
        name: line,
        enabled: Some(enabled),
        gpgcheck: Some(!trusted),
        base_url: Some(url.to_owned()),
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

    #[test]
    fn blanks_in_brackets_and_quotes_part_nothing() {
        let list = "\
deb cdrom:[OS Linux 1.8  # DVD]/ bookworm main   contrib # a comment
deb [ arch=amd64  trusted=1 ] \"http://quoted.example.com/a b\" ./
deb [broken http://no
";
        let profile = tree(&[("/etc/apt/sources.list", list)]).collect(collect).profile();
        assert_eq!(
            ids(&profile),
            [
                "deb cdrom:[OS Linux 1.8  # DVD]/ bookworm main contrib",
                "deb http://quoted.example.com/a b ./",
            ]
        );
        assert_eq!(profile["yum_repos"][0]["base_url"], "cdrom:[OS Linux 1.8  # DVD]/");
        assert_eq!(
            (&profile["yum_repos"][0]["gpgcheck"], &profile["yum_repos"][1]["gpgcheck"]),
            (&json!(true), &json!(false))
        );
    }
}
