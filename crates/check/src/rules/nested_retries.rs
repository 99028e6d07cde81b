use std::cmp::Ordering;

use clientc_plan::{ClientId, ClientKind};
use clientc_semantic::{LinkedProject, Span};

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::facts::visits::Visits;
use crate::text::words::grouped;

pub(crate) static RULE: Rule = Rule {
    name: "nested-retries",
    summary: "a retry policy on a composite and on clients below it",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("nested_retries.md"),
};

/// The most members that are shown.
const SHOWN: usize = 4;

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    let plan = &context.project.plan;
    let repeats = |id: ClientId| plan.client(id).is_some_and(|client| plan.retries(client).0 > 0);
    let is_outer = |id: &ClientId| repeats(*id) && !plan.members(*id).is_empty();
    if !plan.ids().any(|id| is_outer(&id)) {
        return;
    }
    // The first client at or below each one that repeats, so that no graph is walked twice.
    let mut nearest: Vec<Option<ClientId>> = vec![None; plan.clients().len()];
    for &id in plan.order() {
        let below = || plan.members(id).iter().find_map(|member| nearest[member.index()]);
        nearest[id.index()] = if repeats(id) { Some(id) } else { below() };
    }
    let mut visits = Visits::new(plan);
    for (outer, marks) in plan.ids().zip(&context.route_facts().marks) {
        if !marks.is_reached || !is_outer(&outer) {
            continue;
        }
        let mut inner: Vec<(ClientId, u64)> = Vec::new();
        for found in plan.members(outer).iter().filter_map(|member| nearest[member.index()]) {
            let is_new = inner.len() < SHOWN && inner.iter().all(|(known, _)| *known != found);
            // A round-robin may come to it once only, and then nothing multiplies.
            if is_new && let Some(times) = visits.of(outer, found).filter(|times| *times > 1) {
                inner.push((found, times));
            }
        }
        if let Some(finding) = finding(context.project, outer, &inner) {
            out.push(finding);
        }
    }
}

fn finding(project: &LinkedProject, outer: ClientId, inner: &[(ClientId, u64)]) -> Option<Finding> {
    let plan = &project.plan;
    let (first, times) = *inner.first()?;
    let (client, member) = (plan.client(outer)?, plan.client(first)?);
    let rounds = u64::from(plan.retries(client).0) + 1;
    let own = |id: ClientId| plan.client(id).map_or(0, |client| u64::from(plan.retries(client).0) + 1);
    let noun = |id: ClientId| match plan.client(id).map(|client| &client.kind) {
        Some(ClientKind::Leaf) => "attempts",
        _ => "rounds",
    };
    let product = grouped(times.saturating_mul(own(first)));
    let all = match member.kind {
        ClientKind::Leaf => format!("up to {product} requests to it"),
        _ => format!("up to {product} in all"),
    };
    let how = match times.cmp(&rounds) {
        Ordering::Equal => format!("in each of them `{}` makes", member.name),
        Ordering::Less => format!("up to {times} of them through `{}`, which makes", member.name),
        Ordering::Greater => {
            format!("and comes to `{}` up to {} times, which makes", member.name, grouped(times))
        }
    };
    let joined = if times == rounds { ", and " } else { ", " };
    let message =
        format!("`{}` makes {rounds} rounds{joined}{how} {} {}: {all}", client.name, own(first), noun(first));
    let mut finding =
        Finding::new(policy_place(project, outer)?, format!("{}/retry_policy", client.name), message)
            .label(format!("{rounds} rounds"))
            .help("keep the policy on one level: on the members it repeats only what failed");
    for (id, _) in inner {
        if let Some(place) = policy_place(project, *id) {
            finding = finding.related(place, format!("{} {}", own(*id), noun(*id)));
        }
    }
    Some(finding)
}

fn policy_place(project: &LinkedProject, id: ClientId) -> Option<Span> {
    let (file, facts) = project.client_facts(id)?;
    Some(Span::new(file, facts.retry_policy.as_ref()?.range))
}
