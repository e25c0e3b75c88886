//! Reads the field table into a tree.

use std::collections::{BTreeMap, HashMap};

use regex::Regex;

use super::{Array, Form, Node, NodeKind, Storage, Text};

/// A line of the table that makes no sense, with its path.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the field `{path}` has a bad {column}")]
pub(super) struct BadLine {
    path: String,
    column: &'static str,
}

struct Line<'a> {
    path: &'a str,
    kind: &'a str,
    min: &'a str,
    max: &'a str,
    values: &'a str,
    pattern: &'a str,
    storage: &'a str,
    flags: &'a str,
}

impl Line<'_> {
    fn bad(&self, column: &'static str) -> BadLine {
        BadLine { path: self.path.to_owned(), column }
    }

    fn has(&self, flag: &str) -> bool {
        self.flags.split(' ').any(|word| word == flag)
    }
}

/// The top-level members that the table describes.
pub(super) fn parse(table: &str) -> Result<BTreeMap<String, Node>, BadLine> {
    let mut builder = Builder { children: HashMap::new(), compiled: HashMap::new() };
    for text in table.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let mut columns = text.split('\t');
        let mut next = || columns.next().unwrap_or_default();
        let line = Line {
            path: next(),
            kind: next(),
            min: next(),
            max: next(),
            values: next(),
            pattern: next(),
            storage: next(),
            flags: next(),
        };
        builder.children.entry(parent(line.path)).or_default().push(line);
    }
    builder.members("", None)
}

/// The path of the node around this one; empty at the top.
fn parent(path: &str) -> &str {
    path.strip_suffix("[]").unwrap_or_else(|| path.rsplit_once('.').map_or("", |(parent, _)| parent))
}

struct Builder<'a> {
    children: HashMap<&'a str, Vec<Line<'a>>>,
    /// Many fields share an expression: each is compiled once.
    compiled: HashMap<&'a str, Regex>,
}

impl<'a> Builder<'a> {
    /// The members of the object at `path`, which live where `above` says (the root's: where each line says).
    fn members(&mut self, path: &str, above: Option<Storage>) -> Result<BTreeMap<String, Node>, BadLine> {
        let mut members = BTreeMap::new();
        for line in self.children.remove(path).unwrap_or_default() {
            let name = line.path.rsplit_once('.').map_or(line.path, |(_, name)| name).to_owned();
            let storage = match above {
                Some(storage) => storage,
                None => match line.storage {
                    "static" => Storage::Static,
                    "dynamic" => Storage::Dynamic,
                    "legacy" => Storage::Legacy,
                    _ => return Err(line.bad("storage")),
                },
            };
            members.insert(name, self.node(&line, storage)?);
        }
        Ok(members)
    }

    fn node(&mut self, line: &Line<'a>, storage: Storage) -> Result<Node, BadLine> {
        let kind = match line.kind {
            "object" => NodeKind::Object(self.members(line.path, Some(storage))?),
            "free-form" => NodeKind::FreeForm,
            "array" => {
                let mut items = self.children.remove(line.path).unwrap_or_default();
                let item = items.pop().ok_or_else(|| line.bad("item"))?;
                let item = Box::new(self.node(&item, storage)?);
                NodeKind::Array(Array { item, set: line.has("set"), unique: line.has("unique") })
            }
            "integer" => NodeKind::Integer {
                min: limit(line.min).map_err(|()| line.bad("min"))?,
                max: limit(line.max).map_err(|()| line.bad("max"))?,
            },
            "boolean" => NodeKind::Boolean,
            "date-time" => {
                let max = limit(line.max).ok().flatten().ok_or_else(|| line.bad("max"))?;
                NodeKind::DateTime { max }
            }
            _ => NodeKind::String(Text {
                min: limit(line.min).map_err(|()| line.bad("min"))?.unwrap_or(0),
                max: limit(line.max).map_err(|()| line.bad("max"))?,
                values: line.values.split('|').filter(|value| !value.is_empty()).map(str::to_owned).collect(),
                form: self.form(line)?,
            }),
        };
        Ok(Node { kind, required: line.has("required"), wildcard: line.has("wildcard"), storage })
    }

    fn form(&mut self, line: &Line<'a>) -> Result<Form, BadLine> {
        match (line.kind, line.pattern) {
            ("uuid", "") => Ok(Form::Uuid),
            ("ipv4", "") => Ok(Form::Ipv4),
            ("ipv6", "") => Ok(Form::Ipv6),
            ("string", "") => Ok(Form::Any),
            ("string", source) => {
                let regex = if let Some(regex) = self.compiled.get(source) {
                    regex.clone()
                } else {
                    let anchored = format!("^(?:{source})$");
                    let regex = Regex::new(&anchored).map_err(|_| line.bad("pattern"))?;
                    self.compiled.insert(source, regex.clone());
                    regex
                };
                Ok(Form::Pattern { source: source.to_owned(), regex })
            }
            _ => Err(line.bad("type")),
        }
    }
}

/// A limit; an empty column is none.
fn limit<T: std::str::FromStr>(text: &str) -> Result<Option<T>, ()> {
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| ()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bad(line: &str) -> String {
        parse(&format!("path\ttype\n{line}\n")).unwrap_err().to_string()
    }

    #[test]
    fn a_line_that_makes_no_sense_is_named() {
        assert_eq!(bad("a\tstring\t\t\t\t\tshelf"), "the field `a` has a bad storage");
        assert_eq!(bad("a\tsrting\t\t\t\t\tstatic"), "the field `a` has a bad type");
        assert_eq!(bad("a\tarray\t\t\t\t\tstatic"), "the field `a` has a bad item");
        assert_eq!(bad("a\tstring\tone\t\t\t\tstatic"), "the field `a` has a bad min");
        assert_eq!(bad("a\tdate-time\t\t\t\t\tstatic"), "the field `a` has a bad max");
        assert_eq!(bad("a\tstring\t\t\t\t(\tstatic"), "the field `a` has a bad pattern");
    }

    #[test]
    fn members_live_where_their_top_level_member_does() {
        let members = parse("path\na\tobject\t\t\t\t\tdynamic\na.b\tboolean").unwrap();
        let NodeKind::Object(inner) = &members["a"].kind else { panic!("not an object") };
        assert_eq!(inner["b"].storage, Storage::Dynamic);
    }

    #[test]
    fn patterns_match_the_whole_text_and_no_newline_after_it() {
        let members = parse("path\na\tstring\t\t\t\t[0-9]|x\tstatic").unwrap();
        let NodeKind::String(text) = &members["a"].kind else { panic!("not a string") };
        assert!(text.check("7").is_ok() && text.check("x").is_ok());
        assert!(text.check("7\n").is_err() && text.check("7x").is_err());
    }
}
