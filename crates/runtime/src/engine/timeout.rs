//! The error of a limit that passed.

use std::fmt::Write;

use clientc_plan::document::{ResolvedOrigin, Source};
use clientc_plan::record::{LimitRecord, SetBy, TimeoutError, TimeoutType};
use clientc_plan::{ClientId, Cut, CutBy, Field, Origin};
use tokio::time::Instant;

use super::brief::Brief;
use super::watch::{Passed, Watch};
use crate::error::Failure;
use crate::inner::Inner;
use crate::transport::Dial;

/// A limit with everything that an error reports about it.
pub(super) struct Limit {
    pub(super) field: Field,
    /// The leaf of the attempt, or the composite of a total.
    pub(super) client: ClientId,
    /// The client that set it; `None` for the defaults and the caller.
    setter: Option<ClientId>,
    pub(super) set_by: SetBy,
    pub(super) configured_ms: u64,
}

impl Limit {
    /// A limit of the attempt itself.
    pub(super) fn own(brief: &Brief, field: Field) -> Option<Self> {
        let limit = brief.limits.get(field)?;
        let (set_by, setter) = match limit.origin {
            Origin::Client(place) => (SetBy::Client, brief.at(place)),
            Origin::Defaults | Origin::RunTime => (SetBy::Defaults, None),
            Origin::Override(place) => (SetBy::Override, brief.at(place)),
        };
        Some(Self { field, client: brief.leaf, setter, set_by, configured_ms: limit.ms })
    }

    /// The limit that ends the attempt at the latest.
    pub(super) fn cut(inner: &Inner, brief: &Brief, cut: &Cut) -> Self {
        let configured_ms = cut.configured_ms;
        let total = |client: ClientId, set_by| Self {
            field: Field::Total,
            client,
            setter: Some(client),
            set_by,
            configured_ms,
        };
        match cut.by {
            // The own limit of an attempt is the request limit that it has.
            CutBy::Own(_) => Self::own(brief, Field::Request)
                .unwrap_or_else(|| Self::worst_case(inner, brief, configured_ms)),
            CutBy::Total { place, is_override } => {
                let set_by = if is_override { SetBy::Override } else { SetBy::Client };
                total(brief.at(place).unwrap_or(brief.leaf), set_by)
            }
            CutBy::Call => total(brief.root(), SetBy::Caller),
            CutBy::WorstCase => Self::worst_case(inner, brief, configured_ms),
        }
    }

    /// The limit that the plan meant where a call reaches its worst case because the machine woke late: the
    /// request limit of the attempt, else the innermost total above it. Neither was used up.
    pub(super) fn worst_case(inner: &Inner, brief: &Brief, worst_case_ms: u64) -> Self {
        let set_by = SetBy::WorstCase;
        if let Some(own) = Self::own(brief, Field::Request) {
            return Self { set_by, ..own };
        }
        let totals = brief.path.iter().rev().filter_map(|visit| {
            Some((visit.client, inner.plan.client(visit.client)?.limits.ms(Field::Total)?))
        });
        if let Some((client, configured_ms)) = totals.into_iter().next() {
            return Self { field: Field::Total, client, setter: Some(client), set_by, configured_ms };
        }
        let client = brief.root();
        let is_leaf = inner.plan.client(client).is_some_and(|client| client.kind.is_leaf());
        let field = if is_leaf { Field::Request } else { Field::Total };
        Self { field, client, setter: Some(client), set_by, configured_ms: worst_case_ms }
    }

    /// Where the limit is written, where that is known.
    fn origin(&self, inner: &Inner) -> Option<ResolvedOrigin> {
        let (client, limits) = match (self.set_by, self.setter) {
            (SetBy::Client | SetBy::WorstCase, Some(setter)) => {
                let client = inner.plan.client(setter)?;
                (Some(client.name.clone()), &client.limits)
            }
            (SetBy::Defaults, _) => (None, inner.plan.defaults()),
            _ => return None,
        };
        let Source { file, line, column } = limits.get(self.field)?.origin.clone()?;
        Some(ResolvedOrigin { client, file, line, column })
    }

    /// The limit as it is recorded.
    pub(super) fn record(&self, inner: &Inner) -> LimitRecord {
        LimitRecord {
            timeout_type: TimeoutType(self.field),
            client: self.setter.map(|setter| inner.name(setter).into()),
            set_by: self.set_by,
            configured_value_ms: self.configured_ms,
        }
    }

    /// Makes the error of the limit.
    pub(super) fn error(&self, inner: &Inner, brief: &Brief, elapsed_ms: u64) -> TimeoutError {
        let origin = self.origin(inner);
        let client = inner.name(self.client);
        let mut error = TimeoutError {
            client: client.into(),
            timeout_type: TimeoutType(self.field),
            configured_value_ms: self.configured_ms,
            elapsed_ms,
            message: String::new(),
            route: brief.path.iter().map(|visit| inner.name(visit.client).into()).collect(),
            attempt: brief.number,
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
            Field::Total => "the call was not finished",
        };
        let mut text = format!("client {client}: {happened} within {limit_ms} ms ({elapsed_ms} ms passed): ");
        let setter = self.setter.map_or("", |setter| inner.name(setter));
        let key = self.field.key();
        if self.set_by == SetBy::WorstCase {
            let root = error.route.first().unwrap_or(client);
            let mut text = format!(
                "client {client}: {happened} within what was left of the worst case of {root}, which no call exceeds \
                 ({elapsed_ms} ms passed). The machine woke late, so there was less than {key} of {limit_ms} ms left"
            );
            if let Some(ResolvedOrigin { file, line, column, .. }) = &error.origin {
                let _ = write!(text, ", set at {file}:{line}:{column}");
            }
            return text;
        }
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
            (SetBy::Caller, _) => write!(text, "the deadline set by the caller"),
            (SetBy::WorstCase, _) => Ok(()),
        };
        if error.route.len() > 1 {
            let _ = write!(text, "; request {} on the route {}", error.attempt, error.route.join(" > "));
        }
        text
    }
}

/// The error of a limit that passed during an attempt.
pub(super) fn error(
    inner: &Inner,
    brief: &Brief,
    watch: &Watch,
    dial: Option<&Dial>,
    passed: Passed,
) -> TimeoutError {
    let now = Instant::now();
    let start = brief.clock.at(brief.start_ms).unwrap_or(now);
    let (field, since) = match passed {
        Passed::Connect => (Field::Connect, dial.and_then(Dial::start).unwrap_or(start)),
        Passed::FirstToken => (Field::TimeToFirstToken, start),
        Passed::Idle => (Field::Idle, watch.last_event().unwrap_or(start)),
        Passed::Cut | Passed::Tail => {
            let cut = brief.cut.filter(|cut| cut.by != CutBy::WorstCase);
            let since_ms = cut.map_or(brief.start_ms, |cut| cut.since_ms);
            (Field::Request, brief.clock.at(since_ms).unwrap_or(start))
        }
    };
    let limit = match (passed, brief.cut) {
        (Passed::Cut, Some(cut)) => Some(Limit::cut(inner, brief, &cut)),
        _ => Limit::own(brief, field),
    };
    let elapsed = now.saturating_duration_since(since);
    let elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    match limit {
        Some(limit) => limit.error(inner, brief, elapsed_ms),
        // No limit can pass that is not set.
        None => Limit::worst_case(inner, brief, elapsed_ms).error(inner, brief, elapsed_ms),
    }
}

/// Whether the connect limit passes in the same millisecond as what cuts the attempt. Its timer starts a little later,
/// and on a tie the own limit of the attempt is named.
pub(super) fn is_connect_tie(brief: &Brief, dial: &Dial) -> bool {
    let (Some(start), None, Some(limit_ms)) = (dial.start(), dial.end(), brief.limits.ms(Field::Connect))
    else {
        return false;
    };
    let start_ms = brief.clock.floor_ms(start).max(brief.start_ms);
    brief.end_ms().is_some_and(|end_ms| start_ms.saturating_add(limit_ms) <= end_ms)
}

/// When an attempt ended, in milliseconds from the start of the call. A limit that passed did so at its time, even
/// where the timer woke a little later.
pub(super) fn ended_ms(brief: &Brief, failure: Option<&Failure>, watch: &Watch, dial: &Dial) -> u64 {
    let since_ms = |moment: Option<Instant>| {
        moment.map_or(brief.start_ms, |moment| brief.clock.floor_ms(moment).max(brief.start_ms))
    };
    let planned_ms = match failure {
        Some(Failure::Timeout(timeout)) => {
            let limit_ms = timeout.configured_value_ms;
            match timeout.timeout_type.0 {
                Field::Connect => Some(since_ms(dial.start()).saturating_add(limit_ms)),
                Field::Idle => Some(since_ms(watch.last_event()).saturating_add(limit_ms)),
                Field::TimeToFirstToken => Some(brief.start_ms.saturating_add(limit_ms)),
                Field::Request | Field::Total => brief.end_ms(),
            }
        }
        _ => None,
    };
    match planned_ms {
        Some(planned_ms) => brief.clock.settled_ms(planned_ms),
        None => brief.clock.ceil_ms(Instant::now()),
    }
}
