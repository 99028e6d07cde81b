use clientc_plan::{ClientKind, Field};
use clientc_semantic::Span;

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::edits::policy_places::policy_value;
use crate::facts::losses::{Loss, LossKind};
use crate::facts::route_facts::limit_span;
use crate::text::words::grouped;

pub(crate) static RULE: Rule = Rule {
    name: "dead-retry",
    summary: "retries that never have time to run",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("dead_retry.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    out.extend(context.losses().iter().filter_map(|loss| finding(context, loss)));
}

fn finding(context: &Context<'_>, loss: &Loss) -> Option<Finding> {
    let project = context.project;
    let LossKind::DeadRetries { client, run, planned } = loss.kind else { return None };
    let (file, facts) = project.client_facts(client)?;
    let policy = facts.retry_policy.as_ref()?;
    let data = project.plan.client(client)?;
    let rounds = if data.kind == ClientKind::Leaf { "attempts" } else { "rounds" };
    let total_ms = project.plan.client(loss.total_of)?.limits.ms(Field::Total)?;
    let message = format!(
        "if every attempt times out, the total of `{}`, {} ms, leaves time for only {run} of {planned} {rounds} of `{}`",
        project.client_name(loss.total_of),
        grouped(total_ms),
        data.name
    );
    let mut finding =
        Finding::new(Span::new(file, policy.range), format!("{}/retry_policy", data.name), message);
    if let Some(place) = data.retry.and_then(|policy| policy_value(context, policy, &["max_retries"])) {
        finding = finding.related(place, format!("{planned} {rounds} including the first"));
    }
    Some(
        finding
            .label(format!("plans {planned} {rounds}"))
            .related(
                limit_span(project, Some(loss.total_of), Field::Total)?,
                format!("{} ms for the whole call", grouped(total_ms)),
            )
            .help(format!(
                "{}; {}, lower the request limits, or write `max_retries {}`; {}",
                loss.told(project),
                loss.way_out(context),
                run.saturating_sub(1),
                loss.shown_by(project)
            )),
    )
}
