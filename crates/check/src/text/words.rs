//! Small pieces of sentences.

/// "`a`", "`a` or `b`", "`a`, `b` or `c`".
pub(crate) fn one_of<'n>(names: impl Iterator<Item = &'n str>) -> String {
    joined(names, "or")
}

/// "`a`, `b` and `c`".
pub(crate) fn all_of<'n>(names: impl Iterator<Item = &'n str>) -> String {
    joined(names, "and")
}

fn joined<'n>(names: impl Iterator<Item = &'n str>, last_word: &str) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {last_word} {last}", rest.join(", ")),
    }
}

/// A number with a comma between its thousands: `80,000`. For everything that shows numbers to people.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A time as people say it: `90 s`, `16 h 40 min`.
pub(crate) fn time(ms: u64) -> String {
    let (hours, minutes, seconds) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
    let parts = [(hours, "h"), (minutes, "min"), (seconds, "s"), (ms % 1000, "ms")];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{} {unit}", grouped(*count)))
        .collect();
    parts.join(" ")
}

/// The first line of a text for a message; three dots mark what is left out.
pub(crate) fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    let line = text.lines().next().unwrap_or("").trim_end();
    if line.chars().count() <= LONGEST && line.len() == text.trim_end().len() {
        return line.to_owned();
    }
    let start: String = line.chars().take(LONGEST).collect();
    format!("{start}...")
}

/// A number with its noun, which gets an `s` unless there is exactly one: `1 file`, `2,000 files`.
#[must_use]
pub fn counted(number: u64, noun: &str) -> String {
    let end = if number == 1 { "" } else { "s" };
    format!("{} {noun}{end}", grouped(number))
}

/// The names in their order, for what a finding is about.
pub(crate) fn sorted_names(names: &[&str]) -> String {
    let mut names = names.to_vec();
    names.sort_unstable();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_commas_between_their_thousands() {
        let numbers = [0, 999, 1000, 12_345, 999_999, 1_000_000, u64::MAX];
        let shown = numbers.map(grouped).join(" ");
        assert_eq!(shown, "0 999 1,000 12,345 999,999 1,000,000 18,446,744,073,709,551,615");
        assert_eq!(
            [0, 1, 2, 1000].map(|number| counted(number, "call")).join(", "),
            "0 calls, 1 call, 2 calls, 1,000 calls"
        );
    }

    #[test]
    fn a_time_is_told_in_the_units_that_it_has() {
        for (ms, shown) in [
            (1, "1 ms"),
            (999, "999 ms"),
            (1000, "1 s"),
            (59_999, "59 s 999 ms"),
            (60_000, "1 min"),
            (90_000, "1 min 30 s"),
            (3_599_000, "59 min 59 s"),
            (3_600_000, "1 h"),
            (3_661_001, "1 h 1 min 1 s 1 ms"),
            (3_600_000_000, "1,000 h"),
        ] {
            assert_eq!(time(ms), shown);
        }
    }

    #[test]
    fn names_are_joined_by_a_word_before_the_last() {
        let or = |names: &[&str]| one_of(names.iter().copied());
        assert_eq!([or(&[]), or(&["a"]), or(&["a", "b"])], ["", "`a`", "`a` or `b`"]);
        assert_eq!(or(&["a", "b", "c"]), "`a`, `b` or `c`");
        assert_eq!(all_of(["a", "b", "c"].into_iter()), "`a`, `b` and `c`");
        assert_eq!(sorted_names(&["b", "a"]), "a, b");
    }

    #[test]
    fn a_text_is_cut_behind_sixty_characters_and_its_first_line() {
        let (whole, longer) = ("ä".repeat(60), "ä".repeat(61));
        assert_eq!(short(&whole), whole);
        assert_eq!(short(&longer), format!("{whole}..."));
        assert_eq!([short("a \n"), short("a\nb"), short("")], ["a", "a...", ""]);
    }
}
