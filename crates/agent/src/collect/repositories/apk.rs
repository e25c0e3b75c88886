//! apk: an address a line; since version 3 with a type, variables and components.

use std::collections::{BTreeMap, BTreeSet};

use super::Repository;
use crate::{Root, address::without_secrets, collected::Collected};

const FILE: &str = "/etc/apk/repositories";
/// Of files with the same name the first counts.
const PARTS: [&str; 2] = ["/etc/apk/repositories.d", "/lib/apk/repositories.d"];
/// No address is longer, in bytes.
const LONGEST_VALUE: usize = 4_096;

pub(super) fn read(root: &Root, found: &mut Collected) -> Vec<Repository> {
    let mut texts = vec![found.read(root, FILE, "yum_repos")];
    let mut names = BTreeSet::new();
    for folder in PARTS {
        for path in root.files(folder, "list") {
            if path.rsplit('/').next().is_some_and(|name| names.insert(name.to_owned())) {
                texts.push(found.read(root, &path, "yum_repos"));
            }
        }
    }
    let mut variables = BTreeMap::new();
    if let Some(arch) = root.word("/etc/apk/arch") {
        variables.extend(arch.lines().next().map(|arch| ("APK_ARCH".to_owned(), arch.trim().to_owned())));
    }
    let lines = texts.iter().flatten().flat_map(|text| text.lines());
    lines.flat_map(|line| one(line, &mut variables)).collect()
}

/// The repositories of a line: one, or one for each of its components. A line may set a variable instead.
fn one(line: &str, variables: &mut BTreeMap<String, String>) -> Vec<Repository> {
    // A comment is a whole line, or stands behind a blank: an address may hold the sign.
    let words: Vec<&str> = line.split_ascii_whitespace().take_while(|word| !word.starts_with('#')).collect();
    let words = match words.as_slice() {
        ["set", "-default", pair] => {
            set(pair, variables, false);
            return Vec::new();
        }
        ["set", pair] => {
            set(pair, variables, true);
            return Vec::new();
        }
        ["set" | "default", ..] => return Vec::new(),
        words => words,
    };
    let mut words = words.iter().copied().peekable();
    let mut tag = None;
    while let Some(word) = words.next_if(|word| word.starts_with('@') || matches!(*word, "v2" | "v3" | "ndx"))
    {
        tag = word.strip_prefix('@').or(tag);
    }
    let Some(url) = words.next().map(|url| without_secrets(&filled(url, variables))) else {
        return Vec::new();
    };
    let components: Vec<String> = words.map(|component| filled(component, variables)).collect();
    let urls = if components.is_empty() {
        vec![url]
    } else {
        let base = url.trim_end_matches('/');
        components.iter().map(|component| format!("{base}/{component}")).collect()
    };
    let repository = |url: String| {
        let name = tag.map_or_else(|| url.clone(), |tag| format!("@{tag} {url}"));
        // apk takes nothing without a signature.
        Repository {
            id: name.clone(),
            name,
            enabled: Some(true),
            gpgcheck: Some(true),
            base_url: Some(url),
            mirrorlist: None,
        }
    };
    urls.into_iter().map(repository).collect()
}

fn set(pair: &str, variables: &mut BTreeMap<String, String>, again: bool) {
    if let Some((name, value)) = pair.split_once('=')
        && (again || !variables.contains_key(name))
    {
        let value = filled(value, variables);
        // Variables may be made of one another over and over.
        if value.len() <= LONGEST_VALUE {
            variables.insert(name.to_owned(), value);
        }
    }
}

/// A text with the values of variables in place of `${NAME}`; what is not known stays as it is.
fn filled(text: &str, variables: &BTreeMap<String, String>) -> String {
    let (mut done, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once("${") {
        done.push_str(before);
        if let Some((value, after)) =
            after.split_once('}').and_then(|(name, after)| Some((variables.get(name)?, after)))
        {
            done.push_str(value);
            rest = after;
        } else {
            done.push_str("${");
            rest = after;
        }
    }
    done + rest
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::collect;
    use crate::testing::tree;

    #[test]
    fn lines_are_repositories() {
        let text = "\
#/media/cdrom/apks
https://dl-cdn.alpinelinux.org/alpine/v3.20/main # ours
@edge https://dl-cdn.alpinelinux.org/alpine/edge/community
";
        let found = tree(&[("/etc/apk/repositories", text)]).collect(collect);
        let repo = |name: &str, url: &str| json!({"id": name, "name": name, "base_url": url, "enabled": true, "gpgcheck": true});
        let (main, edge) = (
            "https://dl-cdn.alpinelinux.org/alpine/v3.20/main",
            "https://dl-cdn.alpinelinux.org/alpine/edge/community",
        );
        assert_eq!(
            found.profile()["yum_repos"],
            json!([repo(&format!("@edge {edge}"), edge), repo(main, main)])
        );
    }

    fn urls(files: &[(&str, &str)]) -> Vec<String> {
        let profile = tree(files).collect(collect).profile();
        let repos = profile["yum_repos"].as_array().cloned().unwrap_or_default();
        let text =
            |repo: &Value| format!("{}|{}", repo["id"].as_str().unwrap(), repo["base_url"].as_str().unwrap());
        repos.iter().map(text).collect()
    }

    #[test]
    fn version_3_has_types_variables_and_components() {
        let text = "\
set -default mirror=https://example.com/distro
set -default mirror=https://other.example.com
set branch=${mirror}/edge
default v3
v3 @own ${branch}/ main ${branch2}
ndx @x https://example.com/r/packages.adb
@y v2 /srv/apks
";
        assert_eq!(
            urls(&[("/etc/apk/repositories.d/d.list", text)]),
            [
                "@own https://example.com/distro/edge/${branch2}|https://example.com/distro/edge/${branch2}",
                "@own https://example.com/distro/edge/main|https://example.com/distro/edge/main",
                "@x https://example.com/r/packages.adb|https://example.com/r/packages.adb",
                "@y /srv/apks|/srv/apks",
            ]
        );
    }

    #[test]
    fn the_makers_folder_comes_last_and_gives_way() {
        let files = [
            ("/lib/apk/repositories.d/a.list", "https://maker.example.com/a"),
            ("/lib/apk/repositories.d/b.list", "${m}/b/${APK_ARCH}"),
            ("/etc/apk/repositories.d/a.list", "set m=https://ours.example.com"),
            ("/etc/apk/arch", "aarch64\n"),
        ];
        assert_eq!(urls(&files), ["https://ours.example.com/b/aarch64|https://ours.example.com/b/aarch64"]);
    }
}
