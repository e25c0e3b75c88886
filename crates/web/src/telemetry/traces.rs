//! Spans: which work belongs to which trace (W3C Trace Context, contract inventory-events §19).
//!
//! Work begins with [`TraceContext::of`], which follows the sender, and ends with [`Span::finish`]. Until somebody listens
//! ([`listen`]) spans go nowhere and cost nothing.

use std::{sync::OnceLock, time::Duration};

use ground::{Clock, Timestamp};
use tokio::sync::mpsc;
use uuid::Uuid;

/// So many spans wait at most to be sent; more are dropped, and counted.
const ROOM: usize = 4_096;
/// Longest state of a trace that is passed on (W3C Trace Context §3.3.1.5).
const LONGEST_STATE: usize = 512;
/// Longest text of an attribute.
const LONGEST_TEXT: usize = 1_000;

static LISTENER: OnceLock<Listener> = OnceLock::new();

struct Listener {
    sender: mpsc::Sender<Span>,
    sampling: Sampling,
}

/// Which spans are sent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// The share, from 0 to 1, of the traces that begin here; the others are kept as their senders say.
    pub share: f64,
    /// Which messages have spans.
    pub messages: Messages,
}

/// Which messages have spans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Messages {
    /// None.
    None,
    /// All.
    All,
    /// Those that fail, and those that take so long.
    Odd(Option<Duration>),
}

impl Sampling {
    /// The same for every part of a trace: its id decides.
    fn keeps(self, trace: u128) -> bool {
        // The last bits: others of an id may be the same in all (as in UUIDs).
        const BITS: u64 = 1 << 53;
        ((trace as u64 % BITS) as f64) < self.share * BITS as f64
    }
}

/// Has spans sent to whoever takes them out of this channel. Only the first call of a process counts.
pub fn listen(sampling: Sampling) -> Option<mpsc::Receiver<Span>> {
    let (sender, receiver) = mpsc::channel(ROOM);
    LISTENER.set(Listener { sender, sampling }).is_ok().then_some(receiver)
}

/// Which messages have spans.
pub fn messages() -> Messages {
    LISTENER.get().map_or(Messages::None, |listener| listener.sampling.messages)
}

/// Whether anybody listens.
pub fn is_on() -> bool {
    LISTENER.get().is_some()
}

/// Where a piece of work stands in its trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceContext {
    /// The trace, as the sender names it, or a new one.
    pub trace: u128,
    /// The span of the sender.
    pub parent: Option<u64>,
    /// The span of this work.
    pub span: u64,
    /// Whether it is sent.
    pub sampled: bool,
    /// What others keep in the trace.
    pub state: Option<String>,
}

impl TraceContext {
    /// Of the headers `traceparent` and `tracestate`. The sender decides whether a trace is kept; without one, or where its header is
    /// none, a new trace begins.
    pub fn of(traceparent: Option<&str>, tracestate: Option<&str>) -> Self {
        // A span is told by eight bytes that are not all zero.
        let span = (Uuid::new_v4().as_u128() as u64).max(1);
        if let Some((trace, parent, sampled)) = traceparent.and_then(parsed) {
            let state = tracestate.filter(|state| !state.is_empty() && state.len() <= LONGEST_STATE);
            return Self { trace, parent: Some(parent), span, sampled, state: state.map(str::to_owned) };
        }
        let trace = Uuid::new_v4().as_u128();
        let sampled = LISTENER.get().is_some_and(|listener| listener.sampling.keeps(trace));
        Self { trace, parent: None, span, sampled, state: None }
    }

    /// The id of the trace: 32 hexadecimal digits.
    pub fn trace_id(&self) -> String {
        format!("{:032x}", self.trace)
    }

    /// The id of the span: 16 hexadecimal digits.
    pub fn span_id(&self) -> String {
        format!("{:016x}", self.span)
    }

    /// Whether what becomes of this work is to be told.
    pub fn is_recorded(&self) -> bool {
        self.sampled && is_on()
    }
}

/// Trace, span and flag of a header `traceparent`.
fn parsed(header: &str) -> Option<(u128, u64, bool)> {
    let mut parts = header.trim().splitn(5, '-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    // Later versions may say more behind the flags; the first does not.
    let is_known = is_hex(version, 2) && version != "ff" && (version != "00" || parts.next().is_none());
    if !is_known || !is_hex(trace, 32) || !is_hex(span, 16) || !is_hex(flags, 2) {
        return None;
    }
    let trace = u128::from_str_radix(trace, 16).ok().filter(|trace| *trace != 0)?;
    let span = u64::from_str_radix(span, 16).ok().filter(|span| *span != 0)?;
    Some((trace, span, u8::from_str_radix(flags, 16).ok()? & 1 == 1))
}

/// What kind of work it was, by its number in OTLP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanKind {
    /// A request was answered.
    Server = 2,
    /// A message was dealt with.
    Consumer = 5,
}

/// What is known of a piece of work.
#[derive(Debug, Clone, PartialEq)]
pub enum Attribute {
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
}

impl From<&str> for Attribute {
    fn from(text: &str) -> Self {
        Self::Text(text[..text.floor_char_boundary(LONGEST_TEXT)].to_owned())
    }
}

/// A piece of work.
#[derive(Debug, Clone)]
pub struct Span {
    /// Where it stands.
    pub context: TraceContext,
    /// What it is, with few values.
    pub name: String,
    /// What kind of work.
    pub kind: SpanKind,
    /// When it began.
    pub begun: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// What is known of it.
    pub attributes: Vec<(&'static str, Attribute)>,
    /// Whether it failed.
    pub failed: bool,
}

impl Span {
    /// A piece of work that began at a moment and ends now.
    pub fn ending(context: TraceContext, name: String, kind: SpanKind, begun: Timestamp) -> Self {
        Self {
            context,
            name,
            kind,
            begun,
            ended: Clock::system().now(),
            attributes: Vec::new(),
            failed: false,
        }
    }

    /// With something that is known of it.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Attribute>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// Has it sent, if it is one of those that are.
    pub fn finish(self) {
        let Some(listener) = LISTENER.get().filter(|_| self.context.sampled) else { return };
        if listener.sender.try_send(self).is_err() {
            metrics::counter!("plumbline_spans_dropped_total").increment(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    #[test]
    fn a_trace_is_the_one_that_the_sender_names_or_a_new_one() {
        let of = |header: &str| TraceContext::of(Some(header), Some("vendor=1"));
        let known = of(&format!("00-{TRACE}-00f067aa0ba902b7-01"));
        assert_eq!((known.trace_id(), known.parent), (TRACE.to_owned(), Some(0x00f0_67aa_0ba9_02b7)));
        assert_eq!((known.sampled, known.state.as_deref()), (true, Some("vendor=1")));
        assert_ne!(known.span, 0x00f0_67aa_0ba9_02b7);
        assert!(!of(&format!("00-{TRACE}-00f067aa0ba902b7-00")).sampled);
        assert_eq!(of(&format!("cc-{TRACE}-00f067aa0ba902b7-01-later")).trace_id(), TRACE);
        for bad in [
            String::new(),
            "00".to_owned(),
            format!("00-{TRACE}-x-01"),
            format!("00-{TRACE}-00f067aa0ba902b7-01-later"),
            format!("ff-{TRACE}-00f067aa0ba902b7-01"),
            format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)),
            format!("00-{TRACE}-{}-01", "0".repeat(16)),
            "\" injected".to_owned(),
        ] {
            let made = of(&bad);
            assert!(
                made.trace_id() != TRACE && made.parent.is_none() && made.state.is_none(),
                "{bad}: {made:?}"
            );
            assert_eq!((made.trace_id().len(), made.span_id().len()), (32, 16));
        }
    }

    #[test]
    fn a_share_of_traces_is_kept_the_same_one_everywhere() {
        let kept = |share: f64| {
            let sampling = Sampling { share, messages: Messages::All };
            (0..10_000).filter(|_| sampling.keeps(Uuid::new_v4().as_u128())).count()
        };
        assert_eq!((kept(0.0), kept(1.0)), (0, 10_000));
        let some = kept(0.25);
        assert!((2_000..3_000).contains(&some), "{some}");
    }

    #[test]
    fn while_nobody_listens_nothing_is_recorded() {
        let context = TraceContext::of(Some(&format!("00-{TRACE}-00f067aa0ba902b7-01")), None);
        assert!(context.sampled && !context.is_recorded());
        Span::ending(context, "nothing".to_owned(), SpanKind::Server, Clock::system().now()).finish();
    }
}
