//! A time to first token that exceeds a request limit: whether a fix could make one, and what to do about one.

use clientc_plan::{Field, MAX_MS};

use crate::core::input::Input;

/// The limits of a project that a new one could conflict with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extremes {
    smallest_request: Option<u64>,
    largest_first_token: Option<u64>,
}

impl Extremes {
    /// Goes once through all limits of the project.
    pub(crate) fn of(input: &Input<'_>) -> Self {
        let plan = input.project.written_plan();
        let all = |field: Field| {
            let written = plan.clients().iter().filter_map(move |client| client.limits.ms(field));
            written.chain(plan.defaults().ms(field))
        };
        Self {
            smallest_request: all(Field::Request).min(),
            largest_first_token: all(Field::TimeToFirstToken).max(),
        }
    }

    /// Whether these limits, beside all others of the project, could put a time to first token above a request limit on
    /// some route. It compares all pairs, whatever their routes, so it may be true where there is none.
    pub(crate) fn could_conflict(&self, new: &[(Field, u64)]) -> bool {
        let added = |field: Field| new.iter().filter(move |(added, _)| *added == field).map(|(_, ms)| *ms);
        let (request, first_token) = (added(Field::Request).min(), added(Field::TimeToFirstToken).max());
        let smallest = self.smallest_request.into_iter().chain(request).min();
        let largest = self.largest_first_token.max(first_token);
        let is_above =
            |first_token: Option<u64>, request: Option<u64>| request.is_some() && first_token > request;
        is_above(largest, request) || is_above(first_token, smallest)
    }
}

/// How to fix a time to first token above a request limit, both in milliseconds. The numbers are the nearest that cause
/// no finding: equal limits are not an error, but then the time to first token never ends an attempt.
pub(crate) fn ways_out(first_token_ms: u64, request_ms: u64) -> String {
    let raise = (first_token_ms < MAX_MS)
        .then(|| format!("raise `{}` to at least {}", Field::Request.key(), first_token_ms + 1));
    let lower = (request_ms > 1)
        .then(|| format!("lower `{}` to at most {}", Field::TimeToFirstToken.key(), request_ms - 1));
    let ways: Vec<String> = raise.into_iter().chain(lower).collect();
    match &*ways {
        [] => format!("remove `{}`", Field::TimeToFirstToken.key()),
        ways => ways.join(", or "),
    }
}
