//! Values that are one word of a few.

/// Declares an enum whose variants are words in the configuration, read in any case. A variant may have further words, which
/// others call it by: `Error = "error" | "critical"`.
macro_rules! choice {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $( $(#[$doc:meta])* $variant:ident = $word:literal $(| $other:literal)*, )+ }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $( $(#[$doc])* $variant, )+ }

        impl $name {
            /// The word, as it stands in the configuration.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $word, )+ }
            }
        }

        impl $crate::Value for $name {
            fn parse(text: &str) -> Option<Self> {
                let is = |word: &str| text.trim().eq_ignore_ascii_case(word);
                $( if is($word) $(|| is($other))* { return Some(Self::$variant); } )+
                None
            }

            fn allowed() -> String {
                format!("one of {}", [$($word),+].join(", "))
            }

            fn show(&self) -> String {
                self.as_str().to_owned()
            }
        }
    };
}

pub(crate) use choice;

#[cfg(test)]
mod tests {
    use crate::{Acks, Value};

    #[test]
    fn a_word_is_read_in_any_case_and_others_are_refused_with_the_list() {
        assert_eq!(Acks::parse("ALL"), Some(Acks::All));
        assert_eq!(Acks::parse("2"), None);
        assert_eq!(Acks::allowed(), "one of 0, 1, all");
    }
}
