//! `plumbline completion` and `plumbline man`: what shells and `man` want to know, made from the command line itself.

use std::{fs, io::Write as _, path::Path, process::ExitCode};

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::{
    cli::Cli,
    failure::{Failure, Result},
};

/// Prints the completion of a shell.
pub fn completion(shell: Shell) -> Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "plumbline", &mut script);
    print(&script)
}

/// Prints the manual page, or writes one of the program and of each command into a folder.
pub fn man(folder: Option<&Path>) -> Result<ExitCode> {
    let Some(folder) = folder else {
        let mut page = Vec::new();
        clap_mangen::Man::new(Cli::command())
            .render(&mut page)
            .map_err(|error| Failure::Runtime(format!("cannot make the manual page: {error}")))?;
        return print(&page);
    };
    let cannot = |error| Failure::Runtime(format!("cannot write to {}: {error}", folder.display()));
    fs::create_dir_all(folder).map_err(cannot)?;
    clap_mangen::generate_to(Cli::command(), folder).map_err(cannot)?;
    Ok(ExitCode::SUCCESS)
}

/// These are texts of the program, with tabs and escapes that belong to them.
fn print(text: &[u8]) -> Result<ExitCode> {
    match std::io::stdout().lock().write_all(text) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::Runtime(format!("cannot write to the standard output: {error}")))
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}
