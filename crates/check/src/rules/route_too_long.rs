use clientc_plan::{ExceededLimit, MAX_ROUTE_LENGTH};

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::text::words::grouped;

pub(crate) static RULE: Rule = Rule {
    name: "route-too-long",
    summary: "a route of more than 512 clients",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("route_too_long.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    let project = context.project;
    for exceeded in context.counts().exceeded(&project.plan, project.plan.ids()) {
        let ExceededLimit::Length(length) = exceeded.limit else { continue };
        let Some(span) = project.client_place(exceeded.client) else { continue };
        let name = project.client_name(exceeded.client);
        let message = format!("a route from `{name}` has {} clients", grouped(length));
        out.push(
            Finding::new(span, name, message).help(format!(
                "at most {MAX_ROUTE_LENGTH} are allowed: name the clients further down directly"
            )),
        );
    }
}
