//! Each format as its tool writes it, and the rules that hold for all.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use proptest::prelude::*;
use results::{Format, Mapping, Measured, Reading, read};
use serde_json::json;

/// What is read from a text, each document of which is as the schema of its format says.
fn of(text: &str) -> Reading {
    checked(read(text.as_bytes(), "file", None, &Mapping::default()).unwrap())
}

fn checked(reading: Reading) -> Reading {
    let schema = jsonschema::validator_for(&reading.format.schema()).unwrap();
    for at in 0..reading.runs.len() {
        let document = reading.document(at);
        let wrong: Vec<String> = schema.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{wrong:?} in {document:#}");
    }
    reading
}

#[test]
fn every_format_has_a_schema_of_its_own() {
    let document = of(r#"{"results": [{"command": "a", "times": [1.0], "exit_codes": [0]}]}"#).document(0);
    for format in Format::ALL {
        let schema = jsonschema::validator_for(&format.schema()).unwrap();
        assert_eq!(schema.is_valid(&document), format == Format::Hyperfine, "{format:?}");
    }
    let schema = jsonschema::validator_for(&Format::Hyperfine.schema()).unwrap();
    for (pointer, value) in [
        ("/benchmarks/0/metrics/time/value", json!("1.0")),
        ("/benchmarks/0/name", json!(7)),
        ("/source/digest", json!("x")),
    ] {
        let mut wrong = document.clone();
        *wrong.pointer_mut(pointer).unwrap() = value;
        assert!(!schema.is_valid(&wrong), "{pointer}");
    }
}

/// The value of a metric, as text.
fn value(measured: &Measured, metric: &str) -> String {
    measured.metrics[metric].value.as_ref().unwrap().to_string()
}

#[test]
fn hyperfine_samples_and_exit_codes() {
    let reading = of(r#"{"results": [
        {"command": "sleep 0.1", "mean": 0.10261, "stddev": null, "median": 0.1026, "user": 0.001, "system": 0.002,
         "min": 0.1, "max": 0.105, "times": [0.1, 0.105], "exit_codes": [0, 0], "parameters": {"n": "1"}},
        {"command": "false", "mean": 0.001, "times": [0.001], "exit_codes": [1]},
        {"command": "killed", "mean": 0.001, "times": [0.001], "exit_codes": [null]}]}"#);
    assert_eq!(reading.format, Format::Hyperfine);
    let all = &reading.runs[0].benchmarks;
    assert_eq!((value(&all[0], "time"), all[0].metrics["time"].samples.len()), ("0.10261".to_owned(), 2));
    assert_eq!((all[0].parameters["n"].as_str(), &all[0].failed), ("1", &None));
    assert!(all[1].failed.is_some() && all[2].failed.is_some());
    assert!(reading.private.iter().any(|private| private.sent && private.value == "sleep 0.1"));
}

#[test]
fn google_benchmark_repetitions_aggregates_counters_and_errors() {
    let reading = of(r#"some text
{"context": {"date": "2016-08-02 17:44:46", "host_name": "secret-host", "executable": "/home/me/a.out", "num_cpus": 4},
 "benchmarks": [
  {"name": "BM_Two", "iterations": 1000, "real_time": 9, "cpu_time": 90, "time_unit": "ns", "bytes_per_second": 5e8},
  {"name": "BM_Two", "iterations": 1000, "real_time": 8, "cpu_time": 86, "time_unit": "ns", "foo": 7},
  {"name": "whocares", "run_type": "aggregate", "aggregate_name": "zz", "aggregate_unit": "percentage",
   "real_time": 0.01, "cpu_time": 0.10, "time_unit": "ns"},
  {"name": "bad", "error_occurred": true, "error_message": "no device", "real_time": 0, "cpu_time": 0}]}"#);
    assert_eq!(reading.format, Format::GoogleBenchmark);
    let all = &reading.runs[0].benchmarks;
    assert_eq!(all[0].metrics["real_time"].samples.len(), 2, "{all:?}");
    assert_eq!((value(&all[0], "real_time"), value(&all[0], "foo")), ("8.5".to_owned(), "7".to_owned()));
    assert_eq!(all[0].metrics["bytes_per_second"].unit, "B/s");
    assert_eq!(all[1].metrics["real_time"].value, None, "no sample is invented");
    assert_eq!(all[1].metrics["real_time"].aggregates["zz_share"].to_string(), "0.01");
    assert_eq!((all[2].failed.as_deref(), all[2].metrics.len()), (Some("no device"), 0));
    let document = reading.document(0).to_string();
    assert!(!document.contains("secret-host") && !document.contains("/home/me"), "{document}");
    assert!(reading.private.iter().any(|private| private.value == "secret-host" && !private.sent));
}

#[test]
fn pytest_benchmark() {
    let reading = of(
        r#"{"machine_info": {"node": "secret-host", "python_version": "3.11"}, "datetime": "2026-01-02T03:04:05.6+00:00",
        "commit_info": {"id": "abc"}, "version": "4.0.0", "benchmarks": [{"fullname": "t.py::test_x", "params": null,
        "stats": {"min": 0.1, "mean": 0.2, "max": 0.3, "data": [0.1, 0.2, 0.3], "iqr": NaN}}]}"#,
    );
    assert_eq!((reading.format, reading.version.as_deref()), (Format::PytestBenchmark, Some("4.0.0")));
    let run = &reading.runs[0];
    assert_eq!(run.executed.unwrap().to_string(), "2026-01-02T03:04:05.600000+00:00");
    assert_eq!(
        (value(&run.benchmarks[0], "time"), run.context["commit_id"].clone()),
        ("0.2".to_owned(), json!("abc"))
    );
    assert!(reading.notes.iter().any(|note| note.contains("iqr")), "{:?}", reading.notes);
    assert!(!run.benchmarks[0].metrics["time"].aggregates.contains_key("iqr"));
}

#[test]
fn go_bench_with_counts_and_failures() {
    let reading = of("goos: linux\npkg: x/y\nBenchmarkA-8  \t 100\t 4.893 ns/op\t 0 B/op\t 7 widgets/op\r\n\
                      BenchmarkA-8 \t 100\t 5.1 ns/op\nBenchmarkB-8\n--- FAIL: BenchmarkC-8\nFAIL\n");
    assert_eq!(reading.format, Format::Go);
    let run = &reading.runs[0];
    assert_eq!(run.benchmarks[0].metrics["time"].samples.len(), 2);
    assert_eq!(
        (value(&run.benchmarks[0], "widgets/op"), run.benchmarks[0].parameters["procs"].as_str()),
        ("7".to_owned(), "8")
    );
    assert!(run.failed.is_some() && run.benchmarks[1].failed.is_some(), "{run:?}");
}

#[test]
fn jmh_json_and_its_table_with_decimal_commas() {
    let reading = of(
        r#"[{"jmhVersion": "1.37", "benchmark": "a.B.c", "mode": "thrpt", "threads": 1, "jvm": "/home/me/java",
        "params": {"n": "1"}, "primaryMetric": {"score": 20.33940552161268, "scoreError": "NaN", "scoreUnit": "ops/ms",
        "scorePercentiles": {"50.0": 21.0}, "rawData": [[15.889612079979479, 24.1]]}, "secondaryMetrics": {}}]"#,
    );
    let measured = &reading.runs[0].benchmarks[0];
    assert_eq!(value(measured, "score"), "20.33940552161268");
    assert_eq!(measured.metrics["score"].samples.len(), 2);
    assert!(!measured.metrics["score"].aggregates.contains_key("error"));
    assert!(reading.notes.iter().any(|note| note.contains("scoreError")));
    let table = of(
        "Benchmark   (size)  Mode  Cnt       Score   Error  Units\nB.c         10  avgt    5  232292,123 ± 1,250  ns/op\n\n",
    );
    let measured = &table.runs[0].benchmarks[0];
    assert_eq!((table.format, value(measured, "score")), (Format::Jmh, "232292.123".to_owned()));
    assert_eq!(
        (measured.parameters["size"].as_str(), measured.metrics["score"].aggregates["error"].to_string()),
        ("10", "1.25".to_owned())
    );
}

#[test]
fn fio_between_other_text() {
    let reading = of(r#"fio-3.42
Starting 1 process
{"fio version": "fio-3.1", "timestamp": 1564907970, "jobs": [{"jobname": "rr", "error": 0,
 "job options": {"rw": "randread", "filename": "/dev/sdb"},
 "read": {"bw": 26456, "iops": 6614.073099, "total_ios": 396851,
  "clat_ns": {"mean": 135557.025488, "percentile": {"99.000000": 142336, "0.00": 0}}},
 "write": {"bw": 0, "iops": 0.0, "total_ios": 0, "io_kbytes": 0}},
 {"jobname": "bad", "error": 5, "read": {"total_ios": 0}}]}
bye"#);
    let all = &reading.runs[0].benchmarks;
    assert_eq!((reading.format, value(&all[0], "read.iops")), (Format::Fio, "6614.073099".to_owned()));
    assert_eq!(all[0].metrics["read.bw"].unit, "KiB/s");
    assert_eq!(all[0].metrics["read.clat"].aggregates["p99"].to_string(), "142336");
    assert!(!all[0].metrics.contains_key("write.iops"), "what was not measured is not 0");
    assert!(all[1].failed.as_deref().unwrap().contains('5'));
    assert!(reading.private.iter().any(|private| private.value == "/dev/sdb" && !private.sent));
    assert_eq!(reading.runs[0].executed.unwrap().to_string(), "2019-08-04T08:39:30+00:00");
}

#[test]
fn sysbench_runs_of_one_file_are_apart_and_one_without_an_end_failed() {
    let reading = of("sysbench 1.0.17 (using system LuaJIT 2.0.4)\n\nNumber of threads: 8\n\
        [ 5s ] thds: 8 tps: 269.67\nSQL statistics:\n    transactions:  67104  (223.64 per sec.)\n    queries:  1342080 (4472.87 per sec.)\n\
        General statistics:\n    total time:   300.0526s\n    total number of events: 67104\n\
        Latency (ms):\n         min:  5.86\n         avg:  35.77\n         max:  180.20\n         95th percentile: 61.08\n\
        sysbench 1.0.17 (using system LuaJIT 2.0.4)\nPrime numbers limit: 10000\nNumber of threads: 1\nFATAL: killed\n");
    assert_eq!((reading.format, reading.runs.len()), (Format::Sysbench, 2));
    let first = &reading.runs[0];
    assert_eq!(first.failed, None);
    let oltp = &first.benchmarks[0];
    assert_eq!(
        (value(oltp, "transactions"), value(oltp, "latency")),
        ("223.64".to_owned(), "35.77".to_owned())
    );
    assert_eq!(oltp.metrics["latency"].aggregates["p95"].to_string(), "61.08");
    assert!(reading.runs[1].failed.is_some());
}

#[test]
fn hpl_residuals_decide() {
    let row = "WC23C2C4       35000   256     1     1              16.66            1.71587e+03\n";
    let passed = "||Ax-b||_oo/(eps*(||A||_oo*||x||_oo+||b||_oo)*N)=        0.0041314 ...... PASSED\n";
    let head = "HPLinpack 2.1  --  High-Performance Linpack benchmark\nT/V N NB P Q Time Gflops\n";
    let good = of(&format!("{head}{row}HPL_pdgesv() start time\n{passed}"));
    let measured = &good.runs[0].benchmarks[0];
    assert_eq!(
        (value(measured, "gflops"), &measured.failed, measured.parameters["N"].as_str()),
        ("1715.87".to_owned(), &None, "35000")
    );
    for text in [format!("{head}{row}{}", passed.replace("PASSED", "FAILED")), format!("{head}{row}")] {
        assert!(of(&text).runs[0].benchmarks[0].failed.is_some(), "{text}");
    }
}

#[test]
fn osu_columns_differ_by_version() {
    let reading = of(
        "noise\n# OSU MPI Bandwidth Test v7.5\n# Datatype: MPI_CHAR.\n# Size      Bandwidth (MB/s)        Validation\n\
        1                       0.95              Pass\n2      1.90    Fail\n\n\
        # OSU MPI Broadcast Latency Test v7.3\n# Size       Avg Latency(us)   Min Latency(us)  Iterations\n1   2.42  2.40  1000\n2  3.4\n",
    );
    assert_eq!((reading.format, reading.runs.len()), (Format::Osu, 2));
    let all = &reading.runs[0].benchmarks;
    assert_eq!(
        (value(&all[0], "Bandwidth"), all[0].metrics["Bandwidth"].unit.as_str()),
        ("0.95".to_owned(), "MB/s")
    );
    assert!(all[0].failed.is_none() && all[1].failed.is_some());
    let latency = &reading.runs[1].benchmarks;
    assert_eq!((value(&latency[0], "Avg Latency"), latency.len()), ("2.42".to_owned(), 1));
    assert!(
        reading.notes.iter().any(|note| note.contains("1 values under 3 columns")),
        "{:?}",
        reading.notes
    );
}

#[test]
fn bmf_data_js_libtest_and_criterion() {
    let bmf = of(r#"{"adapter": {"latency": {"value": 88.0, "lower_value": 87.42, "upper_value": null}}}"#);
    assert_eq!((bmf.format, value(&bmf.runs[0].benchmarks[0], "latency")), (Format::Bmf, "88.0".to_owned()));
    let history = of(r#"window.BENCHMARK_DATA = {"lastUpdate": 1, "entries": {"Go": [
        {"commit": {"id": "a1", "author": {"email": "me@example.org"}}, "date": 1767225600000, "tool": "go",
         "benches": [{"name": "B", "value": 5.5, "unit": "ns/op"}]},
        {"commit": {"id": "a2"}, "date": 1767312000000, "tool": "go", "benches": [{"name": "B", "value": 6, "unit": "ns/op"}]}]}}"#);
    assert_eq!((history.format, history.runs.len()), (Format::BenchmarkAction, 2));
    assert_eq!(history.runs[0].executed.unwrap().to_string(), "2026-01-01T00:00:00+00:00");
    assert!(!history.document(0).to_string().contains("me@example.org"));
    let libtest = of("test a::b ... bench:   1,234.56 ns/iter (+/- 1,007)\ntest c ... FAILED\n");
    assert_eq!(
        (libtest.format, value(&libtest.runs[0].benchmarks[0], "time")),
        (Format::Libtest, "1234.56".to_owned())
    );
    assert!(libtest.runs[0].benchmarks[1].failed.is_some());
    let printed = of(
        "fib 20                  time:   [26.029 \u{b5}s 26.251 \u{b5}s 26.505 \u{b5}s]\n                        change: [-1% 0% 1%]\n",
    );
    assert_eq!(
        (printed.format, value(&printed.runs[0].benchmarks[0], "time")),
        (Format::Criterion, "26.251".to_owned())
    );
    let estimates = br#"{"mean": {"point_estimate": 1.5, "confidence_interval": {"lower_bound": 1.4, "upper_bound": 1.6}}, "slope": null}"#;
    let read_at = |path| read(estimates, path, None, &Mapping::default());
    let by_path = read_at("target/criterion/fib 20/new/estimates.json").unwrap();
    assert_eq!(by_path.runs[0].benchmarks[0].name, "fib 20");
    assert!(read_at("estimates.json").unwrap_err().0.contains("by its path"));
}

#[test]
fn any_table_with_a_mapping() {
    let mapping = Mapping::parse("list=data, name=id, value=t.mean").unwrap();
    let reading = read(
        br#"{"data": [{"id": "a", "t": {"mean": "1.234,5"}}, {"id": "b", "t": {"mean": "1,234"}}]}"#,
        "",
        Some(Format::Json),
        &mapping,
    )
    .unwrap();
    assert_eq!(value(&reading.runs[0].benchmarks[0], "value"), "1234.5");
    assert_eq!(reading.runs[0].benchmarks.len(), 1, "a number that may mean two things is none");
    let csv = of("name,value,unit,time\na,1.5,s,2026-01-01T00:00:00Z\na,1.7,s,2026-01-02T00:00:00Z\n");
    assert_eq!((csv.format, csv.runs.len()), (Format::Csv, 2));
    assert!(Mapping::parse("nothing").is_err() && Mapping::parse("colour=red").is_err());
}

#[test]
fn the_same_file_has_the_same_digest() {
    let text = r#"{"a": {"latency": {"value": 1}}}"#;
    assert_eq!(of(text).document(0)["source"], of(text).document(0)["source"]);
}

#[test]
fn what_is_no_result_is_refused_with_a_reason() {
    for text in ["", "hello", "{}", "[]", "[1]", r#"{"results": [{"command": "x"}]}"#] {
        assert!(read(text.as_bytes(), "", None, &Mapping::default()).is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn no_bytes_are_too_odd(bytes in prop::collection::vec(any::<u8>(), 0..300), at in 0_usize..15) {
        let _ = read(&bytes, "x/new/y", Some(Format::ALL[at]), &Mapping::default());
    }

    #[test]
    fn no_broken_file_is_too_odd(cut in 0_usize..400, put in ".{0,3}", at in 0_usize..15) {
        let whole = "sysbench 1.0\nLatency (ms):\n avg: 1\nT/V Gflops\nWC 1 1 1 1 2 3\n||Ax-b|| .... PASSED\n# OSU X v1\n# Size A(us)\n1 2\n\
            BenchmarkA-8 1 2 ns/op 3\nBenchmark (x) Mode Cnt Score Error Units\na b avgt 5 1,0 \u{b1} 2 s\ntest a ... bench: 1,2 ns\n\
            a time: [1 s 2 s 3 s]\n\u{1b}[1m\n{\"a\": [NaN, {\"context\": {}, \"benchmarks\": [{}]}]}";
        let cut = (0..=cut.min(whole.len())).rev().find(|at| whole.is_char_boundary(*at)).unwrap_or(0);
        let broken = format!("{}{put}{}", &whole[..cut], &whole[cut..]);
        let _ = read(broken.as_bytes(), "", Some(Format::ALL[at]), &Mapping::default());
        let _ = read(broken.as_bytes(), "", None, &Mapping::default());
    }
}
