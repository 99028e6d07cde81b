//! Server-sent events out of the bytes of a body.

use crate::transport::{Body, TransportError};
use bytes::{Buf, Bytes, BytesMut};
use eventsource_stream::{EventStream, Eventsource};
use futures_util::Stream;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// The longest stream that is read, in bytes.
const MAX_STREAM_BYTES: usize = 256 * 1024 * 1024;
const MARK: &[u8] = "\u{feff}".as_bytes();

/// The events of a body.
pub(super) type Events = EventStream<Lines>;

/// Reads the events of a body.
pub(super) fn events(body: Body) -> Events {
    Lines { body, is_start: true, held: BytesMut::new(), length: 0 }.eventsource()
}

/// A body in pieces that end with a line, and without the byte order mark that may begin it. The reader of events
/// looks at an unfinished line again with each piece, and cannot take a mark.
pub(super) struct Lines {
    body: Body,
    /// Whether what is held may still begin with a part of the mark.
    is_start: bool,
    /// The line that is not at its end.
    held: BytesMut,
    length: usize,
}

impl Lines {
    /// Takes a piece in, and returns the lines that it ends.
    fn take(&mut self, mut piece: Bytes) -> Option<Bytes> {
        if self.is_start {
            self.held.extend_from_slice(&piece);
            if self.held.len() < MARK.len() && MARK.starts_with(&self.held) {
                return None;
            }
            self.is_start = false;
            if self.held.starts_with(MARK) {
                self.held.advance(MARK.len());
            }
            piece = std::mem::take(&mut self.held).freeze();
        }
        let Some(end) = piece.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')) else {
            self.held.extend_from_slice(&piece);
            return None;
        };
        let lines = piece.split_to(end + 1);
        if self.held.is_empty() {
            self.held.extend_from_slice(&piece);
            return Some(lines);
        }
        self.held.extend_from_slice(&lines);
        let lines = std::mem::replace(&mut self.held, BytesMut::from(&*piece));
        Some(lines.freeze())
    }
}

impl Stream for Lines {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let piece = match ready!(self.body.as_mut().poll_next(context)) {
                Some(Ok(piece)) => piece,
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                // A line without an end says nothing.
                None => return Poll::Ready(None),
            };
            self.length = self.length.saturating_add(piece.len());
            if self.length > MAX_STREAM_BYTES {
                let message = format!("the stream is longer than {MAX_STREAM_BYTES} bytes");
                return Poll::Ready(Some(Err(TransportError::Broken(message))));
            }
            if let Some(lines) = self.take(piece) {
                return Poll::Ready(Some(Ok(lines)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{StreamExt, stream};

    async fn read(pieces: &[&'static [u8]]) -> Vec<(String, String)> {
        let pieces: Vec<_> = pieces.iter().map(|piece| Ok(Bytes::from_static(piece))).collect();
        let body: Body = Box::pin(stream::iter(pieces));
        let mut events = Box::pin(events(body));
        let mut read = Vec::new();
        while let Some(event) = events.next().await {
            let event = event.unwrap();
            read.push((event.event, event.data));
        }
        read
    }

    #[tokio::test]
    async fn a_mark_at_the_start_is_skipped_however_it_is_cut() {
        let expected = [("message".to_owned(), "x".to_owned())];
        for pieces in [
            &[b"data: x\n\n".as_slice()][..],
            &[b"\xef\xbb\xbfdata: x\n\n"],
            &[b"\xef", b"\xbb", b"\xbf", b"data: x\n\n"],
            &[b"", b"\xef\xbb", b"\xbfda", b"ta: x\n\n"],
            &[b"\xef\xbb\xbfdata: x\n", b"\n"],
            &[b"data: x\r", b"\n\r", b"\n"],
            &[b"d", b"a", b"ta: x", b"\n\nda", b"ta: y"],
        ] {
            assert_eq!(read(pieces).await, expected);
        }
        assert_eq!(read(&[b"\xef\xbb\xbf"]).await, []);
        assert_eq!(read(&[b"\xef"]).await.len(), 0);
    }

    #[tokio::test]
    async fn comments_are_no_events_and_lines_may_end_in_every_way() {
        let text = b": ping\n\nevent: a\ndata: 1\ndata: 2\n\ndata:3\r\n\r\n: end\n\ndata: cut";
        let expected =
            [("a", "1\n2"), ("message", "3")].map(|(name, data)| (name.to_owned(), data.to_owned()));
        assert_eq!(read(&[text]).await, expected);
    }
}
