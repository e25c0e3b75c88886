//! `hosts`, `show` and `history`, as people and programs see them.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use std::{fs, path::Path};

use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use self::support::{Ended, lines, plumbline, report, report_of, run};

/// Runs a command on this data folder.
fn on(folder: &Path, arguments: &[&str]) -> Ended {
    run(arguments.iter().map(AsRef::as_ref).chain(["--data".as_ref(), folder.as_os_str()]))
}

fn take(folder: &Path, reports: &[Value]) {
    let file = folder.join("reports.jsonl");
    fs::write(&file, lines(reports)).unwrap();
    let ended = on(folder, &["ingest", file.to_str().unwrap()]);
    assert_eq!(ended.code, 0, "{}", ended.err);
}

/// The report of a host with another profile.
fn with_profile(number: usize, profile: Value) -> Value {
    let mut report = report(number);
    report["data"]["system_profile"] = profile;
    report
}

/// Four hosts: one of them reported three times, then with other packages; another is a Debian.
fn filled() -> TempDir {
    let folder = tempdir().unwrap();
    take(folder.path(), &[report(1), report(2), report_of("other", 12)]);
    let mut second = report(1);
    let profile = &mut second["data"]["system_profile"];
    profile["installed_packages"] = json!(["bash-0:5.1.8-9.el9.x86_64", "new-0:1-1.noarch"]);
    profile["number_of_cpus"] = json!(8);
    second["data"]["tags"] = json!([{"namespace": "prod", "key": "env", "value": "live"}]);
    let debian = json!({"os_release": "Debian GNU/Linux 12 (bookworm)", "enabled_services": ["a", "b"]});
    take(folder.path(), &[second.clone(), second, with_profile(3, debian)]);
    folder
}

#[test]
fn hosts_are_chosen_and_ordered_as_over_http() {
    let folder = filled();
    let names = |arguments: &[&str]| -> Vec<String> {
        let ended = on(folder.path(), &[&["hosts", "--json"], arguments].concat());
        assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.err);
        ended.json_lines().iter().map(|host| host["display_name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        names(&["--order-by", "display_name"]),
        ["host-00001", "host-00002", "host-00003", "host-00012"]
    );
    assert_eq!(
        names(&["--order-by", "display_name", "--order-how", "desc", "--org", "local", "--limit", "2"]),
        ["host-00003", "host-00002"]
    );
    assert_eq!(names(&["--tags", "prod/env=live"]), ["host-00001"]);
    assert_eq!(names(&["--fqdn", "HOST-00002.example.com"]), ["host-00002"]);
    assert_eq!(names(&["--hostname-or-id", "0001"]), ["host-00001", "host-00012"]);
    assert!(names(&["--staleness", "stale"]).is_empty());
    assert_eq!(names(&["--staleness", "stale", "--staleness", "fresh"]).len(), 4);
    assert!(names(&["--registered-with", "!puptoo"]).is_empty());
    assert!(names(&["--updated-end", "2020-01-01"]).is_empty());
    assert_eq!(names(&["--limit", "0"]).len(), 0);
}

#[test]
fn hosts_stand_in_columns_without_colours_in_a_pipe() {
    let folder = filled();
    let ended = on(folder.path(), &["hosts", "--org", "local", "--order-by", "display_name"]);
    assert_eq!(ended.out.lines().count(), 3, "no head in a pipe: {}", ended.out);
    assert!(!ended.out.contains('\x1b'), "{}", ended.out);
    let at: Vec<_> = ended.out.lines().map(|line| line.find("fresh").unwrap()).collect();
    assert_eq!((at[0], at[0]), (at[1], at[2]), "{}", ended.out);
    assert!(ended.out.lines().all(|line| line.starts_with("host-0")), "{}", ended.out);
    assert!(ended.out.contains("  Debian GNU/Linux 12 (bookworm)  "), "{}", ended.out);
    assert!(ended.out.contains("  fresh  just now "), "{}", ended.out);
}

#[test]
fn what_cannot_be_asked_for_is_named_with_what_can() {
    let folder = filled();
    for (arguments, named) in [
        (&["hosts", "--staleness", "old"][..], "fresh, stale, stale_warning"),
        (&["hosts", "--order-by", "colour"], "display_name, group_name"),
        (&["hosts", "--order-how", "asc"], "--order-by"),
        (&["hosts", "--insights-id", "x"], "'x' is not a 'uuid'"),
        (&["hosts", "--tags", "=x"], "'=x' does not match"),
        (&["hosts", "--fqdn", "a", "--display-name", "b"], "Only one of"),
        (&["hosts", "--updated-start", "yesterday"], "'yesterday' is not a 'date-time'"),
        (&["show", "host-00001", "--at", "soon"], "--at: `soon`"),
        (&["history", "host-00001", "--limit", "0"], "--limit"),
        (&["openapi", "moon"], "inventory, fleet"),
    ] {
        let ended = on(folder.path(), arguments);
        let ended = if arguments[0] == "openapi" { run(arguments) } else { ended };
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{arguments:?}: {}", ended.err);
        assert!(ended.err.contains(named), "{arguments:?}: {}", ended.err);
    }
}

#[test]
fn one_host_is_shown_at_a_glance() {
    let folder = filled();
    let ended = on(folder.path(), &["show", "host-00001"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    assert!(ended.out.starts_with("host-00001  fresh\n─"), "{}", ended.out);
    assert!(!ended.out.contains('\x1b'), "{}", ended.out);
    let line = |label: &str| {
        let found = ended.out.lines().find_map(|line| line.strip_prefix(label));
        found.unwrap_or_else(|| panic!("{label}\n{}", ended.out)).trim().to_owned()
    };
    assert_eq!(line("System "), "RHEL 9.1");
    assert_eq!(line("Full name "), "host-00001.example.com");
    assert_eq!(line("Processor "), "8 CPUs");
    assert_eq!(line("Packages "), "2");
    assert_eq!(line("Tags "), "prod/env=live");
    assert_eq!(line("Group "), "Ungrouped Hosts");
    assert_eq!(line("Reported by "), "puptoo just now");
    assert!(line("Last change ").starts_with("updated by report of puptoo, just now"), "{}", ended.out);
    // Values stand in one column.
    let column = |label: &str| {
        ended.out.lines().find(|line| line.starts_with(label)).unwrap().len() - line(label).len()
    };
    assert_eq!(column("System "), column("Packages "));

    let debian = on(folder.path(), &["show", "host-00003"]).out;
    assert!(debian.contains("Debian GNU/Linux 12 (bookworm)") && debian.contains("2 enabled"), "{debian}");
}

#[test]
fn a_host_is_found_by_id_name_full_name_and_a_unique_part() {
    let folder = filled();
    let id = |host: &str| {
        let ended = on(folder.path(), &["show", host, "--json"]);
        assert_eq!(ended.code, 0, "{host}: {}", ended.err);
        ended.json_lines()[0]["host"]["id"].as_str().unwrap().to_owned()
    };
    let one = id("host-00001");
    for name in [one.as_str(), &one.to_uppercase(), "HOST-00001.example.com", "t-00001"] {
        assert_eq!(id(name), one, "{name}");
    }
    let several = on(folder.path(), &["show", "host-0000"]);
    assert_eq!((several.code, several.out.as_str()), (2, ""));
    assert!(
        several.err.contains("`host-0000` names 3 hosts") && several.err.contains(&one),
        "{}",
        several.err
    );
    assert_eq!(several.err.lines().count(), 4, "{}", several.err);
    let none = on(folder.path(), &["show", "nowhere"]);
    assert_eq!((none.code, none.out.as_str()), (1, ""));
    assert!(none.err.contains("`nowhere`") && none.err.contains("plumbline hosts"), "{}", none.err);
    let elsewhere = on(folder.path(), &["show", "host-00001", "--org", "other"]);
    assert_eq!(elsewhere.code, 1, "{}", elsewhere.out);
}

#[test]
fn a_host_is_shown_as_it_was() {
    let folder = filled();
    let history = on(folder.path(), &["history", "host-00001", "--json"]).json_lines();
    let first = history.last().unwrap()["at"].as_str().unwrap();
    let was = on(folder.path(), &["show", "host-00001", "--at", first, "--json"]).json_lines().remove(0);
    assert_eq!((&was["kind"], &was["system_profile"]["number_of_cpus"]), (&json!("created"), &json!(1)));
    let now = on(folder.path(), &["show", "host-00001", "--json"]).json_lines().remove(0);
    assert_eq!((&now["kind"], &now["system_profile"]["number_of_cpus"]), (&json!("seen"), &json!(8)));
    let before = on(folder.path(), &["show", "host-00001", "--at", "2020-01-01"]);
    assert_eq!(before.code, 1);
    assert!(before.err.contains("was not known at 2020-01-01 00:00:00"), "{}", before.err);
}

#[test]
fn a_history_is_one_line_a_change() {
    let folder = filled();
    let ended = on(folder.path(), &["history", "host-00001"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    let lines: Vec<&str> = ended.out.lines().collect();
    assert_eq!(lines.len(), 2, "{}", ended.out);
    assert!(lines[0].contains("  updated  report puptoo"), "{}", lines[0]);
    assert!(
        lines[0]
            .ends_with("tags.prod/env; number_of_cpus; installed_packages: 1 changed, 1 added, 1 removed"),
        "{}",
        lines[0]
    );
    assert!(lines[1].ends_with("first report: facts, installed_packages"), "{}", lines[1]);

    let all = on(folder.path(), &["history", "host-00001", "--seen"]);
    assert_eq!(all.out.lines().count(), 3, "{}", all.out);
    assert!(all.out.lines().next().unwrap().contains("  seen     report puptoo"), "{}", all.out);
    let one = on(folder.path(), &["history", "host-00001", "--limit", "1"]);
    assert_eq!(one.out.lines().collect::<Vec<_>>(), lines[..1]);
}

#[test]
fn a_history_shows_what_differs() {
    let folder = filled();
    let ended = on(folder.path(), &["history", "host-00001", "--diff", "--limit", "1"]);
    for line in [
        "      + tags.prod/env  live",
        "      ~ number_of_cpus  1 → 8",
        "    installed_packages",
        "      ~ bash  bash-0:5.1.8-6.el9.x86_64 → bash-0:5.1.8-9.el9.x86_64",
        "      + new  new-0:1-1.noarch",
        "      - own  own-0:1-1.el9.noarch",
    ] {
        assert!(ended.out.lines().any(|known| known == line), "{line}\n{}", ended.out);
    }
    let rows = on(folder.path(), &["history", "host-00001", "--diff", "--json"]).json_lines();
    assert_eq!(
        (&rows[0]["kind"], &rows[0]["sections"]),
        (&json!("updated"), &json!(["facts", "installed_packages"]))
    );
    assert_eq!(
        rows[0]["diff"][0],
        json!({"section": "host", "changes": [{"key": "tags.prod/env", "before": null, "after": "live"}]})
    );
    assert_eq!(rows[1]["diff"], json!([]));
    let plain = on(folder.path(), &["history", "host-00001", "--json"]).json_lines();
    assert_eq!(plain[0].get("diff"), None);
}

#[test]
fn colours_are_for_terminals() {
    let folder = filled();
    let program = plumbline().get_program().to_str().unwrap().to_owned();
    let look = |env: &str| {
        // `script` gives the command a terminal.
        let command = format!("{env} {program} hosts --org local --data {}", folder.path().display());
        let output =
            std::process::Command::new("script").args(["-qec", &command, "/dev/null"]).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let coloured = look("TERM=xterm NO_COLOR=");
    assert!(coloured.contains("\x1b[32mfresh") && coloured.contains("SYSTEM"), "{coloured}");
    let plain = look("TERM=xterm NO_COLOR=1");
    assert!(!plain.contains('\x1b') && plain.contains("SYSTEM"), "{plain}");
}

#[test]
fn changes_are_grouped_by_what_they_were_and_lead_to_the_hosts() {
    let folder = filled();
    let all = on(folder.path(), &["changes"]);
    assert_eq!(all.code, 0, "{}", all.err);
    let changed = all.out.lines().find(|line| line.contains("bash ")).expect("a package changed");
    assert!(
        changed.contains("5.1.8-6.el9 → 5.1.8-9.el9") && changed.contains("installed packages"),
        "{}",
        all.out
    );
    assert!(all.out.contains("new host"), "{}", all.out);

    let named = on(folder.path(), &["changes", "BASH", "--hosts"]);
    assert!(named.out.lines().count() == 2 && named.out.contains("host-00001"), "{}", named.out);
    let json = on(folder.path(), &["changes", "--org", "local", "--section", "facts", "--json"]);
    let json: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["causes"][0]["key"], "number_of_cpus");

    let tagged = on(folder.path(), &["changes", "BASH", "--tag", "prod/env=live", "-q", "host-00001"]);
    assert_eq!(tagged.out.lines().collect::<Vec<_>>(), named.out.lines().take(1).collect::<Vec<_>>());
    let elsewhere = on(folder.path(), &["changes", "BASH", "--tag", "prod/env=dead"]);
    assert!(elsewhere.code == 0 && elsewhere.out.is_empty(), "{}", elsewhere.out);
    let mistyped = on(folder.path(), &["changes", "-q", "tga:x"]);
    assert!(mistyped.code == 2 && mistyped.err.contains("the nearest is `tag`"), "{}", mistyped.err);

    let none = on(folder.path(), &["changes", "--until", "1h"]);
    assert!(none.err.contains("--since 7d"), "{}", none.err);
    let wrong = on(folder.path(), &["changes", "--since", "now", "--until", "2h"]);
    assert!(wrong.code == 2 && wrong.err.contains("is not before"), "{}", wrong.err);
}

#[test]
fn hints_fit_what_is_there() {
    let folder = filled();
    let mistyped = on(folder.path(), &["show", "hsot-00001"]);
    assert!(
        mistyped.code == 1 && mistyped.err.contains("the nearest name is `host-00001`"),
        "{}",
        mistyped.err
    );
    let none = on(folder.path(), &["show", "zzzzzz"]);
    assert!(!none.err.contains("nearest"), "{}", none.err);
    let narrow = on(folder.path(), &["hosts", "--fqdn", "nobody"]);
    assert!(
        narrow.err.contains("none of 4 hosts matches") && !narrow.err.contains("ingest"),
        "{}",
        narrow.err
    );
    let empty = tempdir().unwrap();
    take(empty.path(), &[]);
    let empty = on(empty.path(), &["hosts"]);
    assert!(empty.err.contains("plumbline ingest FILE.jsonl --data /"), "{}", empty.err);
}
