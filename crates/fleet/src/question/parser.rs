//! Words become a tree.

use ground::{HostId, Timestamp, any_uuid};

use super::{
    MAX_BYTES, MAX_DEPTH, MAX_TERMS, Term,
    fields::{Field, nearest_field},
    mistake::Mistake,
    values,
    words::{Text, Word, WordKind, words},
};
use crate::{Comparison, Condition, Pattern, Tree};

type Result<T> = std::result::Result<T, Mistake>;

/// Reads a question.
pub fn parse(text: &str, now: Timestamp) -> Result<Tree<Term>> {
    if text.len() > MAX_BYTES {
        let problem = format!("a question has at most {MAX_BYTES} bytes, this one has {}", text.len());
        let last = text.floor_char_boundary(MAX_BYTES);
        let next = text.ceil_char_boundary(last + 1);
        return Err(Mistake::new(text, last, next, problem));
    }
    let words = words(text)?;
    let mut parser = Parser { text, words: &words, at: 0, now, terms: 0 };
    let tree = parser.any(0)?;
    match parser.peek() {
        None => Ok(tree),
        Some(word) => Err(parser.mistake(word, "no bracket is open that this could close")),
    }
}

struct Parser<'a> {
    text: &'a str,
    words: &'a [Word],
    at: usize,
    now: Timestamp,
    /// How many conditions there were.
    terms: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Word> {
        self.words.get(self.at)
    }

    fn next(&mut self) -> Option<&'a Word> {
        let word = self.peek();
        self.at += 1;
        word
    }

    fn take(&mut self, keyword: &str) -> bool {
        let is_there = self.peek().is_some_and(|word| word.is_keyword(keyword));
        self.at += usize::from(is_there);
        is_there
    }

    fn mistake(&self, word: &Word, problem: impl Into<String>) -> Mistake {
        Mistake::new(self.text, word.from, word.to, problem)
    }

    fn at_end(&self, problem: impl Into<String>) -> Mistake {
        Mistake::new(self.text, self.text.len(), self.text.len(), problem)
    }

    fn any(&mut self, depth: usize) -> Result<Tree<Term>> {
        let mut parts = vec![self.all(depth)?];
        while self.take("or") {
            parts.push(self.all(depth)?);
        }
        Ok(joined(parts, Tree::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Tree<Term>> {
        let mut parts = vec![self.part(depth)?];
        loop {
            let is_and = self.take("and");
            let ends = |word: &Word| word.kind == WordKind::Close || word.is_keyword("or");
            if !is_and && self.peek().is_none_or(ends) {
                return Ok(joined(parts, Tree::All));
            }
            parts.push(self.part(depth)?);
        }
    }

    fn part(&mut self, depth: usize) -> Result<Tree<Term>> {
        let Some(word) = self.next() else {
            return Err(self.at_end("a condition is expected, as `name:web*` or `os:\"RHEL 9\"`"));
        };
        if depth > MAX_DEPTH {
            return Err(self.mistake(word, format!("a question is at most {MAX_DEPTH} brackets deep")));
        }
        if word.is_keyword("not") {
            return Ok(self.part(depth + 1)?.negated());
        }
        match &word.kind {
            WordKind::Open => {
                let inner = self.any(depth + 1)?;
                match self.next() {
                    Some(Word { kind: WordKind::Close, .. }) => Ok(inner),
                    Some(other) => Err(self.mistake(other, "a `)` is expected")),
                    None => Err(self.mistake(word, "this bracket is not closed")),
                }
            }
            WordKind::Word(text, is_quoted) => self.word(word, text, *is_quoted),
            _ => Err(self.mistake(word, "a condition is expected, as `name:web*` or `os:\"RHEL 9\"`")),
        }
    }

    fn word(&mut self, word: &Word, text: &Text, is_quoted: bool) -> Result<Tree<Term>> {
        self.check(word, text)?;
        if let Some(Word { kind: WordKind::Operator(operator), .. }) = self.peek() {
            self.at += 1;
            let name = text.joined();
            let field = Field::named(&name).filter(|_| !is_quoted).ok_or_else(|| {
                let near = nearest_field(&name).map(|near| format!("; the nearest is `{near}`"));
                let near = near.unwrap_or_default();
                self.mistake(
                    word,
                    format!("there is no such field{near}; a text to look for stands in quotes"),
                )
            })?;
            return self.values(&name, &field, *operator);
        }
        if !is_quoted && ["and", "or"].into_iter().any(|keyword| word.is_keyword(keyword)) {
            return Err(self.mistake(word, "a condition is expected before it"));
        }
        self.count(word)?;
        let id = text.plain().and_then(any_uuid).map(HostId);
        let name = Pattern::holding(text.pieces());
        Ok(Tree::Is(Term::Host(Condition::AnyName(name, id))))
    }

    fn values(&mut self, name: &str, field: &Field, operator: Comparison) -> Result<Tree<Term>> {
        let missing = format!("a value for `{name}` is expected");
        match self.next() {
            None => Err(self.at_end(missing)),
            Some(word @ Word { kind: WordKind::Value(value), .. }) => {
                self.value(word, field, operator, value)
            }
            Some(open @ Word { kind: WordKind::Open, .. }) => {
                if !matches!(operator, Comparison::Equal | Comparison::NotEqual) {
                    return Err(self.mistake(open, "several values stand behind `:`, `=` or `!=` only"));
                }
                let mut parts = Vec::new();
                loop {
                    match self.next() {
                        Some(word @ Word { kind: WordKind::Value(value), .. }) => {
                            parts.push(self.value(word, field, Comparison::Equal, value)?);
                        }
                        Some(word) => return Err(self.mistake(word, missing)),
                        None => return Err(self.mistake(open, "this bracket is not closed")),
                    }
                    match self.next() {
                        Some(Word { kind: WordKind::Comma, .. }) => {}
                        Some(Word { kind: WordKind::Close, .. }) => break,
                        Some(word) => {
                            return Err(
                                self.mistake(word, "a comma stands between values, a `)` behind them")
                            );
                        }
                        None => return Err(self.mistake(open, "this bracket is not closed")),
                    }
                }
                let any = joined(parts, Tree::Any);
                Ok(if operator == Comparison::NotEqual { any.negated() } else { any })
            }
            Some(word) => Err(self.mistake(word, missing)),
        }
    }

    fn value(
        &mut self,
        word: &Word,
        field: &Field,
        operator: Comparison,
        value: &Text,
    ) -> Result<Tree<Term>> {
        self.check(word, value)?;
        self.count(word)?;
        values::condition(field, operator, value, self.now).map_err(|problem| self.mistake(word, problem))
    }

    fn check(&self, word: &Word, text: &Text) -> Result<()> {
        if text.is_open { Err(self.mistake(word, "this quote is not closed")) } else { Ok(()) }
    }

    fn count(&mut self, word: &Word) -> Result<()> {
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return Err(self.mistake(word, format!("a question has at most {MAX_TERMS} conditions")));
        }
        Ok(())
    }
}

/// Several parts joined; one stands for itself.
fn joined(mut parts: Vec<Tree<Term>>, join: impl Fn(Vec<Tree<Term>>) -> Tree<Term>) -> Tree<Term> {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => join(parts.into_iter().chain(last).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{TagPattern, TagText};

    fn tree(text: &str) -> Tree<Term> {
        parse(text, Timestamp::from_micros(0)).unwrap()
    }

    fn mistake(text: &str) -> String {
        parse(text, Timestamp::from_micros(0)).unwrap_err().to_string()
    }

    #[test]
    fn and_binds_closer_than_or_and_need_not_be_written() {
        assert_eq!(tree("a b or c"), tree("(a and b) or c"));
        assert_eq!(tree("a or b AND c"), tree("a or (b c)"));
        assert_eq!(tree("not a b"), tree("(not a) and b"));
        assert_ne!(tree("not a b"), tree("not (a b)"));
        assert_eq!(tree("arch:(x, y)"), tree("arch=x or arch = y"));
        assert_eq!(tree("arch!=(x, y)"), tree("not (arch:x or arch:y)"));
        assert_ne!(tree("\"and\" b"), tree("a b"));
    }

    #[test]
    fn a_mistake_says_where_what_and_what_would_be_right() {
        for (text, told) in [
            ("", "at the end: a condition is expected, as `name:web*` or `os:\"RHEL 9\"`"),
            ("a and", "at the end: a condition is expected, as `name:web*` or `os:\"RHEL 9\"`"),
            ("or a", "character 1, `or`: a condition is expected before it"),
            (
                "web tga:x",
                "character 5, `tga`: there is no such field; the nearest is `tag`; a text to look for stands in quotes",
            ),
            (
                "number_of_cpu>4",
                "character 1, `number_of_cpu`: there is no such field; the nearest is `number_of_cpus`; a text to look for stands in quotes",
            ),
            ("ä (b", "character 3, `(`: this bracket is not closed"),
            ("b)", "character 2, `)`: no bracket is open that this could close"),
            ("arch:", "at the end: a value for `arch` is expected"),
            ("arch:(x y)", "character 9, `y`: a comma stands between values, a `)` behind them"),
            ("name:\"x", "character 6, `\"x`: this quote is not closed"),
            (
                "state:stal",
                "character 7, `stal`: it is one of fresh, stale, stale_warning; the nearest is `stale`",
            ),
            ("number_of_cpus>x", "character 16, `x`: it is a whole number: `4`, or bytes as `16GiB`"),
            ("last_check_in:now", "character 15, `now`: a time is compared with `<`, `<=`, `>` or `>=`"),
            ("group>a", "character 7, `a`: `group` is compared with `:`, `=` or `!=` only"),
            (
                "sap_sytem:true",
                "character 1, `sap_sytem`: there is no such field; the nearest is `workloads.sap.sap_system`; a text to look for stands in quotes",
            ),
            (
                "a ! b",
                "character 3, `!`: `!` stands only in `!=`; `not` is written before what is not wanted",
            ),
        ] {
            assert_eq!(mistake(text), told, "{text}");
        }
    }

    #[test]
    fn a_star_behind_a_backslash_stands_for_itself() {
        for text in ["a*b", "name:a*b", "group:a*b", "package:a*b", "os:a*b", "arch:a*b"] {
            assert_ne!(tree(text), tree(&text.replace('*', r"\*")), "{text}");
        }
        let text = |text: &str| TagText::Is(text.to_owned());
        let tag = TagPattern { namespace: Some(text("n*")), key: text("a*b"), value: Some(text("*")) };
        assert_eq!(tree(r"tag:n\*/a\*b=\*"), Tree::Is(Term::Host(Condition::TagLike(tag))));
    }

    #[test]
    fn questions_have_bounds() {
        assert!(mistake(&"a ".repeat(65)).contains("at most 64 conditions"));
        assert!(mistake(&"not ".repeat(18)).contains("at most 16 brackets deep"));
        assert!(mistake(&"(".repeat(4_000)).contains("at most 16 brackets deep"));
        assert_eq!(
            mistake(&"ä".repeat(2_049)),
            "character 2049, `ä`: a question has at most 4096 bytes, this one has 4098"
        );
        tree(&"a ".repeat(64));
    }
}
