//! What is said of a parameter that cannot be used (contract inventory-http §2.2 and §3); always status 400. The
//! original adds a dump of its schema; the first line, which is what is promised, stands alone here.

use web::Problem;

use crate::repr;

/// A value that is none of the words allowed: `'x' is not one of ['a', 'b']`.
pub fn not_one_of(value: &str, allowed: &[&str]) -> Problem {
    let allowed: Vec<String> = allowed.iter().map(|word| repr(word)).collect();
    Problem::bad_request(format!("{} is not one of [{}]", repr(value), allowed.join(", ")))
}

/// A value of another form: `'x' is not a 'uuid'`.
pub fn not_a(value: &str, format: &str) -> Problem {
    Problem::bad_request(format!("{} is not a {}", repr(value), repr(format)))
}

/// A value that a pattern refuses: `'x' does not match '^[a-z]$'`.
pub fn no_match(value: &str, pattern: &str) -> Problem {
    Problem::bad_request(format!("{} does not match {}", repr(value), repr(pattern)))
}

/// A value of another type: `'x' is not of type 'object'`.
pub fn not_of_type(value: &str, kind: &str) -> Problem {
    Problem::bad_request(format!("{} is not of type {}", repr(value), repr(kind)))
}

/// A parameter that must be there: `Missing query parameter 'repo_branch'`.
pub fn missing(name: &str) -> Problem {
    Problem::bad_request(format!("Missing query parameter {}", repr(name)))
}

/// Text where a number or a truth value belongs. The recorded answers of the original say "parameter" twice.
pub(crate) fn wrong_type(kind: &str, name: &str) -> Problem {
    Problem::bad_request(format!(
        "Wrong type, expected {} for parameter parameter {}",
        repr(kind),
        repr(name)
    ))
}

/// `0 is less than the minimum of 1`.
pub fn too_small(value: &str, min: i64) -> Problem {
    Problem::bad_request(format!("{value} is less than the minimum of {min}"))
}

/// `101 is greater than the maximum of 100`.
pub fn too_large(value: &str, max: i64) -> Problem {
    Problem::bad_request(format!("{value} is greater than the maximum of {max}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_as_the_original_does() {
        assert_eq!(not_one_of("x", &["a", "b"]).detail(), "'x' is not one of ['a', 'b']");
        assert_eq!(not_a("it's", "uuid").detail(), "\"it's\" is not a 'uuid'");
        assert_eq!(no_match("", "^\\-$").detail(), "'' does not match '^\\\\-$'");
        assert_eq!(not_of_type("foo", "object").detail(), "'foo' is not of type 'object'");
        assert_eq!(missing("q").detail(), "Missing query parameter 'q'");
    }
}
