//! Where in a profile a value stands.

use std::fmt;

use crate::Invalid;

/// The way from the root of a profile to a value, kept on the stack so that valid profiles pay nothing for it.
#[derive(Clone, Copy)]
pub(crate) enum Path<'a> {
    Top(&'a str),
    Member(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl Path<'_> {
    /// The refusal of the value at this place.
    pub(crate) fn refuse(&self, problem: impl Into<String>) -> Invalid {
        Invalid::Nonconforming { path: self.to_string(), problem: problem.into() }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Top(name) => f.write_str(name),
            Self::Member(parent, name) => write!(f, "{parent}.{name}"),
            Self::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_written_as_one_would_write_it_in_code() {
        let top = Path::Top("disk_devices");
        let item = Path::Item(&top, 3);
        assert_eq!(Path::Member(&item, "options").to_string(), "disk_devices[3].options");
    }
}
