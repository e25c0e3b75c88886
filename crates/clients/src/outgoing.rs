//! What is sent.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use http_body_util::{Either, Full};
use hyper::body::{Body, Bytes, Frame};
use tokio::sync::mpsc;

/// A body that is sent.
#[derive(Debug)]
pub enum Outgoing {
    /// All of it.
    Whole(Vec<u8>),
    /// Part by part, as they come; an [`Aborted`] one cuts the request off, so that nobody takes what was sent for the whole.
    Parts(mpsc::Receiver<Result<Vec<u8>, Aborted>>),
}

/// The rest of a body will not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the rest of the body will not come")]
pub struct Aborted;

/// A body of parts.
#[derive(Debug)]
pub(crate) struct StreamedBody(mpsc::Receiver<Result<Vec<u8>, Aborted>>);

impl Body for StreamedBody {
    type Data = Bytes;
    type Error = Aborted;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Aborted>>> {
        let part = self.0.poll_recv(context);
        part.map(|part| part.map(|part| part.map(|bytes| Frame::data(Bytes::from(bytes)))))
    }
}

impl From<Outgoing> for Either<Full<Bytes>, StreamedBody> {
    fn from(body: Outgoing) -> Self {
        match body {
            Outgoing::Whole(bytes) => Self::Left(Full::new(Bytes::from(bytes))),
            Outgoing::Parts(parts) => Self::Right(StreamedBody(parts)),
        }
    }
}
