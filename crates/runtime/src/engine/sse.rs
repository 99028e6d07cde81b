//! Server-sent events out of the bytes of a body, as the standard of the web reads them.

use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};

use super::event::Event;
use super::pieces::Pieces;
use crate::transport::{Body, TransportError};

const MARK: &[u8] = "\u{feff}".as_bytes();

/// Reads the events of a body.
pub(super) struct SseEvents {
    pieces: Pieces,
    /// What is not cut into lines yet.
    held: BytesMut,
    /// How much of `held` is known to have no end of a line.
    looked_at: usize,
    is_start: bool,
    /// Whether the last line ended with a carriage return, so that a line feed after it ends no line.
    after_return: bool,
    event: Event,
    has_data: bool,
}

impl SseEvents {
    /// Reads the events of a body whose first piece is already here, up to `most` bytes.
    pub(super) fn new(first: Bytes, body: Body, most: usize) -> Self {
        Self {
            pieces: Pieces::after(&first, body, most),
            held: BytesMut::from(first),
            looked_at: 0,
            is_start: true,
            after_return: false,
            event: Event::default(),
            has_data: false,
        }
    }

    /// The next event, or nothing at the end of the body. An event that is not ended by an empty line says
    /// nothing.
    pub(super) fn poll_event(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Event, TransportError>>> {
        loop {
            while let Some(line) = self.line() {
                match self.take(&line) {
                    Ok(Some(event)) => return Poll::Ready(Some(Ok(event))),
                    Ok(None) => {}
                    Err(error) => return Poll::Ready(Some(Err(error))),
                }
            }
            match ready!(self.pieces.poll_into(&mut self.held, context)) {
                Some(Ok(())) => {}
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }

    /// Cuts off the next line, without its end. Lines end with a line feed, a carriage return or both.
    fn line(&mut self) -> Option<Bytes> {
        if self.is_start {
            if self.held.len() < MARK.len() && MARK.starts_with(&self.held) {
                return None;
            }
            self.is_start = false;
            if self.held.starts_with(MARK) {
                self.held.advance(MARK.len());
            }
        }
        if self.after_return && !self.held.is_empty() {
            self.after_return = false;
            if self.held.starts_with(b"\n") {
                self.held.advance(1);
            }
        }
        let rest = &self.held[self.looked_at..];
        let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
            self.looked_at = self.held.len();
            return None;
        };
        let line = self.held.split_to(self.looked_at + end).freeze();
        self.looked_at = 0;
        self.after_return = self.held.starts_with(b"\r");
        self.held.advance(1);
        Some(line)
    }

    /// Takes a line in. An empty one ends an event; one without data is none.
    fn take(&mut self, line: &[u8]) -> Result<Option<Event>, TransportError> {
        let line = std::str::from_utf8(line)
            .map_err(|_| TransportError::Broken("the stream is not UTF-8".into()))?;
        if line.is_empty() {
            let event = std::mem::take(&mut self.event);
            return Ok(std::mem::take(&mut self.has_data).then_some(event));
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event.name),
            "data" => {
                if std::mem::replace(&mut self.has_data, true) {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
            }
            // A comment has an empty name. Ids and times to connect again say nothing here.
            _ => {}
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use futures_util::stream;

    use super::*;

    async fn read(pieces: &[&'static [u8]]) -> Vec<(String, String)> {
        let pieces: Vec<_> = pieces.iter().map(|piece| Ok(Bytes::from_static(piece))).collect();
        let mut events = SseEvents::new(Bytes::new(), Box::pin(stream::iter(pieces)), 1 << 20);
        let mut read = Vec::new();
        while let Some(event) = poll_fn(|context| events.poll_event(context)).await {
            let event = event.unwrap();
            read.push((event.name, event.data));
        }
        read
    }

    fn expected<const N: usize>(events: [(&str, &str); N]) -> Vec<(String, String)> {
        events.map(|(name, data)| (name.to_owned(), data.to_owned())).into()
    }

    #[tokio::test]
    async fn a_mark_at_the_start_is_skipped_however_it_is_cut() {
        for pieces in [
            &[b"data: x\n\n".as_slice()][..],
            &[b"\xef\xbb\xbfdata: x\n\n"],
            &[b"\xef", b"\xbb", b"\xbf", b"data: x\n\n"],
            &[b"", b"\xef\xbb", b"\xbfda", b"ta: x\n\n"],
            &[b"\xef\xbb\xbfdata: x\n", b"\n"],
            &[b"data: x\r", b"\n\r", b"\n"],
            &[b"data: x\r\r"],
            &[b"d", b"a", b"ta: x", b"\n\nda", b"ta: y"],
        ] {
            assert_eq!(read(pieces).await, expected([("", "x")]), "{pieces:?}");
        }
        assert_eq!(read(&[b"\xef\xbb\xbf"]).await, []);
        assert_eq!(read(&[b"\xef"]).await, []);
    }

    #[tokio::test]
    async fn comments_are_no_events_and_lines_may_end_in_every_way() {
        let text = b": ping\n\nevent: a\ndata: 1\ndata: 2\n\ndata:3\r\n\r\n: end\n\ndata: cut";
        assert_eq!(read(&[text]).await, expected([("a", "1\n2"), ("", "3")]));
        let text = b"data\n\ndata:  two\nid: 7\nretry: 5\nother\n\nevent: lonely\n\ndata: \ndata\n\n";
        assert_eq!(read(&[text]).await, expected([("", ""), ("", " two"), ("", "\n")]));
    }

    #[tokio::test]
    async fn a_text_says_the_same_however_it_is_cut() {
        let text = "event: a\r\ndata: \u{e4}\u{1f600}\r\n\r\n: c\rdata: x\ndata: y\r\r\n".as_bytes();
        let whole = read(&[text]).await;
        assert_eq!(whole, expected([("a", "\u{e4}\u{1f600}"), ("", "x\ny")]));
        for cut in 0..text.len() {
            let (first, second) = text.split_at(cut);
            assert_eq!(read(&[first, second]).await, whole, "{cut}");
        }
    }
}
