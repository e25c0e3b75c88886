//! Values in Python's notation: error texts that clients have read for years quote their input so (contract
//! inventory-events §3.7).

use legacy::Literal;

/// The longest quotation of one value, in characters: a refused profile would fill the message otherwise.
const LONGEST: usize = 2_000;

/// `value` in Python's notation, cut after 2,000 characters (then it ends with `…`).
pub fn literal(value: &impl Literal) -> String {
    let out = legacy::literal(value);
    match out.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &out[..end]),
        None => out,
    }
}

/// What the validator says of a value of another type: `5 is not of type 'string'`.
pub fn not_of_type(value: &impl Literal, kind: &str) -> String {
    format!("{} is not of type '{kind}'", literal(value))
}

/// Puts `, ` before every item but the first.
pub(super) fn separate(out: &mut impl std::fmt::Write, index: usize) -> std::fmt::Result {
    if index == 0 { Ok(()) } else { out.write_str(", ") }
}

#[cfg(test)]
mod tests {
    use legacy::Json;

    use super::*;

    #[test]
    fn a_long_value_is_cut_at_a_character() {
        let long = literal(&Json::Text("ä".repeat(5_000)));
        assert_eq!(long.chars().count(), LONGEST + 1);
        assert!(long.ends_with('…'));
    }
}
