//! Answers that are compressed though nobody asked for that.

use http::HeaderMap;
use http::header::CONTENT_ENCODING;

/// The codings that servers know.
const CODINGS: [&str; 6] = ["gzip", "x-gzip", "deflate", "br", "zstd", "compress"];

/// The coding of a compressed answer. It is never asked for, so such an answer cannot be read.
pub(super) fn coding(headers: &HeaderMap) -> Option<&'static str> {
    let text = headers.get(CONTENT_ENCODING)?.to_str().ok()?;
    // The last one is the outermost.
    let outermost = text.rsplit(',').next()?.trim();
    CODINGS.into_iter().find(|coding| coding.eq_ignore_ascii_case(outermost))
}
