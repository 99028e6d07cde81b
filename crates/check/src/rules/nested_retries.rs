use clientc_plan::{ClientId, Kind};
use clientc_semantic::{Project, Span};

use crate::core::finding::{Finding, Findings};
use crate::context::Context;
use crate::core::rule::{Rule, Setting};

pub(crate) static RULE: Rule = Rule {
    name: "nested-retries",
    summary: "a retry policy on a composite and on what it leads to",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("nested_retries.md"),
};

/// So many members are shown.
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
    for (outer, marks) in plan.ids().zip(&context.route_facts().marks) {
        if !marks.is_reached || !is_outer(&outer) {
            continue;
        }
        let mut inner: Vec<ClientId> = Vec::new();
        for found in plan.members(outer).iter().filter_map(|member| nearest[member.index()]) {
            if inner.len() < SHOWN && !inner.contains(&found) {
                inner.push(found);
            }
        }
        if let Some(finding) = finding(context.project, outer, &inner) {
            out.push(finding);
        }
    }
}

fn finding(project: &Project, outer: ClientId, inner: &[ClientId]) -> Option<Finding> {
    let plan = &project.plan;
    let first = inner.first()?;
    let (client, member) = (plan.client(outer)?, plan.client(*first)?);
    let rounds = plan.retries(client).0 + 1;
    let attempts = plan.retries(member).0 + 1;
    let both = match member.kind {
        Kind::Leaf => format!("{attempts} attempts, up to {} requests to it", rounds * attempts),
        _ => format!("{attempts} rounds, up to {} in all", rounds * attempts),
    };
    let message = format!(
        "`{}` makes {rounds} rounds, and in each of them `{}` makes {both}",
        client.name, member.name
    );
    let mut finding =
        Finding::new(policy_place(project, outer)?, format!("{}/retry_policy", client.name), message)
            .label(format!("{rounds} rounds"))
            .help("keep the policy on one level: on the members it repeats only what failed");
    for id in inner {
        if let Some(place) = policy_place(project, *id) {
            finding = finding.related(place, "repeats as well");
        }
    }
    Some(finding)
}

fn policy_place(project: &Project, id: ClientId) -> Option<Span> {
    let (file, facts) = project.client_facts(id)?;
    Some(Span::new(file, facts.retry_policy.as_ref()?.range))
}
