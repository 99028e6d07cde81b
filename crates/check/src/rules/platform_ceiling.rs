use crate::context::Context;
use crate::core::finding::Findings;
use crate::core::rule::{Rule, Setting};
use crate::facts::too_long::{TooLong, report_longer};

pub(crate) static RULE: Rule = Rule {
    name: "platform-ceiling",
    summary: "a call that can outlive the platform it runs on",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("platform_ceiling.md"),
};

const WORDS: TooLong<'_> = TooLong {
    is_equal_too_long: true,
    no_timeout: Some(&super::no_timeout::RULE),
    bounded: |most_ms| format!("but the platform ends it after {most_ms} ms"),
    unbounded: |most_ms| format!("outlive the {most_ms} ms of the platform"),
    help: "give the entry a `total_timeout_ms` below the ceiling, so that the caller gets an answer before it is cut off; `clientc resolve --why` shows where the time goes",
    help_in_baml: "stay below the ceiling in the worst case: lower `request_timeout_ms` in the `http` blocks of the \
        clients that make requests, plan fewer retries, or leave out members: BAML enforces no other limit; `clientc \
        resolve --why` shows where the time goes",
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    if let Some(most) = context.settings.budget.ceiling_ms {
        report_longer(context, context.route_facts(), most, &WORDS, out);
    }
}
