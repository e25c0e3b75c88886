//! What one reporter is to others (contract inventory-events §5.2).

use fleet::Precedence;

use super::sender::is_rhsm;

/// What this reporter is to others.
pub(super) fn precedence(reporter: &str) -> Precedence {
    Precedence {
        // The subscription service's own reports do not overwrite a name that a person or the client gave.
        keeps_names_of: if is_rhsm(reporter) { &["puptoo", "API"] } else { &[] },
        // Both send what Yupana has sent before.
        takes_place_of: if matches!(reporter, "satellite" | "discovery") { &["yupana"] } else { &[] },
    }
}
