use clientc_plan::{PolicyId, RetryPolicy, RetryStrategy};
use clientc_semantic::Span;

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::edits::policy_places::policy_value;
use crate::text::words::grouped;

pub(crate) static RULE: Rule = Rule {
    name: "retry-delay",
    summary: "delays that shrink, or that are capped from the first one on",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("retry_delay.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    for (policy, id) in context.project.plan.policies().iter().zip(0..) {
        if policy.max_retries > 0 {
            check_policy(context, policy, PolicyId(id), out);
        }
    }
}

fn check_policy(context: &Context<'_>, policy: &RetryPolicy, id: PolicyId, out: &mut Findings) {
    let RetryStrategy::ExponentialBackoff { delay_ms, multiplier, max_delay_ms } = policy.strategy else {
        return;
    };
    let name = &policy.name;
    let place = |key: &str| policy_value(context, id, &["strategy", key]);
    if max_delay_ms < delay_ms {
        let message = format!(
            "`{name}` begins with a delay of {} ms, but delays are capped at {} ms: all of them are the same",
            grouped(delay_ms),
            grouped(max_delay_ms)
        );
        let name_place =
            context.project.policy_facts(id).map(|(file, facts)| Span::new(file, facts.name.range));
        let Some(delay) = place("delay_ms").or(name_place) else { return };
        let mut finding = Finding::new(delay, format!("{name}/strategy/delay_ms"), message)
            .label(format!("capped at {} ms", grouped(max_delay_ms)))
            .help(format!(
                "raise `max_delay_ms` (default 10000) above {delay_ms}, or lower `delay_ms` below \
                 {max_delay_ms}"
            ));
        if let Some(cap) = place("max_delay_ms") {
            finding = finding.related(cap, "the longest delay");
        }
        out.push(finding);
    }
    if multiplier.is_below_one()
        && let Some(place) = place("multiplier")
    {
        let message = format!("the delays of `{name}` shrink: each is {multiplier} times the one before");
        out.push(
            Finding::new(place, format!("{name}/strategy/multiplier"), message)
                .label("below 1")
                .help("a server under load needs more time with each failure: write 1.5 or 2"),
        );
    }
}
