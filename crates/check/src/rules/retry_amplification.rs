use crate::costs;
use crate::finding::{Finding, Findings};
use crate::input::Input;
use crate::rule::Rule;
use crate::settings::Setting;
use crate::words::grouped;

pub(super) static RULE: Rule = Rule {
    name: "retry-amplification",
    summary: "a call that can make more requests than the budget of the project",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("retry_amplification.md"),
    check,
};

fn check(input: &Input<'_>, out: &mut Findings) {
    let budget = &input.settings.budget;
    let most = budget.most_requests();
    for (entry, worst) in &input.route_facts().costly {
        let Some(place) = input.project.client_place(*entry) else { continue };
        if worst.requests <= most {
            continue;
        }
        let name = input.project.client_name(*entry);
        let message = format!(
            "one call of `{name}` can make {} requests, more than {}: {}",
            grouped(worst.requests),
            grouped(most),
            costs::requests(input, *entry)
        );
        let mut finding = Finding::new(place, name, message).help(
            "retries multiply on every level: keep them on one, best on the clients that make requests; \
             `max-requests` of `[limits]` in clientc.toml allows more",
        );
        if let Some(most) = budget.max_requests {
            finding = finding.related(most.span, format!("{} requests", grouped(most.value)));
        }
        out.push(finding);
    }
}
