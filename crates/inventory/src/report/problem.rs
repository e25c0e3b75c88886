//! What is wrong with which field.

use std::fmt;

use legacy::repr;

use super::literal::separate;

/// The name under which rules that span fields report.
pub(crate) const WHOLE: &str = "_schema";

/// What is wrong with one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    /// Sentences about the value itself.
    Texts(Vec<String>),
    /// Problems of its members or items.
    Inside(Vec<(PathSegment, Problem)>),
}

/// Where inside a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PathSegment {
    /// A member of an object.
    Member(String),
    /// An item of a list, counted from 0.
    Item(usize),
}

impl Problem {
    /// One sentence about a member of this value.
    pub(crate) fn of_member(name: &str, text: impl Into<Self>) -> Self {
        Self::Inside(vec![(PathSegment::Member(name.to_owned()), text.into())])
    }
}

impl<T: Into<String>> From<T> for Problem {
    fn from(text: T) -> Self {
        Self::Texts(vec![text.into()])
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Texts(texts) => {
                f.write_str("[")?;
                for (index, text) in texts.iter().enumerate() {
                    separate(f, index)?;
                    f.write_str(&repr(text))?;
                }
                f.write_str("]")
            }
            Self::Inside(places) => {
                f.write_str("{")?;
                for (index, (place, problem)) in places.iter().enumerate() {
                    separate(f, index)?;
                    match place {
                        PathSegment::Member(name) => write!(f, "{}: {problem}", repr(name))?,
                        PathSegment::Item(at) => write!(f, "{at}: {problem}")?,
                    }
                }
                f.write_str("}")
            }
        }
    }
}

/// Most fields whose problems are told: a sender of more has more to mend than it reads.
const MOST_FIELDS: usize = 100;

/// What is wrong with a document, in the order in which it was found; of more than 100 fields the first. Shown in
/// Python's notation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Problems(Vec<(String, Problem)>);

impl Problems {
    /// Notes a problem of the field `name`; sentences about the same field are joined.
    pub(crate) fn refuse(&mut self, name: &str, problem: impl Into<Problem>) {
        let problem = problem.into();
        let has_room = self.0.len() < MOST_FIELDS;
        match (self.0.iter_mut().find(|(known, _)| known == name), problem) {
            (Some((_, Problem::Texts(texts))), Problem::Texts(more)) => texts.extend(more),
            (_, problem) if has_room => self.0.push((name.to_owned(), problem)),
            _ => {}
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields with problems.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (index, (name, problem)) in self.0.iter().enumerate() {
            separate(f, index)?;
            write!(f, "{}: {problem}", repr(name))?;
        }
        f.write_str("}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_shown_by_field_in_the_order_found() {
        let mut problems = Problems::default();
        problems.refuse("b", "first");
        problems.refuse("a", Problem::Inside(vec![(PathSegment::Item(0), Problem::of_member("k", "third"))]));
        problems.refuse("b", "second");
        assert_eq!(problems.to_string(), "{'b': ['first', 'second'], 'a': {0: {'k': ['third']}}}");
        assert_eq!(problems.names().collect::<Vec<_>>(), ["b", "a"]);
    }

    #[test]
    fn problems_of_a_hundred_fields_are_enough() {
        let mut problems = Problems::default();
        for number in 0..100_000 {
            problems.refuse(&number.to_string(), "Unknown field.");
        }
        problems.refuse("0", "And more.");
        assert_eq!(problems.names().count(), MOST_FIELDS);
        assert!(problems.to_string().starts_with("{'0': ['Unknown field.', 'And more.'], "));
    }
}
