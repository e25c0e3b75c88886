//! The name of a baseline (contract baselines §3.4).

use super::facts::has_outer_whitespace;

/// Most characters of a name.
pub const LONGEST: usize = 200;

/// The answer to a name that another baseline of the organisation has.
pub const TAKEN: &str = "A baseline with this name already exists.";

/// A name begins and ends with something that can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Baseline name cannot have leading or trailing whitespace.")]
pub struct Untrimmed;

/// Refuses white space around a name.
pub fn check(name: &str) -> Result<(), Untrimmed> {
    if has_outer_whitespace(name) { Err(Untrimmed) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_may_stand_inside_only() {
        assert_eq!(check("gold v2"), Ok(()));
        for name in [" gold", "gold ", "gold\n", "\u{a0}gold"] {
            assert_eq!(check(name), Err(Untrimmed), "{name}");
        }
    }
}
