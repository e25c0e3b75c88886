//! A connection whose peer has to go on taking what is sent to it.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

/// So many bytes have to be taken within the time, or the peer counts as one that takes nothing: a byte now and then
/// would keep an answer in memory for days.
const LEAST: usize = 16 << 10;

/// A stream that fails when its peer takes less than [`LEAST`] bytes within a time although more are waiting for it.
/// While nothing waits to be sent, no time runs.
#[derive(Debug)]
pub(crate) struct SlowClientGuard<S> {
    stream: S,
    within: Duration,
    waiting: Option<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    until: Pin<Box<Sleep>>,
    taken: usize,
}

impl<S> SlowClientGuard<S> {
    pub(crate) fn new(stream: S, within: Duration) -> Self {
        Self { stream, within, waiting: None }
    }

    /// Notes how a write went; fails when the peer has had its time.
    fn note(&mut self, context: &mut Context<'_>, wrote: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match wrote {
            Poll::Ready(Ok(length)) => {
                if let Some(waiting) = &mut self.waiting {
                    waiting.taken += length;
                    if waiting.taken >= LEAST {
                        self.waiting = None;
                    }
                }
                Poll::Ready(Ok(length))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                let within = self.within;
                let waiting =
                    self.waiting.get_or_insert_with(|| Waiting { until: Box::pin(sleep(within)), taken: 0 });
                // The sleep wakes the connection when it is over.
                ready!(waiting.until.as_mut().poll(context));
                Poll::Ready(Err(io::Error::new(
                    io::ErrorKind::TimedOut,
                    "the client takes nothing of the answer",
                )))
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for SlowClientGuard<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for SlowClientGuard<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write(context, buffer);
        self.note(context, wrote)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write_vectored(context, buffers);
        self.note(context, wrote)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// Asked for when everything that waited has been written: no time runs from here on.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.waiting = None;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    const WITHIN: Duration = Duration::from_millis(100);

    #[tokio::test]
    async fn who_takes_nothing_is_let_go() {
        let (ours, _theirs) = duplex(1_024);
        let mut stream = SlowClientGuard::new(ours, WITHIN);
        let failed = stream.write_all(&[0; 10_000]).await.unwrap_err();
        assert_eq!(failed.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn who_takes_a_byte_now_and_then_is_let_go() {
        let (ours, mut theirs) = duplex(1_024);
        let mut stream = SlowClientGuard::new(ours, WITHIN);
        let drip = async {
            loop {
                tokio::time::sleep(WITHIN / 10).await;
                if theirs.read_u8().await.is_err() {
                    break;
                }
            }
        };
        let block = vec![0; 1 << 20];
        tokio::select! {
            wrote = stream.write_all(&block) => {
                assert_eq!(wrote.unwrap_err().kind(), io::ErrorKind::TimedOut);
            }
            () = drip => panic!("the reader ended first"),
        }
    }

    #[tokio::test]
    async fn who_takes_slowly_and_steadily_gets_everything() {
        let (ours, mut theirs) = duplex(1_024);
        let reader = tokio::spawn(async move {
            let (mut all, mut buffer) = (0, vec![0; 4_096]);
            while let Ok(length @ 1..) = theirs.read(&mut buffer).await {
                all += length;
                tokio::time::sleep(WITHIN / 100).await;
            }
            all
        });
        let mut stream = SlowClientGuard::new(ours, WITHIN);
        stream.write_all(&vec![0; 200 << 10]).await.unwrap();
        stream.flush().await.unwrap();
        // No time runs while there is nothing to send.
        tokio::time::sleep(3 * WITHIN).await;
        stream.write_all(&vec![0; 200 << 10]).await.unwrap();
        drop(stream);
        assert_eq!(reader.await.unwrap(), 400 << 10);
    }
}
