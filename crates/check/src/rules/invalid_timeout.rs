use clientc_plan::{Field, MAX_MS};
use clientc_semantic::{Fault, NumberProblem};

use crate::context::Context;
use crate::core::diagnostic::Safety;
use crate::core::finding::Finding;
use crate::core::rule::{Rule, Setting};
use crate::text::words::{grouped, short};

pub(crate) static RULE: Rule = Rule {
    name: "invalid-timeout",
    summary: "a limit that is not a positive number of milliseconds",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("invalid_timeout.md"),
};

pub(crate) fn finding(
    context: &Context<'_>,
    fault: &Fault,
    field: Field,
    problem: &NumberProblem,
    written: &str,
) -> Finding {
    // What no client writes is not unlimited in every run time.
    let default_ms = context.project.plan.run_time().default_ms(field);
    let left_out = default_ms.map_or("for no limit remove the line".to_owned(), |ms| {
        format!("without the line BAML uses {} ms", grouped(ms))
    });
    let key = field.key();
    let shown = short(written);
    let new = |message: String| Finding::of(fault, message);
    let allowed = || format!("a limit is a whole number of milliseconds from 1 to {}", grouped(MAX_MS));
    match problem {
            NumberProblem::Zero => new(format!("`{key}` is {shown}")).help(format!(
                "0 ms is not a limit: write one in milliseconds, such as `{key} {}`; {left_out}",
                usual_ms(field)
            )),
            NumberProblem::Negative => new(format!("`{key}` is {shown}, which is negative")).help(allowed()),
            NumberProblem::Fraction => {
                new(format!("`{key}` is {shown}, which is not a whole number")).help(fraction(written))
            }
            NumberProblem::TooLarge | NumberProblem::TooManyDecimals => new(format!(
                "`{key}` is {shown}, which is too large"
            ))
            .help(format!("the largest limit is {} ms; {left_out}", grouped(MAX_MS))),
            NumberProblem::QuotedNumber => {
                let number = written.trim_matches(['"', '#']).trim().to_owned();
                new(format!("`{key}` is the string {shown}, not a number"))
                    .help(format!("write it without quotes: `{key} {number}`"))
                    .replace(Safety::Safe, "remove the quotes", fault.span, number)
            }
            NumberProblem::Env if context.is_called_by_baml() => {
                new(format!("`{key}` cannot come from the environment: `{shown}`")).help(
                    "limits are checked before anything runs, and BAML rejects a variable here: write the number",
                )
            }
            NumberProblem::Env => new(format!("`{key}` cannot come from the environment: `{shown}`")).help(
                "limits are checked before anything runs: write the number here; if it differs between deployments, \
                 write it under `[profiles.NAME.defaults.http]` in clientc.toml instead",
            ),
            NumberProblem::NotANumber(noun) => {
                new(format!("`{key}` must be a number, not {noun}")).help(allowed())
            }
        }
}

/// A limit with a fraction is either seconds or milliseconds with needless decimals.
fn fraction(written: &str) -> String {
    let whole = written.split('.').next().unwrap_or_default();
    let zeros = written.split('.').nth(1).is_some_and(|decimals| decimals.bytes().all(|byte| byte == b'0'));
    if zeros {
        return format!("write `{whole}`; limits are whole milliseconds");
    }
    match written.parse::<f64>().map(|seconds| seconds * 1000.0) {
        Ok(ms) if (1.0..9e15).contains(&ms) && ms.fract() == 0.0 => {
            format!("limits are in milliseconds: for {written} seconds write `{ms:.0}`")
        }
        _ => "limits are in milliseconds: write a whole number".into(),
    }
}

/// A time that a limit often has, in milliseconds, as an example.
const fn usual_ms(field: Field) -> u64 {
    match field {
        Field::Connect => 5_000,
        Field::TimeToFirstToken => 20_000,
        Field::Idle => 15_000,
        Field::Request => 60_000,
        Field::Total => 120_000,
    }
}
