use std::collections::HashSet;

use clientc_plan::{ClientId, ClientKind, PolicyId, RetryStrategy, Route};
use clientc_semantic::{Span, ValueKind};

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::facts::models::Thinker;
use crate::text::words::grouped;

pub(crate) static RULE: Rule = Rule {
    name: "reasoning-model-advice",
    summary: "a reasoning model without retries, backoff or streaming",
    level: Setting::Info,
    is_fixed: false,
    page: include_str!("reasoning_model_advice.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    let (mut alone, mut constant, mut streamless) = (HashSet::new(), HashSet::new(), HashSet::new());
    context.walk_entry_routes(context.thinkers(), |route| {
        let thinker = route.path.last().and_then(|leaf| context.thinker(*leaf));
        // A row of the settings may only mean that a model needs time.
        let Some(thinker) = thinker.filter(|thinker| thinker.thinks) else { return };
        if is_last_try(context, route) && alone.insert(thinker.client) {
            out.push(without_retry(context, &thinker, route));
        }
        for (client, policy, delay_ms) in constant_policies(context, route) {
            if constant.insert(policy) {
                out.found.extend(without_backoff(context, &thinker, client, policy, delay_ms));
            }
        }
        if streamless.insert(thinker.client) {
            out.found.extend(without_streaming(context, &thinker));
        }
    });
}

/// Whether nothing is tried any more after the leaf of a route: no retry, and no later member.
fn is_last_try(context: &Context<'_>, route: &Route<'_>) -> bool {
    let plan = &context.project.plan;
    route.path.iter().enumerate().all(|(position, id)| {
        let Some(client) = plan.client(*id) else { return false };
        let is_last = match &client.kind {
            ClientKind::Fallback { members } => members.last() == route.path.get(position + 1),
            ClientKind::RoundRobin { .. } | ClientKind::Leaf => true,
        };
        is_last && plan.retries(client).0 == 0
    })
}

fn without_retry(context: &Context<'_>, thinker: &Thinker<'_>, route: &Route<'_>) -> Finding {
    let (name, model) = (context.project.client_name(thinker.client), thinker.model.text);
    let plan = &context.project.plan;
    // Every policy of this route makes no retry. The one nearest to the request is named.
    let policy = route.path.iter().rev().find_map(|id| plan.policy(plan.client(*id)?));
    let reason = match policy {
        Some(policy) => {
            format!("its retry policy `{}` makes no retry, and it has no later member", policy.name)
        }
        None => "it has neither a retry policy nor a later member".to_owned(),
    };
    let message = format!("`{name}` calls the reasoning model `{model}` only once: {reason}");
    Finding::new(thinker.model.span, format!("{name}/retry_policy"), message).help(
        "add a retry policy with `type exponential_backoff`, for example with `max_retries 3`, or a fallback",
    )
}

/// The clients on a route whose policy waits equally long each time, with that policy and its delay in milliseconds.
fn constant_policies(
    context: &Context<'_>,
    route: &Route<'_>,
) -> impl Iterator<Item = (ClientId, PolicyId, u64)> {
    let plan = &context.project.plan;
    route.path.iter().filter_map(move |id| {
        let client = plan.client(*id)?;
        let policy = plan.policy(client).filter(|policy| policy.max_retries > 0)?;
        match policy.strategy {
            RetryStrategy::ConstantDelay { delay_ms } => Some((*id, client.retry?, delay_ms)),
            RetryStrategy::ExponentialBackoff { .. } => None,
        }
    })
}

fn without_backoff(
    context: &Context<'_>,
    thinker: &Thinker<'_>,
    client: ClientId,
    policy: PolicyId,
    delay_ms: u64,
) -> Option<Finding> {
    let (file, facts) = context.project.client_facts(client)?;
    let named = facts.retry_policy.as_ref()?;
    let (policy_file, policy) = context.project.policy_facts(policy)?;
    let (name, policy_name) = (context.project.client_name(client), &policy.name.text);
    let message = format!(
        "`{name}` retries the reasoning model `{}` without backoff: `{policy_name}` waits {} ms each time",
        thinker.model.text,
        grouped(delay_ms)
    );
    Some(
        Finding::new(Span::new(file, named.range), format!("{name}/retry_policy"), message)
            .related(Span::new(policy_file, policy.name.range), "the policy")
            .help("use `type exponential_backoff`, which gives a busy server more time after each failure"),
    )
}

fn without_streaming(context: &Context<'_>, thinker: &Thinker<'_>) -> Option<Finding> {
    let value = thinker.leaf.value(&["supports_streaming"])?;
    if value.kind != ValueKind::Bool(false) {
        return None;
    }
    let (name, model) = (context.project.client_name(thinker.client), thinker.model.text);
    let message =
        format!("`{name}` does not stream, so nothing arrives until the reasoning model `{model}` is done");
    Some(
        Finding::new(thinker.leaf.span(value), format!("{name}/supports_streaming"), message)
            .related(thinker.model.span, "a reasoning model")
            .help("remove `supports_streaming false` where the model can stream"),
    )
}
