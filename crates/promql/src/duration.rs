//! Lengths of time.

use crate::{
    ParseError,
    ast::{Duration, Span},
};

const UNITS: [(&str, i64); 7] = [
    ("y", 365 * 86_400_000),
    ("w", 7 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
    ("ms", 1),
];

/// Milliseconds of a text like `1h30m`: whole numbers with units, large ones first, each unit once.
pub fn parse(text: &str) -> Option<i64> {
    let (mut rest, mut total, mut from) = (text, 0_i64, 0);
    if text.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: i64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let at = UNITS.iter().position(|(unit, _)| *unit == &rest[..letters])?;
        if at < from {
            return None;
        }
        from = at + 1;
        total = total.checked_add(number.checked_mul(UNITS[at].1)?)?;
        rest = &rest[letters..];
    }
    Some(total)
}

/// What the query says of itself, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    pub start: i64,
    pub end: i64,
    pub step: i64,
}

/// The largest length in seconds: that of 2^63 nanoseconds.
const MOST: f64 = 9_223_372_036.0;

impl Span {
    /// Its milliseconds.
    pub(crate) fn resolve(
        &mut self,
        frame: Frame,
        pos: usize,
        may_be_negative: bool,
    ) -> Result<(), ParseError> {
        if let Self::Computed(duration) = self {
            let seconds = duration.seconds(frame).map_err(|problem| ParseError::at(pos, problem))?;
            if !seconds.is_finite() {
                return Err(ParseError::at(pos, "duration is NaN or infinite"));
            }
            if seconds <= 0.0 && !may_be_negative {
                return Err(ParseError::at(pos, "duration must be greater than 0"));
            }
            if seconds.abs() > MOST {
                return Err(ParseError::at(pos, "duration is out of range"));
            }
            *self = Self::Millis((seconds * 1000.0) as i64);
        }
        Ok(())
    }

    /// Its milliseconds, once it is resolved.
    pub(crate) fn millis(&self) -> i64 {
        match self {
            Self::Millis(millis) => *millis,
            Self::Computed(_) => 0,
        }
    }
}

impl Duration {
    fn seconds(&self, frame: Frame) -> Result<f64, &'static str> {
        Ok(match self {
            Self::Seconds(seconds) => *seconds,
            Self::Step => frame.step as f64 / 1000.0,
            Self::Range => (frame.end - frame.start) as f64 / 1000.0,
            Self::Negative(inner) => -inner.seconds(frame)?,
            Self::Both(op, left, right) => {
                let (left, right) = (left.seconds(frame)?, right.seconds(frame)?);
                match op {
                    '+' => left + right,
                    '-' => left - right,
                    '*' => left * right,
                    '/' if right == 0.0 => return Err("division by zero"),
                    '/' => left / right,
                    '%' if right == 0.0 => return Err("modulo by zero"),
                    '%' => left % right,
                    '^' => left.powf(right),
                    '<' => left.min(right),
                    _ => left.max(right),
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_go_from_large_to_small() {
        assert_eq!(parse("1d2h3ms"), Some(86_400_000 + 7_200_000 + 3));
        for wrong in ["", "5", "m", "1m1h", "1m2m", "1.5h", "1x", "99999999999999y"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_computed_length_follows_from_the_query() {
        let frame = Frame { start: 0, end: 60_000, step: 5000 };
        let half = Duration::Both('/', Box::new(Duration::Range), Box::new(Duration::Seconds(2.0)));
        let mut span = Span::Computed(Box::new(half));
        span.resolve(frame, 0, false).unwrap();
        assert_eq!(span, Span::Millis(30_000));
        let mut none = Span::Computed(Box::new(Duration::Negative(Box::new(Duration::Step))));
        assert!(none.clone().resolve(frame, 0, false).is_err());
        none.resolve(frame, 0, true).unwrap();
        assert_eq!(none.millis(), -5000);
    }
}
