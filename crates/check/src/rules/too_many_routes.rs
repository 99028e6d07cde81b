use clientc_plan::{ExceededLimit, MAX_NAMES, MAX_ROUTES};

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::text::words::grouped;

pub(crate) static RULE: Rule = Rule {
    name: "too-many-routes",
    summary: "more than 10,000 routes from one client",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("too_many_routes.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    let project = context.project;
    for exceeded in context.counts().exceeded(&project.plan, project.plan.ids()) {
        let Some(span) = project.client_place(exceeded.client) else { continue };
        let name = project.client_name(exceeded.client);
        let (message, help) = match exceeded.limit {
            ExceededLimit::Routes(routes) => (
                format!("`{name}` has {} routes to its leaves", number(routes)),
                format!(
                    "at most {} are allowed: members that are composites multiply; name leaves instead",
                    grouped(MAX_ROUTES)
                ),
            ),
            ExceededLimit::Names(names) => (
                format!("with `{name}` the routes of this project name {} clients", number(names)),
                format!(
                    "at most {} are allowed: split the project, or make its composites smaller",
                    grouped(MAX_NAMES)
                ),
            ),
            ExceededLimit::Length(_) => continue,
        };
        out.push(Finding::new(span, name, message).help(help));
    }
}

/// A count; counts stop at the largest number there is.
fn number(count: u64) -> String {
    if count == u64::MAX { format!("more than {}", grouped(u64::MAX - 1)) } else { grouped(count) }
}
