//! Lengths of time: literals, and what is computed from them.

use super::{Parser, selectors::literal};
use crate::{
    ParseError,
    ast::{Duration, Span},
    lex::Word,
};

/// The longest literal in seconds: 2^63 nanoseconds.
const MOST: f64 = 9_223_372_036.0;

/// How tightly a sign before a length binds.
const SIGN: u8 = 2;

impl Parser {
    /// A length in brackets: it must be positive.
    pub(super) fn positive_span(&mut self) -> Result<Span, ParseError> {
        let pos = self.pos();
        match self.duration(0)? {
            Duration::Seconds(seconds) if seconds <= 0.0 => {
                Err(ParseError::at(pos, "duration must be greater than 0"))
            }
            Duration::Seconds(seconds) => Ok(literal(seconds)),
            computed => Ok(Span::Computed(Box::new(computed))),
        }
    }

    /// What stands behind `offset`: one operand, perhaps with a sign.
    pub(super) fn offset(&mut self) -> Result<Span, ParseError> {
        let negative = self.sign("-");
        if !negative {
            self.sign("+");
        }
        let operand = self.duration_operand()?;
        Ok(match (operand, negative) {
            (Duration::Seconds(seconds), false) => literal(seconds),
            (Duration::Seconds(seconds), true) => literal(-seconds),
            (computed, false) => Span::Computed(Box::new(computed)),
            (computed, true) => Span::Computed(Box::new(Duration::Negative(Box::new(computed)))),
        })
    }

    fn duration(&mut self, least: u8) -> Result<Duration, ParseError> {
        let mut left = if self.sign("-") {
            match self.duration(SIGN)? {
                Duration::Seconds(seconds) => Duration::Seconds(-seconds),
                inner => Duration::Negative(Box::new(inner)),
            }
        } else if self.sign("+") {
            self.duration(SIGN)?
        } else {
            self.duration_operand()?
        };
        loop {
            let (op, power) = match self.peek() {
                Word::Sign("+") => ('+', 1),
                Word::Sign("-") => ('-', 1),
                Word::Sign("*") => ('*', 2),
                Word::Sign("/") => ('/', 2),
                Word::Sign("%") => ('%', 2),
                Word::Sign("^") => ('^', 3),
                _ => return Ok(left),
            };
            if power <= least {
                return Ok(left);
            }
            let pos = self.pos();
            self.advance();
            let right = self.duration(if op == '^' { power - 1 } else { power })?;
            if right == Duration::Seconds(0.0) && matches!(op, '/' | '%') {
                let what = if op == '/' { "division" } else { "modulo" };
                return Err(ParseError::at(pos, format!("{what} by zero")));
            }
            left = Duration::Both(op, Box::new(left), Box::new(right));
        }
    }

    fn duration_operand(&mut self) -> Result<Duration, ParseError> {
        let pos = self.pos();
        self.deep += 1;
        if self.deep > super::MOST_DEEP {
            return Err(ParseError::at(pos, "the duration is nested too deep"));
        }
        let duration = match (self.peek().clone(), self.keyword().as_deref()) {
            (Word::Number(seconds), _) => {
                if seconds.is_nan() || seconds.abs() > MOST {
                    return Err(ParseError::at(pos, "duration out of range"));
                }
                self.advance();
                Duration::Seconds(seconds)
            }
            (Word::Sign("("), _) => {
                self.advance();
                let inner = self.duration(0)?;
                self.expect(")", "duration expression")?;
                inner
            }
            (_, Some(word @ ("step" | "range"))) => {
                let duration = if word == "step" { Duration::Step } else { Duration::Range };
                self.advance();
                self.expect("(", "duration expression")?;
                self.expect(")", "duration expression")?;
                duration
            }
            (_, Some(word @ ("min_of" | "max_of"))) => {
                let op = if word == "min_of" { '<' } else { '>' };
                self.advance();
                self.expect("(", "duration expression")?;
                let left = self.duration(0)?;
                self.expect(",", "duration expression")?;
                let right = self.duration(0)?;
                self.expect(")", "duration expression")?;
                Duration::Both(op, Box::new(left), Box::new(right))
            }
            _ => return Err(self.unexpected("in duration, expected number, duration, step(), or range()")),
        };
        self.deep -= 1;
        Ok(duration)
    }
}
