use clientc_plan::{ClientId, ClientKind, Field, Plan, sum_ms};
use clientc_semantic::Span;

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::facts::route_facts::limit_span;
use crate::facts::visits::most_in_turn;
use crate::text::words::grouped;

pub(crate) static RULE: Rule = Rule {
    name: "delay-exceeds-budget",
    summary: "delays that take more than half of a total",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("delay_exceeds_budget.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    let plan = &context.project.plan;
    let total_ms = |id: ClientId| plan.client(id).and_then(|client| client.limits.ms(Field::Total));
    if !plan.ids().any(|id| total_ms(id).is_some()) {
        return;
    }
    let delays_ms = delays_ms(plan);
    for (id, marks) in plan.ids().zip(&context.route_facts().marks) {
        let Some(total_ms) = total_ms(id).filter(|_| marks.is_reached) else { continue };
        if delays_ms[id.index()].saturating_mul(2) > total_ms
            && let Some(finding) = finding(context, id, total_ms, &delays_ms)
        {
            out.push(finding);
        }
    }
}

/// All delays that a call through each client can have, in milliseconds, composed as worst cases are. Below a total
/// they are no longer than it allows.
fn delays_ms(plan: &Plan<Span>) -> Vec<u64> {
    let mut delays_ms = vec![0; plan.clients().len()];
    for &id in plan.order() {
        let Some(client) = plan.client(id) else { continue };
        let capped_ms =
            |member: &ClientId| match plan.client(*member).and_then(|it| it.limits.ms(Field::Total)) {
                Some(total_ms) => delays_ms[member.index()].min(total_ms),
                None => delays_ms[member.index()],
            };
        let members: Vec<u64> = client.kind.members().iter().map(capped_ms).collect();
        let (retries, own_ms) = plan.retries(client);
        let of_members_ms = match client.kind {
            ClientKind::RoundRobin { .. } => most_in_turn(&members, retries as usize + 1),
            _ => members.into_iter().fold(0, sum_ms).saturating_mul(u64::from(retries) + 1),
        };
        delays_ms[id.index()] = sum_ms(of_members_ms, own_ms);
    }
    delays_ms
}

fn finding(context: &Context<'_>, id: ClientId, total_ms: u64, delays_ms: &[u64]) -> Option<Finding> {
    let project = context.project;
    let name = project.client_name(id);
    let message = format!(
        "the delays between attempts of `{name}` add up to {} ms, more than half of its total of {} ms",
        grouped(delays_ms[id.index()]),
        grouped(total_ms)
    );
    let finding = Finding::new(
        limit_span(project, Some(id), Field::Total)?,
        format!("{name}/http/{}", Field::Total.key()),
        message,
    )
    .label(format!("{} ms for the whole call", grouped(total_ms)))
    .help("shorten the delays, plan fewer retries, or raise the total");
    let waiting = waiting(&project.plan, id, delays_ms);
    let (file, facts) = project.client_facts(waiting)?;
    let client = project.plan.client(waiting)?;
    Some(match &facts.retry_policy {
        Some(policy) => {
            let text =
                format!("waits {} ms in all between its attempts", grouped(project.plan.retries(client).1));
            finding.related(Span::new(file, policy.range), text)
        }
        None => finding,
    })
}

/// The client that waits itself, on the way along the members with the longest delays.
fn waiting(plan: &Plan<Span>, mut id: ClientId, delays_ms: &[u64]) -> ClientId {
    while plan.client(id).is_some_and(|client| plan.retries(client).1 == 0) {
        let longest = plan.members(id).iter().rev().max_by_key(|member| delays_ms[member.index()]);
        match longest {
            Some(member) => id = *member,
            None => break,
        }
    }
    id
}
