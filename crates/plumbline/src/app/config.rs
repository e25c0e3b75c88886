//! Settings and places: what the command line, the environment and a file say together.

use std::path::PathBuf;

use settings::{Inputs, Settings};

use crate::{
    cli::Place,
    data_folder,
    failure::{Failure, Result},
};

/// Reads the settings: defaults, file, Clowder, environment, and the flags of the command line.
pub fn load(config: Option<&PathBuf>, flags: &[(&str, &str, String)]) -> Result<Settings> {
    let env = |name: &str| std::env::var(name).ok();
    let mut inputs = Inputs::new(&env);
    if let Some(file) = config {
        inputs = inputs.file(file);
    }
    for (flag, name, value) in flags {
        inputs = inputs.flag(flag, name, value);
    }
    Ok(Settings::load(&inputs)?)
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
