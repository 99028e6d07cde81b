use crate::costs::{TooLong, report_longer};
use crate::finding::Findings;
use crate::input::Input;
use crate::rule::Rule;
use crate::settings::Setting;

pub(super) static RULE: Rule = Rule {
    name: "platform-ceiling",
    summary: "a call that can outlive the platform it runs on",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("platform_ceiling.md"),
    check,
};

const WORDS: TooLong = TooLong {
    bounded: |most_ms| format!("but the platform ends it after {most_ms} ms"),
    unbounded: |most_ms| format!("outlive the {most_ms} ms of the platform"),
    help: "give the entry a `total_timeout_ms` below the ceiling, so that the caller gets an answer before it is cut off; `clientc resolve --why` shows where the time goes",
};

fn check(input: &Input<'_>, out: &mut Findings) {
    if let Some(most) = input.settings.budget.ceiling_ms {
        report_longer(input, most, &WORDS, out);
    }
}
