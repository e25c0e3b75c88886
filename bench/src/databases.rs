//! The databases behind the program.

use std::{path::Path, process::Command};

use tempfile::TempDir;
use testkit::DatabaseServer;

use crate::{components::new_database, limits, options::Options, program::Program};

/// A database with what the program stores.
#[derive(Debug, Clone, Copy)]
pub enum Store<'a> {
    /// Of a server, by its url.
    Postgres(&'a str),
    /// In a data folder.
    Sqlite(&'a Path),
}

impl Store<'_> {
    /// The name of the engine in names of rows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Postgres(_) => "postgres",
            Self::Sqlite(_) => "sqlite",
        }
    }

    /// The command that serves everything for one machine: it knows everybody who asks as its administrator.
    pub fn up(self, options: &Options) -> Command {
        let (option, place) = match self {
            Self::Postgres(url) => ("--database-url", url),
            Self::Sqlite(folder) => ("--data", folder.to_str().expect("a path of letters")),
        };
        Program::command(options, &["up", option, place, "--listen", "127.0.0.1:0", "--no-report"])
    }

    /// What serves it as installations do.
    pub fn serve(self, options: &Options) -> Program {
        match self {
            Self::Postgres(url) => {
                let mut command =
                    Program::command(options, &["serve", "--database-url", url, "--listen", "127.0.0.1:0"]);
                Program::start(command.env("BYPASS_RBAC", "true"))
            }
            Self::Sqlite(_) => Program::start(&mut self.up(options)),
        }
    }

    /// The bytes of all of it.
    pub async fn bytes(self) -> i64 {
        match self {
            Self::Postgres(url) => limits::database_bytes(url).await,
            Self::Sqlite(folder) => limits::file_bytes(folder),
        }
    }
}

/// Measures on an empty database of each engine that is wanted.
pub async fn on_each_engine(
    options: &Options,
    is_wanted: impl Fn(&str) -> bool,
    mut measure: impl AsyncFnMut(Store<'_>),
) {
    if is_wanted("sqlite") {
        let folder = TempDir::with_prefix("plumbline-bench-").expect("a temporary folder can be made");
        measure(Store::Sqlite(folder.path())).await;
    }
    if is_wanted("postgres") {
        let server = DatabaseServer::for_measurement();
        let url = new_database(&server, options, "measured").await;
        measure(Store::Postgres(&url)).await;
    }
}
