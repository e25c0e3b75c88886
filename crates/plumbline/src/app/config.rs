//! Settings and places: what the command line, the environment and a file say together.

use std::path::PathBuf;

use clap::CommandFactory;
use settings::{Inputs, Settings};

use crate::{
    cli::{Cli, Place},
    data_folder,
    failure::{Failure, Result},
};

/// Reads the settings: defaults, file, Clowder, environment, and the flags of the command line.
pub fn load(config: Option<&PathBuf>, flags: &[(&str, &str, String)]) -> Result<Settings> {
    let env = |name: &str| std::env::var(name).ok();
    let mut inputs = Inputs::new(&env).variables(variables());
    if let Some(file) = config {
        inputs = inputs.file(file);
    }
    for (flag, name, value) in flags {
        inputs = inputs.flag(flag, name, value);
    }
    Ok(Settings::load(&inputs)?)
}

/// What of ours is read and no setting: by commands that ask a server, and by the tests of the house.
const OTHERS: [&str; 9] = [
    "PLUMBLINE_SERVER",
    "PLUMBLINE_CA",
    "PLUMBLINE_TOKEN",
    "PLUMBLINE_BIN",
    "PLUMBLINE_KAFKA_JARS",
    "PLUMBLINE_CASSANDRA_JARS",
    "PLUMBLINE_SCENARIOS",
    "PLUMBLINE_SCENARIOS_EXTRA",
    "PLUMBLINE_TEST_",
];

/// The names of the variables that there are, but for those that options and others read.
fn variables() -> impl Iterator<Item = String> {
    fn of_options(command: &clap::Command, found: &mut Vec<String>) {
        let variables = command.get_arguments().filter_map(|argument| argument.get_env()?.to_str());
        found.extend(variables.map(str::to_owned));
        command.get_subcommands().for_each(|command| of_options(command, found));
    }
    let mut read = Vec::new();
    of_options(&Cli::command(), &mut read);
    let there = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    there.filter(move |name| {
        !read.contains(name)
            && !OTHERS.iter().any(|other| name == other || (other.ends_with('_') && name.starts_with(other)))
    })
}

/// The flags of a place, as settings.
pub fn place_flags(place: &Place) -> Vec<(&'static str, &'static str, String)> {
    place.database_url.iter().map(|url| ("--database-url", "database.url", url.clone())).collect()
}

/// The data folder that was asked for, or the usual one.
pub fn data_path(place: &Place) -> Result<PathBuf> {
    let usual = || data_folder::default_path(|name| std::env::var(name).ok());
    place.data.clone().or_else(usual).ok_or_else(|| {
        Failure::Usage("there is no home folder to keep data in; name a folder with --data DIR".to_owned())
    })
}
