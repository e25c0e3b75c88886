//! The operating system, and where in the world it believes to be.

use serde_json::json;

use crate::{Root, found::Found};

/// What `NAME` of os-release says of the systems that the schema has a name for. The others have `os_release` alone.
const NAMED: [(&str, &str); 3] =
    [("Red Hat Enterprise Linux", "RHEL"), ("CentOS Linux", "CentOS Linux"), ("CentOS", "CentOS")];

pub(super) fn collect(root: &Root, found: &mut Found) {
    found.facts.extend(time_zone(root).map(|zone| ("time_zone".to_owned(), zone.into())));
    let text = ["/etc/os-release", "/usr/lib/os-release"]
        .into_iter()
        .find_map(|path| found.read(root, path, "os_release"));
    let Some(text) = text else { return };
    let value = |key: &str| value(&text, key);
    let name = value("NAME").unwrap_or_default();
    let known = NAMED.iter().find(|(given, _)| name == *given || name.starts_with(&format!("{given} S")));
    if let (Some((_, known)), Some((major, minor))) = (known, version(root, value("VERSION_ID").as_deref())) {
        found.set("operating_system", json!({"name": known, "major": major, "minor": minor}));
        found.set("os_release", format!("{major}.{minor}"));
    } else {
        let plain = || Some(format!("{name} {}", value("VERSION_ID").unwrap_or_default()).trim().to_owned());
        found.set_some("os_release", value("PRETTY_NAME").or_else(plain));
    }
}

/// A value of os-release, without the quotes and escapes of a shell.
fn value(text: &str, key: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.trim().strip_prefix(key)?.strip_prefix('='))?;
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

/// Major and minor version: of os-release, else of the line that rebuilds of RHEL have always had.
fn version(root: &Root, id: Option<&str>) -> Option<(u8, u8)> {
    let numbers = |text: &str| {
        let mut numbers = text.split('.').map(str::parse);
        Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
    };
    id.and_then(numbers).or_else(|| {
        let line = root.word("/etc/redhat-release")?;
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
    fn values_are_read_as_a_shell_reads_them() {
        let text = "# A=0\nA=plain\nB='single $x'\nC=\"dou\\\"ble\"\nD=\nAB=1";
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
