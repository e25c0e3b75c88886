//! What is named behind `serve`: services, and a file of settings the way the metrics UI server once took it (contract
//! metrics §2.1).

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
};

use clap::{
    Arg, Command, Error,
    builder::{PossibleValue, TypedValueParser},
};

use super::one_of;
use crate::{
    failure::{Failure, Result},
    services,
};

/// A service, or a file of settings.
#[derive(Debug, Clone)]
pub enum Served {
    /// A service, by name.
    Service(String),
    /// A file of settings.
    File(PathBuf),
}

/// Takes a word with a slash or an extension for a file; every other must be a service.
#[derive(Debug, Clone)]
pub struct ServedParser;

impl TypedValueParser for ServedParser {
    type Value = Served;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        word: &OsStr,
    ) -> std::result::Result<Served, Error> {
        let path = Path::new(word);
        if path.extension().is_some() || path.components().count() > 1 {
            return Ok(Served::File(path.to_owned()));
        }
        one_of(services::names()).parse_ref(command, arg, word).map(Served::Service)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let services = one_of(services::names());
        let names: Vec<PossibleValue> = services.possible_values()?.collect();
        Some(Box::new(names.into_iter()))
    }
}

/// The one file of settings that was named, in whichever way.
pub fn settings_file(config: Option<PathBuf>, named: Vec<PathBuf>) -> Result<Option<PathBuf>> {
    let mut all = config.into_iter().chain(named);
    let first = all.next();
    match all.next() {
        None => Ok(first),
        Some(more) => Err(Failure::Usage(format!(
            "`{}` is a second file of settings: name one, with --config or without",
            more.display()
        ))),
    }
}
