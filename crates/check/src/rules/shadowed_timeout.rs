use clientc_plan::Field;

use super::streaming_timeout_unused::Switches;
use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::facts::limit_faults::{LimitFault, LimitFaultKind};
use crate::facts::route_facts::limit_span;
use crate::facts::without::Without;
use crate::text::words::grouped;

pub(crate) static RULE: Rule = Rule {
    name: "shadowed-timeout",
    summary: "a limit that takes effect on no route, because smaller ones do",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("shadowed_timeout.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    let faults = context.limit_faults().iter();
    let mut shadowed = faults.filter(|fault| fault.kind == LimitFaultKind::Shadowed).peekable();
    if shadowed.peek().is_none() {
        return;
    }
    // Where nothing streams, that is the cause, and another rule names it.
    let switches = Switches::of(context);
    let is_for_streams = |field: Field| matches!(field, Field::TimeToFirstToken | Field::Idle);
    let never_streams = |fault: &LimitFault| switches.of_client[fault.client.index()].is_some();
    let mut without = Without::new(context, &context.route_facts().entries);
    for fault in shadowed.filter(|fault| !(is_for_streams(fault.field) && never_streams(fault))) {
        // A total bounds a sum: a smaller one below it does not make it needless.
        if fault.field == Field::Total && !without.changes_nothing(fault.client, Field::Total) {
            continue;
        }
        if let Some(finding) = finding(context, fault) {
            out.push(finding);
        }
    }
}

fn finding(context: &Context<'_>, fault: &LimitFault) -> Option<Finding> {
    let project = context.project;
    let LimitFault { client, field, ms, against, .. } = *fault;
    let name = project.client_name(client);
    let other = project.client_name(against.client?);
    let path = [fault.entry, fault.leaf].map(|id| project.client_name(id));
    let on = match path {
        [entry, leaf] if entry == leaf => String::new(),
        [entry, leaf] => format!(" on the way from `{entry}` to `{leaf}`"),
    };
    let message = format!(
        "the {} of `{name}`, {} ms, takes effect on no route: `{other}` sets {} ms{on}",
        noun(field),
        grouped(ms),
        grouped(against.ms)
    );
    Some(
        Finding::new(limit_span(project, Some(client), field)?, format!("{name}/http/{}", field.key()), message)
            .label("takes effect on no route")
            .related(against.place(project)?, format!("{} ms apply", grouped(against.ms)))
            .help("the smallest limit on a route applies, and of equal ones the one nearest to the request: lower \
                this one or remove it; a limit for members that set none belongs under `[defaults.http]` in clientc.toml"),
    )
}

fn noun(field: Field) -> &'static str {
    match field {
        Field::Connect => "connect limit",
        Field::TimeToFirstToken => "first-token limit",
        Field::Idle => "idle limit",
        Field::Request => "request limit",
        Field::Total => "total",
    }
}
