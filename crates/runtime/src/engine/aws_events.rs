//! The binary event stream of AWS.

use std::task::{Context, Poll, ready};

use aws_smithy_eventstream::frame::{DecodedFrame, MessageFrameDecoder};
use aws_smithy_types::event_stream::Message;
use bytes::{Bytes, BytesMut};
use clientc_plan::json::{Value, json};

use super::event::Event;
use super::pieces::Pieces;
use crate::transport::{Body, TransportError};

/// Reads the events of a body.
pub(super) struct AwsEvents {
    pieces: Pieces,
    held: BytesMut,
    decoder: MessageFrameDecoder,
}

impl AwsEvents {
    /// Reads the events of a body whose first piece is already here, up to `most` bytes.
    pub(super) fn new(first: Bytes, body: Body, most: usize) -> Self {
        let pieces = Pieces::after(&first, body, most);
        Self { pieces, held: BytesMut::from(first), decoder: MessageFrameDecoder::new() }
    }

    /// The next event, or nothing at the end of the body.
    pub(super) fn poll_event(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Event, TransportError>>> {
        loop {
            match self.decoder.decode_frame(&mut self.held) {
                Ok(DecodedFrame::Complete(message)) => return Poll::Ready(Some(event_of(&message))),
                Ok(DecodedFrame::Incomplete) => {}
                Err(_) => return Poll::Ready(Some(Err(broken("cannot read a frame of the stream")))),
            }
            match ready!(self.pieces.poll_into(&mut self.held, context)) {
                Some(Ok(())) => {}
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

/// Reads a message. An exception becomes an event named `error`, in the form that other providers use.
fn event_of(message: &Message) -> Result<Event, TransportError> {
    let header = |name: &str| {
        let found = message.headers().iter().find(|header| header.name().as_str() == name)?;
        found.value().as_string().ok().map(|text| text.as_str().to_owned())
    };
    let payload =
        std::str::from_utf8(message.payload()).map_err(|_| broken("the data of an event is not text"))?;
    let error = match header(":message-type").as_deref() {
        Some("exception") => header(":exception-type").map(|kind| {
            let body = Value::parse(payload).ok();
            let message = body.as_ref().and_then(|body| body.get("message")).and_then(Value::as_str);
            (kind, message.unwrap_or_default().to_owned())
        }),
        Some("error") => {
            Some((header(":error-code").unwrap_or_default(), header(":error-message").unwrap_or_default()))
        }
        _ => None,
    };
    Ok(match error {
        Some((kind, message)) => Event {
            name: "error".into(),
            data: json!({"error": {"type": kind, "message": message}}).to_string(),
        },
        None => Event { name: header(":event-type").unwrap_or_default(), data: payload.to_owned() },
    })
}

fn broken(message: &str) -> TransportError {
    TransportError::Broken(message.to_owned())
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use aws_smithy_eventstream::frame::write_message_to;
    use aws_smithy_types::event_stream::{Header, HeaderValue};
    use futures_util::stream;

    use super::*;

    fn frame(headers: &[(&'static str, &'static str)], payload: &'static str) -> Vec<u8> {
        let mut message = Message::new(payload.as_bytes());
        for (name, value) in headers {
            message = message.add_header(Header::new(*name, HeaderValue::String((*value).into())));
        }
        let mut bytes = Vec::new();
        write_message_to(&message, &mut bytes).unwrap();
        bytes
    }

    async fn read(bytes: &[u8], piece: usize) -> Result<Vec<Event>, TransportError> {
        let pieces: Vec<_> = bytes.chunks(piece).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        let mut events = AwsEvents::new(Bytes::new(), Box::pin(stream::iter(pieces)), 1 << 20);
        let mut read = Vec::new();
        while let Some(event) = poll_fn(|context| events.poll_event(context)).await {
            read.push(event?);
        }
        Ok(read)
    }

    #[tokio::test]
    async fn frames_are_events_however_they_are_cut() {
        let event = |name, data: &'static str| {
            frame(
                &[(":message-type", "event"), (":event-type", name), (":content-type", "application/json")],
                data,
            )
        };
        let mut bytes = event("messageStart", r#"{"role":"assistant"}"#);
        bytes.extend(event("contentBlockDelta", r#"{"delta":{"text":"Hi"}}"#));
        bytes.extend(frame(
            &[(":message-type", "exception"), (":exception-type", "throttlingException")],
            r#"{"message":"slow down"}"#,
        ));
        bytes.extend(frame(
            &[(":message-type", "error"), (":error-code", "internalFailure"), (":error-message", "Sorry.")],
            "",
        ));
        for piece in [1, 7, 4096] {
            let events = read(&bytes, piece).await.unwrap();
            let names: Vec<_> = events.iter().map(|event| &*event.name).collect();
            assert_eq!(names, ["messageStart", "contentBlockDelta", "error", "error"]);
            assert_eq!(events[3].data, r#"{"error":{"type":"internalFailure","message":"Sorry."}}"#);
            assert_eq!(events[1].data, r#"{"delta":{"text":"Hi"}}"#);
            assert_eq!(events[2].data, r#"{"error":{"type":"throttlingException","message":"slow down"}}"#);
        }
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        assert!(read(&bytes, 4096).await.is_err(), "a wrong sum is noticed");
    }
}
