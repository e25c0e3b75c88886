//! Comma-separated values (RFC 4180): rows with the line that each begins on.

use std::fmt;

/// No row has more fields.
pub const MOST_FIELDS: usize = 1_000;

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Its fields.
    pub fields: Vec<String>,
}

/// Why a row cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// The line, from 1.
    pub line: u64,
    /// The column, from 1.
    pub column: usize,
    /// What is wrong.
    pub why: &'static str,
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.why)
    }
}

impl std::error::Error for BadRow {}

/// The rows of a text; blank lines are passed over. A byte order mark and `\r\n` are no part of it.
#[derive(Debug, Clone)]
pub struct Rows<'a> {
    rest: &'a str,
    line: u64,
    separator: char,
}

impl<'a> Rows<'a> {
    /// Begins with the first row. Whether `,`, `;` or a tab separates is told by it.
    pub fn new(text: &'a str) -> Self {
        let rest = text.strip_prefix('\u{feff}').unwrap_or(text);
        let head = rest.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let count = |separator: &char| head.matches(*separator).count();
        let separator = [',', ';', '\t'].into_iter().rev().max_by_key(count).unwrap_or(',');
        Self { rest, line: 0, separator }
    }

    fn row(&mut self) -> Result<Row, BadRow> {
        let mut row = Row { line: self.line + 1, fields: Vec::new() };
        self.line += 1;
        loop {
            let bad = |line, why| BadRow { line, column: row.fields.len() + 1, why };
            if row.fields.len() >= MOST_FIELDS {
                return Err(bad(row.line, "more than 1,000 fields"));
            }
            let field = if let Some(quoted) = self.rest.strip_prefix('"') {
                let (field, rest) =
                    unquoted(quoted).ok_or_else(|| bad(row.line, "the quotation does not end"))?;
                self.line += field.matches('\n').count() as u64;
                self.rest = rest;
                if !(rest.is_empty() || rest.starts_with([self.separator, '\n', '\r'])) {
                    return Err(bad(self.line, "text behind the end of a quotation"));
                }
                field
            } else {
                let end = self.rest.find([self.separator, '\n']).unwrap_or(self.rest.len());
                let (field, rest) = self.rest.split_at(end);
                self.rest = rest;
                field.trim_end_matches('\r').to_owned()
            };
            row.fields.push(field);
            self.rest = self.rest.strip_prefix('\r').unwrap_or(self.rest);
            let mut rest = self.rest.chars();
            let next = rest.next();
            self.rest = rest.as_str();
            if next != Some(self.separator) {
                return Ok(row);
            }
        }
    }
}

/// A quoted field, and what is behind its end.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut field = String::new();
    let mut rest = text;
    loop {
        let end = rest.find('"')?;
        field.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(more) => {
                field.push('"');
                rest = more;
            }
            None => return Some((field, rest)),
        }
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, BadRow>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.rest.is_empty() {
            let row = self.row();
            match row {
                Ok(row) if row.fields.iter().all(|field| field.trim().is_empty()) => {}
                Ok(row) => return Some(Ok(row)),
                Err(bad) => {
                    self.rest = "";
                    return Some(Err(bad));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Vec<(u64, Vec<String>)> {
        Rows::new(text).map(|row| row.map(|row| (row.line, row.fields)).unwrap()).collect()
    }

    #[test]
    fn quotations_hold_what_separates() {
        let rows = read("\u{feff}a,b\r\n\r\n\"x \"\"y\"\",\nz\",2\r\nlast,");
        let expected = [(1, vec!["a", "b"]), (3, vec!["x \"y\",\nz", "2"]), (5, vec!["last", ""])];
        let expected: Vec<(u64, Vec<String>)> =
            expected.map(|(line, fields)| (line, fields.into_iter().map(str::to_owned).collect())).into();
        assert_eq!(rows, expected);
    }

    #[test]
    fn the_first_row_tells_the_separator() {
        assert_eq!(read("a;b\n1,5;2")[1].1, ["1,5", "2"]);
        assert_eq!(read("a\tb")[0].1, ["a", "b"]);
    }

    #[test]
    fn what_is_wrong_has_a_place() {
        let bad = Rows::new("a,b\n1,\"x").last().unwrap().unwrap_err();
        assert_eq!(bad.to_string(), "line 2, column 2: the quotation does not end");
        assert!(Rows::new("a,b\n\"x\"y,2").last().unwrap().is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_to_its_end(text in "[a\",;\r\n\u{feff}é]{0,60}") {
            prop_assert!(Rows::new(&text).count() <= text.len() + 1);
        }
    }
}
