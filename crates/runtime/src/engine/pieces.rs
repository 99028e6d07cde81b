//! The pieces of a streamed body, up to the longest stream that is read.

use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};

use crate::transport::{Body, TransportError};

/// The pieces of a body.
pub(super) struct Pieces {
    body: Body,
    length: usize,
    /// The longest stream that is read, in bytes.
    most: usize,
}

impl Pieces {
    /// The pieces of a body after its first one, which is already here.
    pub(super) fn after(first: &Bytes, body: Body, most: usize) -> Self {
        Self { body, length: first.len(), most }
    }

    /// Adds the next piece to what is held.
    pub(super) fn poll_into(
        &mut self,
        held: &mut BytesMut,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<(), TransportError>>> {
        let piece = match ready!(self.body.as_mut().poll_next(context)) {
            Some(Ok(piece)) => piece,
            Some(Err(error)) => return Poll::Ready(Some(Err(error))),
            None => return Poll::Ready(None),
        };
        self.length = self.length.saturating_add(piece.len());
        if self.length > self.most {
            let message = format!("the stream is longer than {} bytes", self.most);
            return Poll::Ready(Some(Err(TransportError::Broken(message))));
        }
        held.extend_from_slice(&piece);
        Poll::Ready(Some(Ok(())))
    }
}
