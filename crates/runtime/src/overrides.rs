//! Limits that are set at run time. They can only lower those of the plan.

use clientc_plan::document::ResolvedPlan;
pub use clientc_plan::document::Timeouts;
use clientc_plan::record::{OverrideRecord, TimeoutType};
use clientc_plan::{ClientId, Field, Overrides, walk_routes};

/// An override that changes nothing, because no limit of the plan is larger.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, thiserror::Error)]
#[error(
    "{field} of {ms} ms for {client} changes nothing: the plan allows at most {plan_ms} ms; a limit can only be lowered"
)]
#[non_exhaustive]
pub struct Ignored {
    /// The client.
    pub client: Box<str>,
    /// The limit.
    pub field: TimeoutType,
    /// The time that was asked for, in milliseconds.
    pub ms: u64,
    /// The longest time that the plan allows for it, in milliseconds.
    pub plan_ms: u64,
}

/// An override that is not possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OverrideError {
    /// The time is 0 or too large.
    #[error("{field} of {ms} ms for {client} is not from 1 to {} ms", clientc_plan::MAX_MS)]
    OutOfRange {
        /// The client.
        client: Box<str>,
        /// The limit.
        field: TimeoutType,
        /// The time in milliseconds.
        ms: u64,
    },
    /// A total bounds a composite.
    #[error(
        "{client} makes requests itself, so it has no total_timeout_ms; use request_timeout_ms, or a deadline for the call"
    )]
    TotalOnLeaf {
        /// The client.
        client: Box<str>,
    },
}

/// The result of some overrides.
#[derive(Debug, Default)]
pub(crate) struct Added {
    pub(crate) asked: Vec<OverrideRecord>,
    pub(crate) ignored: Vec<Ignored>,
}

/// Lowers the limits of a client.
pub(crate) fn add(
    plan: &ResolvedPlan,
    overrides: &mut Overrides,
    id: ClientId,
    timeouts: &Timeouts,
) -> Result<Added, OverrideError> {
    let mut added = Added::default();
    let Some(client) = plan.client(id) else {
        return Ok(added);
    };
    for (field, &ms) in timeouts.iter() {
        if field == Field::Total && client.kind.is_leaf() {
            return Err(OverrideError::TotalOnLeaf { client: client.name.clone() });
        }
        if !overrides.lower(id, field, ms) {
            return Err(OverrideError::OutOfRange {
                client: client.name.clone(),
                field: TimeoutType(field),
                ms,
            });
        }
        added.asked.push(OverrideRecord { client: client.name.clone(), field: TimeoutType(field), ms });
        if let Some(plan_ms) = longest_ms(plan, id, field).filter(|&plan_ms| plan_ms <= ms) {
            let (client, field) = (client.name.clone(), TimeoutType(field));
            added.ignored.push(Ignored { client, field, ms, plan_ms });
        }
    }
    Ok(added)
}

/// The largest effective limit of the routes from a client, or `None` where one has none.
fn longest_ms(plan: &ResolvedPlan, id: ClientId, field: Field) -> Option<u64> {
    if field == Field::Total {
        return plan.client(id)?.limits.ms(field);
    }
    let mut longest_ms = Some(0);
    walk_routes(plan, id, |route| {
        longest_ms = longest_ms.zip(route.limits.ms(field)).map(|(longest, ms)| longest.max(ms));
    });
    longest_ms
}
