use clientc_plan::Field;
use clientc_semantic::Span;

use crate::context::Context;
use crate::core::diagnostic::{Fix, Level, Safety};
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::edits::http_block;
use crate::facts::limit_faults::{LimitFault, LimitFaultKind, OtherLimit};
use crate::facts::losses::{Loss, LossKind};
use crate::facts::route_facts::limit_span;
use crate::text::words::grouped;

pub(crate) static RULE: Rule = Rule {
    name: "dead-timeout",
    summary: "a limit that can never be the one that ends an attempt",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("dead_timeout.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    let faults = context.limit_faults().iter();
    for fault in faults.filter(|fault| fault.kind != LimitFaultKind::Shadowed) {
        if is_told_otherwise(context, fault) {
            continue;
        }
        if let Some(finding) = finding(context, fault) {
            out.push(finding);
        }
    }
}

/// Whether members never run because of the same total. Raising it helps first, and another rule says so.
fn is_told_otherwise(context: &Context<'_>, fault: &LimitFault) -> bool {
    let against = fault.against;
    let is_for_dead_members =
        |loss: &Loss| matches!(loss.kind, LossKind::DeadMembers(_)) && Some(loss.total_of) == against.client;
    against.field == Field::Total && context.losses().iter().any(is_for_dead_members)
}

/// The help. A request limit with something after it cannot be removed: it leaves time for the rest. Where another
/// client or a default sets the field, that one would apply instead.
fn help(fault: &LimitFault) -> String {
    let ms = fault.against.ms;
    let is_waited_for = fault.is_followed && fault.field == Field::Request;
    match (is_waited_for, fault.is_alone, ms) {
        (true, _, ..=1) => "raise the total".to_owned(),
        (true, ..) => format!("lower it below {ms}, so that the attempts after it have time"),
        (false, true, ..=1) => "remove it".to_owned(),
        (false, true, _) => format!("lower it below {ms}, or remove it"),
        (false, false, ..=1) => "raise the limit that ends first".to_owned(),
        (false, false, _) => format!(
            "lower it below {ms}; without it the `{}` of another client or of the defaults applies",
            fault.field.key()
        ),
    }
}

fn finding(context: &Context<'_>, fault: &LimitFault) -> Option<Finding> {
    let project = context.project;
    let LimitFault { client, field, ms, against, .. } = *fault;
    let name = project.client_name(client);
    // A first-token limit that is just as long was hardly meant to be none.
    let is_equal = field == Field::TimeToFirstToken && ms == against.ms;
    let in_streams = fault.kind == LimitFaultKind::DeadInStreams;
    let when = if in_streams { "in a streaming call " } else { "" };
    let end = match against.field {
        Field::Total => "ends the call",
        _ => "ends the attempt",
    };
    let message = format!(
        "`{name}` may {}, but {when}{} {end} after {} ms",
        allowance(field, ms),
        setter(context, fault, &against),
        grouped(against.ms)
    );
    let mut finding = Finding::new(
        limit_span(project, Some(client), field)?,
        format!("{name}/http/{}", field.key()),
        message,
    )
    .label(if in_streams { "never fires in a streaming call" } else { "can never fire" })
    .related(against.place(project)?, format!("{end} after {} ms", grouped(against.ms)))
    .help(help(fault));
    if in_streams {
        finding = finding.level(Level::Info);
    } else if fault.is_alone && !is_equal && !(fault.is_followed && field == Field::Request) {
        finding.diagnostic.fix = removal(context, fault);
    }
    Some(finding)
}

/// What the limit of a field lets a client do.
fn allowance(field: Field, ms: u64) -> String {
    let ms = grouped(ms);
    match field {
        Field::Connect => format!("take {ms} ms to connect"),
        Field::TimeToFirstToken => format!("wait {ms} ms for the first token"),
        Field::Idle => format!("pause {ms} ms between events"),
        Field::Request | Field::Total => format!("take {ms} ms for a request"),
    }
}

fn setter(context: &Context<'_>, fault: &LimitFault, against: &OtherLimit) -> String {
    let limit = match against.field {
        Field::TimeToFirstToken => "first-token limit",
        Field::Total => "total",
        _ => "request limit",
    };
    match against.client {
        Some(client) if client == fault.client => format!("its own {limit}"),
        Some(client) => format!("the {limit} of `{}`", context.project.client_name(client)),
        None => format!("the {limit} of `[defaults.http]`"),
    }
}

/// The fix that removes the limit.
fn removal(context: &Context<'_>, fault: &LimitFault) -> Option<Fix> {
    let (file, facts) = context.project.client_facts(fault.client)?;
    let written = facts.http.as_ref()?.limits.get(fault.field)?;
    let edits = http_block::remove(context.layout(file), facts, written.key, written.value)?;
    let title = format!("remove `{}`", context.text(Span::new(file, written.key)));
    Some(Fix { title, safety: Safety::Unsafe, edits })
}
