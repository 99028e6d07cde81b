use crate::finding::{Finding, Findings};
use crate::input::Input;
use crate::costs::{self, open_route};
use crate::rule::Rule;
use crate::settings::Setting;
use crate::words::grouped;

pub(super) static RULE: Rule = Rule {
    name: "platform-ceiling",
    summary: "a call that can outlive the platform it runs on",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("platform_ceiling.md"),
    check,
};

const HELP: &str = "give the entry a `total_timeout_ms` below the ceiling, so that the caller gets an answer before it is cut off; `clientc resolve --why` shows where the time goes";

fn check(input: &Input<'_>, out: &mut Findings) {
    let Some(most) = input.settings.budget.ceiling_ms else { return };
    for (entry, worst) in &input.route_facts().costly {
        let Some(place) = input.project.client_place(*entry) else { continue };
        if worst.duration_ms.is_some_and(|ms| ms <= most.value) {
            continue;
        }
        let name = input.project.client_name(*entry);
        let most_ms = grouped(most.value);
        let message = match worst.duration_ms {
            Some(ms) => format!(
                "a call of `{name}` can take {} ms, but the platform ends it after {most_ms} ms: {}",
                grouped(ms),
                costs::duration(input, *entry)
            ),
            None => format!(
                "a call of `{name}` can outlive the {most_ms} ms of the platform: nothing bounds `{}`",
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
