//! The table of settings: each is declared once, in a `section!`.

use crate::{Source, Sourced, Value};

/// One line of the table of values in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// `section.name`.
    pub name: &'static str,
    /// The value as text; a mask when it is secret.
    pub value: String,
    /// Where it came from.
    pub source: Source,
}

impl Row {
    pub(crate) fn new<T: Value>(name: &'static str, setting: &Sourced<T>) -> Self {
        Self { name, value: setting.show(), source: setting.source.clone() }
    }
}

/// What is declared of one setting.
pub(crate) struct Entry {
    /// `section.name`.
    pub name: &'static str,
    /// Lines of its documentation.
    pub doc: &'static [&'static str],
    /// Older names of its environment variable; `PLUMBLINE_SECTION_NAME` comes before them.
    pub env: &'static [&'static str],
    /// Whether it must not be printed; `NAME_FILE` of each variable names a file with the value then.
    pub secret: bool,
    /// What it takes, in words.
    pub allowed: String,
    /// Its default as TOML.
    pub default: String,
}

/// What is declared of one section.
pub(crate) struct Declared {
    /// Name of its table in the file.
    pub path: &'static str,
    /// Lines of its documentation.
    pub doc: &'static [&'static str],
    /// Its settings, in order.
    pub entries: Vec<Entry>,
}

/// What the names of our own variables begin with.
pub(crate) const OWN: &str = "PLUMBLINE_";

/// The environment variable that every setting has: `rbac.timeout` is `PLUMBLINE_RBAC_TIMEOUT`.
pub(crate) fn own_variable(name: &str) -> String {
    format!("{OWN}{}", name.replace('.', "_").to_ascii_uppercase())
}

/// Declares a section: its struct, how it is read, and what is said of it.
macro_rules! section {
    (
        $(#[doc = $about:literal])+
        pub struct $name:ident in $path:literal {
            $(
                $(#[doc = $doc:literal])+
                $field:ident: $type:ty = $default:expr $(, env $($env:literal),+)?;
            )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            $( $(#[doc = $doc])+ pub $field: $crate::Sourced<$type>, )+
        }

        impl $name {
            pub(crate) fn read(
                layers: &$crate::layers::Layers,
                problems: &mut Vec<$crate::BadSetting>,
            ) -> Self {
                Self {
                    $( $field: layers.value(
                        concat!($path, ".", stringify!($field)),
                        &[$($($env),+)?],
                        $default,
                        problems,
                    ), )+
                }
            }

            pub(crate) fn rows(&self) -> Vec<$crate::Row> {
                vec![$( $crate::Row::new(concat!($path, ".", stringify!($field)), &self.$field), )+]
            }

            pub(crate) fn declared() -> $crate::section::Declared {
                $crate::section::Declared {
                    path: $path,
                    doc: &[$($about),+],
                    entries: vec![$( $crate::section::Entry {
                        name: concat!($path, ".", stringify!($field)),
                        doc: &[$($doc),+],
                        env: &[$($($env),+)?],
                        secret: <$type as $crate::Value>::SECRET,
                        allowed: <$type as $crate::Value>::allowed(),
                        default: <$type as $crate::Value>::to_toml(&$default),
                    }, )+],
                }
            }
        }
    };
}

/// Declares the struct of all sections.
macro_rules! sections {
    (
        $(#[$meta:meta])*
        pub struct $name:ident { $( $(#[$doc:meta])* $field:ident: $section:ty, )+ }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name { $( $(#[$doc])* pub $field: $section, )+ }

        impl $name {
            fn read(layers: &Layers, problems: &mut Vec<BadSetting>) -> Self {
                Self { $( $field: <$section>::read(layers, problems), )+ }
            }

            /// Every setting with its value in force and its source, section by section. Secrets are masked.
            pub fn rows(&self) -> Vec<Row> {
                let mut rows = Vec::new();
                $( rows.extend(self.$field.rows()); )+
                rows
            }

            pub(crate) fn declared() -> Vec<section::Declared> {
                vec![$( <$section>::declared(), )+]
            }

            fn entries() -> Vec<Entry> {
                Self::declared().into_iter().flat_map(|section| section.entries).collect()
            }
        }
    };
}

pub(crate) use {section, sections};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::Settings;

    #[test]
    fn no_variable_belongs_to_two_settings() {
        let mut seen = BTreeSet::new();
        for entry in Settings::entries() {
            assert!(seen.insert(own_variable(entry.name)), "{}", entry.name);
            for env in entry.env {
                assert!(seen.insert((*env).to_owned()), "{env} of {}", entry.name);
            }
        }
    }

    #[test]
    fn the_table_prints_name_value_and_source_and_masks_secrets() {
        let rows = Settings::default().rows();
        let row = |name: &str| rows.iter().find(|row| row.name == name).unwrap();
        assert_eq!(row("rbac.retries").value, "2");
        assert_eq!(row("rbac.retries").source, Source::Default);
        assert_eq!(row("database.password").value, "********");
    }
}
