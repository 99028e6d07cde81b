//! Server-sent events out of the bytes of a body.

use crate::transport::{Body, TransportError};
use bytes::{Buf, Bytes, BytesMut};
use eventsource_stream::{EventStream, Eventsource};
use futures_util::Stream;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// The events of a body.
pub(super) type Events = EventStream<WithoutMark>;

/// Reads the events of a body.
pub(super) fn events(body: Body) -> Events {
    WithoutMark { body, start: Some(BytesMut::new()) }.eventsource()
}

/// A body without the byte order mark that may begin it. The reader of events cannot take one.
pub(super) struct WithoutMark {
    body: Body,
    /// The first bytes, as long as they may be a part of the mark.
    start: Option<BytesMut>,
}

const MARK: &[u8] = "\u{feff}".as_bytes();

impl Stream for WithoutMark {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let piece = ready!(self.body.as_mut().poll_next(context));
            let Some(mut start) = self.start.take() else {
                return Poll::Ready(piece);
            };
            let is_more = match &piece {
                Some(Ok(bytes)) => {
                    start.extend_from_slice(bytes);
                    true
                }
                Some(Err(_)) => return Poll::Ready(piece),
                None => false,
            };
            if is_more && start.len() < MARK.len() && MARK.starts_with(&start) {
                self.start = Some(start);
                continue;
            }
            if start.starts_with(MARK) {
                start.advance(MARK.len());
            }
            return Poll::Ready((is_more || !start.is_empty()).then(|| Ok(start.freeze())));
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
        ] {
            assert_eq!(read(pieces).await, expected);
        }
        assert_eq!(read(&[b"\xef\xbb\xbf"]).await, []);
    }

    #[tokio::test]
    async fn comments_are_no_events_and_lines_may_end_in_every_way() {
        let text = b": ping\n\nevent: a\ndata: 1\ndata: 2\n\ndata:3\r\n\r\n: end\n\ndata: cut";
        let expected =
            [("a", "1\n2"), ("message", "3")].map(|(name, data)| (name.to_owned(), data.to_owned()));
        assert_eq!(read(&[text]).await, expected);
    }
}
