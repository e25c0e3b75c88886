//! `plumbline submit`: what benchmark tools wrote, to the benchmarks service.

mod server;

use std::{io::Read as _, path::Path, process::ExitCode};

use ground::Timestamp;
use results::{Format, LARGEST, Mapping, Private, Reading};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use self::server::{Server, Stored};
use crate::{
    app::config,
    cli::{Place, Submit},
    failure::{Failure, Result},
    out,
    self_report::SelfReport,
    servers,
    style::Style,
};

/// One result as it is stored.
#[derive(Debug, Serialize)]
struct Planned {
    executed: String,
    /// Where that time is from: `file`, `given`, or `modified` (the file's own time).
    executed_from: &'static str,
    document: Value,
}

#[derive(Debug, Serialize)]
struct Plan<'a> {
    format: &'static str,
    digest: &'a str,
    results: Vec<Planned>,
    /// What tells of persons and machines; `sent` says whether it is part of a result.
    private: &'a [Private],
    notes: &'a [String],
}

/// Reads the file, and shows or sends it.
pub async fn run(asked: &Submit) -> Result<ExitCode> {
    if let Some(name) = &asked.schema {
        let schema = serde_json::to_string_pretty(&named("--schema", name)?.schema());
        out::document(&schema.map_err(|error| Failure::Runtime(error.to_string()))?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let file = asked.file.as_deref().ok_or_else(|| Failure::Usage("name a file".to_owned()))?;
    let path = file.display().to_string();
    let format = asked.format.as_deref().map(|name| named("--format", name));
    let mapping = asked.map.as_deref().map(Mapping::parse).transpose();
    let mapping = mapping.map_err(|refused| Failure::Usage(format!("--map: {refused}")))?.unwrap_or_default();
    let reading = results::read(&bytes(file)?, &path, format.transpose()?, &mapping)
        .map_err(|refused| Failure::Usage(format!("{path}: {refused}")))?;
    let results = planned(asked, file, &reading)?;
    let plan = Plan {
        format: reading.format.name(),
        digest: &reading.digest,
        results,
        private: &reading.private,
        notes: &reading.notes,
    };
    match (&asked.to, &asked.benchmark, &asked.flavor) {
        (Some(to), Some(benchmark), Some(flavor)) if !asked.dry_run => {
            if !asked.json {
                aside(&plan);
            }
            send(asked, &plan, to, benchmark, flavor).await
        }
        _ => {
            show(asked, &plan)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn named(option: &str, name: &str) -> Result<Format> {
    Format::named(name)
        .ok_or_else(|| Failure::Usage(format!("{option}: `{name}` is no format; --help lists them")))
}

fn bytes(file: &Path) -> Result<Vec<u8>> {
    let bad = |error: std::io::Error| Failure::Usage(format!("cannot read {}: {error}", file.display()));
    let input: Box<dyn std::io::Read> = if file == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(file).map_err(bad)?)
    };
    let mut bytes = Vec::new();
    // One byte more than is read tells a file that is too large.
    input.take(LARGEST as u64 + 1).read_to_end(&mut bytes).map_err(bad)?;
    Ok(bytes)
}

fn planned(asked: &Submit, file: &Path, reading: &Reading) -> Result<Vec<Planned>> {
    let given = asked.at.as_deref().map(Timestamp::parse).transpose();
    let given = given.map_err(|error| Failure::Usage(format!("--at: {error}")))?;
    let modified = std::fs::metadata(file).and_then(|data| data.modified()).ok();
    let modified = modified.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    let modified =
        modified.map(|since| Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX)));
    let runs = reading.runs.iter().enumerate();
    runs.map(|(at, run)| {
        let (executed, executed_from) = match (run.executed, given, modified) {
            (Some(time), ..) => (time, "file"),
            (None, Some(time), _) => (time, "given"),
            (None, None, Some(time)) => (time, "modified"),
            (None, None, None) => {
                return Err(Failure::Usage(
                    "the file does not say when it was run: name the time with --at".to_owned(),
                ));
            }
        };
        let mut document = reading.document(at);
        if let Some(source) = document.get_mut("source").and_then(Value::as_object_mut) {
            source.insert("executed_from".to_owned(), executed_from.into());
        }
        Ok(Planned { executed: executed.to_string(), executed_from, document })
    })
    .collect()
}

fn failed(document: &Value) -> bool {
    let benchmarks = document.get("benchmarks").and_then(Value::as_array);
    let all_failed = |all: &Vec<Value>| all.iter().all(|one| one.get("failed").is_some());
    document.get("failed").is_some() || benchmarks.is_some_and(all_failed)
}

/// What is said beside the results: what was left out, and what tells of persons and machines.
fn aside(plan: &Plan<'_>) {
    for Private { place, value, sent } in plan.private {
        let what = if *sent { "is sent" } else { "is not sent" };
        out::message(format!("{place}: `{value}` {what}"));
    }
    plan.notes.iter().for_each(out::message);
}

fn show(asked: &Submit, plan: &Plan<'_>) -> Result<()> {
    if asked.json {
        return out::json(plan);
    }
    let style = Style::of_stdout();
    for Planned { executed, executed_from, document } in &plan.results {
        out::spans(&[
            style.bold(format!("{} of {executed}", plan.format)),
            format!(" (time: {executed_from})").into(),
        ])?;
        if let Some(why) = document.get("failed").and_then(Value::as_str) {
            out::spans(&[style.red(format!("  failed: {why}"))])?;
        }
        for measured in document.get("benchmarks").and_then(Value::as_array).into_iter().flatten() {
            let name = measured.get("name").and_then(Value::as_str).unwrap_or_default();
            let given = measured.get("parameters").map(|given| format!(" {given}")).unwrap_or_default();
            let why = measured.get("failed").and_then(Value::as_str).map(|why| format!(" failed: {why}"));
            out::spans(&[format!("  {name}{given}").into(), style.red(why.unwrap_or_default())])?;
            for (metric, found) in measured.get("metrics").and_then(Value::as_object).into_iter().flatten() {
                let value = found.get("value").filter(|value| !value.is_null()).map(ToString::to_string);
                let unit = found.get("unit").and_then(Value::as_str).unwrap_or_default();
                let samples = found.get("samples").and_then(Value::as_array).map_or(0, Vec::len);
                let samples = if samples > 1 { format!(" ({samples} samples)") } else { String::new() };
                out::line(format!(
                    "    {metric}: {} {unit}{samples}",
                    value.as_deref().unwrap_or("aggregates only")
                ))?;
            }
        }
    }
    aside(plan);
    Ok(())
}

async fn send(asked: &Submit, plan: &Plan<'_>, to: &str, benchmark: &str, flavor: &str) -> Result<ExitCode> {
    let server = Server::new(to, token(asked)?)?;
    let benchmark = server.benchmark(benchmark).await?;
    let flavor = server.flavor(flavor).await?;
    let host = match asked.ran_on.host {
        None if asked.ran_on.this_machine => Some(server.host(this_machine(asked)?).await?),
        host => host,
    };
    let (mut stored, mut known, mut left_out) = (Vec::new(), Vec::new(), 0_usize);
    for (at, result) in plan.results.iter().enumerate() {
        if failed(&result.document) && !asked.with_failed {
            left_out += 1;
            continue;
        }
        if let Some(id) = server.known(&benchmark, &flavor, plan.digest, at).await? {
            known.push(id);
            continue;
        }
        let Stored { id } =
            server.store(&benchmark, &flavor, host, &result.executed, &result.document).await?;
        stored.push(id);
    }
    if asked.json {
        out::json(&json!({"stored": stored, "known": known, "failed_left_out": left_out,
                          "private": plan.private, "notes": plan.notes}))?;
    } else {
        out::line(format!("{} stored, {} there already", stored.len(), known.len()))?;
        if left_out > 0 {
            out::message(format!("{left_out} failed and were left out; --with-failed sends them"));
        }
    }
    Ok(if left_out == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The id by which reports of this machine are recognised.
fn this_machine(asked: &Submit) -> Result<Uuid> {
    let place = Place { data: asked.ran_on.data.clone(), database_url: None };
    let data = config::data_path(&place).ok();
    SelfReport::new(data.as_deref())?.insights_id().ok_or_else(|| {
        Failure::Usage("--self: this machine has no id yet: let `plumbline report` run once".to_owned())
    })
}

fn token(asked: &Submit) -> Result<Option<String>> {
    servers::caller_token(asked.token_file.as_deref())
}
