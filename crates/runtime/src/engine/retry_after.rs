//! How long a server asks to wait.

use std::time::{Duration, SystemTime};

use http::HeaderMap;

/// The wait that the headers of an answer ask for, rounded up to whole milliseconds. `retry-after-ms` is more
/// exact than `Retry-After` and goes before it. What cannot be read asks for nothing.
pub(super) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    retry_after_ms(headers, now).map(Duration::from_millis)
}

fn retry_after_ms(headers: &HeaderMap, now: SystemTime) -> Option<u64> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let exact = text("retry-after-ms").and_then(|text| ceil_ms(text, 1.0));
    exact.or_else(|| {
        let text = text("retry-after")?;
        ceil_ms(text, 1000.0).or_else(|| {
            let wait = httpdate::parse_http_date(text).ok()?.duration_since(now).unwrap_or_default();
            u64::try_from(wait.as_micros().div_ceil(1000)).ok()
        })
    })
}

/// Reads a number that is not negative, in units of this many milliseconds.
fn ceil_ms(text: &str, unit_ms: f64) -> Option<u64> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let number: f64 = text.parse().ok().filter(|_| is_number)?;
    // A number beyond the range stops at its end, which no limit allows to wait for.
    // What a double adds below a microsecond is no part of what was written.
    let exact_ms = (number * unit_ms * 1000.0).round() / 1000.0;
    Some(exact_ms.ceil() as u64)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn read(pairs: &[(&'static str, &'static str)]) -> Option<u64> {
        let headers = pairs
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), HeaderValue::from_static(value)));
        retry_after_ms(&headers.collect(), SystemTime::UNIX_EPOCH + Duration::from_millis(784_111_770_500))
    }

    #[test]
    fn seconds_dates_and_milliseconds_are_read() {
        assert_eq!(read(&[("retry-after", "2")]), Some(2000));
        assert_eq!(read(&[("retry-after", " 1.5 ")]), Some(1500));
        assert_eq!(read(&[("retry-after", "0.029")]), Some(29));
        assert_eq!(read(&[("retry-after", "0.0291")]), Some(30));
        assert_eq!(read(&[("retry-after-ms", "250")]), Some(250));
        assert_eq!(read(&[("retry-after", "2"), ("retry-after-ms", "250.2")]), Some(251));
        assert_eq!(read(&[("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")]), Some(6500));
        assert_eq!(read(&[("retry-after", "Sun, 06 Nov 1994 08:49:07 GMT")]), Some(0));
    }

    #[test]
    fn what_cannot_be_read_asks_for_nothing() {
        for text in ["", "soon", "-1", "+1", "1e3", "inf", "NaN", "1.2.3"] {
            assert_eq!(read(&[("retry-after", text)]), None, "{text}");
        }
        assert_eq!(read(&[]), None);
        assert_eq!(read(&[("retry-after-ms", "soon"), ("retry-after", "1")]), Some(1000));
        assert_eq!(read(&[("retry-after", "99999999999999999999999")]), Some(u64::MAX));
    }
}
