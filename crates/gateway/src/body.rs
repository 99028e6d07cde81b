//! Reads the body of a request within its limits.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, EXPECT};
use http::{HeaderMap, HeaderValue};
use http_body::Body;
use http_body_util::BodyExt;

use crate::call_settings::CallSettings;
use crate::refusal::{Reason, Refusal};

/// How long what is left of a body is read after its request was refused.
const LINGER: Duration = Duration::from_secs(2);

/// Reads a body to its end.
pub(crate) async fn read<B>(
    headers: &HeaderMap,
    body: &mut B,
    settings: &CallSettings,
) -> Result<Bytes, Refusal>
where
    B: Body<Data = Bytes> + Unpin,
{
    let limit = settings.max_body_bytes;
    let is_plain =
        |value: &&HeaderValue| value.is_empty() || value.as_bytes().eq_ignore_ascii_case(b"identity");
    let encoding = headers.get(CONTENT_ENCODING).filter(|value| !is_plain(value));
    if encoding.is_some() {
        let message = "compressed bodies are not supported: send the body without `Content-Encoding`";
        return Err(Refusal::new(Reason::UnsupportedEncoding, message));
    }
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: usize| length > limit) {
        return Err(too_large(limit));
    }
    match tokio::time::timeout(settings.body_timeout, whole(body, limit)).await {
        Ok(read) => read,
        Err(_) => {
            let ms = settings.body_timeout.as_millis();
            Err(Refusal::new(Reason::SlowBody, format!("the body did not arrive within {ms} ms")))
        }
    }
}

/// Reads what is left of the body of a request that was refused, and drops it: a caller who is still sending would see
/// a connection that breaks, and not the answer.
pub(crate) fn discard<B>(headers: &HeaderMap, mut body: B)
where
    B: Body<Data = Bytes> + Unpin + Send + 'static,
{
    // Who waits to be asked for the body sends none.
    if body.is_end_stream() || headers.contains_key(EXPECT) {
        return;
    }
    let rest = async move { while let Some(Ok(_)) = body.frame().await {} };
    tokio::spawn(tokio::time::timeout(LINGER, rest));
}

async fn whole<B: Body<Data = Bytes> + Unpin>(body: &mut B, limit: usize) -> Result<Bytes, Refusal> {
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            return Err(Refusal::new(Reason::BadRequest, "the body ended early"));
        };
        let Ok(piece) = frame.into_data() else { continue };
        if first.len() + rest.len() + piece.len() > limit {
            return Err(too_large(limit));
        }
        // Nearly every body comes in one piece, which is then not copied.
        match first.is_empty() && rest.is_empty() {
            true => first = piece,
            false => {
                if rest.is_empty() {
                    rest.extend_from_slice(&first);
                    first = Bytes::new();
                }
                rest.extend_from_slice(&piece);
            }
        }
    }
    Ok(if rest.is_empty() { first } else { rest.freeze() })
}

fn too_large(limit: usize) -> Refusal {
    Refusal::new(Reason::BodyTooLarge, format!("the body is longer than {limit} bytes"))
}
