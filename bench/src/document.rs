//! The document with the tables: what stands between the markers of one is written anew.

use std::{fs, path::Path};

/// Writes a table into a document.
pub fn write(path: &Path, table: &str, generated: &str) {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let written = between_markers(&text, table, generated);
    fs::write(path, written).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

fn between_markers(document: &str, table: &str, generated: &str) -> String {
    let begin = format!("<!-- {table}: from here on written by `make bench` -->");
    let end = format!("<!-- {table}: up to here -->");
    let parts =
        document.split_once(&begin).and_then(|(before, rest)| Some((before, rest.split_once(&end)?.1)));
    let (before, after) =
        parts.unwrap_or_else(|| panic!("the document has not the markers {begin} and {end}"));
    format!("{before}{begin}\n\n{generated}\n{end}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_around_the_markers_stays() {
        let document =
            "a\n<!-- bench: from here on written by `make bench` -->\nold\n<!-- bench: up to here -->\nb";
        let written = between_markers(document, "bench", "new");
        assert!(written.starts_with("a\n<!--") && written.ends_with("-->\nb") && written.contains("\nnew\n"));
        assert!(!written.contains("old"));
    }
}
