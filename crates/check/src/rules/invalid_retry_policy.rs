use clientc_plan::providers::STRATEGY_TYPES;
use clientc_plan::retry::{MAX_DELAY_MS, MAX_MULTIPLIER, MAX_RETRIES};
use clientc_semantic::{Fault, NumberKey, NumberProblem, nearest};

use crate::context::Context;
use crate::core::diagnostic::Safety;
use crate::core::finding::Finding;
use crate::core::rule::{Rule, Setting};
use crate::text::words::{grouped, one_of, short};

pub(crate) static RULE: Rule = Rule {
    name: "invalid-retry-policy",
    summary: "a retry policy that cannot be carried out",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("invalid_retry_policy.md"),
};

pub(crate) fn missing_max_retries(fault: &Fault, policy: &str) -> Finding {
    Finding::of(fault, format!("the retry policy `{policy}` has no `max_retries`"))
        .help("add `max_retries 2`: how many more attempts follow the first")
}

pub(crate) fn strategy_not_block(fault: &Fault, found: &str) -> Finding {
    Finding::of(fault, format!("the strategy of a policy is a block, not {found}"))
        .help("write `strategy { type constant_delay }`, or `exponential_backoff`")
}

pub(crate) fn missing_type(fault: &Fault) -> Finding {
    Finding::of(fault, "this strategy has no `type`")
        .help(format!("add `type` with {}", one_of(STRATEGY_TYPES.iter().copied())))
}

pub(crate) fn unknown_type(context: &Context<'_>, fault: &Fault, written: &str) -> Finding {
    let plain = written.trim_matches(['"', '#']);
    let near = nearest(plain, STRATEGY_TYPES.iter().copied());
    Finding::of(fault, format!("there is no retry strategy `{}`", short(plain)))
        .help(format!("write {}", one_of(STRATEGY_TYPES.iter().copied())))
        .near_names(plain, &near, context.unquoted(fault.span))
}

pub(crate) fn not_for_constant_delay(fault: &Fault, key: &str) -> Finding {
    Finding::of(fault, format!("a constant delay has no `{key}`"))
        .help(format!("remove `{key}`, or write `type exponential_backoff`"))
}

/// `True` and `"true"` are what other languages write.
pub(crate) fn invalid_jitter(context: &Context<'_>, fault: &Fault, found: &str) -> Finding {
    let written = context.text(fault.span);
    let word = written.trim_matches(['"', '#']).to_ascii_lowercase();
    let is_word = matches!(&*word, "true" | "false");
    let found = if is_word { format!("`{written}`") } else { found.to_owned() };
    let finding =
        Finding::new(fault.span, &*fault.subject, format!("`jitter` is `true` or `false`, not {found}"));
    if context.is_called_by_baml() {
        return finding.help("remove it: BAML waits every delay in full");
    }
    match is_word {
        true => finding.help(format!("write `jitter {word}`")).replace(
            Safety::Safe,
            format!("write `{word}`"),
            fault.span,
            word,
        ),
        false => finding.help("`jitter true` draws each delay at random between 0 and its full length"),
    }
}

pub(crate) fn number(fault: &Fault, key: NumberKey, problem: &NumberProblem, written: &str) -> Finding {
    let name = key.name();
    let allowed = allowed(key);
    let shown = short(written);
    let message = match problem {
        NumberProblem::Negative => format!("`{name}` is {shown}, which is negative"),
        NumberProblem::Fraction => format!("`{name}` is {shown}, which is not a whole number"),
        NumberProblem::TooLarge => format!("`{name}` is {shown}, which is too large"),
        NumberProblem::Zero => format!("`{name}` is {shown}, and must be above 0"),
        NumberProblem::TooManyDecimals => {
            format!("`{name}` is {shown}, which has more than six decimals")
        }
        NumberProblem::QuotedNumber => format!("`{name}` is the string {shown}, not a number"),
        NumberProblem::Env => format!("`{name}` cannot come from the environment"),
        NumberProblem::NotANumber(noun) => format!("`{name}` must be a number, not {noun}"),
    };
    let finding = Finding::of(fault, message).help(allowed);
    if *problem == NumberProblem::QuotedNumber {
        let number = written.trim_matches(['"', '#']).trim();
        return finding.replace(Safety::Safe, "remove the quotes", fault.span, number);
    }
    finding
}

fn allowed(key: NumberKey) -> String {
    match key {
        NumberKey::MaxRetries => {
            format!("write a whole number from 0 to {MAX_RETRIES}: the attempts after the first")
        }
        NumberKey::Delay | NumberKey::MaxDelay => {
            format!(
                "write a whole number of milliseconds from 0 to {}, which is one day",
                grouped(MAX_DELAY_MS)
            )
        }
        NumberKey::Multiplier => {
            format!("write a number above 0, up to {MAX_MULTIPLIER}, with at most six decimals")
        }
    }
}
