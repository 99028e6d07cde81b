//! A streamed answer: its events as the server sent them, or rewritten, an error where one comes, and the end.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::response::Response;
use bytes::{BufMut, Bytes, BytesMut};
use clientc_plan::json::Value;
use clientc_runtime::{ChatStream, Chunk, Error, Usage};
use futures_util::Stream;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use http::{HeaderValue, StatusCode};

use crate::answer::Writer;
use crate::call::Call;
use crate::drain;
use crate::failure::Failed;
use crate::wire;

/// How much is gathered before it is sent, in bytes.
const ENOUGH: usize = 32 * 1024;
const DONE: &[u8] = b"data: [DONE]\n\n";

/// The events of a streamed answer. Dropping it ends the request upstream.
struct Events {
    /// The chunks that arrive; `None` once the caller has left.
    chunks: Option<ChatStream>,
    writer: Writer,
    /// Whether events go on as the server sent them. What is read from them is then left out.
    is_verbatim: bool,
    wants_usage: bool,
    usage: Option<Usage>,
    /// The call; `None` once it is over.
    call: Option<Call>,
    /// Comes to its end when calls are cut off.
    cutting: Pin<Box<dyn Future<Output = ()> + Send>>,
}

/// Makes the answer of a stream that has begun.
pub(crate) fn response(call: Call, chunks: ChatStream, asked: &str, wants_usage: bool) -> Response {
    let events = Events {
        chunks: Some(chunks),
        writer: Writer::new(asked, wants_usage),
        is_verbatim: false,
        wants_usage,
        usage: None,
        cutting: Box::pin(call.gateway.cutting()),
        call: Some(call),
    };
    let mut response = Response::new(Body::from_stream(events));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    // Proxies like nginx would hold events back.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

impl Stream for Events {
    type Item = Result<Bytes, Infallible>;

    /// Everything that is there, in one piece.
    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.call.is_none() {
            return Poll::Ready(None);
        }
        let mut out = BytesMut::new();
        while out.len() < ENOUGH && this.call.is_some() {
            let Some(chunks) = &mut this.chunks else { return Poll::Ready(None) };
            if this.call.as_ref().is_some_and(|call| call.gateway.is_cut_off()) {
                this.cut_off(&mut out);
                break;
            }
            match Pin::new(chunks).poll_next(context) {
                Poll::Ready(Some(Ok(chunk))) => this.chunk(chunk, &mut out),
                Poll::Ready(Some(Err(error))) => this.fail(error, &mut out),
                Poll::Ready(None) => this.end(&mut out),
                Poll::Pending if out.is_empty() => match this.cutting.as_mut().poll(context) {
                    Poll::Ready(()) => {}
                    Poll::Pending => return Poll::Pending,
                },
                Poll::Pending => break,
            }
        }
        Poll::Ready(Some(Ok(out.freeze())))
    }
}

impl Events {
    fn chunk(&mut self, chunk: Chunk, out: &mut BytesMut) {
        match chunk {
            Chunk::Wire(data) => {
                self.is_verbatim = true;
                if self.wants_usage || !wire::is_usage_alone(&data) {
                    event(data.as_bytes(), out);
                }
            }
            Chunk::Usage(usage) if self.is_verbatim => self.usage = Some(usage),
            _ if self.is_verbatim => {}
            chunk => {
                if let Chunk::Usage(usage) = &chunk {
                    self.usage = Some(*usage);
                }
                if let Some(value) = self.writer.chunk(chunk) {
                    object(&value, out);
                }
            }
        }
    }

    /// Reports an error in the stream, because its head has been sent already.
    fn fail(&mut self, error: Error, out: &mut BytesMut) {
        event(Failed::new(&error).body.as_bytes(), out);
        out.put_slice(DONE);
        if let Some(call) = self.call.take() {
            call.ended_in(error, StatusCode::OK);
        }
    }

    /// Ends the call because the gateway stops, and says so.
    fn cut_off(&mut self, out: &mut BytesMut) {
        object(&drain::error(), out);
        out.put_slice(DONE);
        self.leave();
        self.call = None;
    }

    /// Ends the request upstream. The call ends with it, while it is still the current one.
    fn leave(&mut self) {
        if let (Some(call), Some(chunks)) = (&self.call, self.chunks.take()) {
            call.at_its_end().ending(|| drop(chunks));
        }
    }

    fn end(&mut self, out: &mut BytesMut) {
        if !self.is_verbatim {
            self.writer.end().iter().for_each(|value| object(value, out));
        }
        out.put_slice(DONE);
        let record = self.chunks.as_ref().and_then(ChatStream::record);
        if let (Some(call), Some(record)) = (self.call.take(), record) {
            call.ended(record.clone(), StatusCode::OK, self.usage, None);
        }
    }
}

/// The caller left.
impl Drop for Events {
    fn drop(&mut self) {
        self.leave();
    }
}

fn object(value: &Value, out: &mut BytesMut) {
    event(value.to_string().as_bytes(), out);
}

/// Writes an event. Data of several lines has the field in front of each.
fn event(data: &[u8], out: &mut BytesMut) {
    for line in data.split(|byte| *byte == b'\n') {
        out.put_slice(b"data: ");
        out.put_slice(line);
        out.put_u8(b'\n');
    }
    out.put_u8(b'\n');
}
