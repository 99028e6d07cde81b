use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::facts::costs;
use crate::facts::reached::Reached;
use crate::text::words::grouped;

pub(crate) static RULE: Rule = Rule {
    name: "retry-amplification",
    summary: "a call that can make more requests than the budget of the project",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("retry_amplification.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    let budget = &context.settings.budget;
    let most = budget.most_requests();
    let mut reached = Reached::new(&context.project.plan);
    for (entry, worst) in &context.route_facts().costly {
        let Some(place) = context.project.client_place(*entry) else { continue };
        if worst.requests <= most {
            continue;
        }
        let reached = reached.requests(*entry, worst.requests);
        let made = reached.unwrap_or(worst.requests);
        if made <= most {
            continue;
        }
        let name = context.project.client_name(*entry);
        let call = costs::call_of(context, name).replacen("a call", "one call", 1);
        let (given, sum) = (grouped(most), costs::requests(context, *entry));
        let message = if made < worst.requests {
            format!(
                "{call} can make {} requests, more than {given}; its totals leave no time for all {} of {sum}",
                grouped(made),
                grouped(worst.requests)
            )
        } else {
            // Totals may leave no time for some of a bound that is too large to be followed.
            let bound = if reached.is_none() { "up to " } else { "" };
            format!("{call} can make {bound}{} requests, more than {given}: {sum}", grouped(made))
        };
        let mut finding = Finding::new(place, name, message).help(
            "retries multiply across levels: keep them on one, best on the clients that make requests; to allow more, \
             raise `max-requests` under `[limits]` in clientc.toml",
        );
        if let Some(most) = budget.max_requests {
            finding = finding.related(most.span, format!("{} requests", grouped(most.value)));
        }
        out.push(finding);
    }
}
