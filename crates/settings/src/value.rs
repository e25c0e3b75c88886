//! The kinds of values: how their text is read, and what is said when it cannot be.

use std::{fmt, net::IpAddr, ops::Deref, time::Duration};

use crate::secret::masked;

/// A kind of value. Every layer hands over text; the kind reads it.
pub trait Value: Sized {
    /// Whether the value must not be printed.
    const SECRET: bool = false;

    /// Reads the text; `None` when it is not allowed.
    fn parse(text: &str) -> Option<Self>;

    /// What is allowed, to follow "give" in an error: `a whole number from 0 to 65535`.
    fn allowed() -> String;

    /// How the value is printed for people; a mask when it is secret.
    fn show(&self) -> String;

    /// How the value stands in a TOML file.
    fn to_toml(&self) -> String {
        format!("{:?}", self.show())
    }
}

impl Value for bool {
    /// `true` and `false` in any case. The original takes everything but `true` for false, so the usual words for
    /// no, and empty text, are read; `yes` and `1`, which would silently mean no, are refused.
    fn parse(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" | "" | "0" | "no" | "off" => Some(false),
            _ => None,
        }
    }

    fn allowed() -> String {
        "true or false".to_owned()
    }

    fn show(&self) -> String {
        self.to_string()
    }

    fn to_toml(&self) -> String {
        self.to_string()
    }
}

macro_rules! whole_numbers {
    ($($type:ty),*) => {$(
        impl Value for $type {
            fn parse(text: &str) -> Option<Self> {
                text.trim().parse().ok()
            }

            fn allowed() -> String {
                format!("a whole number from 0 to {}", Self::MAX)
            }

            fn show(&self) -> String {
                self.to_string()
            }

            fn to_toml(&self) -> String {
                self.to_string()
            }
        }
    )*};
}

whole_numbers!(u16, u32);

impl Value for Duration {
    fn parse(text: &str) -> Option<Self> {
        let seconds: f64 = text.trim().parse().ok()?;
        if seconds > 1e9 { None } else { Self::try_from_secs_f64(seconds).ok() }
    }

    fn allowed() -> String {
        "a number of seconds from 0 to 1000000000, with a decimal point if needed".to_owned()
    }

    fn show(&self) -> String {
        self.as_secs_f64().to_string()
    }

    fn to_toml(&self) -> String {
        self.show()
    }
}

impl Value for String {
    fn parse(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }

    fn allowed() -> String {
        "any text".to_owned()
    }

    fn show(&self) -> String {
        masked(self)
    }
}

impl Value for IpAddr {
    fn parse(text: &str) -> Option<Self> {
        text.trim().parse().ok()
    }

    fn allowed() -> String {
        "an IP address as 127.0.0.1, 0.0.0.0 or ::1".to_owned()
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

/// `None` is written as empty text.
impl<T: Value> Value for Option<T> {
    const SECRET: bool = T::SECRET;

    fn parse(text: &str) -> Option<Self> {
        if text.is_empty() { Some(None) } else { T::parse(text).map(Some) }
    }

    fn allowed() -> String {
        format!("{}, or nothing", T::allowed())
    }

    fn show(&self) -> String {
        self.as_ref().map(Value::show).unwrap_or_default()
    }

    fn to_toml(&self) -> String {
        self.as_ref().map_or_else(|| "\"\"".to_owned(), Value::to_toml)
    }
}

/// Text that is not empty. An environment variable that is set to nothing leaves such a setting alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled(String);

impl Filled {
    /// For defaults, which are written in this crate and not empty.
    pub(crate) fn of(text: &'static str) -> Self {
        Self(text.to_owned())
    }
}

impl Deref for Filled {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Filled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Value for Filled {
    fn parse(text: &str) -> Option<Self> {
        (!text.trim().is_empty()).then(|| Self(text.trim().to_owned()))
    }

    fn allowed() -> String {
        "text that is not empty".to_owned()
    }

    fn show(&self) -> String {
        masked(&self.0)
    }
}

/// A part of a whole, from 0 to 1. What is beyond counts as the border.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share(f64);

impl Share {
    /// The whole.
    pub(crate) const ALL: Self = Self(1.0);

    /// As a number from 0 to 1.
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl Value for Share {
    fn parse(text: &str) -> Option<Self> {
        let share: f64 = text.trim().parse().ok()?;
        (!share.is_nan()).then(|| Self(share.clamp(0.0, 1.0)))
    }

    fn allowed() -> String {
        "a number from 0 to 1".to_owned()
    }

    fn show(&self) -> String {
        format!("{:?}", self.0)
    }

    fn to_toml(&self) -> String {
        self.show()
    }
}

/// Texts with commas between them; blanks around them do not count.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words(Vec<String>);

impl Words {
    /// For defaults, which are written in this crate.
    pub(crate) fn of(words: &[&str]) -> Self {
        Self(words.iter().map(|word| (*word).to_owned()).collect())
    }
}

impl Deref for Words {
    type Target = [String];
    fn deref(&self) -> &[String] {
        &self.0
    }
}

impl Value for Words {
    fn parse(text: &str) -> Option<Self> {
        Some(Self(
            text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect(),
        ))
    }

    fn allowed() -> String {
        "texts with commas between them, or nothing".to_owned()
    }

    fn show(&self) -> String {
        self.0.join(",")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_would_silently_mean_no_is_refused() {
        assert_eq!(bool::parse("TRUE"), Some(true));
        for no in ["False", "", "no", "off", "0"] {
            assert_eq!(bool::parse(no), Some(false), "{no}");
        }
        for unclear in ["1", "yes", "on", "treu"] {
            assert_eq!(bool::parse(unclear), None, "{unclear}");
        }
    }

    #[test]
    fn a_share_is_a_part_of_a_whole() {
        for (text, share) in [("0.25", 0.25), (" 1 ", 1.0), ("7", 1.0), ("-1", 0.0), ("inf", 1.0)] {
            assert_eq!(Share::parse(text).map(Share::get), Some(share), "{text}");
        }
        for bad in ["", "half", "nan", "10%"] {
            assert_eq!(Share::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn seconds_take_a_fraction_and_nothing_strange() {
        assert_eq!(Duration::parse("0.5"), Some(Duration::from_millis(500)));
        for bad in ["-1", "nan", "inf", "1e300", "ten", ""] {
            assert_eq!(Duration::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_list_is_split_on_commas() {
        assert_eq!(&*Words::parse(" a b, c,,").unwrap(), ["a b", "c"]);
        assert!(Words::parse("").unwrap().is_empty());
    }

    #[test]
    fn nothing_is_none_and_not_filled() {
        assert_eq!(Option::<Filled>::parse(""), Some(None));
        assert_eq!(Filled::parse("  "), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".*") {
            let _ = (bool::parse(&text), u16::parse(&text), Duration::parse(&text));
        }

        #[test]
        fn what_is_shown_is_read_back(millis in 0u64..1_000_000_000) {
            let duration = Duration::from_millis(millis);
            prop_assert_eq!(Duration::parse(&duration.show()), Some(duration));
        }
    }
}
