//! Files of stanzas in the manner of Debian's control files.

use std::iter;

/// A stanza: fields in their order, with the lines that go on joined by blanks.
#[derive(Debug, Default)]
pub(crate) struct Stanza<'a>(Vec<(&'a str, Vec<&'a str>)>);

impl<'a> Stanza<'a> {
    /// The words of a field, over all its lines. The case of its name means nothing.
    pub fn words(&self, field: &str) -> impl Iterator<Item = &'a str> {
        let lines = self.0.iter().find(|(name, _)| name.eq_ignore_ascii_case(field)).map(|(_, lines)| lines);
        lines.into_iter().flatten().flat_map(|line| line.split_ascii_whitespace())
    }

    /// The first line of a field.
    pub fn get(&self, field: &str) -> Option<&'a str> {
        let (_, lines) = self.0.iter().find(|(name, _)| name.eq_ignore_ascii_case(field))?;
        lines.first().copied()
    }
}

/// The stanzas of a file, of which only the fields in `wanted` are kept. A line of blanks ends a stanza as an empty one
/// does.
pub(crate) fn read<'a>(text: &'a str, wanted: &'a [&str]) -> impl Iterator<Item = Stanza<'a>> {
    let mut lines = text.lines();
    iter::from_fn(move || {
        let (mut stanza, mut in_wanted) = (Stanza::default(), false);
        loop {
            let Some(line) = lines.next() else { return (!stanza.0.is_empty()).then_some(stanza) };
            if line.starts_with('#') {
                continue;
            }
            if line.trim().is_empty() {
                if stanza.0.is_empty() {
                    in_wanted = false;
                    continue;
                }
                return Some(stanza);
            }
            if line.starts_with([' ', '\t']) {
                if let (true, Some((_, lines))) = (in_wanted, stanza.0.last_mut()) {
                    lines.push(line.trim());
                }
            } else if let Some((name, value)) = line.split_once(':') {
                in_wanted = wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(name.trim_end()));
                if in_wanted {
                    stanza.0.push((name.trim_end(), vec![value.trim()]));
                }
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_go_on_over_lines_and_comments_are_skipped() {
        let text =
            "Types: deb\n# http://comment\nURIs: http://a\n http://b\nOther: x\n y\n\n\n\nTypes: deb-src\n";
        let stanzas: Vec<_> = read(text, &["types", "uris"]).collect();
        assert_eq!(stanzas.len(), 2);
        assert_eq!(stanzas[0].words("URIs").collect::<Vec<_>>(), ["http://a", "http://b"]);
        assert_eq!((stanzas[0].get("Types"), stanzas[1].get("Types")), (Some("deb"), Some("deb-src")));
        assert_eq!((stanzas[0].get("Other"), stanzas[1].get("URIs")), (None, None));
    }

    #[test]
    fn blanks_and_ends_of_lines_of_other_systems_do_not_join_stanzas() {
        let text =
            "Types: deb\r\nURIs: http://a\r\n\r\nTypes: deb\r\nURIs: http://b\r\n  \t\nURIs: http://c\n\n \n";
        let urls: Vec<_> = read(text, &["URIs"]).filter_map(|stanza| stanza.get("URIs")).collect();
        assert_eq!(urls, ["http://a", "http://b", "http://c"]);
    }
}
