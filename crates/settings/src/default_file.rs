//! The default file: every setting, what it means, its default.

use std::fmt::Write;

use crate::{Settings, section::own_variable};

/// A configuration file that sets every setting to its default and says what it means. Parsing it gives exactly
/// [`crate::Settings::default`]; a test keeps it so.
pub const DEFAULT_FILE: &str = include_str!("../default.toml");

impl Settings {
    /// Renders the default file from the declarations.
    pub fn default_file() -> String {
        let mut file = String::from(
            "# Every setting of Plumbline, with its default. A file that is given to the program needs only what\n\
             # differs. Order of precedence: flag, environment, Clowder document, file, default.\n",
        );
        for section in Self::declared() {
            file.push('\n');
            comment(&mut file, section.doc);
            let _ = writeln!(file, "[{}]", section.path);
            for entry in section.entries {
                file.push('\n');
                comment(&mut file, entry.doc);
                let own = own_variable(entry.name);
                let env = entry.env.iter().fold(own, |all, env| format!("{all}, {env}"));
                let _ = writeln!(file, "# Takes {}.\n# Environment: {env}", entry.allowed);
                if entry.secret {
                    file.push_str(
                        "# The same names with _FILE behind them name a file with the value, which wins.\n",
                    );
                }
                let name = entry.name.rsplit('.').next().unwrap_or(entry.name);
                let _ = writeln!(file, "{name} = {}", entry.default);
            }
        }
        file
    }
}

fn comment(file: &mut String, lines: &[&str]) {
    for line in lines {
        let _ = writeln!(file, "#{line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Inputs;

    #[test]
    fn the_default_file_is_what_the_declarations_say() {
        let rendered = Settings::default_file();
        assert!(
            DEFAULT_FILE == rendered,
            "default.toml is not up to date: cargo run -p settings --example default_file > \
             crates/settings/default.toml"
        );
    }

    #[test]
    fn parsing_the_default_file_gives_exactly_the_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("default.toml");
        std::fs::write(&path, DEFAULT_FILE).unwrap();
        let read = Settings::load(&Inputs::new(&|_| None).file(&path)).unwrap();
        let values = |settings: &Settings| {
            settings.rows().into_iter().map(|row| (row.name, row.value)).collect::<Vec<_>>()
        };
        assert_eq!(values(&read), values(&Settings::default()));
        assert!(read.rows().iter().all(|row| row.source.to_string().starts_with("file ")));
    }
}
