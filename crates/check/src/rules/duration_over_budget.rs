use crate::context::Context;
use crate::core::finding::Findings;
use crate::core::rule::{Rule, Setting};
use crate::facts::too_long::{TooLong, report_longer};

pub(crate) static RULE: Rule = Rule {
    name: "duration-over-budget",
    summary: "a call that can take longer than the budget of the project",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("duration_over_budget.md"),
};

const WORDS: TooLong<'_> = TooLong {
    is_equal_too_long: false,
    no_timeout: Some(&super::no_timeout::RULE),
    bounded: |most_ms| format!("above the budget of {most_ms} ms"),
    unbounded: |most_ms| format!("take longer than the budget of {most_ms} ms"),
    help: "lower limits or retries, or give a fallback or round-robin a `total_timeout_ms`; `clientc resolve --why` shows where the time goes",
    help_in_baml: "lower `request_timeout_ms` in the `http` blocks of the clients that make requests, plan fewer \
        retries, or leave out members: BAML enforces no other limit; `clientc resolve --why` shows where the time goes",
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    if let Some(most) = context.settings.budget.max_duration_ms {
        report_longer(context, context.route_facts(), most, &WORDS, out);
    }
}
