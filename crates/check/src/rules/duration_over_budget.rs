use crate::finding::{Finding, Findings};
use crate::input::Input;
use crate::costs::{self, open_route};
use crate::rule::Rule;
use crate::settings::Setting;
use crate::words::grouped;

pub(super) static RULE: Rule = Rule {
    name: "duration-over-budget",
    summary: "a call that can take longer than the budget of the project",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("duration_over_budget.md"),
    check,
};

const HELP: &str = "lower limits or retries, or give a fallback or round-robin a `total_timeout_ms`; `clientc resolve --why` shows where the time goes";

fn check(input: &Input<'_>, out: &mut Findings) {
    let Some(most) = input.settings.budget.max_duration_ms else { return };
    for (entry, worst) in &input.route_facts().costly {
        let Some(place) = input.project.client_place(*entry) else { continue };
        if worst.duration_ms.is_some_and(|ms| ms <= most.value) {
            continue;
        }
        let name = input.project.client_name(*entry);
        let most_ms = grouped(most.value);
        let message = match worst.duration_ms {
            Some(ms) => format!(
                "a call of `{name}` can take {} ms, above the budget of {most_ms} ms: {}",
                grouped(ms),
                costs::duration(input, *entry)
            ),
            None => format!(
                "a call of `{name}` can take longer than the budget of {most_ms} ms: nothing bounds `{}`",
                open_route(input, *entry).unwrap_or_default()
            ),
        };
        out.push(
            Finding::new(place, name, message)
                .related(most.span, format!("{most_ms} ms"))
                .help(HELP),
        );
    }
}
