//! Whether a fix that changes a limit could make a time to first token exceed a request limit.

use clientc_plan::Field;

use crate::input::Input;

/// Whether these limits, beside all others of the project, could give a time to first token above a request limit
/// on some route. It looks at all pairs, whatever their routes, so it may say so where there is none.
pub(crate) fn could_conflict(input: &Input<'_>, new: &[(Field, u64)]) -> bool {
    let plan = &input.project.plan;
    let of = |field: Field| {
        let written = plan.clients().iter().filter_map(move |client| client.limits.ms(field));
        written.chain(plan.defaults().ms(field))
    };
    let added = |field: Field| new.iter().filter(move |(added, _)| *added == field).map(|(_, ms)| *ms);
    let smallest_added = added(Field::Request).min();
    let largest_added = added(Field::TimeToFirstToken).max();
    let smallest = of(Field::Request).min().into_iter().chain(smallest_added).min();
    let largest = of(Field::TimeToFirstToken).max().into_iter().chain(largest_added).max();
    let above = |first_token: Option<u64>, request: Option<u64>| first_token > request && request.is_some();
    above(largest, smallest_added) || above(largest_added, smallest)
}
