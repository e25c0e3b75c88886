//! Files of sections with `key = value` lines: repositories of yum and pacman, module streams, SELinux.

/// A section and its lines. Lines before the first section are in one with an empty name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Section {
    /// What stands between the brackets.
    pub name: String,
    /// Keys and values in their order; a key alone has an empty value.
    pub lines: Vec<(String, String)>,
}

impl Section {
    /// The first value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.lines.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The last value of a key: what counts for yum, dnf and zypper.
    pub fn last(&self, key: &str) -> Option<&str> {
        self.lines.iter().rfind(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The last value of a key as yes or no.
    pub fn truth(&self, key: &str) -> Option<bool> {
        match self.last(key)?.to_ascii_lowercase().as_str() {
            "1" | "yes" | "true" | "on" => Some(true),
            "0" | "no" | "false" | "off" => Some(false),
            _ => None,
        }
    }
}

/// The sections of a file. Lines that begin with `#` or `;` are comments; a line that begins with a blank goes on
/// with the value before it, also with an empty one: a list may begin on the line below its key.
pub(crate) fn read(text: &str) -> Vec<Section> {
    sections(text, true)
}

/// The same for files in which blanks at the beginning of a line mean nothing.
pub(crate) fn read_flat(text: &str) -> Vec<Section> {
    sections(text, false)
}

fn sections(text: &str, continued: bool) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    for line in text.lines() {
        let bare = line.trim();
        if bare.is_empty() || bare.starts_with(['#', ';']) {
            continue;
        }
        let goes_on = continued && line.starts_with([' ', '\t']);
        if let Some(name) = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            sections.push(Section { name: name.trim().to_owned(), lines: Vec::new() });
        } else if let Some(section) = sections.last_mut() {
            match (section.lines.last_mut(), bare.split_once('=')) {
                (Some((_, value)), _) if goes_on => {
                    if !value.is_empty() {
                        value.push(' ');
                    }
                    value.push_str(bare);
                }
                (_, Some((key, value))) => {
                    section.lines.push((key.trim().to_owned(), value.trim().to_owned()));
                }
                (_, None) => section.lines.push((bare.to_owned(), String::new())),
            }
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_have_keys_and_values() {
        let sections =
            read("a=1\n# b=2\n[main]\n c = x = y \nalone\nbaseurl=http://one\n  http://two\n\n[ next ]\n");
        assert_eq!(sections.len(), 3);
        assert_eq!(sections[0].get("a"), Some("1"));
        assert_eq!((sections[1].name.as_str(), sections[1].get("c")), ("main", Some("x = y")));
        assert_eq!(sections[1].get("alone"), Some(""));
        assert_eq!(sections[1].get("baseurl"), Some("http://one http://two"));
        assert_eq!(sections[2], Section { name: "next".to_owned(), lines: Vec::new() });
    }

    #[test]
    fn a_value_may_begin_on_the_next_line_where_lines_go_on() {
        let text = "[a]\nbaseurl=\n\thttp://one/?a=b\n\n  # no address\n  http://two\nenabled = 1\nenabled=0";
        let section = &read(text)[1];
        assert_eq!(section.get("baseurl"), Some("http://one/?a=b http://two"));
        assert_eq!((section.get("enabled"), section.last("enabled")), (Some("1"), Some("0")));
        let flat = &read_flat("[core]\n  Include = x\n  Server = y")[1];
        assert_eq!((flat.get("Include"), flat.get("Server")), (Some("x"), Some("y")));
    }

    #[test]
    fn yes_and_no_have_many_words() {
        let section = &read("a=1\nb=No\nc=maybe")[0];
        assert_eq!(
            (section.truth("a"), section.truth("b"), section.truth("c")),
            (Some(true), Some(false), None)
        );
    }
}
