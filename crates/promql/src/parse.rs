//! From a text to an expression.

mod checks;
mod durations;
mod selectors;

use crate::{
    ParseError,
    ast::{Aggregate, AggregateOp, Binary, Card, Expr, Kind, Matching, Op},
    function::Function,
    lex::{self, Token, Word},
};

/// The longest expression, in bytes.
const MOST_BYTES: usize = 256 << 10;

/// The deepest nesting.
const MOST_DEEP: usize = 128;

/// How tightly `*` binds, and a sign before an expression.
const PRODUCT: u8 = 5;

/// Reads an expression and checks what its parts may be.
pub fn parse(text: &str) -> Result<Expr, ParseError> {
    if text.len() > MOST_BYTES {
        return Err(ParseError::at(0, format!("an expression may have {MOST_BYTES} bytes")));
    }
    let mut parser = Parser { words: lex::words(text)?, next: 0, deep: 0 };
    if *parser.peek() == Word::End {
        return Err(ParseError::at(0, "no expression found in input"));
    }
    let expr = parser.expr(0)?;
    if *parser.peek() != Word::End {
        return Err(parser.unexpected("after the expression"));
    }
    checks::check(&expr)?;
    Ok(expr)
}

/// The conditions of a selector such as `up{job="api"}`, as the API's `match[]` gives them.
pub fn parse_selector(text: &str) -> Result<Vec<series::Matcher>, ParseError> {
    match parse(text)?.kind {
        Kind::Selector(selector) if selector.shift == crate::ast::Shift::default() => Ok(selector.matchers),
        _ => Err(ParseError::at(0, "a series selector is expected, such as up{job=\"api\"}")),
    }
}

pub(super) struct Parser {
    words: Vec<Token>,
    next: usize,
    deep: usize,
}

impl Parser {
    fn peek(&self) -> &Word {
        self.peek_at(0)
    }

    /// The word `ahead` places on; the last one is repeated.
    fn peek_at(&self, ahead: usize) -> &Word {
        &self.words[(self.next + ahead).min(self.words.len() - 1)].word
    }

    fn pos(&self) -> usize {
        self.words[self.next.min(self.words.len() - 1)].pos
    }

    fn advance(&mut self) {
        self.next += 1;
    }

    /// Whether the next word is this sign; it is taken then.
    fn sign(&mut self, sign: &str) -> bool {
        let is = matches!(self.peek(), Word::Sign(own) if *own == sign);
        if is {
            self.advance();
        }
        is
    }

    fn expect(&mut self, sign: &str, context: &str) -> Result<(), ParseError> {
        if self.sign(sign) {
            Ok(())
        } else {
            Err(self.unexpected(&format!("in {context}, expected {sign:?}")))
        }
    }

    /// The next word in small letters, when it is a name.
    fn keyword(&self) -> Option<String> {
        self.keyword_at(0)
    }

    fn keyword_at(&self, ahead: usize) -> Option<String> {
        match self.peek_at(ahead) {
            Word::Name(name) => Some(name.to_ascii_lowercase()),
            _ => None,
        }
    }

    fn opens_at(&self, ahead: usize) -> bool {
        *self.peek_at(ahead) == Word::Sign("(")
    }

    fn unexpected(&self, context: &str) -> ParseError {
        let what = match self.peek() {
            Word::Name(name) => format!("identifier {name:?}"),
            Word::Number(number) => format!("number \"{number}\""),
            Word::Text(text) => format!("string {text:?}"),
            Word::Sign(sign) => format!("{sign:?}"),
            Word::End => "end of input".to_owned(),
        };
        ParseError::at(self.pos(), format!("unexpected {what} {context}"))
    }

    /// An expression whose operators bind tighter than `least`.
    fn expr(&mut self, least: u8) -> Result<Expr, ParseError> {
        self.deep += 1;
        if self.deep > MOST_DEEP {
            return Err(ParseError::at(self.pos(), format!("expressions may be nested {MOST_DEEP} deep")));
        }
        let mut left = self.operand()?;
        while let Some((op, power)) = self.operator().filter(|(_, power)| *power > least) {
            self.advance();
            let (bool, matching) = self.modifiers()?;
            // `^` groups to the right, the others to the left.
            let right = self.expr(if op == Op::Pow { power - 1 } else { power })?;
            let binary = Binary { op, left, right, bool, matching };
            left = Expr { pos: binary.left.pos, kind: Kind::Binary(Box::new(binary)) };
        }
        self.deep -= 1;
        Ok(left)
    }

    fn operator(&self) -> Option<(Op, u8)> {
        let op = match self.peek() {
            Word::Sign(sign) => match *sign {
                "+" => (Op::Add, 4),
                "-" => (Op::Sub, 4),
                "*" => (Op::Mul, PRODUCT),
                "/" => (Op::Div, PRODUCT),
                "%" => (Op::Mod, PRODUCT),
                "^" => (Op::Pow, 6),
                "==" => (Op::Eq, 3),
                "!=" => (Op::NotEq, 3),
                "<" => (Op::Less, 3),
                ">" => (Op::Greater, 3),
                "<=" => (Op::LessEq, 3),
                ">=" => (Op::GreaterEq, 3),
                "</" => (Op::TrimUpper, 3),
                ">/" => (Op::TrimLower, 3),
                _ => return None,
            },
            _ => match self.keyword()?.as_str() {
                "atan2" => (Op::Atan2, PRODUCT),
                "and" => (Op::And, 2),
                "unless" => (Op::Unless, 2),
                "or" => (Op::Or, 1),
                _ => return None,
            },
        };
        Some(op)
    }

    /// What stands between an operator and its right side.
    fn modifiers(&mut self) -> Result<(bool, Matching), ParseError> {
        let mut matching = Matching::default();
        let bool = self.take_keyword("bool");
        if let Some(word @ ("on" | "ignoring")) = self.keyword().as_deref() {
            matching.on = word == "on";
            self.advance();
            matching.labels = self.label_list()?;
            if let Some(word @ ("group_left" | "group_right")) = self.keyword().as_deref() {
                matching.card = if word == "group_left" { Card::ManyToOne } else { Card::OneToMany };
                self.advance();
                if self.opens_at(0) {
                    matching.include = self.label_list()?;
                }
            }
        }
        while let Some(word @ ("fill" | "fill_left" | "fill_right")) = self.keyword().as_deref()
            && self.opens_at(1)
        {
            let side = word.to_owned();
            self.advance();
            self.advance();
            let negative = self.sign("-");
            if !negative {
                self.sign("+");
            }
            let number = match self.peek() {
                Word::Number(number) => *number,
                Word::Name(name) if name.eq_ignore_ascii_case("inf") => f64::INFINITY,
                Word::Name(name) if name.eq_ignore_ascii_case("nan") => f64::NAN,
                _ => return Err(self.unexpected("in fill, expected number")),
            };
            self.advance();
            self.expect(")", "fill")?;
            let value = Some(if negative { -number } else { number });
            if side != "fill_right" {
                matching.fill_left = value;
            }
            if side != "fill_left" {
                matching.fill_right = value;
            }
        }
        Ok((bool, matching))
    }

    fn take_keyword(&mut self, word: &str) -> bool {
        let is = self.keyword().as_deref() == Some(word);
        if is {
            self.advance();
        }
        is
    }

    /// `(a, b)` after `by`, `on` and the like; a comma may stand at the end.
    fn label_list(&mut self) -> Result<Vec<String>, ParseError> {
        self.expect("(", "grouping opts")?;
        let mut labels = Vec::new();
        while !self.sign(")") {
            match self.peek() {
                Word::Name(name) if !name.contains(':') => labels.push(name.clone()),
                Word::Text(name) if !name.is_empty() => labels.push(name.clone()),
                _ => return Err(self.unexpected("in grouping opts, expected label")),
            }
            self.advance();
            if !self.sign(",") && *self.peek() != Word::Sign(")") {
                return Err(self.unexpected("in grouping opts, expected \",\" or \")\""));
            }
        }
        Ok(labels)
    }

    /// An operand with what is written behind it.
    fn operand(&mut self) -> Result<Expr, ParseError> {
        let pos = self.pos();
        if let Word::Sign(sign @ ("+" | "-")) = *self.peek() {
            self.advance();
            let expr = self.expr(PRODUCT)?;
            let negative = sign == "-";
            let kind = match expr.kind {
                Kind::Number(number) => Kind::Number(if negative { -number } else { number }),
                kind => Kind::Unary { negative, expr: Box::new(Expr { pos: expr.pos, kind }) },
            };
            return Ok(Expr { pos, kind });
        }
        let expr = self.primary()?;
        self.postfixes(expr)
    }

    fn primary(&mut self) -> Result<Expr, ParseError> {
        let pos = self.pos();
        let kind = match self.peek().clone() {
            Word::Number(number) => {
                self.advance();
                Kind::Number(number)
            }
            Word::Text(text) => {
                self.advance();
                Kind::String(text)
            }
            Word::Sign("(") => {
                self.advance();
                let inner = self.expr(0)?;
                self.expect(")", "paren expression")?;
                Kind::Paren(Box::new(inner))
            }
            Word::Sign("{") => Kind::Selector(self.selector(None)?),
            Word::Name(name) => return self.named(&name),
            _ => return Err(self.unexpected("where an expression is expected")),
        };
        Ok(Expr { pos, kind })
    }

    /// What begins with a name: a number, an aggregation, a call or a selector.
    fn named(&mut self, name: &str) -> Result<Expr, ParseError> {
        let pos = self.pos();
        let word = name.to_ascii_lowercase();
        let grouped =
            |this: &Self| matches!(this.keyword_at(1).as_deref(), Some("by" | "without")) && this.opens_at(2);
        let kind = match word.as_str() {
            "inf" if *self.peek_at(1) != Word::Sign("{") => {
                self.advance();
                Kind::Number(f64::INFINITY)
            }
            "nan" if *self.peek_at(1) != Word::Sign("{") => {
                self.advance();
                Kind::Number(f64::NAN)
            }
            word if (self.opens_at(1) || grouped(self)) && AggregateOp::named(word).is_some() => {
                let op = AggregateOp::named(word).unwrap_or(AggregateOp::Sum);
                self.advance();
                Kind::Aggregate(Box::new(self.aggregate(op)?))
            }
            "bool" | "on" | "ignoring" | "group_left" | "group_right" => {
                return Err(self.unexpected("where an expression is expected"));
            }
            word if self.opens_at(1) => {
                let function = Function::named(word)
                    .filter(|function| {
                        function.name == name
                            || matches!(word, "start" | "end" | "step" | "range" | "max_of" | "min_of")
                    })
                    .ok_or_else(|| ParseError::at(pos, format!("unknown function with name {name:?}")))?;
                self.advance();
                Kind::Call { function, args: self.args()? }
            }
            _ => {
                self.advance();
                Kind::Selector(self.selector(Some(name.to_owned()))?)
            }
        };
        Ok(Expr { pos, kind })
    }

    fn args(&mut self) -> Result<Vec<Expr>, ParseError> {
        self.expect("(", "function call")?;
        let mut args = Vec::new();
        if self.sign(")") {
            return Ok(args);
        }
        loop {
            args.push(self.expr(0)?.unwrapped());
            if self.sign(")") {
                return Ok(args);
            }
            self.expect(",", "function call args")?;
            if *self.peek() == Word::Sign(")") {
                return Err(ParseError::at(self.pos(), "trailing commas not allowed in function call args"));
            }
        }
    }

    fn aggregate(&mut self, op: AggregateOp) -> Result<Aggregate, ParseError> {
        let pos = self.pos();
        let mut grouping = self.grouping()?;
        let mut args = self.args()?;
        if grouping.is_none() {
            grouping = self.grouping()?;
        }
        let (mut labels, without) = grouping.unwrap_or_default();
        labels.sort_unstable();
        labels.dedup();
        let wanted = if op.param().is_some() { 2 } else { 1 };
        let got = args.len();
        let wrong = || {
            let text = format!(
                "wrong number of arguments for aggregate expression provided, expected {wanted}, got {got}"
            );
            ParseError::at(pos, text)
        };
        let expr = args.pop().ok_or_else(wrong)?;
        let param = args.pop();
        if got != wanted {
            return Err(wrong());
        }
        Ok(Aggregate { op, expr, param, labels, without })
    }

    fn grouping(&mut self) -> Result<Option<(Vec<String>, bool)>, ParseError> {
        let without = match self.keyword().as_deref() {
            Some("by") => false,
            Some("without") => true,
            _ => return Ok(None),
        };
        self.advance();
        Ok(Some((self.label_list()?, without)))
    }
}
