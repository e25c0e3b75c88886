//! The lines of a stream, in batches, under limits.

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
