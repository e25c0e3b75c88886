//! Tokens as text.

use std::fmt;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use uuid::Uuid;

/// Random bytes of a token.
const SECRET_BYTES: usize = 32;

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// To enrol machines.
    Enrolment,
    /// To report for one host.
    Host,
}

impl TokenKind {
    /// How tokens of it begin: whoever finds one in a file knows what it is.
    const fn prefix(self) -> &'static str {
        match self {
            Self::Enrolment => "plenrol",
            Self::Host => "plhost",
        }
    }
}

/// A token: its id, by which it is found and named, and the secret behind it. `Debug` shows no secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    /// What it is for.
    pub kind: TokenKind,
    /// Its id.
    pub id: Uuid,
    random: [u8; SECRET_BYTES],
}

impl Secret {
    /// A new token, from the system's random numbers.
    pub fn random(kind: TokenKind) -> Result<Self, getrandom::Error> {
        let mut random = [0; SECRET_BYTES];
        getrandom::fill(&mut random)?;
        Ok(Self { kind, id: Uuid::new_v4(), random })
    }

    /// Reads a token; `None` for a text that is none.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().splitn(3, '_');
        let (prefix, id, random) = (parts.next()?, parts.next()?, parts.next()?);
        let kind =
            [TokenKind::Enrolment, TokenKind::Host].into_iter().find(|kind| kind.prefix() == prefix)?;
        let random = BASE64_URL_SAFE_NO_PAD.decode(random).ok()?.try_into().ok()?;
        Some(Self { kind, id: Uuid::try_parse(id).ok()?, random })
    }

    /// The token as its owner keeps it.
    pub fn reveal(&self) -> String {
        let Self { kind, id, random } = self;
        format!("{}_{}_{}", kind.prefix(), id.simple(), BASE64_URL_SAFE_NO_PAD.encode(random))
    }

    /// What is stored in its place. Of 256 random bits no guess is worth while, so that a fast digest is as good as a slow one.
    pub fn digest(&self) -> [u8; 32] {
        *blake3::Hasher::new_derive_key("plumbline 2026-11-30 tokens of machines")
            .update(self.kind.prefix().as_bytes())
            .update(self.id.as_bytes())
            .update(&self.random)
            .finalize()
            .as_bytes()
    }

    /// Whether this is the token whose digest was stored. How long that takes does not tell how much of it is right.
    pub fn has_digest(&self, stored: &[u8]) -> bool {
        let stored: Result<[u8; 32], _> = stored.try_into();
        // Digests of this type are compared in constant time.
        stored.is_ok_and(|stored| blake3::Hash::from_bytes(self.digest()) == blake3::Hash::from_bytes(stored))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret").field("kind", &self.kind).field("id", &self.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_token_is_read_as_it_was_written() {
        for kind in [TokenKind::Enrolment, TokenKind::Host] {
            let token = Secret::random(kind).unwrap();
            let text = token.reveal();
            assert_eq!(Secret::parse(&text), Some(token.clone()));
            assert_eq!(Secret::parse(&format!(" {text}\n")), Some(token.clone()), "as it is pasted");
            assert!(token.has_digest(&token.digest()));
            let secret = text.rsplit_once('_').unwrap().1;
            assert!(!format!("{token:?}").contains(secret));
        }
    }

    #[test]
    fn nothing_else_has_its_digest() {
        let token = Secret::random(TokenKind::Host).unwrap();
        let digest = token.digest();
        let other_id = Secret { id: Uuid::new_v4(), ..token.clone() };
        let other_kind = Secret { kind: TokenKind::Enrolment, ..token.clone() };
        let mut other = token.clone();
        other.random[31] ^= 1;
        for wrong in [other_id, other_kind, other] {
            assert!(!wrong.has_digest(&digest));
        }
        assert!(!token.has_digest(&digest[..31]) && !token.has_digest(&[]));
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(text in ".*") {
            let _ = Secret::parse(&text);
        }
    }
}
