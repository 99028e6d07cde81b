//! The headers in which SDKs and proxies say how long they wait.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::timeout::ceil_ms;

/// OpenAI's and Anthropic's SDKs, in seconds.
static SECONDS: [HeaderName; 2] =
    [HeaderName::from_static("x-stainless-read-timeout"), HeaderName::from_static("x-stainless-timeout")];
/// Envoy, in milliseconds.
static ENVOY: HeaderName = HeaderName::from_static("x-envoy-expected-rq-timeout-ms");
/// gRPC, in a unit of its own.
static GRPC: HeaderName = HeaderName::from_static("grpc-timeout");

/// The shortest time that a caller says it waits. Values that cannot be read are ignored.
pub(crate) fn read(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &HeaderName| headers.get(name)?.to_str().ok().map(str::trim);
    let seconds = SECONDS.iter().filter_map(|name| positive(text(name)?, 1000.0));
    let envoy = text(&ENVOY).and_then(|text| positive(text, 1.0));
    let grpc = text(&GRPC).and_then(|text| {
        let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let unit_ms = match unit {
            "H" => 3_600_000.0,
            "M" => 60_000.0,
            "S" => 1000.0,
            "m" => 1.0,
            "u" => 0.001,
            "n" => 0.000_001,
            _ => return None,
        };
        positive(number, unit_ms)
    });
    seconds.chain(envoy).chain(grpc).min()
}

fn positive(text: &str, unit_ms: f64) -> Option<Duration> {
    let number: f64 = text.parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0)?;
    Some(Duration::from_millis(ceil_ms(number * unit_ms).clamp(1, clientc_plan::MAX_MS)))
}

/// Tells a server how long its answer is still waited for.
pub(crate) fn write(left: Duration, headers: &mut HeaderMap) {
    let ms = u64::try_from(left.as_millis()).unwrap_or(u64::MAX).max(1);
    headers.insert(&ENVOY, ms.into());
    if let Ok(seconds) = HeaderValue::from_str(&format!("{}", ms as f64 / 1000.0)) {
        headers.insert(&SECONDS[0], seconds);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&'static str, &'static str)]) -> Option<u64> {
        let pairs = pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        read(&pairs.collect()).map(|time| time.as_millis() as u64)
    }

    #[test]
    fn the_shortest_time_counts() {
        assert_eq!(of(&[("x-stainless-read-timeout", "600.0")]), Some(600_000));
        assert_eq!(
            of(&[("x-stainless-timeout", "2.5"), ("x-envoy-expected-rq-timeout-ms", "1500")]),
            Some(1500)
        );
        assert_eq!(of(&[("grpc-timeout", "20m"), ("x-stainless-timeout", "1")]), Some(20));
        assert_eq!(of(&[("grpc-timeout", "1S")]), Some(1000));
    }

    #[test]
    fn what_cannot_be_read_says_nothing() {
        for (name, value) in [
            ("x-stainless-timeout", "NOT_GIVEN"),
            ("x-stainless-timeout", "0"),
            ("x-stainless-timeout", "-1"),
            ("x-stainless-timeout", "inf"),
            ("grpc-timeout", ""),
            ("grpc-timeout", "5"),
            ("grpc-timeout", "5x"),
            ("x-envoy-expected-rq-timeout-ms", "soon"),
        ] {
            assert_eq!(of(&[(name, value)]), None, "{name}: {value}");
        }
    }

    #[test]
    fn what_is_left_is_written() {
        let mut headers = HeaderMap::new();
        write(Duration::from_millis(1500), &mut headers);
        assert_eq!(headers["x-envoy-expected-rq-timeout-ms"], "1500");
        assert_eq!(headers["x-stainless-read-timeout"], "1.5");
    }
}
