//! Numbers with a range.

use clientc_plan::retry::{MAX_MULTIPLIER, MAX_START};
use clientc_plan::{Multiplier, MultiplierError};

use crate::fault::{FaultKind, NumberProblem};
use crate::value::{Value, ValueKind};
use crate::value_reader::ValueReader;

/// A whole number from 0 to `max`.
pub(crate) fn integer(value: &Value, max: u64) -> Result<u64, NumberProblem> {
    let text = match &value.kind {
        ValueKind::Number(number) => number.as_str(),
        _ => return Err(not_a_number(value)),
    };
    if let Some(digits) = text.strip_prefix('-') {
        let zero = digits.bytes().all(|byte| matches!(byte, b'0' | b'.'));
        return if zero { Ok(0) } else { Err(NumberProblem::Negative) };
    }
    if text.bytes().any(|byte| byte == b'.') {
        return Err(NumberProblem::Fraction);
    }
    text.parse().ok().filter(|number| *number <= max).ok_or(NumberProblem::TooLarge)
}

fn not_a_number(value: &Value) -> NumberProblem {
    match &value.kind {
        ValueKind::Env(_) => NumberProblem::Env,
        ValueKind::Text { text, quoted: true } if text.trim().parse::<f64>().is_ok_and(f64::is_finite) => {
            NumberProblem::QuotedNumber
        }
        _ => NumberProblem::NotANumber(value.noun()),
    }
}

/// The multiplier of an exponential backoff.
pub(crate) fn multiplier(value: &Value) -> Result<Multiplier, NumberProblem> {
    let text = match &value.kind {
        ValueKind::Number(number) => number.as_str(),
        _ => return Err(not_a_number(value)),
    };
    Multiplier::parse(text).map_err(|error| multiplier_problem(text, error))
}

fn multiplier_problem(text: &str, error: MultiplierError) -> NumberProblem {
    let value = text.parse::<f64>().unwrap_or(0.0);
    match error {
        _ if text.starts_with('-') && value < 0.0 => NumberProblem::Negative,
        _ if value == 0.0 => NumberProblem::Zero,
        _ if value > f64::from(MAX_MULTIPLIER) => NumberProblem::TooLarge,
        _ => NumberProblem::TooManyDecimals,
    }
}

/// The `start` of a round-robin.
pub(crate) fn start(reader: &mut ValueReader<'_>, value: &Value, path: &str) -> Option<u32> {
    match integer(value, u64::from(MAX_START)) {
        Ok(start) => u32::try_from(start).ok(),
        Err(problem) => {
            let written = value.range.slice(reader.text).into();
            let kind = FaultKind::InvalidStart { problem, written };
            reader.fault(kind, value.range, format!("{path}/start"));
            None
        }
    }
}
