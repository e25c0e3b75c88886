//! `plumbline compare versions`: which of two versions is newer.

use std::{io::Read as _, path::Path, process::ExitCode};

use compare::Ecosystem;

use crate::{
    cli::EcosystemName,
    failure::{Failure, Result},
    out,
};

impl From<EcosystemName> for Ecosystem {
    fn from(name: EcosystemName) -> Self {
        match name {
            EcosystemName::Rpm => Self::Rpm,
            EcosystemName::Deb => Self::Deb,
            EcosystemName::Pacman => Self::Alpm,
            EcosystemName::Apk => Self::Apk,
        }
    }
}

/// Prints -1, 0 or 1 for a pair, or for each line of a file with the pair in its first two columns; `?` where the
/// package manager would refuse one of the two.
pub fn run(ecosystem: Ecosystem, pair: &[String], file: Option<&Path>) -> Result<ExitCode> {
    if let [a, b] = pair {
        out::line(compared(ecosystem, a, b))?;
        return Ok(ExitCode::SUCCESS);
    }
    let Some(file) = file else {
        return Err(Failure::Usage("name two versions, or a file of pairs with --file".to_owned()));
    };
    for (number, line) in text(file)?.lines().enumerate() {
        let mut columns = line.split('\t');
        let (Some(a), Some(b)) = (columns.next(), columns.next()) else {
            return Err(Failure::Usage(format!(
                "{} line {}: no tab between two versions",
                file.display(),
                number + 1
            )));
        };
        out::line(compared(ecosystem, a, b))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn compared(ecosystem: Ecosystem, a: &str, b: &str) -> String {
    if !(ecosystem.accepts(a) && ecosystem.accepts(b)) {
        return "?".to_owned();
    }
    (ecosystem.order(a, b) as i8).to_string()
}

fn text(file: &Path) -> Result<String> {
    let unreadable =
        |error: std::io::Error| Failure::Usage(format!("{} cannot be read: {error}", file.display()));
    if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().lock().read_to_string(&mut text).map_err(unreadable)?;
        return Ok(text);
    }
    std::fs::read_to_string(file).map_err(unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_one_of_four_answers() {
        assert_eq!(compared(Ecosystem::Rpm, "1.0~rc1", "1.0"), "-1");
        assert_eq!(compared(Ecosystem::Deb, "1", "0:1"), "0");
        assert_eq!(compared(Ecosystem::Apk, "1.0_p10", "1.0_p9"), "1");
        assert_eq!(compared(Ecosystem::Deb, "1:", "1"), "?");
    }
}
