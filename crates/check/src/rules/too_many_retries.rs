use clientc_plan::PolicyId;

use crate::finding::{Finding, Findings};
use crate::input::Input;
use crate::policy_places::policy_value;
use crate::rule::Rule;
use crate::settings::Setting;
use crate::words::grouped;

pub(super) static RULE: Rule = Rule {
    name: "too-many-retries",
    summary: "more than five retries",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("too_many_retries.md"),
    check,
};

/// More retries than this hardly ever help.
const MOST: u32 = 5;

fn check(input: &Input<'_>, out: &mut Findings) {
    for (policy, id) in input.project.plan.policies().iter().zip(0..) {
        if policy.max_retries <= MOST {
            continue;
        }
        let Some(place) = policy_value(input, PolicyId(id), &["max_retries"]) else { continue };
        let retries = u64::from(policy.max_retries);
        let message = format!(
            "`{}` allows {retries} retries: what fails is tried {} times, with {} ms of delays",
            policy.name,
            retries + 1,
            grouped(policy.delay_sum_ms())
        );
        out.push(
            Finding::new(place, format!("{}/max_retries", policy.name), message)
                .label(format!("more than {MOST}"))
                .help(format!(
                    "what has failed {} times will fail again: use at most {MOST}, longer delays, or a fallback",
                    MOST + 1
                )),
        );
    }
}
