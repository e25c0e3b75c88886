//! Every command, as a shell sees it: what it prints where, and its exit code.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

#[path = "../support/mod.rs"]
mod support;

mod comparing;

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};
use testkit::TestDatabase;

use self::support::{Ended, Program, lines, plumbline, report, report_of, run, run_with_input};

/// Runs a command on this data folder.
fn on(folder: &Path, arguments: &[&str]) -> Ended {
    run(arguments.iter().map(AsRef::as_ref).chain(["--data".as_ref(), folder.as_os_str()]))
}

/// A data folder with the reports of three hosts of local mode and one of another organisation.
fn filled() -> TempDir {
    let folder = tempdir().unwrap();
    let file = folder.path().join("reports.jsonl");
    let reports = [report(1), report(2), report(3), report_of("other", 4)];
    fs::write(&file, lines(&reports)).unwrap();
    let ended = on(folder.path(), &["ingest", file.to_str().unwrap()]);
    assert_eq!((ended.code, ended.out.as_str()), (0, "4 accepted (4 new), 0 refused\n"), "{}", ended.err);
    folder
}

#[test]
fn without_a_command_the_help_is_shown() {
    let ended = run::<&str>([]);
    assert_eq!(ended.code, 2);
    for command in [
        "up",
        "serve",
        "consume",
        "ingest",
        "backup",
        "restore",
        "import",
        "baseline",
        "report",
        "hosts",
        "show",
        "history",
        "changes",
        "compare",
        "load",
        "migrate",
        "config",
        "doctor",
        "completion",
        "man",
        "openapi",
    ] {
        assert!(ended.err.contains(&format!("\n  {command} ")), "{command}\n{}", ended.err);
    }
}

#[test]
fn the_help_says_what_exit_codes_mean() {
    let help = run(["--help"]);
    assert_eq!((help.code, help.err.as_str()), (0, ""));
    assert!(help.out.contains("Exit codes: 0"), "{}", help.out);
}

#[test]
fn the_help_of_every_command_has_an_example_that_can_be_read() {
    let commands = [
        vec!["up"],
        vec!["serve"],
        vec!["consume"],
        vec!["ingest"],
        vec!["backup"],
        vec!["restore"],
        vec!["import", "hosts"],
        vec!["import", "historical-profiles"],
        vec!["import", "baselines"],
        vec!["import", "metrics"],
        vec!["baseline", "list"],
        vec!["baseline", "show"],
        vec!["baseline", "create"],
        vec!["baseline", "associate"],
        vec!["report"],
        vec!["hosts"],
        vec!["show"],
        vec!["history"],
        vec!["compare"],
        vec!["compare", "versions"],
        vec!["config"],
        vec!["doctor"],
        vec!["completion"],
        vec!["man"],
        vec!["openapi"],
        vec!["migrate", "up"],
        vec!["migrate", "wait"],
        vec!["migrate", "status"],
        vec!["migrate", "new"],
    ];
    for command in commands {
        let help = run(command.iter().copied().chain(["--help"]));
        let example = format!("plumbline {}", command.join(" "));
        let (_, examples) = help.out.split_once("\nExample").unwrap_or_default();
        assert_eq!(help.code, 0);
        assert!(examples.contains(&example), "{command:?}\n{}", help.out);
    }
}

#[test]
fn the_version_is_printed() {
    let ended = run(["--version"]);
    assert_eq!((ended.code, ended.out), (0, format!("plumbline {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn what_cannot_be_read_is_named_and_ends_with_code_2() {
    let cases: &[(&[&str], &str)] = &[
        (&["dance"], "dance"),
        (&["up", "--lissten", "x"], "--lissten"),
        (&["up", "--listen", "here"], "here"),
        (&["hosts", "--data", "a", "--database-url", "sqlite:b"], "--database-url"),
        (&["ingest", "/nowhere/reports.jsonl"], "/nowhere/reports.jsonl"),
        (&["config", "--config", "/nowhere/plumbline.toml"], "/nowhere/plumbline.toml"),
        (&["migrate", "status", "--database-url", "mysql://h/d"], "--database-url"),
        (&["hosts", "--data", "/nowhere"], "--data"),
        (&["hosts"], "--data"),
        (&["serve"], "--database-url"),
        (&["serve", "inventroy"], "inventory"),
        (&["serve", "/nowhere/metrics-server.json"], "/nowhere/metrics-server.json"),
        (&["serve", "metrics-server.json", "--config", "other.json"], "metrics-server.json"),
        (&["job", "metric-tables", "/nowhere/metrics-server.json"], "/nowhere/metrics-server.json"),
        (&["restore", "/nowhere/backup"], "/nowhere/backup"),
        (&["consume"], "--database-url"),
        (&["consume", "dance"], "dance"),
        (&["migrate", "new", "--crate", "nowhere", "x"], "nowhere"),
    ];
    for (arguments, named) in cases {
        let ended = run(*arguments);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{arguments:?}\n{}", ended.err);
        assert!(ended.err.contains(named), "{arguments:?}\n{}", ended.err);
    }
}

#[test]
fn a_server_that_is_not_there_is_named_and_ends_with_code_1() {
    for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["consume"], &["hosts"]] {
        let url = "postgres://someone:word@127.0.0.1:1/fleet";
        let ended = run(command.iter().chain(&["--database-url", url]));
        assert_eq!((ended.code, ended.out.as_str()), (1, ""), "{command:?}\n{}", ended.err);
        assert!(ended.err.contains("`fleet` on 127.0.0.1:1"), "{command:?}\n{}", ended.err);
        assert!(!ended.err.contains("word"), "{}", ended.err);
    }
}

#[test]
fn each_setting_is_shown_with_its_source_and_no_secret() {
    let mut command = plumbline();
    command.args(["config", "--json"]).env("LISTEN_PORT", "8123").env("INVENTORY_DB_PASS", "hush");
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let row = |name: &str| rows.iter().find(|row| row["name"] == name).unwrap().clone();
    assert!(rows.len() > 50);
    assert_eq!(row("server.port")["value"], "8123");
    assert!(row("server.port")["source"].as_str().unwrap().contains("LISTEN_PORT"));
    assert!(!text.contains("hush"));

    let table = run(["config"]);
    assert_eq!(table.out.lines().count(), rows.len());
    assert!(table.out.contains("server.port"));
}

#[test]
fn the_file_of_defaults_can_be_given_back_and_changes_nothing() {
    let defaults = run(["config", "--defaults"]);
    assert_eq!(defaults.code, 0);
    let folder = tempdir().unwrap();
    let file = folder.path().join("plumbline.toml");
    fs::write(&file, &defaults.out).unwrap();
    let values = |ended: Ended| -> Vec<(Value, Value)> {
        assert_eq!(ended.code, 0, "{}", ended.err);
        ended.json_lines().into_iter().map(|row| (row["name"].clone(), row["value"].clone())).collect()
    };
    let with_file = run(["config".as_ref(), "--json".as_ref(), "--config".as_ref(), file.as_os_str()]);
    assert_eq!(values(with_file), values(run(["config", "--json"])));
}

#[test]
fn a_misspelt_setting_in_a_file_is_refused_with_its_name() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("plumbline.toml");
    fs::write(&file, "[server]\nprot = 1\n").unwrap();
    let ended = run(["config".as_ref(), "--config".as_ref(), file.as_os_str()]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("server.prot"), "{}", ended.err);
}

#[tokio::test]
async fn tables_are_made_once_on_both_engines() {
    for database in TestDatabase::both().await {
        let run_migrate = |arguments: &[&str], code: i32| {
            let ended = run(["migrate"].iter().chain(arguments).chain(&["--database-url", database.url()]));
            assert_eq!(ended.code, code, "{}: {}", database.engine(), ended.err);
            ended
        };
        let migrate = |arguments: &[&str]| run_migrate(arguments, 0);
        let missing = run_migrate(&["status"], 1).out;
        assert!(missing.contains("fleet 0001") && missing.contains("plumbline migrate up"), "{missing}");
        assert!(migrate(&["up"]).out.contains("migrations applied"));
        assert!(migrate(&["up"]).out.starts_with("nothing to do"));
        assert_eq!(migrate(&["up", "--json"]).json_lines(), [json!({"applied": 0})]);
        assert!(!migrate(&["status"]).out.contains("missing"));
        let steps = migrate(&["status", "--json"]).json_lines();
        for owner in ["fleet", "monitoring", "baselines", "history", "benchmarks"] {
            assert!(steps.iter().any(|step| step["crate"] == owner), "{owner}");
        }
        for step in steps {
            assert!(step["applied"].is_string(), "{step}");
        }
    }
}

#[tokio::test]
async fn roles_behind_a_gateway_ask_for_the_tables_instead_of_making_them() {
    let database = TestDatabase::server().await;
    for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["consume"]] {
        let ended = run(command.iter().chain(&["--database-url", database.url()]));
        assert_eq!(ended.code, 1, "{command:?}");
        assert!(ended.err.contains("plumbline migrate up"), "{command:?}: {}", ended.err);
    }
}

#[test]
fn a_new_step_gets_a_file_for_each_engine() {
    let tree = tempdir().unwrap();
    for engine in ["postgres", "sqlite"] {
        let folder = tree.path().join("crates/fleet/migrations").join(engine);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("0007_last.sql"), "").unwrap();
    }
    let mut command = plumbline();
    command.current_dir(tree.path()).args(["migrate", "new", "--crate", "fleet", "Host notes"]);
    let output = command.output().unwrap();
    assert!(output.status.success());
    for engine in ["postgres", "sqlite"] {
        let path = format!("crates/fleet/migrations/{engine}/0008_host_notes.sql");
        assert_eq!(fs::read_to_string(tree.path().join(&path)).unwrap(), "-- Host notes\n");
        assert!(String::from_utf8_lossy(&output.stdout).contains(&path));
    }
}

#[test]
fn the_doctor_finds_nothing_before_the_first_start_and_after_it() {
    let fresh = tempdir().unwrap();
    for folder in [fresh, filled()] {
        let ended = on(folder.path(), &["doctor"]);
        assert_eq!(ended.code, 0, "{}", ended.out);
        assert!(ended.out.lines().all(|line| line.starts_with("ok ")), "{}", ended.out);
        let checks = on(folder.path(), &["doctor", "--json"]).json_lines();
        let mut names: Vec<_> = checks.iter().map(|check| check["check"].as_str().unwrap()).collect();
        // What the agent leaves out depends on the machine.
        names.dedup();
        // Only a database that is there has a clock to compare with.
        names.retain(|name| *name != "clock");
        assert_eq!(
            names,
            ["settings", "address", "data", "database", "kafka", "rbac", "disk", "limits", "agent"]
        );
        assert!(checks.iter().all(|check| check["ok"] == true));
    }
}

#[test]
fn the_doctor_says_what_is_wrong_and_ends_with_code_1() {
    let folder = tempdir().unwrap();
    let mut command = plumbline();
    command.args(["doctor", "--data"]).arg(folder.path().join("data"));
    command.env("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1").env("PLUMBLINE_SERVER_ADDRESS", "0.0.0.0");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    let failed: Vec<_> = text.lines().filter(|line| line.starts_with("FAIL")).collect();
    assert_eq!(failed.len(), 2, "{text}");
    assert!(
        failed[0].contains("127.0.0.1 or ::1") && failed[1].contains("KAFKA_BOOTSTRAP_SERVERS"),
        "{text}"
    );
    assert!(!folder.path().join("data").exists(), "a check makes nothing");
}

#[test]
fn a_damaged_store_is_found_by_the_doctor() {
    let folder = filled();
    fs::write(folder.path().join("plumbline.db"), "this is no database, whatever it was before").unwrap();
    let ended = on(folder.path(), &["doctor"]);
    assert_eq!(ended.code, 1);
    assert!(ended.out.contains("FAIL  database"), "{}", ended.out);
    assert!(ended.out.contains("plumbline.db"), "{}", ended.out);
}

#[test]
fn the_document_of_the_api_is_printed_as_json() {
    let ended = run(["openapi"]);
    assert_eq!(ended.code, 0);
    let document: Value = serde_json::from_str(&ended.out).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with('3'));
    for path in ["/hosts", "/hosts/{host_id_list}", "/tags", "/groups"] {
        assert!(document["paths"][path].is_object(), "{path}");
    }
    let native: Value = serde_json::from_str(&run(["openapi", "fleet"]).out).unwrap();
    assert!(native["paths"]["/overview"].is_object());
    assert_eq!(serde_json::from_str::<Value>(&run(["openapi", "inventory"]).out).unwrap(), document);
}

#[test]
fn hosts_are_listed_for_people() {
    let folder = filled();
    let all = on(folder.path(), &["hosts"]);
    assert_eq!((all.code, all.err.as_str()), (0, ""));
    assert_eq!(all.out.lines().count(), 4);
    let line = all.out.lines().find(|line| line.starts_with("host-00003 ")).unwrap();
    assert!(line.contains("  fresh ") && line.contains(" RHEL 9.3 "), "{line}");

    let some = on(folder.path(), &["hosts", "--display-name", "00002"]);
    assert_eq!(some.out.lines().count(), 1);
    let others = on(folder.path(), &["hosts", "--org", "other"]);
    assert!(others.out.lines().count() == 1 && others.out.contains("host-00004"), "{}", others.out);
    let none = on(folder.path(), &["hosts", "--org", "nobody"]);
    assert_eq!((none.code, none.out.as_str()), (0, ""));
    assert!(none.err.contains("plumbline ingest"), "{}", none.err);
}

#[test]
fn what_is_watched_is_shown_until_somebody_stops_it() {
    let folder = filled();
    let data = folder.path().to_str().unwrap();
    for command in [["hosts", "--limit=1"], ["changes", "--limit=1"]] {
        let mut watching = Program::start(plumbline().args(command).args(["--watch=1", "--data", data]));
        let once = on(folder.path(), &command).out;
        let line = once.lines().last().unwrap().split("  ").next().unwrap().to_owned();
        let deadline = Instant::now() + Duration::from_mins(1);
        while watching.out().matches(&line).count() < 2 {
            assert!(Instant::now() < deadline, "`{line}` is not shown twice:\n{}", watching.out());
            std::thread::sleep(Duration::from_millis(50));
        }
        assert!(!watching.out().contains('\u{1b}'), "a pipe is no terminal");
        assert!(watching.runs());
    }
    assert_eq!(on(folder.path(), &["hosts", "--watch=0"]).code, 2);
}

#[test]
fn a_host_is_found_by_its_address() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("reports.jsonl");
    let mut web = report(1);
    web["data"]["ip_addresses"] = json!(["10.0.7.12"]);
    web["data"]["mac_addresses"] = json!(["52:54:00:AA:BB:01"]);
    fs::write(&file, lines(&[web, report(2)])).unwrap();
    assert_eq!(on(folder.path(), &["ingest", file.to_str().unwrap()]).code, 0);
    let shown = on(folder.path(), &["show", "10.0.7.12"]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    assert_eq!(on(folder.path(), &["show", "52-54-00-aa-bb-01"]).out, shown.out);
    let ended = on(folder.path(), &["show", "10.0.7.1"]);
    assert_eq!(ended.code, 1, "the beginning of an address names nobody\n{}", ended.out);
    assert!(ended.err.contains("or has it as an address"), "{}", ended.err);
}

#[test]
fn hosts_are_listed_for_spreadsheets() {
    let folder = filled();
    let ended = on(folder.path(), &["hosts", "-o", "csv", "--org", "local"]);
    let lines: Vec<&str> = ended.out.lines().collect();
    assert_eq!((ended.code, lines.len()), (0, 4), "{}", ended.err);
    assert_eq!(lines[0], "name,age,\"last seen\",system,id,addresses,group,tags,reporters");
    assert!(
        lines.iter().any(|line| line.starts_with("host-00003,fresh,20") && line.contains(",\"RHEL 9.3\",")),
        "{}",
        ended.out
    );
    let wide = on(folder.path(), &["hosts", "--output", "wide", "--org", "local"]);
    assert!(wide.out.lines().all(|line| line.ends_with("puptoo")), "{}", wide.out);
}

#[test]
fn shells_and_man_are_told_of_every_command() {
    for shell in ["bash", "zsh", "fish"] {
        let ended = run(["completion", shell]);
        assert!(
            ended.code == 0 && ended.out.contains("history") && ended.out.contains("staleness"),
            "{shell}"
        );
    }
    let page = run(["man"]);
    assert!(
        page.code == 0
            && page.out.starts_with(".ie")
            && page.out.contains("EXIT") | page.out.contains("Exit codes"),
        "{}",
        page.out
    );
    let folder = tempdir().unwrap();
    assert_eq!(run(["man".as_ref(), folder.path().as_os_str()]).code, 0);
    assert!(folder.path().join("plumbline-hosts.1").exists());
}

#[test]
fn hosts_are_listed_for_programs() {
    let folder = filled();
    let hosts = on(folder.path(), &["hosts", "--org", "local", "--json"]).json_lines();
    let names: Vec<_> = hosts.iter().map(|host| host["display_name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 3);
    for host in &hosts {
        assert_eq!(host["org_id"], "local");
        assert_eq!(host["reporter"], "puptoo");
        assert!(host["id"].is_string() && host["stale_timestamp"].is_string(), "{host}");
    }
    let none = on(folder.path(), &["hosts", "--org", "nobody", "--json"]);
    assert_eq!((none.code, none.out.as_str(), none.err.as_str()), (0, "", ""));
}

#[test]
fn lines_come_from_standard_input_as_well() {
    let folder = tempdir().unwrap();
    let input = lines(&[report(1), json!({"operation": "", "data": {}}), report(1)]);
    let arguments = ["ingest", "-", "--data", folder.path().to_str().unwrap()];
    let ended = run_with_input(arguments, input.as_bytes());
    assert_eq!((ended.code, ended.out.as_str()), (1, "2 accepted (1 new), 1 refused\n"));
    assert!(ended.err.starts_with("line 2: ValidationException: "), "{}", ended.err);
}

#[test]
fn an_empty_file_is_no_failure() {
    let folder = tempdir().unwrap();
    let arguments = ["ingest", "-", "--json", "--data", folder.path().to_str().unwrap()];
    let ended = run_with_input(arguments, b"");
    assert_eq!((ended.code, ended.out.as_str(), ended.err.as_str()), (0, "", ""));
}

#[tokio::test]
async fn the_entry_module_of_the_original_has_serve_make_the_tables_once() {
    let database = TestDatabase::server().await;
    let serve = || {
        let mut command = plumbline();
        command.args(["serve", "benchmarks", "--listen", "127.0.0.1:0", "--database-url", database.url()]);
        command.env("FLASK_APP", "autoapp.py").env("PLUMBLINE_SERVER_METRICS_PORT", "0");
        command
    };
    // Several begin at once: one makes the tables, and all serve.
    let mut started: Vec<Program> = (0..3).map(|_| Program::start(&mut serve())).collect();
    for program in &mut started {
        program.says("plumbline serves http://").await;
    }
    let status = run(["migrate", "status", "--database-url", database.url()]);
    assert_eq!(status.code, 0, "{}", status.out);
    let others = plumbline().args(["config", "--check"]).env("FLASK_APP", "perhaps").output().unwrap();
    let said = String::from_utf8_lossy(&others.stderr);
    assert!(!others.status.success() && said.contains("FLASK_APP"), "{said}");
}

#[tokio::test]
async fn lines_go_to_a_database_server_when_one_is_named() {
    let database = TestDatabase::server().await;
    let arguments = ["ingest", "-", "--json", "--database-url", database.url()];
    let ended = run_with_input(arguments, lines(&[report(1)]).as_bytes());
    assert_eq!(ended.code, 0, "{}", ended.err);
    let id = ended.json_lines()[0]["id"].clone();
    let listed = run(["hosts", "--json", "--database-url", database.url()]).json_lines();
    assert_eq!((listed.len(), &listed[0]["id"]), (1, &id));
}

/// A file of reports in the spirit of public bug reports of other tools.
fn public_report(name: &str) -> String {
    format!("{}/../../testdata/reports/{name}/input.jsonl", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn what_was_wrongly_refused_or_merged_elsewhere_is_taken_in() {
    for (name, totals) in [
        ("04-base64-in-lines", "2 accepted (1 new), 0 refused\n"),
        ("05-year-9999", "1 accepted (1 new), 0 refused\n"),
        ("U1-nil-insights-id", "2 accepted (2 new), 0 refused\n"),
    ] {
        let folder = tempdir().unwrap();
        let ended = on(folder.path(), &["ingest", &public_report(name)]);
        assert_eq!((ended.code, ended.out.as_str()), (0, totals), "{name}: {}", ended.err);
    }
}

#[test]
fn a_byte_order_mark_is_skipped() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("reports.jsonl");
    fs::write(&file, format!("\u{feff}{}", lines(&[report(1)]))).unwrap();
    let ended = on(folder.path(), &["ingest", file.to_str().unwrap()]);
    assert_eq!((ended.code, ended.out.as_str()), (0, "1 accepted (1 new), 0 refused\n"), "{}", ended.err);
}

#[test]
fn nothing_that_a_reporter_chose_acts_on_the_terminal() {
    let folder = tempdir().unwrap();
    on(folder.path(), &["ingest", &public_report("03-escapes-in-the-terminal")]);
    let id = on(folder.path(), &["hosts", "--json"]).json_lines()[0]["id"].as_str().unwrap().to_owned();
    for command in [
        &["hosts"][..],
        &["hosts", "-o", "wide"],
        &["hosts", "-o", "csv"],
        &["show", &id],
        &["history", &id, "--diff"],
    ] {
        let ended = on(folder.path(), command);
        let shown = ended.out + &ended.err;
        assert!(!shown.contains(|c: char| c.is_control() && c != '\n'), "{command:?}: {shown:?}");
        assert!(!shown.lines().any(|line| line.starts_with("forged row")), "{command:?}: {shown}");
    }
}

#[test]
fn a_report_into_a_pipe_is_a_line_that_another_machine_takes_in() {
    let (one, other) = (tempdir().unwrap(), tempdir().unwrap());
    let printed = on(one.path(), &["report", "--print"]);
    assert_eq!((printed.code, printed.out.lines().count()), (0, 1), "{}", printed.err);
    let arguments = ["ingest".as_ref(), "-".as_ref(), "--data".as_ref(), other.path().as_os_str()];
    let ended = run_with_input(arguments, printed.out.as_bytes());
    assert_eq!((ended.code, ended.out.as_str()), (0, "1 accepted (1 new), 0 refused\n"), "{}", ended.err);
}
