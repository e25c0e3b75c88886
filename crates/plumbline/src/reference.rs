//! The reference of commands, made from the command line itself: `docs/commands.md`.

use std::fmt::Write as _;

use clap::{Arg, Command, CommandFactory as _};

use crate::cli::Cli;

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/commands.md");

const HEAD: &str = "\
# Commands

Made from the program's own help; do not edit. After a change of the command line write it anew with
`UPDATE_DOCS=1 cargo test -p plumbline reference`.

Exit codes of every command: **0** done; **1** something did not work, or a line was refused; **2** the command or a setting
cannot be read. What is printed goes to the standard output, what is wrong to the standard error. Colours are for
terminals, and `NO_COLOR=1` switches them off. With `--json` each line is one JSON value. `--config FILE` (or
`PLUMBLINE_CONFIG`) names a file of settings for every command.
";

fn reference() -> String {
    let mut root = Cli::command();
    root.build();
    let mut out = String::from(HEAD);
    for command in root.get_subcommands().filter(|command| command.get_name() != "help") {
        add(&mut out, command, "plumbline");
    }
    out
}

fn add(out: &mut String, command: &Command, parent: &str) {
    let name = format!("{parent} {}", command.get_name());
    let steps: Vec<_> = command.get_subcommands().filter(|step| step.get_name() != "help").collect();
    // Some commands do something of their own beside their steps.
    if steps.is_empty() || command.is_args_conflicts_with_subcommands_set() {
        describe(out, command, &name);
    }
    for step in steps {
        add(out, step, &name);
    }
}

fn describe(out: &mut String, command: &Command, name: &str) {
    let about = command.get_long_about().or(command.get_about()).map(ToString::to_string).unwrap_or_default();
    let _ = writeln!(out, "\n## `{name}`\n\n{about}\n");
    let arguments: Vec<_> = command
        .get_arguments()
        .filter(|arg| !matches!(arg.get_id().as_str(), "help" | "version" | "config"))
        .collect();
    if !arguments.is_empty() {
        let _ = writeln!(out, "| | |\n| --- | --- |");
        for argument in arguments {
            let _ = writeln!(out, "| `{}` | {} |", written(argument), meaning(argument));
        }
    }
    if let Some(examples) = command.get_after_help() {
        let examples = examples.to_string();
        let lines = examples.lines().filter_map(|line| {
            let line = line.trim().trim_start_matches("Example:").trim();
            line.starts_with("plumbline").then_some(line)
        });
        let _ = writeln!(out, "\n```sh\n{}\n```", lines.collect::<Vec<_>>().join("\n"));
    }
}

fn written(argument: &Arg) -> String {
    let names = argument.get_value_names().unwrap_or_default();
    let value = names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let takes_value = argument.get_action().takes_values();
    match argument.get_long() {
        Some(long) if argument.is_require_equals_set() => format!("--{long}[={value}]"),
        Some(long) if takes_value => format!("--{long} {value}"),
        Some(long) => format!("--{long}"),
        None => value.to_uppercase(),
    }
}

fn meaning(argument: &Arg) -> String {
    let mut text = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let values: Vec<String> = argument
        .get_possible_values()
        .iter()
        .filter(|_| argument.get_action().takes_values())
        .map(|value| format!("`{}`", value.get_name()))
        .collect();
    // The help leaves out the full stop of a last sentence.
    if !text.ends_with(['.', ']']) {
        text.push('.');
    }
    if !values.is_empty() {
        let _ = write!(text, " One of {}.", values.join(", "));
    }
    let defaults: Vec<_> = argument.get_default_values().iter().filter_map(|value| value.to_str()).collect();
    if !defaults.is_empty() && argument.get_action().takes_values() {
        let _ = write!(text, " Default: `{}`.", defaults.join(", "));
    }
    text.replace('|', "\\|").replace('\n', " ")
}

#[test]
fn the_committed_reference_is_what_the_help_says() {
    let reference = reference();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(COMMITTED, &reference).unwrap();
    }
    let committed = std::fs::read_to_string(COMMITTED).unwrap_or_default();
    assert!(
        committed == reference,
        "docs/commands.md is not what the help says; write it anew: UPDATE_DOCS=1 cargo test -p plumbline reference"
    );
}

#[test]
fn every_command_has_an_example_in_the_reference() {
    let reference = reference();
    for section in reference.split("\n## ").skip(1) {
        assert!(section.contains("```sh\nplumbline "), "{section}");
    }
}
