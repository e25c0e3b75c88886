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

    /// The first value of a key as yes or no.
    pub fn truth(&self, key: &str) -> Option<bool> {
        match self.get(key)?.to_ascii_lowercase().as_str() {
            "1" | "yes" | "true" | "on" => Some(true),
            "0" | "no" | "false" | "off" => Some(false),
            _ => None,
        }
    }
}

/// The sections of a file. Lines that begin with `#` or `;` are comments; a line that begins with a blank goes on
/// with the value before it.
pub(crate) fn read(text: &str) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    for line in text.lines() {
        let bare = line.trim();
        if bare.is_empty() || bare.starts_with(['#', ';']) {
            continue;
        }
        let goes_on = line.starts_with([' ', '\t']);
        if let Some(name) = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            sections.push(Section { name: name.trim().to_owned(), lines: Vec::new() });
        } else if let Some(section) = sections.last_mut() {
            match (section.lines.last_mut(), bare.split_once('=')) {
                (Some((_, value)), _) if goes_on && !value.is_empty() => value.extend([" ", bare]),
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
    fn yes_and_no_have_many_words() {
        let section = &read("a=1\nb=No\nc=maybe")[0];
        assert_eq!(
            (section.truth("a"), section.truth("b"), section.truth("c")),
            (Some(true), Some(false), None)
        );
    }
}
