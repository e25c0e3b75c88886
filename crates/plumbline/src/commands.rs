//! One file for each command.

mod audit;
mod backup;
mod baseline;
mod causes;
mod changes;
mod compare;
mod completion;
mod config;
mod consume;
mod doctor;
mod health;
mod history;
mod hosts;
mod identity;
mod import;
mod ingest;
mod job;
mod load;
mod migrate;
mod notifications;
mod regressions;
mod report;
mod serve;
mod show;
mod submit;
mod token;
mod versions;
mod watch;

use std::process::ExitCode;

use crate::{
    cli::{Cli, Command, CompareOther, Output, Served, settings_file},
    failure::{Failure, Result},
    out, services,
};

/// Runs what was asked for.
pub async fn run(cli: Cli) -> Result<ExitCode> {
    let file = cli.config.as_ref();
    match cli.command {
        Command::Up { place, listen, agents, no_report } => {
            Box::pin(serve::up(file, &place, listen, agents, !no_report)).await
        }
        Command::Serve { services, place, listen } => {
            let (mut names, mut files) = (Vec::new(), Vec::new());
            for named in services {
                match named {
                    Served::Service(name) => names.push(name),
                    Served::File(path) => files.push(path),
                }
            }
            let file = settings_file(cli.config, files)?;
            Box::pin(serve::serve(file.as_ref(), &names, &place, listen)).await
        }
        Command::Consume { place, roles } => Box::pin(consume::run(file, &place, &roles)).await,
        Command::Job { name, file: named, place, json } => {
            let file = settings_file(cli.config, named.into_iter().collect())?;
            Box::pin(job::run(file.as_ref(), &place, &name, json)).await
        }
        Command::Ingest { file: input, place, json } => {
            Box::pin(ingest::run(file, &input, &place, json)).await
        }
        Command::Backup(asked) => Box::pin(backup::backup(file, &asked)).await,
        Command::Restore(asked) => Box::pin(backup::restore(file, &asked)).await,
        Command::Import { what } => Box::pin(import::run(file, what)).await,
        Command::Baseline { command } => baseline::run(file, command).await,
        Command::Causes { list, source, command } => causes::run(file, &source, &list, command).await,
        Command::Notifications { command } => notifications::run(file, command).await,
        Command::Report(asked) => Box::pin(report::run(file, &asked)).await,
        Command::Hosts { source, org, filters, limit, output, json, watch } => {
            let output = if json { Output::Json } else { output };
            watch::watch(watch, async || {
                hosts::run(file, &source, org.as_deref(), &filters, limit, output).await
            })
            .await
        }
        Command::Show { host, source, org, at, json } => {
            show::run(file, &source, org.as_deref(), &host, at.as_deref(), json).await
        }
        Command::History { host, source, org, limit, seen, diff, json } => {
            let shown = history::Shown { limit, seen, diff, json };
            history::run(file, &source, org.as_deref(), &host, shown).await
        }
        Command::Changes(shown) => watch::watch(shown.watch, async || changes::run(file, &shown).await).await,
        Command::Audit(shown) => audit::run(file, &shown).await,
        Command::Compare { other: Some(CompareOther::Versions { ecosystem, pair, file }), .. } => {
            versions::run(ecosystem.into(), &pair, file.as_deref())
        }
        Command::Compare { asked, source, other: None } => compare::run(file, &source, &asked).await,
        Command::Regressions(asked) => regressions::run(&asked),
        Command::Submit(asked) => Box::pin(submit::run(&asked)).await,
        Command::Load(load) => load::run(file, &load).await,
        Command::Migrate { step } => Box::pin(migrate::run(file, &step)).await,
        Command::Completion { shell } => completion::completion(shell),
        Command::Man { folder } => completion::man(folder.as_deref()),
        Command::Config { defaults, check, json } => config::run(file, defaults, check, json),
        Command::Doctor { place, json } => Box::pin(doctor::run(file, &place, json)).await,
        Command::Health => health::run(file).await,
        Command::Collisions(shown) => identity::collisions(file, &shown).await,
        Command::Identity { command } => Box::pin(identity::run(file, command)).await,
        Command::Token { command } => Box::pin(token::run(file, command)).await,
        Command::Openapi { service } => {
            for service in services::named(&[service]) {
                let document = (service.document)().to_pretty_json();
                out::document(&document.map_err(|error| Failure::Runtime(error.to_string()))?)?;
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}
