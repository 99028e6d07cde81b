use clientc_plan::Field;

use crate::context::Context;
use crate::core::diagnostic::Level;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::facts::losses::{Loss, LossKind};
use crate::facts::route_facts::limit_span;
use crate::facts::timeout_story::Part;
use crate::text::words::grouped;

pub(crate) static RULE: Rule = Rule {
    name: "truncated-fallback",
    summary: "a member of a fallback that never gets its whole limit",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("truncated_fallback.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    out.extend(context.losses().iter().filter_map(|loss| finding(context, loss)));
}

fn finding(context: &Context<'_>, loss: &Loss) -> Option<Finding> {
    let project = context.project;
    let LossKind::Truncated { member: (fallback, number), part } = loss.kind else {
        return None;
    };
    let Part { left_ms, limit_ms, limit_of, leaf, total_of, .. } = part;
    let member = *project.plan.members(fallback).get(number as usize)?;
    let place = *project.member_places.get(&fallback)?.get(number as usize)?;
    let (name, total_name) = (project.client_name(member), project.client_name(total_of));
    let total_ms = project.plan.client(total_of)?.limits.ms(Field::Total)?;
    let has = if member == leaf {
        format!("`{name}` has {} of its {} ms", grouped(left_ms), grouped(limit_ms))
    } else {
        let leaf = project.client_name(leaf);
        format!("`{name}` calls `{leaf}` with {} of its {} ms", grouped(left_ms), grouped(limit_ms))
    };
    let message = format!(
        "{has} if the attempts before it time out: the total of `{total_name}`, {} ms, ends the call",
        grouped(total_ms)
    );
    let setter =
        limit_of.map_or("`[defaults.http]`".to_owned(), |id| format!("`{}`", project.client_name(id)));
    let finding = Finding::new(place, format!("{}/strategy/{name}", project.client_name(fallback)), message)
        .label(format!("at most {} ms are left", grouped(left_ms)))
        .related(
            limit_span(project, Some(total_of), Field::Total)?,
            format!("{} ms for the whole call", grouped(total_ms)),
        )
        .related(
            limit_span(project, limit_of, Field::Request)?,
            format!("{} ms for one request, set by {setter}", grouped(limit_ms)),
        )
        .help(format!(
            "{}; {}, or lower the limits and retries before it; {}",
            loss.told(project),
            loss.way_out(context),
            loss.shown_by(project)
        ));
    let has_half = left_ms.saturating_mul(2) >= limit_ms;
    Some(if has_half { finding.level(Level::Info) } else { finding })
}
