use clientc_plan::PolicyId;

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::edits::policy_places::policy_value;
use crate::text::words::grouped;

pub(crate) static RULE: Rule = Rule {
    name: "too-many-retries",
    summary: "more than five retries",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("too_many_retries.md"),
};

/// More retries than this hardly ever help.
const MOST: u32 = 5;

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    for (policy, id) in context.project.plan.policies().iter().zip(0..) {
        if policy.max_retries <= MOST {
            continue;
        }
        let Some(place) = policy_value(context, PolicyId(id), &["max_retries"]) else { continue };
        let retries = u64::from(policy.max_retries);
        let message = format!(
            "`{}` allows {retries} retries: what fails is tried {} times, with {} ms of delays",
            policy.name,
            retries + 1,
            grouped(context.project.plan.run_time().delays(policy).fold(0, clientc_plan::sum_ms))
        );
        out.push(
            Finding::new(place, format!("{}/max_retries", policy.name), message)
                .label(format!("more than {MOST}"))
                .help(format!(
                    "what has failed {} times is likely to fail again: use at most {MOST}, longer delays, or a \
                     fallback",
                    MOST + 1
                )),
        );
    }
}
