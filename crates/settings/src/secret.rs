//! Text that is never shown.

use std::fmt;

use crate::Value;

/// What is shown in place of a secret.
pub(crate) const MASK: &str = "********";

/// A password or a key. `Debug` and [`Value::show`] print a mask; [`Secret::expose`] gives the text.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(String);

impl Secret {
    /// The text itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.show())
    }
}

impl Value for Secret {
    const SECRET: bool = true;

    fn parse(text: &str) -> Option<Self> {
        Some(Self(text.to_owned()))
    }

    fn allowed() -> String {
        "any text".to_owned()
    }

    fn show(&self) -> String {
        if self.0.is_empty() { String::new() } else { MASK.to_owned() }
    }

    fn to_toml(&self) -> String {
        format!("{:?}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_shown_and_its_absence_is() {
        let secret = Secret::from("hunter2");
        assert_eq!(format!("{secret:?} {}", secret.show()), "******** ********");
        assert_eq!(secret.expose(), "hunter2");
        assert_eq!(Secret::default().show(), "");
    }
}
