use clientc_plan::Field;

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::facts::costs;
use crate::facts::route_facts::limit_span;
use crate::text::words::grouped;

pub(crate) static RULE: Rule = Rule {
    name: "total-too-small",
    summary: "a total below every request limit that it bounds",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("total_too_small.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    let project = context.project;
    let mut totals: Vec<_> = context.route_facts().small_totals.iter().collect();
    totals.sort_unstable_by_key(|(owner, _)| **owner);
    for (owner, total) in totals {
        let (Some(place), Some(request_ms)) =
            (limit_span(project, Some(*owner), Field::Total), total.request_ms)
        else {
            continue;
        };
        let name = project.client_name(*owner);
        let setter = match total.request_of {
            Some(client) => format!("`{}`", project.client_name(client)),
            None => "`[defaults.http]`".to_owned(),
        };
        let message = format!(
            "`{name}` ends after {} ms, before any request can time out: the smallest request limit is {} ms, set by \
             {setter}",
            grouped(total.total_ms),
            grouped(request_ms)
        );
        let raised = match costs::without_total(context, *owner) {
            Some(ms) => format!("raise it above {ms}, the longest that the whole call takes"),
            None => format!("raise it above {request_ms}"),
        };
        let mut finding = Finding::new(place, format!("{name}/http/{}", Field::Total.key()), message)
            .label(format!("{} ms for the whole call", grouped(total.total_ms)))
            .help(format!("{raised}, or lower the request limits below {}", total.total_ms));
        if let Some(place) = limit_span(project, total.request_of, Field::Request) {
            finding = finding.related(place, format!("{} ms for one request", grouped(request_ms)));
        }
        out.push(finding);
    }
}
