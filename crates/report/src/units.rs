//! Numbers for people.

/// A length of time in milliseconds as people say it: `350ms`, `2.5s`, `30s`, `1m 20s`, `1h 5m`, `2d 3h`.
///
/// No part is lost: 3,661,001 is `1h 1m 1.001s`.
#[must_use]
pub fn duration(milliseconds: u64) -> String {
    if milliseconds < 1000 {
        return format!("{milliseconds}ms");
    }
    let seconds = milliseconds / 1000;
    let mut parts = Vec::new();
    for (amount, unit) in [(seconds / 86_400, 'd'), (seconds / 3600 % 24, 'h'), (seconds / 60 % 60, 'm')] {
        if amount > 0 {
            parts.push(if unit == 'd' { grouped(amount) + "d" } else { format!("{amount}{unit}") });
        }
    }
    match (seconds % 60, milliseconds % 1000) {
        (0, 0) => {}
        (second, 0) => parts.push(format!("{second}s")),
        (second, rest) => parts.push(format!("{second}.{}s", format!("{rest:03}").trim_end_matches('0'))),
    }
    parts.join(" ")
}

pub use clientc_check::{counted as plural, grouped};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_keep_every_millisecond() {
        let cases = [
            (0, "0ms"),
            (1, "1ms"),
            (350, "350ms"),
            (999, "999ms"),
            (1000, "1s"),
            (2500, "2.5s"),
            (2050, "2.05s"),
            (30_000, "30s"),
            (59_999, "59.999s"),
            (60_000, "1m"),
            (60_001, "1m 0.001s"),
            (80_000, "1m 20s"),
            (3_600_000, "1h"),
            (3_661_001, "1h 1m 1.001s"),
            (3_900_000, "1h 5m"),
            (86_400_000, "1d"),
            (9_007_199_254_740_991, "104,249,991d 8h 59m 0.991s"),
        ];
        for (milliseconds, words) in cases {
            assert_eq!(duration(milliseconds), words);
        }
        assert_eq!(duration(u64::MAX), "213,503,982,334d 14h 25m 51.615s");
    }

    #[test]
    fn thousands_are_grouped_and_nouns_agree() {
        let cases = [(0, "0"), (999, "999"), (1000, "1,000"), (80_000, "80,000"), (1_234_567, "1,234,567")];
        for (number, text) in cases {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(plural(0, "error"), "0 errors");
        assert_eq!(plural(1, "error"), "1 error");
        assert_eq!(plural(2000, "client"), "2,000 clients");
    }
}
