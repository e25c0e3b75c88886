//! Ids in paths (contract history §3.1).

use drift_common::{Failure, ids};
use legacy::repr;
use uuid::Uuid;
use web::Problem;

/// Refuses ids of another length than UUIDs have: a problem of the framework, found before anybody asks who calls.
pub fn check_lengths(segment: &str) -> Result<(), Failure> {
    for id in segment.split(',') {
        let problem = match id.chars().count() {
            ..32 => "is too short",
            32..=36 => continue,
            _ => "is too long",
        };
        return Err(Problem::bad_request(format!("{} {problem}", repr(id))).into());
    }
    Ok(())
}

/// The ids, checked: 400 `malformed UUIDs requested (…)`.
pub fn read(segment: &str) -> Result<Vec<Uuid>, Failure> {
    let checked = ids::checked(segment.split(','))?;
    checked.iter().map(|id| Uuid::parse_str(id).map_err(|error| Failure::internal(&error))).collect()
}

/// 400 with those that stand there more than once, each once: `duplicate IDs requested: ['…']`.
pub fn once(ids: &[Uuid]) -> Result<(), Failure> {
    let is_repeated = |at: usize| ids[at + 1..].contains(&ids[at]) && !ids[..at].contains(&ids[at]);
    let repeated: Vec<String> =
        (0..ids.len()).filter(|at| is_repeated(*at)).map(|at| repr(&ids[at].to_string())).collect();
    if repeated.is_empty() {
        return Ok(());
    }
    Err(Failure::bad_request(format!("duplicate IDs requested: [{}]", repeated.join(", "))))
}

/// Ids with commas between them, as messages have them.
pub fn joined(ids: &[Uuid]) -> String {
    ids.iter().map(Uuid::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "99a50d4b-6439-4478-8adb-c4011f43f06c";
    const B: &str = "2b691698-3eb2-4254-b0e7-6c05895ea9b8";

    fn text(failure: Failure) -> String {
        match failure {
            Failure::Problem(problem) => problem.detail().to_owned(),
            Failure::Message(_, message) => message,
        }
    }

    #[test]
    fn the_length_is_looked_at_first() {
        assert_eq!(text(check_lengths("1").unwrap_err()), "'1' is too short");
        assert_eq!(
            text(check_lengths(&"x".repeat(37)).unwrap_err()),
            format!("'{}' is too long", "x".repeat(37))
        );
        assert!(check_lengths(&format!("{A},{}", "x".repeat(32))).is_ok());
        assert_eq!(
            text(read(&"x".repeat(32)).unwrap_err()),
            format!("malformed UUIDs requested ({})", "x".repeat(32))
        );
    }

    #[test]
    fn what_is_repeated_is_named_once() {
        let ids = |list: &[&str]| list.iter().map(|id| Uuid::parse_str(id).unwrap()).collect::<Vec<_>>();
        assert!(once(&ids(&[A, B])).is_ok());
        assert_eq!(
            text(once(&ids(&[B, A, A, A, B])).unwrap_err()),
            format!("duplicate IDs requested: ['{B}', '{A}']")
        );
    }
}
