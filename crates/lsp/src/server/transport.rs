//! The wire: framed JSON in, framed JSON out, each on a thread of its own.
//!
//! Types and writing come from the library. Its reader stops at the first message that it cannot read. This one lets
//! the server answer such a message with an error and go on.

use std::collections::HashSet;
use std::io::{BufRead, Read, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};

/// The longest message that is read, in bytes.
const MOST_BYTES: u64 = 1 << 28;
/// The longest line of a header, in bytes.
const MOST_HEADER: u64 = 4096;

/// An incoming message.
#[derive(Debug)]
pub(super) enum Incoming {
    Request(Request),
    Notification(Notification),
    Response(Response),
    /// Something that is not a message, with the error that the protocol has for it.
    Malformed {
        id: Value,
        code: ErrorCode,
        message: String,
    },
}

/// An outgoing message.
#[derive(Debug)]
pub(super) enum Outgoing {
    Message(Message),
    /// An answer to something whose id could not be read.
    Raw(Value),
}

/// What the reader knows before the server does.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    /// How many messages have arrived that change what an analysis looks at.
    edits: AtomicU64,
    /// The requests that are no longer wanted.
    pub(super) cancelled: Mutex<HashSet<RequestId>>,
}

impl Ahead {
    /// Whether more edits have arrived than this many.
    pub(super) fn is_beyond(&self, edits: u64) -> bool {
        self.edits.load(Ordering::SeqCst) != edits
    }
}

/// Whether a notification changes what an analysis looks at.
pub(super) fn is_edit(method: &str) -> bool {
    matches!(
        method,
        "textDocument/didOpen"
            | "textDocument/didChange"
            | "textDocument/didClose"
            | "workspace/didChangeWatchedFiles"
            | "workspace/didChangeWorkspaceFolders"
            | "workspace/didChangeConfiguration"
    )
}

/// Reads messages until the stream ends or can no longer be understood.
pub(super) fn reader(input: impl BufRead + Send + 'static, ahead: Arc<Ahead>) -> Receiver<Incoming> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut input = input;
        while let Some(incoming) = read(&mut input) {
            if let Incoming::Notification(notification) = &incoming {
                note(notification, &ahead);
            }
            let is_last = matches!(&incoming, Incoming::Notification(last) if last.method == "exit");
            if sender.send(incoming).is_err() || is_last {
                break;
            }
        }
    });
    receiver
}

fn note(notification: &Notification, ahead: &Ahead) {
    if is_edit(&notification.method) {
        ahead.edits.fetch_add(1, Ordering::SeqCst);
    }
    if notification.method == "$/cancelRequest"
        && let Some(id) = notification.params.get("id").and_then(request_id)
        && let Ok(mut cancelled) = ahead.cancelled.lock()
    {
        cancelled.insert(id);
    }
}

/// Writes messages until the server drops its end.
pub(super) fn writer(output: impl Write + Send + 'static) -> (Sender<Outgoing>, std::thread::JoinHandle<()>) {
    let (sender, receiver) = channel::<Outgoing>();
    let thread = std::thread::spawn(move || {
        let mut output = output;
        for outgoing in receiver {
            let written = match outgoing {
                Outgoing::Message(message) => message.write(&mut output),
                Outgoing::Raw(value) => {
                    let text = value.to_string();
                    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())
                        .and_then(|()| output.flush())
                }
            };
            // The reader has gone.
            if written.is_err() {
                break;
            }
        }
    });
    (sender, thread)
}

/// Reads the next message; nothing at the end of the stream.
fn read(input: &mut impl BufRead) -> Option<Incoming> {
    let malformed = |message: &str| {
        Some(Incoming::Malformed {
            id: Value::Null,
            code: ErrorCode::ParseError,
            message: message.to_owned(),
        })
    };
    let mut length: Option<Result<u64, ()>> = None;
    loop {
        let mut line = Vec::new();
        if input.by_ref().take(MOST_HEADER).read_until(b'\n', &mut line).ok()? == 0 {
            return None;
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches(['\r', '\n']);
        if line.is_empty() {
            match length {
                Some(_) => break,
                // Empty lines between messages are skipped.
                None => continue,
            }
        }
        match line.split_once(':') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("Content-Length") => {
                length = Some(value.trim().parse().map_err(|_| ()));
            }
            Some((name, _)) if name.trim().eq_ignore_ascii_case("Content-Type") => {}
            _ => return malformed("this is not a header: a message begins with `Content-Length: `"),
        }
    }
    let Some(Ok(length)) = length else { return malformed("`Content-Length` is not a number") };
    if length > MOST_BYTES {
        std::io::copy(&mut input.by_ref().take(length), &mut std::io::sink()).ok()?;
        return malformed("the message is longer than 256 MiB");
    }
    let mut body = Vec::new();
    if input.by_ref().take(length).read_to_end(&mut body).ok()? as u64 != length {
        return None;
    }
    match serde_json::from_slice::<Value>(&body) {
        Ok(value) => Some(message(value)),
        Err(error) => malformed(&format!("the message is not JSON: {error}")),
    }
}

/// A JSON value as a message.
fn message(mut value: Value) -> Incoming {
    let invalid = |id: Value, message: &str| Incoming::Malformed {
        id,
        code: ErrorCode::InvalidRequest,
        message: message.to_owned(),
    };
    let Some(object) = value.as_object_mut() else {
        return invalid(Value::Null, "a message must be a JSON object");
    };
    let params = object.remove("params").unwrap_or(Value::Null);
    let method = object.get("method").and_then(Value::as_str).map(str::to_owned);
    let id = object.get("id").cloned();
    let is_request = method.is_some() || object.contains_key("method");
    match (method, id) {
        (Some(method), None) => Incoming::Notification(Notification { method, params }),
        (Some(method), Some(id)) => match request_id(&id) {
            Some(id) => Incoming::Request(Request { id, method, params }),
            None => invalid(id, "the id of a request must be a 32-bit integer or a string"),
        },
        (None, Some(id))
            if !is_request && (object.contains_key("result") || object.contains_key("error")) =>
        {
            let result = object.remove("result").unwrap_or(Value::Null);
            match request_id(&id) {
                Some(id) => Incoming::Response(Response { id, response_result: Ok(result) }),
                // A response without the id of a request of ours.
                None => Incoming::Notification(Notification { method: "$/unknown".to_owned(), params }),
            }
        }
        (None, id) => {
            invalid(id.unwrap_or(Value::Null), "a message needs a `method`, or an `id` with a `result`")
        }
    }
}

pub(super) fn request_id(value: &Value) -> Option<RequestId> {
    match value {
        Value::String(text) => Some(text.clone().into()),
        Value::Number(number) => Some(i32::try_from(number.as_i64()?).ok()?.into()),
        _ => None,
    }
}

/// The answer to something that is not a message.
pub(super) fn malformed(id: &Value, code: ErrorCode, message: &str) -> Outgoing {
    let id = if id.is_string() || id.is_number() { id.clone() } else { Value::Null };
    Outgoing::Raw(json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code as i32, "message": message } }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(body: &str) -> Vec<u8> {
        format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
    }

    fn kinds(bytes: &[u8]) -> Vec<String> {
        let mut input = bytes;
        let mut kinds = Vec::new();
        while let Some(incoming) = read(&mut input) {
            kinds.push(match incoming {
                Incoming::Request(request) => format!("request {}", request.method),
                Incoming::Notification(notification) => format!("notification {}", notification.method),
                Incoming::Response(response) => format!("response {}", response.id),
                Incoming::Malformed { id, code, .. } => format!("{} {id}", code as i32),
            });
        }
        kinds
    }

    #[test]
    fn what_is_no_message_is_answered_and_the_next_one_is_read() {
        let good = r#"{"jsonrpc":"2.0","id":1,"method":"m"}"#;
        for (body, expected) in [
            (r#"{"#, "-32700 null"),
            (r#"[]"#, "-32600 null"),
            (r#"{"id":1.5,"method":"m"}"#, "-32600 1.5"),
            (r#"{"id":null,"method":"m"}"#, "-32600 null"),
            (r#"{"id":7}"#, "-32600 7"),
            (r#"{"id":7,"method":3}"#, "-32600 7"),
            (r#"{"id":99999999999,"method":"m"}"#, "-32600 99999999999"),
            (r#"{"method":"n"}"#, "notification n"),
            (r#"{"id":"x","method":"m"}"#, "request m"),
            (r#"{"id":3,"result":null}"#, "response 3"),
        ] {
            let bytes = [frame(body), frame(good)].concat();
            assert_eq!(kinds(&bytes), [expected, "request m"], "{body}");
        }
    }

    #[test]
    fn headers_may_be_odd() {
        let good = r#"{"method":"n"}"#;
        let length = good.len();
        for header in [
            format!("content-length:{length}\n\n"),
            format!("Content-Type: x\r\nContent-Length: {length}\r\n\r\n"),
            format!("\r\n\r\nContent-Length: {length}\r\n\r\n"),
        ] {
            assert_eq!(kinds(format!("{header}{good}").as_bytes()), ["notification n"], "{header:?}");
        }
        assert_eq!(kinds(b"nonsense\r\n"), ["-32700 null"]);
        assert_eq!(kinds(b"Content-Length: -1\r\n\r\n"), ["-32700 null"]);
        assert_eq!(kinds(b"Content-Length: 99999999999999\r\n\r\nx"), ["-32700 null"]);
        assert_eq!(kinds(b"Content-Length: 5\r\n\r\nx"), [""; 0]);
    }

    #[test]
    fn the_reader_of_the_library_ends_where_this_one_goes_on() {
        let good = frame(r#"{"method":"n"}"#);
        for bad in [
            frame("{"),
            frame("[]"),
            frame(r#"{"id":7,"method":3}"#),
            b"nonsense\r\n".to_vec(),
            b"Content-Length: x\r\n\r\n".to_vec(),
        ] {
            let bytes = [bad, good.clone()].concat();
            // The loop of its connection: nothing is read after an error.
            let mut input = &bytes[..];
            let theirs = std::iter::from_fn(|| Message::read(&mut input).transpose()).map_while(Result::ok);
            assert_eq!(theirs.count(), 0);
            assert_eq!(kinds(&bytes).last().map(String::as_str), Some("notification n"));
        }
        // A request with an odd id is a notification to it, which nobody answers.
        let odd = frame(r#"{"id":1.5,"method":"m"}"#);
        assert!(matches!(Message::read(&mut &odd[..]), Ok(Some(Message::Notification(_)))));
        assert_eq!(kinds(&odd), ["-32600 1.5"]);
        // It makes room for a length before a byte of the message is there.
        let length = format!("Content-Length: {}\r\n\r\n", usize::MAX);
        assert!(std::panic::catch_unwind(|| Message::read(&mut length.as_bytes())).is_err());
        assert_eq!(kinds(length.as_bytes()), ["-32700 null"]);
    }
}
