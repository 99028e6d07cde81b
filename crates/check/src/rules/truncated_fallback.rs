use clientc_plan::Field;

use crate::core::diagnostic::Level;
use crate::core::finding::{Finding, Findings};
use crate::context::Context;
use crate::facts::losses::{Loss, LossKind};
use crate::facts::route_facts::limit_span;
use crate::core::rule::{Rule, Setting};
use crate::text::words::grouped;

pub(crate) static RULE: Rule = Rule {
    name: "truncated-fallback",
    summary: "a member of a fallback that never has the whole of its limit",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("truncated_fallback.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    for loss in context.losses() {
        if let Some(finding) = finding(context, loss) {
            out.push(finding);
        }
    }
}

fn finding(context: &Context<'_>, loss: &Loss) -> Option<Finding> {
    let project = context.project;
    let LossKind::Truncated { member: (fallback, number), left_ms, limit_ms } = loss.kind else {
        return None;
    };
    let member = *project.plan.members(fallback).get(number as usize)?;
    let place = *project.member_places.get(&fallback)?.get(number as usize)?;
    let name = project.client_name(member);
    let message = format!(
        "`{name}` has {} of its {} ms where the attempts before it time out: the total of `{}` ends the call",
        grouped(left_ms),
        grouped(limit_ms),
        project.client_name(loss.total_of)
    );
    let finding = Finding::new(place, format!("{}/strategy/{name}", project.client_name(fallback)), message)
        .label(format!("at most {} ms are left", grouped(left_ms)))
        .related(limit_span(project, Some(loss.total_of), Field::Total)?, "the time for all of it")
        .help(format!(
            "{}; raise the total by {}, or lower limits and retries of what comes before",
            loss.told(project),
            limit_ms.saturating_sub(left_ms)
        ));
    let has_half = left_ms.saturating_mul(2) >= limit_ms;
    Some(if has_half { finding.level(Level::Info) } else { finding })
}
