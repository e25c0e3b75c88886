//! The archive of a release, made of the program of this run: what is in it, and that it runs where it is unpacked.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use tempfile::tempdir;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn out(command: &mut Command) -> String {
    let ended = command.output().unwrap();
    assert!(ended.status.success(), "{command:?}: {}", String::from_utf8_lossy(&ended.stderr));
    String::from_utf8(ended.stdout).unwrap()
}

/// Makes the archive in a folder; gives its file.
fn archive(folder: &Path) -> PathBuf {
    // What is for debugging alone is most of it, and takes the longest.
    let program = folder.join("plumbline");
    out(Command::new("strip").args(["--strip-all", "-o"]).arg(&program).arg(env!("CARGO_BIN_EXE_plumbline")));
    let mut script = Command::new(root().join("scripts/release.sh"));
    script.args(["--target", "x86_64-unknown-linux-gnu", "--program"]).arg(program).arg("--out");
    // What cargo says of this test is not what a person's shell says.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CARGO_PKG_")) {
        script.env_remove(name);
    }
    let said = out(script.arg(folder).env("SOURCE_DATE_EPOCH", "1700000000"));
    PathBuf::from(said.trim())
}

#[test]
fn an_archive_holds_a_program_that_runs_and_all_that_belongs_to_it() {
    let folder = tempdir().unwrap();
    let file = archive(folder.path());
    let name = file.file_name().unwrap().to_str().unwrap().strip_suffix(".tar.gz").unwrap().to_owned();
    assert_eq!(name, format!("plumbline-{}-x86_64-unknown-linux-gnu", env!("CARGO_PKG_VERSION")));
    out(Command::new("sha256sum")
        .args(["--check", &format!("{name}.tar.gz.sha256")])
        .current_dir(folder.path()));
    out(Command::new("tar").arg("-xzf").arg(&file).current_dir(folder.path()));

    let unpacked = folder.path().join(&name);
    let version = out(Command::new(unpacked.join("plumbline")).arg("--version"));
    assert_eq!(version.trim(), concat!("plumbline ", env!("CARGO_PKG_VERSION")));
    for part in [
        "LICENSE",
        "README.md",
        "CHANGELOG.md",
        "man/man1/plumbline.1",
        "man/man1/plumbline-hosts.1",
        "completion/plumbline.bash",
        "completion/plumbline.zsh",
        "completion/plumbline.fish",
        "systemd/plumbline.service",
        "systemd/plumbline-report.timer",
    ] {
        let length = std::fs::metadata(unpacked.join(part)).map(|about| about.len());
        assert!(length.as_ref().is_ok_and(|length| *length > 100), "{part}: {length:?}");
    }
    let sbom: Value =
        serde_json::from_slice(&std::fs::read(unpacked.join("sbom.cdx.json")).unwrap()).unwrap();
    let components = sbom["components"].as_array().unwrap();
    let has = |name: &str| components.iter().any(|component| component["name"] == name);
    assert!(
        components.len() > 150 && has("axum") && has("fleet") && has("rdkafka-sys"),
        "{}",
        components.len()
    );
    for of_tests in ["proptest", "testkit", "torture", "wiremock", "plumbline"] {
        assert!(!has(of_tests), "{of_tests}");
    }
}
