//! The `timeout` of a request: the seconds that its caller gives the whole call.

use std::time::Duration;

use clientc_plan::MAX_MS;
use clientc_plan::json::Value;

/// Reads the text of the value. A null counts as absent.
///
/// # Errors
///
/// What is not a number above 0 is rejected with a message that says what it must be.
pub(crate) fn read(text: &str) -> Result<Option<Duration>, String> {
    let found = match Value::parse(text) {
        Ok(Value::Null) => return Ok(None),
        Ok(Value::Number(_)) => return seconds(text).map(Some),
        Ok(Value::String(_)) => "it is a string",
        Ok(Value::Bool(_)) => "it is true or false",
        Ok(Value::Array(_)) => "it is an array",
        Ok(Value::Object(_)) => "it is an object",
        // A number with an exponent that no double can represent.
        Err(_) => return seconds(text).map(Some),
    };
    Err(refusal(found))
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| refusal("it cannot be read"))?;
    // What no double is small enough for is not 0.
    let digits = text.split(['e', 'E']).next().unwrap_or_default();
    let is_zero = !digits.contains(|digit| matches!(digit, '1'..='9'));
    if is_zero || text.starts_with('-') {
        return Err(refusal(&format!("it is {text}")));
    }
    Ok(Duration::from_millis(ceil_ms(seconds * 1000.0).clamp(1, MAX_MS)))
}

/// Rounds milliseconds up. What a double adds below a microsecond is not part of what was written.
pub(crate) fn ceil_ms(ms: f64) -> u64 {
    ((ms * 1000.0).round() / 1000.0).ceil() as u64
}

fn refusal(found: &str) -> String {
    format!("`timeout` must be a number of seconds above 0, such as 30 or 0.5; {found}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::read;

    #[test]
    fn seconds_are_rounded_up_to_milliseconds() {
        for (text, ms) in [
            ("120", 120_000),
            ("0.5", 500),
            ("0.029", 29),
            ("0.0291", 30),
            ("0.0001", 1),
            ("1e-300", 1),
            ("0.1E-999", 1),
            ("1e2", 100_000),
            ("1e300", 9_007_199_254_740_991),
            ("1e999", 9_007_199_254_740_991),
        ] {
            assert_eq!(read(text), Ok(Some(Duration::from_millis(ms))), "{text}");
        }
        assert_eq!(read("null"), Ok(None));
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "0",
            "-1",
            "0.0",
            "0e5",
            "0.00E-1",
            "-0",
            "-1e-999",
            "-1e999",
            "\"5\"",
            "true",
            "[1]",
            "{\"total\":1}",
        ] {
            let message = read(text).unwrap_err();
            assert!(
                message.starts_with("`timeout` must be a number of seconds above 0"),
                "{text}: {message}"
            );
        }
    }
}
