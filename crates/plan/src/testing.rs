//! Short ways to write plans, for the tests of this crate.

use crate::document::{
    Resolved, ResolvedClient, ResolvedFunction, ResolvedKind, Source, resolved_routes, times,
};
use crate::field::{ByField, Field};
use crate::graph::{Client, ClientId, ClientKind, Plan, PolicyId};
use crate::limit::Limit;
use crate::retry::{Multiplier, RetryPolicy, RetryStrategy};
use crate::value::Object;
use crate::worst_case::worst_case;

/// Gives a client these limits.
pub(crate) fn limited(mut client: Client<()>, limits: &[(Field, u64)]) -> Client<()> {
    for &(field, ms) in limits {
        client.limits.set(field, Limit { ms, origin: () });
    }
    client
}

/// Makes a leaf with a request limit.
pub(crate) fn leaf(name: &str, request_ms: u64) -> Client<()> {
    limited(Client::leaf(name), &[(Field::Request, request_ms)])
}

/// Gives a client the policy with this number.
pub(crate) fn repeated(client: Client<()>, policy: u32) -> Client<()> {
    Client { retry: Some(PolicyId(policy)), ..client }
}

/// Makes ids of numbers.
pub(crate) fn ids(numbers: &[u32]) -> Vec<ClientId> {
    numbers.iter().copied().map(ClientId).collect()
}

/// Makes a plan without defaults.
pub(crate) fn plan(clients: Vec<Client<()>>, policies: Vec<RetryPolicy>) -> Plan<()> {
    Plan::new(clients, policies, ByField::NONE).unwrap()
}

/// Makes a policy with the default backoff.
pub(crate) fn exponential(max_retries: u32) -> RetryPolicy {
    let multiplier = Multiplier::DEFAULT;
    let strategy = RetryStrategy::ExponentialBackoff { delay_ms: 200, multiplier, max_delay_ms: 10_000 };
    RetryPolicy { name: "P".into(), max_retries, strategy, jitter: false }
}

/// Makes a policy with a constant delay.
pub(crate) fn constant(max_retries: u32, delay_ms: u64) -> RetryPolicy {
    RetryPolicy {
        name: "P".into(),
        max_retries,
        strategy: RetryStrategy::ConstantDelay { delay_ms },
        jitter: false,
    }
}

/// The line of every limit in a document that is made here. A client stands on the line of its number, from 1.
pub(crate) const LIMITS_LINE: u32 = 90;

/// Makes a document of these clients, and of functions with the clients that they name.
pub(crate) fn resolved(
    clients: Vec<Client<()>>,
    policies: Vec<RetryPolicy>,
    functions: &[(&str, &str)],
) -> Resolved {
    let plan = plan(clients, policies);
    let mut resolved = Resolved::new("baml_src", times(plan.defaults()));
    for (id, client) in plan.ids().zip(plan.clients()) {
        let members =
            || client.kind.members().iter().map(|&id| plan.client(id).unwrap().name.clone()).collect();
        let kind = match client.kind {
            ClientKind::Leaf => ResolvedKind::Leaf {
                provider: "openai".into(),
                options: Object::new(),
                connection_pooling: true,
            },
            ClientKind::Fallback { .. } => ResolvedKind::Fallback { members: members() },
            ClientKind::RoundRobin { start, .. } => ResolvedKind::RoundRobin { members: members(), start },
        };
        let resolved_client = ResolvedClient {
            kind,
            implicit: client.name.contains('/'),
            timeouts: times(&client.limits),
            retry: plan.policy(client).cloned(),
            routes: resolved_routes(&plan, id, |()| source(LIMITS_LINE)),
            worst_case: worst_case(&plan, id),
            schedule: None,
            runtimes: None,
            source: source(id.0 + 1),
        };
        resolved.clients.insert(client.name.clone(), resolved_client);
    }
    for (name, client) in functions {
        let function = ResolvedFunction { client: (*client).into(), source: source(1) };
        resolved.functions.insert((*name).into(), function);
    }
    resolved
}

fn source(line: u32) -> Source {
    Source { file: "clients.baml".into(), line, column: 1 }
}
