//! `plumbline regressions` and `plumbline submit --dry-run`, as a shell sees them.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use std::{fmt::Write as _, fs};

use serde_json::Value;
use tempfile::tempdir;

use self::support::run;

/// Two series of 120 days that swing by 1 %: one is 10 % more from day 80 on.
fn measurements() -> String {
    let mut text = "series,time,value\n".to_owned();
    let mut swing = 1_u64;
    for (series, factor) in [("steady", 1.0), ("slower", 1.1)] {
        for day in 0..120 {
            swing = swing.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let noise = (swing >> 40) as f64 / f64::from(1 << 24) - 0.5;
            let value = 100.0 * (1.0 + 0.03 * noise) * if day >= 80 { factor } else { 1.0 };
            writeln!(text, "{series},{day},{value:.3}").unwrap();
        }
    }
    text
}

#[test]
fn a_lasting_change_is_found_where_it_began_and_can_end_with_code_1() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("measurements.csv");
    fs::write(&file, measurements()).unwrap();
    let file = file.to_str().unwrap();
    let told = run(["regressions", file, "--budget", "1", "--json"]);
    assert_eq!(told.code, 0, "{}", told.err);
    let found: Value = serde_json::from_str(&told.out).unwrap();
    let findings = found["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{found}");
    assert_eq!((&findings[0]["series"], &findings[0]["kind"]), (&"slower".into(), &"regression".into()));
    let index = findings[0]["index"].as_u64().unwrap();
    assert!((78..=82).contains(&index), "{found}");
    assert_eq!(run(["regressions", file, "--check"]).code, 1);
}

#[test]
fn a_bad_measurement_is_named_with_its_line() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("measurements.csv");
    fs::write(&file, "series,time,value\na,2026-01-01,1\na,2026-01-02,fast\n").unwrap();
    let told = run(["regressions", file.to_str().unwrap()]);
    assert_eq!((told.code, told.out.as_str()), (2, ""));
    assert!(told.err.contains("line 3"), "{}", told.err);
}

#[test]
fn what_would_be_submitted_is_shown_and_nothing_is_sent() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("hyperfine.json");
    fs::write(
        &file,
        r#"{"results": [{"command": "sleep 0.1", "mean": 0.1, "stddev": 0.001, "median": 0.1, "user": 0.0, "system": 0.0,
            "min": 0.099, "max": 0.101, "times": [0.099, 0.1, 0.101], "exit_codes": [0, 0, 0]}]}"#,
    )
    .unwrap();
    let told = run(["submit", file.to_str().unwrap(), "--dry-run", "--json"]);
    assert_eq!(told.code, 0, "{}", told.err);
    let shown: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(shown["format"], "hyperfine");
    let benchmark = &shown["results"][0]["document"]["benchmarks"][0];
    assert_eq!(benchmark["metrics"]["time"]["samples"], serde_json::json!([0.099, 0.1, 0.101]));
}
