//! Parameters with brackets in their names.

use web::Problem;

use super::Params;
use crate::words;

/// One parameter with brackets: `filter[a][b][]=v` is the path `a`, `b`, nothing, and the value `v`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bracketed<'a> {
    /// What stands in the brackets, outermost first; `[]` gives an empty text.
    pub path: Vec<&'a str>,
    /// The value.
    pub value: &'a str,
}

impl Params {
    /// All parameters `root[…]…`, in order. What is not brackets to its end is left out.
    pub fn bracketed(&self, root: &str) -> Vec<Bracketed<'_>> {
        self.iter()
            .filter_map(|(name, value)| Some(Bracketed { path: segments(name.strip_prefix(root)?)?, value }))
            .collect()
    }

    /// An object must come in brackets: the bare name with a value is 400 `'x' is not of type 'object'`.
    pub fn no_bare(&self, root: &str) -> Result<(), Problem> {
        self.last(root).map_or(Ok(()), |value| Err(words::not_of_type(value, "object")))
    }

    /// The names asked for in `fields[system_profile]=arch,os_release` (contract inventory-http §13.1): also given
    /// as `fields[system_profile][]=arch` several times, or as a JSON list. Blanks around names are dropped, and
    /// so is a name given before. `None` when nothing is asked for.
    pub fn sparse_fields(&self, root: &str, member: &str) -> Result<Option<Vec<String>>, Problem> {
        self.no_bare(root)?;
        let mut names: Vec<String> = Vec::new();
        for found in self.bracketed(root) {
            if matches!(found.path.as_slice(), [first] | [first, ""] if *first == member) {
                for name in listed(found.value) {
                    if !name.is_empty() && !names.contains(&name) {
                        names.push(name);
                    }
                }
            }
        }
        Ok((!names.is_empty()).then_some(names))
    }
}

fn segments(brackets: &str) -> Option<Vec<&str>> {
    let inner = brackets.strip_prefix('[')?.strip_suffix(']')?;
    let path: Vec<&str> = inner.split("][").collect();
    path.iter().all(|part| !part.contains(['[', ']'])).then_some(path)
}

fn listed(value: &str) -> Vec<String> {
    if let Ok(names) = serde_json::from_str::<Vec<String>>(value) {
        return names.iter().map(|name| name.trim().to_owned()).collect();
    }
    value.split(',').map(|name| name.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fields(query: &str) -> Option<Vec<String>> {
        Params::parse(query).unwrap().sparse_fields("fields", "system_profile").unwrap()
    }

    #[test]
    fn names_come_with_commas_brackets_or_as_json() {
        let both = Some(vec!["arch".to_owned(), "os_release".to_owned()]);
        for same in [
            "fields[system_profile]=arch,os_release",
            "fields[system_profile]=+arch+,+os_release,arch",
            "fields[system_profile][]=arch&fields[system_profile][]=os_release",
            "fields%5Bsystem_profile%5D=[%22arch%22,%22os_release%22]",
        ] {
            assert_eq!(fields(same), both, "{same}");
        }
    }

    #[test]
    fn nothing_asked_for_is_none() {
        for none in ["", "fields[system_profile]=", "fields[other]=arch", "fields[system_profile][a][b]=c"] {
            assert_eq!(fields(none), None, "{none}");
        }
    }

    #[test]
    fn an_object_comes_in_brackets() {
        let problem = Params::parse("fields=arch").unwrap().sparse_fields("fields", "x").unwrap_err();
        assert_eq!(problem.detail(), "'arch' is not of type 'object'");
    }

    #[test]
    fn a_path_is_read_outermost_first() {
        let params =
            Params::parse("filter[sp][arch][eq]=x&filter[tags][]=y&filters[a]=z&filter[a=q&filter[a]b]=q")
                .unwrap();
        let expected = [
            Bracketed { path: vec!["sp", "arch", "eq"], value: "x" },
            Bracketed { path: vec!["tags", ""], value: "y" },
        ];
        assert_eq!(params.bracketed("filter"), expected);
    }

    proptest! {
        #[test]
        fn any_name_is_read_or_left_out(name in "[\\[\\]a-c]*") {
            let _ = segments(&name);
        }

        #[test]
        fn every_path_is_read_back(path in proptest::collection::vec("[a-z]{0,4}", 1..6)) {
            let name = format!("[{}]", path.join("]["));
            prop_assert_eq!(segments(&name).unwrap(), path);
        }
    }
}
