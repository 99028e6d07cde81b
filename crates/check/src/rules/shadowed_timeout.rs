use clientc_plan::Field;

use crate::finding::{Finding, Findings};
use crate::input::Input;
use crate::limit_faults::{LimitFault, LimitFaultKind};
use crate::route_facts::limit_span;
use crate::rule::Rule;
use crate::settings::Setting;
use crate::words::grouped;

pub(super) static RULE: Rule = Rule {
    name: "shadowed-timeout",
    summary: "a limit that holds on no route, because smaller ones do",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("shadowed_timeout.md"),
    check,
};

fn check(input: &Input<'_>, out: &mut Findings) {
    let faults = input.route_facts().limit_faults.iter();
    for fault in faults.filter(|fault| fault.kind == LimitFaultKind::Shadowed) {
        if let Some(finding) = finding(input, fault) {
            out.push(finding);
        }
    }
}

fn finding(input: &Input<'_>, fault: &LimitFault) -> Option<Finding> {
    let project = input.project;
    let LimitFault { client, field, ms, against, .. } = *fault;
    let name = project.client_name(client);
    let other = project.client_name(against.client?);
    let path = [fault.entry, fault.leaf].map(|id| project.client_name(id));
    let on = match path {
        [entry, leaf] if entry == leaf => String::new(),
        [entry, leaf] => format!(" on the way from `{entry}` to `{leaf}`"),
    };
    let message = format!(
        "the {} of `{name}`, {} ms, holds on no route: `{other}` sets {} ms{on}",
        noun(field),
        grouped(ms),
        grouped(against.ms)
    );
    Some(
        Finding::new(limit_span(project, Some(client), field)?, format!("{name}/http/{}", field.key()), message)
            .label("holds on no route")
            .related(against.place(project)?, format!("{} ms hold", grouped(against.ms)))
            .help("the smallest limit on a route holds, of equal ones that nearest to the request: remove it or lower it"),
    )
}

fn noun(field: Field) -> &'static str {
    match field {
        Field::Connect => "connect limit",
        Field::TimeToFirstToken => "limit to the first token",
        Field::Idle => "idle limit",
        Field::Request => "request limit",
        Field::Total => "total",
    }
}
