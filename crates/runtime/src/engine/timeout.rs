//! The error of a limit that passed.

use super::attempt::Plan;
use super::watch::{Passed, Watch};
use crate::runtime::Inner;
use crate::transport::Dial;
use clientc_plan::document::{ResolvedOrigin, Source};
use clientc_plan::record::{LimitRecord, SetBy, TimeoutError, TimeoutType};
use clientc_plan::{ClientId, Cut, CutBy, Field, Origin};
use std::fmt::Write;
use tokio::time::Instant;

/// A limit with everything that is to be said of it.
pub(super) struct Limit {
    pub(super) field: Field,
    /// The leaf of the attempt, or the composite of a total.
    pub(super) client: ClientId,
    /// The client that set it; nothing for the defaults and the caller.
    setter: Option<ClientId>,
    pub(super) set_by: SetBy,
    pub(super) configured_ms: u64,
}

impl Limit {
    /// Returns a limit of the attempt itself.
    pub(super) fn own(plan: &Plan, field: Field) -> Option<Limit> {
        let limit = plan.limits.get(field)?;
        let (set_by, setter) = match limit.origin {
            Origin::Client(place) => (SetBy::Client, plan.at(place)),
            Origin::Defaults | Origin::RunTime => (SetBy::Defaults, None),
            Origin::Override(place) => (SetBy::Override, plan.at(place)),
        };
        Some(Limit { field, client: plan.leaf, setter, set_by, configured_ms: limit.ms })
    }

    /// Returns the limit that ends the attempt at the latest.
    pub(super) fn cut(plan: &Plan, cut: &Cut) -> Limit {
        let configured_ms = cut.configured_ms;
        let total = |client: ClientId, set_by| Limit {
            field: Field::Total,
            client,
            setter: Some(client),
            set_by,
            configured_ms,
        };
        match cut.by {
            // The own limit of an attempt is the request limit that it has.
            CutBy::Own(_) => {
                Limit::own(plan, Field::Request).unwrap_or_else(|| Limit::worst_case(plan, configured_ms))
            }
            CutBy::Total { place, is_override } => {
                let set_by = if is_override { SetBy::Override } else { SetBy::Client };
                total(plan.at(place).unwrap_or(plan.leaf), set_by)
            }
            CutBy::Call => total(plan.root(), SetBy::Caller),
            CutBy::WorstCase => total(plan.root(), SetBy::WorstCase),
        }
    }

    /// Returns the worst case of the client of a call.
    pub(super) fn worst_case(plan: &Plan, configured_ms: u64) -> Limit {
        let client = plan.root();
        Limit { field: Field::Total, client, setter: Some(client), set_by: SetBy::WorstCase, configured_ms }
    }

    /// Returns where the limit is written, where that is known.
    fn origin(&self, inner: &Inner) -> Option<ResolvedOrigin> {
        let (client, limits) = match (self.set_by, self.setter) {
            (SetBy::Client, Some(setter)) => {
                let client = inner.plan.client(setter)?;
                (Some(client.name.clone()), &client.limits)
            }
            (SetBy::Defaults, _) => (None, inner.plan.defaults()),
            _ => return None,
        };
        let Source { file, line, column } = limits.get(self.field)?.origin.clone()?;
        Some(ResolvedOrigin { client, file, line, column })
    }

    /// Returns the limit as it is recorded.
    pub(super) fn record(&self, inner: &Inner) -> LimitRecord {
        LimitRecord {
            timeout_type: TimeoutType(self.field),
            client: self.setter.map(|setter| inner.name(setter).into()),
            set_by: self.set_by,
            configured_value_ms: self.configured_ms,
        }
    }

    /// Makes the error of the limit.
    pub(super) fn error(&self, inner: &Inner, plan: &Plan, elapsed_ms: u64) -> TimeoutError {
        let origin = self.origin(inner);
        let client = inner.name(self.client);
        let mut error = TimeoutError {
            client: client.into(),
            timeout_type: TimeoutType(self.field),
            configured_value_ms: self.configured_ms,
            elapsed_ms,
            message: String::new(),
            route: plan.path.iter().map(|visit| inner.name(visit.client).into()).collect(),
            attempt: plan.number,
            set_by: self.set_by,
            origin,
        };
        error.message = self.message(inner, &error);
        error
    }

    fn message(&self, inner: &Inner, error: &TimeoutError) -> String {
        let (client, limit_ms, elapsed_ms) = (&error.client, error.configured_value_ms, error.elapsed_ms);
        let happened = match self.field {
            Field::Connect => "there was no connection",
            Field::TimeToFirstToken => "there was no content",
            Field::Idle => "nothing more came",
            Field::Request => "the answer was not complete",
            Field::Total => "the call was not done",
        };
        let mut text = format!("client {client}: {happened} within {limit_ms} ms ({elapsed_ms} ms passed): ");
        let setter = self.setter.map_or("", |setter| inner.name(setter));
        let key = self.field.key();
        let _ = match (self.set_by, &error.origin) {
            (SetBy::Client, Some(ResolvedOrigin { file, line, column, .. })) => {
                write!(text, "{key} of {setter} at {file}:{line}:{column}")
            }
            (SetBy::Client, None) => write!(text, "{key} of {setter}"),
            (SetBy::Defaults, Some(ResolvedOrigin { file, line, column, .. })) => {
                write!(text, "{key} of the defaults at {file}:{line}:{column}")
            }
            (SetBy::Defaults, None) => write!(text, "{key} of the defaults"),
            (SetBy::Override, _) => write!(text, "{key} set at run time for {setter}"),
            (SetBy::Caller, _) => write!(text, "the deadline that the caller gave the call"),
            (SetBy::WorstCase, _) => write!(text, "the worst case of {setter}, which no call outlives"),
        };
        if error.route.len() > 1 {
            let _ = write!(text, "; request {} on the route {}", error.attempt, error.route.join(" > "));
        }
        text
    }
}

/// Returns the error of a limit that passed during an attempt.
pub(super) fn error(
    inner: &Inner,
    plan: &Plan,
    watch: &Watch,
    dial: Option<&Dial>,
    passed: Passed,
) -> TimeoutError {
    let now = Instant::now();
    let start = plan.clock.at(plan.start_ms).unwrap_or(now);
    let (field, since) = match passed {
        Passed::Connect => (Field::Connect, dial.and_then(Dial::start).unwrap_or(start)),
        Passed::FirstToken => (Field::TimeToFirstToken, start),
        Passed::Idle => (Field::Idle, watch.last_event().unwrap_or(start)),
        Passed::Cut => {
            let since_ms = plan.cut.map_or(plan.start_ms, |cut| cut.since_ms);
            (Field::Request, plan.clock.at(since_ms).unwrap_or(start))
        }
    };
    let limit = match (passed, plan.cut) {
        (Passed::Cut, Some(cut)) => Some(Limit::cut(plan, &cut)),
        _ => Limit::own(plan, field),
    };
    let elapsed = now.saturating_duration_since(since);
    let elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    match limit {
        Some(limit) => limit.error(inner, plan, elapsed_ms),
        // No limit can pass that is not set.
        None => Limit::worst_case(plan, elapsed_ms).error(inner, plan, elapsed_ms),
    }
}

/// Whether the connect limit passes in the same millisecond as what cuts the attempt. Its timer starts a little later,
/// and on a tie the own limit of the attempt is named.
pub(super) fn is_connect_tie(plan: &Plan, dial: &Dial) -> bool {
    let (Some(start), None, Some(limit_ms)) = (dial.start(), dial.end(), plan.limits.ms(Field::Connect))
    else {
        return false;
    };
    let start_ms = plan.clock.floor_ms(start).max(plan.start_ms);
    let end_ms = plan.cut.map(|cut| plan.start_ms.saturating_add(cut.ms));
    end_ms.is_some_and(|end_ms| start_ms.saturating_add(limit_ms) <= end_ms)
}
