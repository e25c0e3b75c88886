//! The lines of a stream, in batches, under limits.
//!
//! A document that is written over several lines for people (`plumbline report --print` on a terminal) is one line, too: it begins
//! with a line that is `{` alone and ends with the next one that is `}` alone. No document on one line is like that.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _};

/// How many lines make a batch.
pub const MAX_BATCH_LINES: usize = 500;
/// No report is longer, in bytes; a batch that has so many takes no further line.
pub const MAX_LINE_BYTES: usize = 4 << 20;

/// A line that is not blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number in the stream, from 1; blank lines count.
    pub number: u64,
    /// Without its end; absent when it is longer than [`MAX_LINE_BYTES`].
    pub text: Option<Vec<u8>>,
}

/// Reads lines. What it holds at a time is limited, whatever the stream brings.
#[derive(Debug)]
pub struct LineReader<R> {
    stream: R,
    number: u64,
}

impl<R: AsyncBufRead + Unpin> LineReader<R> {
    /// Begins with the first line.
    pub fn new(stream: R) -> Self {
        Self { stream, number: 0 }
    }

    /// The next lines, as many as make a batch; none at the end of the stream.
    pub async fn batch(&mut self) -> io::Result<Vec<Line>> {
        let mut lines = Vec::new();
        let mut bytes = 0;
        while lines.len() < MAX_BATCH_LINES && bytes < MAX_LINE_BYTES {
            let Some(line) = self.line().await? else { break };
            if line.text.as_ref().is_none_or(|text| !text.trim_ascii().is_empty()) {
                bytes += line.text.as_ref().map_or(0, Vec::len);
                lines.push(line);
            }
        }
        Ok(lines)
    }

    async fn line(&mut self) -> io::Result<Option<Line>> {
        let Some(mut line) = self.one_line().await? else { return Ok(None) };
        let begins =
            |text: &[u8]| text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii_end() == b"{";
        if !line.text.as_deref().is_some_and(begins) {
            return Ok(Some(line));
        }
        while let Some(next) = self.one_line().await? {
            let ends = next.text.as_deref().is_some_and(|text| text.trim_ascii_end() == b"}");
            line.text = match (line.text, next.text) {
                (Some(mut whole), Some(text)) if whole.len() + text.len() < MAX_LINE_BYTES => {
                    // Between the lines of JSON a blank is as good.
                    whole.push(b' ');
                    whole.extend_from_slice(&text);
                    Some(whole)
                }
                _ => None,
            };
            if ends {
                break;
            }
        }
        Ok(Some(line))
    }

    async fn one_line(&mut self) -> io::Result<Option<Line>> {
        let mut text = Vec::new();
        let longest = MAX_LINE_BYTES as u64 + 1;
        if (&mut self.stream).take(longest).read_until(b'\n', &mut text).await? == 0 {
            return Ok(None);
        }
        self.number += 1;
        if text.last() == Some(&b'\n') {
            text.pop();
        } else if text.len() > MAX_LINE_BYTES {
            self.skip().await?;
            return Ok(Some(Line { number: self.number, text: None }));
        }
        Ok(Some(Line { number: self.number, text: Some(text) }))
    }

    /// Goes behind the end of the line.
    async fn skip(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.stream.fill_buf().await?;
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let (length, done) = end.map_or((buffer.len(), buffer.is_empty()), |end| (end + 1, true));
            self.stream.consume(length);
            if done {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn batches(text: &[u8]) -> Vec<Vec<(u64, Option<usize>)>> {
        let mut reader = LineReader::new(text);
        let mut all = Vec::new();
        loop {
            let batch = reader.batch().await.unwrap();
            if batch.is_empty() {
                return all;
            }
            all.push(batch.into_iter().map(|line| (line.number, line.text.map(|text| text.len()))).collect());
        }
    }

    #[tokio::test]
    async fn blank_lines_count_and_are_left_out() {
        assert_eq!(batches(b"").await, Vec::<Vec<_>>::new());
        assert_eq!(batches(b"\n \r\n").await, Vec::<Vec<_>>::new());
        assert_eq!(batches(b"\nab\n\t\nabc").await, [[(2, Some(2)), (4, Some(3))]]);
    }

    #[tokio::test]
    async fn a_document_over_several_lines_is_one() {
        let text = b"\xef\xbb\xbf{\r\n  \"a\": {\n  }\n}\n{\"b\": 1}\n{\n\"c\": 2\n}";
        let mut reader = LineReader::new(&text[..]);
        let lines = reader.batch().await.unwrap();
        let read = |line: &Line| {
            let text = line.text.as_deref().unwrap();
            serde_json::from_slice::<serde_json::Value>(text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text))
                .unwrap()
        };
        let read: Vec<_> = lines.iter().map(|line| (line.number, read(line).to_string())).collect();
        let expected = [(1, r#"{"a":{}}"#), (5, r#"{"b":1}"#), (6, r#"{"c":2}"#)];
        assert_eq!(read, expected.map(|(number, text)| (number, text.to_owned())));
        let long = format!("{{\n{}\n{}\n}}\nb\n", "x".repeat(MAX_LINE_BYTES), "y");
        assert_eq!(batches(long.as_bytes()).await, [[(1, None), (5, Some(1))]]);
        assert_eq!(batches(b"{\n\"a\"").await, [[(1, Some(5))]], "one that does not end");
    }

    #[tokio::test]
    async fn a_batch_has_an_end() {
        let many = "x\n".repeat(MAX_BATCH_LINES + 1);
        let lengths: Vec<_> = batches(many.as_bytes()).await.iter().map(Vec::len).collect();
        assert_eq!(lengths, [MAX_BATCH_LINES, 1]);
        let large = format!("{}\n", "x".repeat(MAX_LINE_BYTES)).repeat(2);
        assert_eq!(
            batches(large.as_bytes()).await,
            [[(1, Some(MAX_LINE_BYTES))], [(2, Some(MAX_LINE_BYTES))]]
        );
    }

    #[tokio::test]
    async fn of_a_line_that_is_too_long_only_the_place_is_kept() {
        let long = "x".repeat(3 * MAX_LINE_BYTES);
        assert_eq!(batches(long.as_bytes()).await, [[(1, None)]]);
        let between = format!("a\n{long}\nb\n");
        assert_eq!(batches(between.as_bytes()).await, [[(1, Some(1)), (2, None), (3, Some(1))]]);
    }
}
