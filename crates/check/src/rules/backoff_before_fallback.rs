use clientc_plan::{ClientId, ClientKind, Route};
use clientc_semantic::Span;
use rustc_hash::FxHashSet;

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::text::words::grouped;

pub(crate) static RULE: Rule = Rule {
    name: "backoff-before-fallback",
    summary: "a client that waits between its attempts although a later member could be tried",
    level: Setting::Info,
    is_fixed: false,
    page: include_str!("backoff_before_fallback.md"),
};

/// Waits that are shorter in sum are hardly noticed, in milliseconds.
const SHORTEST_MS: u64 = 2000;

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    let plan = &context.project.plan;
    let waits = |id: &ClientId| {
        plan.client(*id).is_some_and(|client| client.kind.is_leaf() && plan.retries(client).1 >= SHORTEST_MS)
    };
    let mut seen = FxHashSet::default();
    context.walk_entry_routes(plan.ids().filter(waits), |route| {
        let Some(&leaf) = route.path.last() else { return };
        if let Some((fallback, next)) = next_member(context, route)
            && seen.insert(leaf)
        {
            out.extend(finding(context, leaf, fallback, next));
        }
    });
}

/// The nearest fallback above the leaf with a later member, and that member, where it is not the leaf again.
fn next_member(context: &Context<'_>, route: &Route<'_>) -> Option<(ClientId, ClientId)> {
    let leaf = route.path.last()?;
    route.path.windows(2).rev().find_map(|pair| {
        let [above, below] = pair else { return None };
        let ClientKind::Fallback { members } = &context.project.plan.client(*above)?.kind else {
            return None;
        };
        let at = members.iter().position(|member| member == below)?;
        let next = members.get(at + 1)?;
        (next != leaf).then_some((*above, *next))
    })
}

fn finding(context: &Context<'_>, leaf: ClientId, fallback: ClientId, next: ClientId) -> Option<Finding> {
    let project = context.project;
    let (file, facts) = project.client_facts(leaf)?;
    let named = facts.retry_policy.as_ref()?;
    let client = project.plan.client(leaf)?;
    let policy = project.plan.policy(client)?;
    let delays: Vec<u64> = project.plan.run_time().delays(policy).take(6).collect();
    let shown: Vec<String> = delays.iter().take(5).map(|ms| grouped(*ms)).collect();
    let more = if delays.len() > 5 { " + ..." } else { "" };
    let (name, total) = (&*client.name, grouped(project.plan.retries(client).1));
    let (fallback, next) = (project.client_name(fallback), project.client_name(next));
    let sum = if shown.len() > 1 { format!(" ({}{more})", shown.join(" + ")) } else { String::new() };
    let message = format!(
        "`{name}` waits {total} ms{sum} between attempts, although `{fallback}` could move on to `{next}` at once"
    );
    let (policy_file, policy) = project.policy_facts(client.retry?)?;
    Some(
        Finding::new(Span::new(file, named.range), format!("{name}/retry_policy"), message)
            .related(Span::new(policy_file, policy.name.range), "the policy")
            .help(match context.is_called_by_baml() {
                true => format!(
                    "shorten the delays of `{name}` or plan fewer retries; in BAML a policy on `{fallback}` would \
                     wait after every member too"
                ),
                false => format!(
                    "put the policy on `{fallback}`, so that every member is tried before any delay, or shorten the \
                     delays of `{name}`"
                ),
            }),
    )
}
