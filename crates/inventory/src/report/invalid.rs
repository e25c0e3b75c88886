//! Why a report was refused, in the words that reporters and their dashboards know.

use legacy::repr;

use super::{document::HostDocument, problem::Problems};

/// Most bytes of a detail that repeats what was sent.
const MOST_DETAIL: usize = 16_384;

/// A report that cannot be accepted. Shown as its detail.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Invalid {
    /// The family of the failure: a label of counters and the first word of payload-tracker texts.
    pub class: Class,
    /// The title of the HTTP problem.
    pub title: &'static str,
    /// What is wrong with what.
    pub detail: String,
}

/// The families of failures (contract inventory-events §5.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// The report breaks a rule.
    Validation,
    /// The report is well-formed, but what it asks cannot be done.
    Inventory,
}

impl Class {
    /// The name by which counters and trackers know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Validation => "ValidationException",
            Self::Inventory => "InventoryException",
        }
    }
}

impl Invalid {
    /// A broken rule.
    pub fn rule(detail: impl Into<String>) -> Self {
        Self { class: Class::Validation, title: "Validation Error", detail: detail.into() }
    }

    /// A request that cannot be done.
    pub fn request(title: &'static str, detail: impl Into<String>) -> Self {
        Self { class: Class::Inventory, title, detail: detail.into() }
    }

    /// What [`fleet`] refused, as the reporter of `document` reads it.
    pub fn refused(refused: &fleet::Refused, document: &HostDocument) -> Self {
        match refused {
            fleet::Refused::Profile(problem) => {
                let mut problems = Problems::default();
                problems.refuse("system_profile", problem.to_string());
                Self::fields(&problems, document)
            }
            fleet::Refused::Owner
            | fleet::Refused::OutOfReach
            | fleet::Refused::AnotherHost
            | fleet::Refused::TooLarge { .. }
            | fleet::Refused::TooManyFacts { .. } => Self::rule(refused.to_string()),
            fleet::Refused::NoHost => Self::request("Invalid request", refused.to_string()),
        }
    }

    /// Broken rules of fields: what is wrong, then what was given (contract inventory-events §3.7).
    pub(super) fn fields(problems: &Problems, document: &HostDocument) -> Self {
        let given: Vec<_> =
            problems.names().map(|name| format!("{}: {}", repr(name), document.quote(name))).collect();
        Self::rule(shortened(format!("{problems}; Invalid data: {{{}}}", given.join(", "))))
    }

    /// The whole failure as one text, for the payload tracker and the log.
    pub fn full_text(&self) -> String {
        format!(
            "{{'detail': {}, 'status': 400, 'title': {}, 'type': 'about:blank'}}",
            repr(&self.detail),
            repr(self.title)
        )
    }
}

/// A text that is no longer than what people read and topics carry.
fn shortened(mut detail: String) -> String {
    if detail.len() > MOST_DETAIL {
        detail.truncate(detail.floor_char_boundary(MOST_DETAIL));
        detail.push('…');
    }
    detail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_profile_reads_like_any_other_field() {
        let document = HostDocument::from_value(&serde_json::json!({"system_profile": {"arch": 1}})).unwrap();
        let problem = profile::Invalid::Nonconforming { path: "arch".into(), problem: "1 is no text".into() };
        let invalid = Invalid::refused(&fleet::Refused::Profile(problem), &document);
        assert_eq!(
            invalid.detail,
            "{'system_profile': [\"System profile does not conform to schema.\\n1 is no text - 'arch'\"]}; \
             Invalid data: {'system_profile': {'arch': 1}}"
        );
        assert_eq!(invalid.class.name(), "ValidationException");
    }

    #[test]
    fn what_was_sent_is_repeated_within_bounds() {
        let members: serde_json::Map<_, _> =
            (0..50).map(|n| (format!("f{n:02}"), "ä".repeat(1_000_000).into())).collect();
        let document = HostDocument::from_value(&members.into()).unwrap();
        let mut problems = Problems::default();
        for n in 0..50 {
            problems.refuse(&format!("f{n:02}"), "Unknown field.");
        }
        let detail = Invalid::fields(&problems, &document).detail;
        assert!(detail.starts_with("{'f00': ['Unknown field.'], "), "{}", &detail[..100]);
        assert!(detail.len() <= MOST_DETAIL + '…'.len_utf8() && detail.ends_with('…'), "{}", detail.len());
    }

    #[test]
    fn a_host_that_was_not_found_is_no_broken_rule() {
        let invalid = Invalid::refused(&fleet::Refused::NoHost, &HostDocument::default());
        assert_eq!((invalid.class, invalid.title), (Class::Inventory, "Invalid request"));
    }

    #[test]
    fn the_full_text_is_the_problem_in_pythons_notation() {
        assert_eq!(
            Invalid::rule("no 'x'").full_text(),
            "{'detail': \"no 'x'\", 'status': 400, 'title': 'Validation Error', 'type': 'about:blank'}"
        );
    }
}
