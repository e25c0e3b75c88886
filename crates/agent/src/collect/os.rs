//! The operating system, and where in the world it believes to be.

use serde_json::json;

use crate::{Root, collected::Collected};

const REMEDY: &str = "nothing to do where the system has no name; else write /etc/os-release";

/// Where systems without os-release say their name in a line; the first counts. Rebuilds keep Red Hat's file as well.
const LINES: [&str; 8] = [
    "/etc/oracle-release",
    "/etc/centos-release",
    "/etc/redhat-release",
    "/etc/system-release",
    "/etc/SuSE-release",
    "/etc/slackware-version",
    "/etc/gentoo-release",
    "/etc/arch-release",
];
/// Where they say a version alone, and of what.
const VERSIONS: [(&str, &str); 2] =
    [("/etc/debian_version", "Debian"), ("/etc/alpine-release", "Alpine Linux")];

pub(super) fn collect(root: &Root, found: &mut Collected) {
    if let Some(zone) = time_zone(root) {
        found.fact("time_zone", zone);
    }
    let text = ["/etc/os-release", "/usr/lib/os-release"]
        .into_iter()
        .find_map(|path| found.read(root, path, "os_release"));
    let value = |key: &str| value(text.as_deref()?, key);
    let first = || LINES.iter().find_map(|path| Some(root.word(path)?.lines().next()?.trim().to_owned()));
    let versions = || VERSIONS.iter().find_map(|(path, of)| Some(format!("{of} {}", root.word(path)?)));
    let line = if text.is_none() { first().or_else(versions) } else { None };
    let name = value("NAME").or_else(|| line.clone()).unwrap_or_default();
    let id = value("VERSION_ID");
    if let (Some(known), Some((major, minor))) =
        (schema_name(&name), version(root, id.as_deref(), line.as_deref()))
    {
        found.set("operating_system", json!({"name": known, "major": major, "minor": minor}));
        found.set("os_release", format!("{major}.{minor}"));
        return;
    }
    let plain = || Some(format!("{name} {}", id.unwrap_or_default()).trim().to_owned());
    found.set_some("os_release", value("PRETTY_NAME").or(line).or_else(plain));
    if !found.profile.contains_key("os_release") {
        found.gap("os_release", "neither os-release nor a file of its kind says what system this is", REMEDY);
    }
}

/// The name that the schema has for a system, by its name or the line that it begins. The others have `os_release`
/// alone: also Stream and `CoreOS`, whose versions are others.
fn schema_name(name: &str) -> Option<&'static str> {
    let rhel = name.strip_prefix("Red Hat Enterprise Linux");
    if rhel.is_some_and(|variant| !variant.contains("CoreOS")) {
        return Some("RHEL");
    }
    let rest = name.strip_prefix("CentOS")?;
    match rest.split_ascii_whitespace().next() {
        None | Some("release") => Some("CentOS"),
        Some("Linux") => Some("CentOS Linux"),
        Some(_) => None,
    }
}

/// A value of os-release, without the quotes and escapes of a shell. Of a key given twice the last counts.
fn value(text: &str, key: &str) -> Option<String> {
    let line = text.lines().rev().find_map(|line| line.trim().strip_prefix(key)?.strip_prefix('='))?;
    let bare = line.trim();
    let quote = bare.chars().next().filter(|first| matches!(first, '"' | '\''));
    let inner = quote.and_then(|quote| bare.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(bare);
    let mut plain = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        plain.extend(if character == '\\' && quote != Some('\'') {
            characters.next()
        } else {
            Some(character)
        });
    }
    (!plain.is_empty()).then_some(plain)
}

/// Major and minor version: of os-release, else of the line that Red Hat's systems have always had.
fn version(root: &Root, id: Option<&str>, line: Option<&str>) -> Option<(u8, u8)> {
    let numbers = |text: &str| {
        let mut numbers = text.split('.').map(str::parse);
        Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
    };
    id.and_then(numbers).or_else(|| {
        let line = line.map(str::to_owned).or_else(|| root.word("/etc/redhat-release"))?;
        line.split_ascii_whitespace().find_map(numbers)
    })
}

/// The name of the time zone, as `Europe/Berlin`.
fn time_zone(root: &Root) -> Option<String> {
    let linked = root.link("/etc/localtime").and_then(|target| {
        let (_, name) = target.split_once("/zoneinfo/")?;
        Some(name.to_owned())
    });
    linked.or_else(|| root.word("/etc/timezone"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::tree;

    const DEBIAN: &str = r#"PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
"#;

    #[test]
    fn debian_has_a_release_and_no_operating_system_of_the_schema() {
        let found = tree(&[("/usr/lib/os-release", DEBIAN)]).collect(collect);
        assert_eq!(found.profile(), json!({"os_release": "Debian GNU/Linux 12 (bookworm)"}));
        assert_eq!(found.gaps, []);
    }

    #[test]
    fn rhel_and_centos_have_both() {
        let rhel = "NAME=\"Red Hat Enterprise Linux\"\nVERSION_ID=\"9.4\"\nPRETTY_NAME=\"Red Hat Enterprise Linux 9.4 (Plow)\"";
        let server = "NAME=\"Red Hat Enterprise Linux Server\"\nVERSION_ID=\"7.9\"";
        let centos = "NAME=\"CentOS Linux\"\nVERSION_ID=\"7\"";
        let release = ("/etc/redhat-release", "CentOS Linux release 7.9.2009 (Core)\n");
        for (files, name, major, minor) in [
            (vec![("/etc/os-release", rhel)], "RHEL", 9, 4),
            (vec![("/etc/os-release", server)], "RHEL", 7, 9),
            (vec![("/etc/os-release", centos), release], "CentOS Linux", 7, 9),
        ] {
            let os = json!({"name": name, "major": major, "minor": minor});
            let expected = json!({"operating_system": os, "os_release": format!("{major}.{minor}")});
            assert_eq!(tree(&files).collect(collect).profile(), expected);
        }
    }

    #[test]
    fn a_stream_without_minor_versions_is_none_of_them() {
        let stream = "NAME=\"CentOS Stream\"\nVERSION_ID=\"9\"\nPRETTY_NAME=\"CentOS Stream 9\"";
        let release = ("/etc/redhat-release", "CentOS Stream release 9\n");
        let found = tree(&[("/etc/os-release", stream), release]).collect(collect);
        assert_eq!(found.profile(), json!({"os_release": "CentOS Stream 9"}));
    }

    #[test]
    fn every_variant_of_rhel_is_rhel_but_the_one_of_openshift() {
        for variant in ["", " Server", " Client", " Workstation", " ComputeNode", " Atomic Host"] {
            let text = format!("NAME=\"Red Hat Enterprise Linux{variant}\"\nVERSION_ID=\"7.9\"");
            let os = tree(&[("/etc/os-release", &text)]).collect(collect).profile();
            assert_eq!(os["operating_system"], json!({"name": "RHEL", "major": 7, "minor": 9}), "{variant}");
        }
        let text =
            "NAME=\"Red Hat Enterprise Linux CoreOS\"\nVERSION_ID=\"4.14\"\nPRETTY_NAME=\"RHCOS 4.14\"";
        assert_eq!(
            tree(&[("/etc/os-release", text)]).collect(collect).profile(),
            json!({"os_release": "RHCOS 4.14"})
        );
    }

    #[test]
    fn systems_without_os_release_are_known_by_their_line() {
        for (file, line, name, minor) in [
            ("/etc/redhat-release", "Red Hat Enterprise Linux Server release 6.10 (Santiago)\n", "RHEL", 10),
            ("/etc/redhat-release", "CentOS release 6.9 (Final)\n", "CentOS", 9),
            ("/etc/centos-release", "CentOS Linux release 6.8.2005 (Core)\n", "CentOS Linux", 8),
        ] {
            let os = json!({"name": name, "major": 6, "minor": minor});
            let expected = json!({"operating_system": os, "os_release": format!("6.{minor}")});
            assert_eq!(tree(&[(file, line)]).collect(collect).profile(), expected);
        }
        let redhat = ("/etc/redhat-release", "Red Hat Enterprise Linux Server release 6.10 (Santiago)\n");
        for (files, release) in [
            (
                vec![redhat, ("/etc/oracle-release", "Oracle Linux Server release 6.10\n")],
                "Oracle Linux Server release 6.10",
            ),
            (
                vec![("/etc/SuSE-release", "SUSE Linux Enterprise Server 11 (x86_64)\nVERSION = 11\n")],
                "SUSE Linux Enterprise Server 11 (x86_64)",
            ),
            (vec![("/etc/debian_version", "6.0.10\n")], "Debian 6.0.10"),
        ] {
            let found = tree(&files).collect(collect);
            assert_eq!((found.profile(), found.gaps.len()), (json!({"os_release": release}), 0));
        }
        assert_eq!(tree(&[]).collect(collect).gaps[0].what, "os_release");
    }

    #[test]
    fn values_are_read_as_a_shell_reads_them() {
        let text = "# A=0\nA=first\nA=plain\nB='single $x'\nC=\"dou\\\"ble\"\nD=\nAB=1";
        let read = |key| value(text, key);
        assert_eq!(read("A").as_deref(), Some("plain"));
        assert_eq!(read("B").as_deref(), Some("single $x"));
        assert_eq!(read("C").as_deref(), Some("dou\"ble"));
        assert_eq!((read("D"), read("E")), (None, None));
    }

    #[test]
    fn the_time_zone_is_a_fact() {
        let linked = tree(&[]).link("/etc/localtime", "/usr/share/zoneinfo/Europe/Berlin").collect(collect);
        assert_eq!(linked.facts["time_zone"], "Europe/Berlin");
        let named = tree(&[("/etc/timezone", "Etc/UTC\n")]).collect(collect);
        assert_eq!(named.facts["time_zone"], "Etc/UTC");
    }
}
