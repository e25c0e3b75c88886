//! Parameters with one value, and lists of words.

use ground::Timestamp;
use web::Problem;

use super::Params;
use crate::words;

impl Params {
    /// A whole number from `min` to `max`; `default` when it is not given.
    pub fn integer(&self, name: &str, default: i64, min: i64, max: i64) -> Result<i64, Problem> {
        let Some(text) = self.last(name) else { return Ok(default) };
        let text = text.trim();
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(words::wrong_type("integer", name));
        }
        // A number too long for the type is beyond one of the borders all the same.
        let number = text.parse().unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX });
        let shown = || match (digits.trim_start_matches('0'), text.starts_with('-')) {
            ("", _) => "0".to_owned(),
            (digits, false) => digits.to_owned(),
            (digits, true) => format!("-{digits}"),
        };
        if number < min {
            return Err(words::too_small(&shown(), min));
        }
        if number > max {
            return Err(words::too_large(&shown(), max));
        }
        Ok(number)
    }

    /// `true` or `false` in any case; `None` when it is not given.
    pub fn boolean(&self, name: &str) -> Result<Option<bool>, Problem> {
        match self.last(name) {
            None => Ok(None),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
            Some(_) => Err(words::wrong_type("boolean", name)),
        }
    }

    /// A value that must be given.
    pub fn required(&self, name: &str) -> Result<&str, Problem> {
        self.last(name).ok_or_else(|| words::missing(name))
    }

    /// One of the words allowed; `None` when it is not given. Empty text is a value, and seldom allowed.
    pub fn one_of<'a>(&self, name: &str, allowed: &[&'a str]) -> Result<Option<&'a str>, Problem> {
        self.last(name).map(|value| pick(value, allowed)).transpose()
    }

    /// Words of those allowed, each under a name of its own; empty when none is given.
    pub fn enum_array<'a>(&self, name: &str, allowed: &[&'a str]) -> Result<Vec<&'a str>, Problem> {
        self.all(name).into_iter().map(|value| pick(value, allowed)).collect()
    }

    /// A moment in ISO 8601; `None` when it is not given. Any one character may stand between date and time.
    pub fn date_time(&self, name: &str) -> Result<Option<Timestamp>, Problem> {
        let Some(text) = self.last(name) else { return Ok(None) };
        let moment = Timestamp::parse(text).or_else(|error| {
            let mut chars: Vec<char> = text.chars().collect();
            match chars.get_mut(10) {
                Some(separator) if !separator.is_ascii_digit() => {
                    *separator = 'T';
                    Timestamp::parse(&chars.iter().collect::<String>())
                }
                _ => Err(error),
            }
        });
        moment.map(Some).map_err(|_| words::not_a(text, "date-time"))
    }
}

fn pick<'a>(value: &str, allowed: &[&'a str]) -> Result<&'a str, Problem> {
    allowed.iter().find(|word| **word == value).copied().ok_or_else(|| words::not_one_of(value, allowed))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn params(query: &str) -> Params {
        Params::parse(query).unwrap()
    }

    fn page(query: &str) -> Result<i64, String> {
        params(query).integer("page", 1, 1, 100).map_err(|problem| problem.detail().to_owned())
    }

    #[test]
    fn a_whole_number_keeps_its_borders() {
        assert_eq!(page(""), Ok(1));
        assert_eq!(page("page=7"), Ok(7));
        assert_eq!(page("page=0"), Err("0 is less than the minimum of 1".to_owned()));
        assert_eq!(page("page=-01"), Err("-1 is less than the minimum of 1".to_owned()));
        assert_eq!(page("page=101"), Err("101 is greater than the maximum of 100".to_owned()));
        let huge = "99999999999999999999";
        assert_eq!(page(&format!("page={huge}")), Err(format!("{huge} is greater than the maximum of 100")));
    }

    #[test]
    fn text_is_no_number() {
        for bad in ["abc", "", "1.5", "0x1", "1_0", "-"] {
            let expected = "Wrong type, expected 'integer' for parameter parameter 'page'";
            assert_eq!(page(&format!("page={bad}")), Err(expected.to_owned()), "{bad}");
        }
    }

    #[test]
    fn truth_has_two_words_in_any_case() {
        assert_eq!(params("x=TRUE").boolean("x"), Ok(Some(true)));
        assert_eq!(params("x=False").boolean("x"), Ok(Some(false)));
        assert_eq!(params("").boolean("x"), Ok(None));
        for bad in ["x=1", "x=0", "x=", "x=yes"] {
            assert!(
                params(bad).boolean("x").unwrap_err().detail().starts_with("Wrong type, expected 'boolean'")
            );
        }
    }

    #[test]
    fn words_with_commas_are_one_word() {
        let states = ["fresh", "stale"];
        assert_eq!(params("s=stale&s=fresh").enum_array("s", &states), Ok(vec!["stale", "fresh"]));
        let detail = |query: &str| params(query).enum_array("s", &states).unwrap_err().detail().to_owned();
        assert_eq!(detail("s=fresh,stale"), "'fresh,stale' is not one of ['fresh', 'stale']");
        assert_eq!(detail("s="), "'' is not one of ['fresh', 'stale']");
        assert_eq!(params("s=x&s=stale").one_of("s", &states), Ok(Some("stale")));
    }

    #[test]
    fn a_moment_may_have_any_separator() {
        let at = |text: &str| params(&format!("t={text}")).date_time("t");
        let expected = at("2026-01-31T08:07:03Z").unwrap();
        for same in ["2026-01-31%2008:07:03", "2026-01-31_08:07:03Z", "2026-01-31T10:07:03%2B02:00"] {
            assert_eq!(at(same).unwrap(), expected, "{same}");
        }
        for bad in ["bad", "", "2020-13-01T00:00:00Z"] {
            assert_eq!(at(bad).unwrap_err().detail(), format!("'{bad}' is not a 'date-time'"));
        }
        assert_eq!(params("").required("t").unwrap_err().detail(), "Missing query parameter 't'");
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(text in ".*") {
            let params: Params = [("x".to_owned(), text)].into_iter().collect();
            let _ = (params.integer("x", 1, 0, 9), params.boolean("x"), params.date_time("x"));
        }
    }
}
