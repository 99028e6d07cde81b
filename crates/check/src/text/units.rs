//! The words for units of time that people write behind numbers.

/// How many milliseconds one of a unit has: `ms`, `s`, `min`, `h` and their longer forms; `None` for another word.
pub(crate) fn unit_ms(word: &str) -> Option<u64> {
    Some(match word {
        "ms" | "msec" | "msecs" | "millisecond" | "milliseconds" => 1,
        "s" | "sec" | "secs" | "second" | "seconds" => 1000,
        "m" | "min" | "mins" | "minute" | "minutes" => 60_000,
        "h" | "hour" | "hours" => 3_600_000,
        _ => return None,
    })
}
