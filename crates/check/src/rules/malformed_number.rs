use clientc_semantic::Span;

use crate::core::diagnostic::Safety;
use crate::core::finding::Finding;
use crate::core::rule::{Rule, Setting};
use crate::text::units::unit_ms;
use crate::text::words::short;

pub(crate) static RULE: Rule = Rule {
    name: "malformed-number",
    summary: "something that begins like a number but is not one",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("malformed_number.md"),
};

pub(crate) fn finding(span: Span, text: &str) -> Finding {
    let finding = Finding::new(span, short(text), format!("`{}` is not a number", short(text)));
    match repaired(text) {
        Some((number, why)) => finding
            .help(format!("{why}: write `{number}`"))
            .replace(Safety::Unsafe, format!("write `{number}`"), span, number),
        None => finding
            .help("a number has digits and at most one decimal point; put a string that begins with a digit in double \
                quotes")
            .replace(Safety::Unsafe, "put it in quotes", span, format!("\"{}\"", text.replace('"', "\\\""))),
    }
}

/// What was probably meant, and why it was not read.
fn repaired(text: &str) -> Option<(String, &'static str)> {
    if let Some(rest) = text.strip_prefix('+') {
        return is_number(rest).then(|| (rest.to_owned(), "a number has no plus sign"));
    }
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    if let Some(hex) = digits.strip_prefix("0x").and_then(|hex| u64::from_str_radix(hex, 16).ok()) {
        return Some((format!("{sign}{hex}"), "numbers are decimal"));
    }
    let without_marks = digits.replace('_', "");
    if without_marks != digits && is_number(&without_marks) {
        return Some((format!("{sign}{without_marks}"), "digits are not separated by `_`"));
    }
    let trimmed = digits.trim_start_matches('0');
    if trimmed != digits && is_number(digits) {
        let zero = if trimmed.is_empty() || trimmed.starts_with('.') { "0" } else { "" };
        return Some((format!("{sign}{zero}{trimmed}"), "a number has no leading zeros"));
    }
    let without_commas = digits.replace(',', "");
    if without_commas != digits && is_number(&without_commas) {
        return Some((format!("{sign}{without_commas}"), "digits are not separated by commas"));
    }
    if digits.starts_with('.') && is_number(&format!("0{digits}")) {
        return Some((format!("{sign}0{digits}"), "a digit must come before the decimal point"));
    }
    if let Some(whole) = digits.strip_suffix('.').filter(|whole| is_number(whole)) {
        return Some((format!("{sign}{whole}"), "a number does not end with a decimal point"));
    }
    with_unit(digits).or_else(|| with_exponent(sign, digits))
}

/// More decimals than this are not written out.
const MOST_PLACES: usize = 12;

fn is_number(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(text),
    }
}

/// `5s`, `2min`, `500ms` in milliseconds.
fn with_unit(text: &str) -> Option<(String, &'static str)> {
    let unit = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at(unit);
    let unit_ms = unit_ms(unit)?;
    let number: u64 = number.trim_end().parse().ok()?;
    Some((number.checked_mul(unit_ms)?.to_string(), "a number has no unit, and times are in milliseconds"))
}

/// `1e3` and `1e-3` written out.
fn with_exponent(sign: &str, text: &str) -> Option<(String, &'static str)> {
    let (number, exponent) = text.split_once(['e', 'E'])?;
    let number: u64 = number.parse().ok()?;
    if let Some(places) = exponent.strip_prefix('-').and_then(|places| places.parse::<usize>().ok()) {
        let digits = format!("{number:0>width$}", width = places.min(MOST_PLACES) + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places.min(MOST_PLACES));
        let is_exact = (1..=MOST_PLACES).contains(&places);
        return is_exact.then(|| (format!("{sign}{whole}.{fraction}"), "a number has no exponent"));
    }
    let value = number.checked_mul(10_u64.checked_pow(exponent.trim_start_matches('+').parse().ok()?)?)?;
    Some((format!("{sign}{value}"), "a number has no exponent"))
}
