//! `plumbline compare`.

use std::{
    fs,
    process::{Command, Stdio},
};

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::{
    filled, on,
    support::{run, run_with_input},
};

#[test]
fn hosts_are_compared_and_the_exit_code_says_whether_they_differ() {
    let folder = filled();
    let same = on(folder.path(), &["compare", "host-00001", "host-00001"]);
    assert_eq!((same.code, same.out.as_str()), (0, "nothing differs\n"), "{}", same.err);
    let differing = on(folder.path(), &["compare", "host-00001", "host-00002", "--json"]);
    assert_eq!(differing.code, 1, "{}", differing.err);
    let report: Value = serde_json::from_str(&differing.out).unwrap();
    assert_eq!(report["systems"].as_array().unwrap().len(), 2);
    assert!(report["facts"].as_array().unwrap().iter().all(|fact| fact["state"] != "SAME"));
    let unknown = on(folder.path(), &["compare", "host-00001", "nobody"]);
    assert!(unknown.code == 1 && unknown.err.contains("nobody"), "{}", unknown.err);
}

#[test]
fn hosts_are_held_to_a_baseline_by_what_it_names() {
    let folder = filled();
    let made =
        on(folder.path(), &["baseline", "create", "web", "--from-host", "host-00001", "--org", "local"]);
    assert_eq!(made.code, 0, "{}", made.err);
    let same = on(folder.path(), &["compare", "host-00001", "--baseline", "web", "--org", "local"]);
    assert_eq!((same.code, same.out.as_str()), (0, "nothing differs\n"), "{}", same.err);
    let other = on(
        folder.path(),
        &["compare", "host-00002", "--baseline", "web", "--reference", "--json", "--org", "local"],
    );
    assert_eq!(other.code, 1, "{}", other.err);
    let report: Value = serde_json::from_str(&other.out).unwrap();
    assert_eq!(report["baselines"][0]["display_name"], "web");
    let unknown = on(folder.path(), &["compare", "host-00001", "--baseline", "nothing", "--org", "local"]);
    assert!(unknown.code == 1 && unknown.err.contains("plumbline baseline list"), "{}", unknown.err);
}

#[test]
fn a_person_reads_long_output_in_a_pager() {
    let folder = filled();
    let program = env!("CARGO_BIN_EXE_plumbline");
    let compared = format!("{program} compare host-00001 host-00002 --data {}", folder.path().display());
    // A terminal of its own, as a person has it.
    let on_a_terminal = |pager: &str| {
        let mut command = Command::new("script");
        command.args(["--quiet", "--return", "--command", &compared, "/dev/null"]).env("PAGER", pager);
        let ended = command.stdin(Stdio::null()).output().unwrap();
        (ended.status.code(), String::from_utf8(ended.stdout).unwrap())
    };
    let (code, paged) = on_a_terminal("sed s/^/paged:/");
    assert_eq!(code, Some(1), "{paged}");
    assert!(paged.lines().count() > 2 && paged.lines().all(|line| line.starts_with("paged:")), "{paged}");
    let (code, plain) = on_a_terminal("");
    assert!(code == Some(1) && !plain.contains("paged:"), "{plain}");
}

#[test]
fn profiles_in_files_are_compared_without_a_record() {
    let folder = tempdir().unwrap();
    let file = |name: &str, arch: &str| {
        let path = folder.path().join(name);
        fs::write(&path, json!({"arch": arch, "os_release": "9"}).to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (one, other) = (file("one.json", "x86_64"), file("other.json", "aarch64"));
    let ended = run(["compare", &one, &other, "--csv"]);
    assert_eq!(ended.code, 1, "{}", ended.err);
    assert!(ended.out.contains("\narch,DIFFERENT,x86_64,aarch64\n"), "{}", ended.out);
}

#[test]
fn versions_are_ordered_one_pair_or_a_file_of_them() {
    let one = run(["compare", "versions", "rpm", "1.0~rc1", "1.0"]);
    assert_eq!((one.code, one.out.as_str()), (0, "-1\n"), "{}", one.err);
    let pairs =
        run_with_input(["compare", "versions", "deb", "--file", "-"], b"1\t0:1\n1.0\t1.0~beta1\n1:\t1\n");
    assert_eq!((pairs.code, pairs.out.as_str()), (0, "0\n1\n?\n"), "{}", pairs.err);
}
