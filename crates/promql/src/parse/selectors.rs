//! Selectors, and what is written behind an expression: stretches of time, `offset`, `@`.

use series::{METRIC_NAME, MatchOp, Matcher};

use super::Parser;
use crate::{
    ParseError,
    ast::{At, Border, Expr, Kind, Selector, Shift, Span},
    lex::Word,
};

impl Parser {
    /// The braces of a selector, if there are any, after its name.
    pub(super) fn selector(&mut self, name: Option<String>) -> Result<Selector, ParseError> {
        let mut matchers = Vec::new();
        if self.sign("{") {
            while !self.sign("}") {
                matchers.push(self.matcher()?);
                if !self.sign(",") && *self.peek() != Word::Sign("}") {
                    return Err(self.unexpected("in label matching, expected \",\" or \"}\""));
                }
            }
        }
        if let Some(name) = &name {
            matchers.push(Matcher::equal(METRIC_NAME, name));
        }
        Ok(Selector { name, matchers, ..Selector::default() })
    }

    fn matcher(&mut self) -> Result<Matcher, ParseError> {
        let pos = self.pos();
        let (name, quoted) = match self.peek() {
            Word::Name(name) => (name.clone(), false),
            Word::Text(name) => (name.clone(), true),
            _ => return Err(self.unexpected("in label matching, expected identifier or \"}\"")),
        };
        self.advance();
        let op = match self.peek() {
            Word::Sign("=") => MatchOp::Equal,
            Word::Sign("!=") => MatchOp::NotEqual,
            Word::Sign("=~") => MatchOp::Regex,
            Word::Sign("!~") => MatchOp::NotRegex,
            _ if quoted => return Ok(Matcher::equal(METRIC_NAME, &name)),
            _ => return Err(self.unexpected("in label matching, expected label matching operator")),
        };
        self.advance();
        let Word::Text(value) = self.peek().clone() else {
            return Err(self.unexpected("in label matching, expected string"));
        };
        self.advance();
        Matcher::new(&name, op, &value).map_err(|problem| ParseError::at(pos, problem.to_string()))
    }

    /// What is written behind an operand, as long as there is something.
    pub(super) fn postfixes(&mut self, mut expr: Expr) -> Result<Expr, ParseError> {
        loop {
            let pos = self.pos();
            if self.sign("[") {
                expr = self.stretch(expr, pos)?;
            } else if self.sign("@") {
                let at = self.at()?;
                let shift = shift_of(&mut expr)
                    .ok_or_else(|| ParseError::at(pos, "@ modifier must be preceded by an instant vector selector or range vector selector or a subquery"))?;
                if shift.at.replace(at).is_some() {
                    return Err(ParseError::at(pos, "@ <timestamp> may not be set multiple times"));
                }
            } else if self.take_keyword("offset") {
                let offset = self.offset()?;
                let shift = shift_of(&mut expr)
                    .ok_or_else(|| ParseError::at(pos, "offset modifier must be preceded by an instant vector selector or range vector selector or a subquery"))?;
                if shift.offset.replace(offset).is_some() {
                    return Err(ParseError::at(pos, "offset may not be set multiple times"));
                }
            } else if let Some(word @ ("anchored" | "smoothed")) = self.keyword().as_deref() {
                let border = if word == "anchored" { Border::Anchored } else { Border::Smoothed };
                self.advance();
                let (Kind::Selector(selector) | Kind::Range { selector, .. }) = &mut expr.kind else {
                    return Err(ParseError::at(
                        pos,
                        format!("{border:?} modifier is only allowed behind a selector").to_lowercase(),
                    ));
                };
                if selector.border != Border::Open {
                    return Err(ParseError::at(pos, "anchored and smoothed may not be set multiple times"));
                }
                selector.border = border;
            } else {
                return Ok(expr);
            }
        }
    }

    /// `5m]` or `5m:1m]`.
    fn stretch(&mut self, expr: Expr, pos: usize) -> Result<Expr, ParseError> {
        let range = self.positive_span()?;
        if self.sign(":") {
            let step = if *self.peek() == Word::Sign("]") { None } else { Some(self.positive_span()?) };
            self.expect("]", "subquery selector")?;
            let shift = Shift::default();
            return Ok(Expr {
                pos: expr.pos,
                kind: Kind::Subquery { expr: Box::new(expr), range, step, shift },
            });
        }
        self.expect("]", "subquery or range")?;
        match expr.kind {
            Kind::Selector(selector) if selector.shift.offset.is_some() => {
                Err(ParseError::at(pos, "no offset modifiers allowed before range"))
            }
            Kind::Selector(selector) if selector.shift.at.is_some() => {
                Err(ParseError::at(pos, "no @ modifiers allowed before range"))
            }
            Kind::Selector(selector) => Ok(Expr { pos: expr.pos, kind: Kind::Range { selector, range } }),
            _ => Err(ParseError::at(pos, "ranges only allowed for vector selectors")),
        }
    }

    fn at(&mut self) -> Result<At, ParseError> {
        if let Some(word @ ("start" | "end")) = self.keyword().as_deref() {
            let at = if word == "start" { At::Start } else { At::End };
            self.advance();
            self.expect("(", "@")?;
            self.expect(")", "@")?;
            return Ok(at);
        }
        let pos = self.pos();
        let negative = self.sign("-");
        if !negative {
            self.sign("+");
        }
        let number = match self.peek() {
            Word::Number(number) => *number,
            Word::Name(name) if name.eq_ignore_ascii_case("inf") || name.eq_ignore_ascii_case("nan") => {
                f64::NAN
            }
            _ => return Err(self.unexpected("in @, expected timestamp")),
        };
        self.advance();
        let millis = (if negative { -number } else { number } * 1000.0).round();
        if !millis.is_finite() || millis.abs() >= i64::MAX as f64 {
            return Err(ParseError::at(pos, "timestamp out of bounds for @ modifier"));
        }
        Ok(At::Time(millis as i64))
    }
}

fn shift_of(expr: &mut Expr) -> Option<&mut Shift> {
    match &mut expr.kind {
        Kind::Selector(selector) | Kind::Range { selector, .. } => Some(&mut selector.shift),
        Kind::Subquery { shift, .. } => Some(shift),
        _ => None,
    }
}

/// A length as a literal gives it.
pub(super) fn literal(seconds: f64) -> Span {
    Span::Millis((seconds * 1000.0).round() as i64)
}
