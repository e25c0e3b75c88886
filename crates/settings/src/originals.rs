//! Variables of the originals that are no settings, and the table of all that can be set.

use std::fmt::Write;

use crate::{Settings, section::own_variable};

/// What becomes of a variable that an original had and no setting has, as `originals.tsv` says it, with its title in the book.
const FATES: [(&str, &str); 3] =
    [("read", "Read, and no settings"), ("no effect", "Accepted without effect"), ("left out", "Left out")];

/// Every variable that the contracts name and no setting has: its name, what becomes of it, and why.
fn originals() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    include_str!("originals.tsv").lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let (name, rest) = line.split_once('\t')?;
        let (fate, reason) = rest.split_once('\t')?;
        Some((name, fate, reason))
    })
}

impl Settings {
    /// The page of the book about settings: each with its variables, and what becomes of those of the originals that have none.
    pub fn table() -> String {
        let mut page = String::from(
            "# Settings\n\n\
             Every setting, and every environment variable of the services that Plumbline replaces. `plumbline config` prints what is in force, and \
             where it came from. A flag comes first, then the `PLUMBLINE_…` variable, the Clowder document, the older variables, the \
             configuration file, the default; `CONSUMER_MQ_BROKER`, `UNLEASH_URL` and `UNLEASH_TOKEN` come before the Clowder \
             document.\n\n\
             An unknown setting in a file, an unknown `PLUMBLINE_…` variable and a value that cannot be read are refused at the start, with \
             their names. Of a secret, the variable with `_FILE` behind its name is the path of a file that holds it.\n",
        );
        for section in Self::declared() {
            let _ = writeln!(page, "\n## `{}`\n\n{}\n", section.path, joined(section.doc));
            page.push_str("| setting | variables | default | what it does |\n| --- | --- | --- | --- |\n");
            for entry in section.entries {
                let name = entry.name.rsplit('.').next().unwrap_or(entry.name);
                let older = entry.env.iter().map(|name| format!("`{name}`"));
                let all = [format!("`{}`", own_variable(entry.name))].into_iter().chain(older);
                let variables = all.collect::<Vec<_>>().join(", ");
                let default = entry.default.trim_matches('"');
                let default = if default.is_empty() { String::new() } else { format!("`{default}`") };
                let _ = writeln!(page, "| `{name}` | {variables} | {default} | {} |", joined(entry.doc));
            }
        }
        for (fate, title) in FATES {
            let _ = writeln!(page, "\n## {title}\n\n| variable | why |\n| --- | --- |");
            for (name, _, reason) in originals().filter(|(_, known, _)| *known == fate) {
                let _ = writeln!(page, "| `{name}` | {reason} |");
            }
        }
        page
    }
}

/// Lines of documentation as one, which may stand in a table.
fn joined(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    fn docs() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
    }

    /// Names in capitals between backticks, alone or before a `=`.
    fn names_in(text: &str) -> BTreeSet<String> {
        let is_of_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        let starts = text.split('`').skip(1).step_by(2);
        starts
            .filter_map(|code| {
                let name = code.split('=').next()?;
                let is_name = name.len() > 3
                    && name.starts_with(|c: char| c.is_ascii_uppercase())
                    && name.chars().all(is_of_name);
                is_name.then(|| name.to_owned())
            })
            .collect()
    }

    #[test]
    fn every_line_says_one_of_the_four_fates() {
        let lines = include_str!("originals.tsv").lines().filter(|line| !line.starts_with('#'));
        assert_eq!(originals().count(), lines.count());
        for (name, fate, _) in originals() {
            let is_in_the_book = FATES.iter().any(|(known, _)| *known == fate);
            assert!(is_in_the_book || fate == "no setting", "{name}: {fate}");
        }
    }

    #[test]
    fn every_name_of_the_contracts_is_a_setting_or_is_told_what_becomes_of_it() {
        let mut known: BTreeSet<String> = originals().map(|(name, ..)| name.to_owned()).collect();
        for entry in Settings::entries() {
            for name in entry.env {
                assert!(
                    known.insert((*name).to_owned()),
                    "{name} is a setting and needs no line in originals.tsv"
                );
                if entry.secret {
                    known.insert(format!("{name}_FILE"));
                }
            }
        }
        let mut named = 0;
        for file in fs::read_dir(docs().join("contracts")).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "md") {
                continue;
            }
            // Backticks are told apart by the line: a fence has three.
            for line in fs::read_to_string(&path).unwrap().lines().filter(|line| !line.starts_with("```")) {
                for name in names_in(line) {
                    named += 1;
                    assert!(
                        known.contains(&name),
                        "{name}, in {}: a setting, or a line in originals.tsv",
                        path.display()
                    );
                }
            }
        }
        assert!(named > 350, "{named} names are found in the contracts");
    }

    #[test]
    fn the_page_of_the_book_is_what_is_declared() {
        let committed = fs::read_to_string(docs().join("settings.md")).unwrap();
        assert!(
            committed == Settings::table(),
            "write it anew: cargo run -p settings --example table > docs/settings.md"
        );
    }
}
