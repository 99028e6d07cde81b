use clientc_plan::Field;
use clientc_semantic::{LinkedProject, Span};

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::facts::losses::{Loss, LossKind};
use crate::facts::route_facts::limit_span;
use crate::facts::timeout_story::MemberOf;
use crate::text::words::grouped;

pub(crate) static RULE: Rule = Rule {
    name: "dead-fallback",
    summary: "a member of a fallback that never has time to run",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("dead_fallback.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    for loss in context.losses() {
        if let LossKind::DeadMembers(members) = &loss.kind
            && let Some(finding) = finding(context, loss, members)
        {
            out.push(finding);
        }
    }
}

fn finding(context: &Context<'_>, loss: &Loss, members: &[MemberOf]) -> Option<Finding> {
    let project = context.project;
    let (first, others) = members.split_first()?;
    let (name, place) = member(project, *first)?;
    let fallback = project.client_name(first.0);
    let total_of = project.client_name(loss.total_of);
    let total_ms = project.plan.client(loss.total_of)?.limits.ms(Field::Total)?;
    let more = match others.len() {
        0 => "never runs".to_owned(),
        1 => "and 1 more member never run".to_owned(),
        count => format!("and {count} more members never run"),
    };
    let message = format!(
        "`{name}` {more} if the attempts before it time out: they use up the {} ms of `{total_of}`",
        grouped(total_ms)
    );
    let mut finding = Finding::new(place, format!("{fallback}/strategy/{name}"), message)
        .label("never runs")
        .related(
            limit_span(project, Some(loss.total_of), Field::Total)?,
            format!("{} ms for the whole call", grouped(total_ms)),
        )
        .help(format!(
            "{}; {}, or lower the limits and retries before it; {}",
            loss.told(project),
            loss.way_out(context),
            loss.shown_by(project)
        ));
    for (_, place) in others.iter().filter_map(|other| member(project, *other)) {
        finding = finding.related(place, "never runs either");
    }
    Some(finding)
}

/// The name of a member and the place that names it.
fn member(project: &LinkedProject, (fallback, number): MemberOf) -> Option<(&str, Span)> {
    let id = *project.plan.members(fallback).get(number as usize)?;
    let place = *project.member_places.get(&fallback)?.get(number as usize)?;
    Some((project.client_name(id), place))
}
