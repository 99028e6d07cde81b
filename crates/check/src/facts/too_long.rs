//! Calls that can take longer than they may, reported with the arithmetic.

use clientc_plan::{ClientId, Field};
use clientc_semantic::Span;

use crate::core::finding::{Finding, Findings};
use crate::core::input::Input;
use crate::core::rule::{Rule, Setting};
use crate::core::settings::Configured;
use crate::facts::costs::{call_of, duration, open_route};
use crate::facts::route_facts::{RouteFacts, limit_span};
use crate::text::words::grouped;

/// The words for a call that can take longer than it may.
pub(crate) struct TooLong<'r> {
    /// Whether a call that takes just as long is too long.
    pub(crate) is_equal_too_long: bool,
    /// The rule that reports calls without a bound.
    pub(crate) no_timeout: Option<&'r Rule>,
    /// Between "a call to `A` can take 5 ms, " and the arithmetic, given the most milliseconds.
    pub(crate) bounded: fn(&str) -> String,
    /// Between "a call to `A` can " and ": nothing bounds `B`", given the most milliseconds.
    pub(crate) unbounded: fn(&str) -> String,
    pub(crate) help: &'static str,
    /// The same where BAML makes the calls, which enforces no total (peer/baml-facts.md 3.2).
    pub(crate) help_in_baml: &'static str,
}

impl TooLong<'_> {
    fn is_above(&self, ms: u64, most_ms: u64) -> bool {
        ms > most_ms || self.is_equal_too_long && ms == most_ms
    }
}

fn is_ignored(input: &Input<'_>, rule: &Rule, place: Span) -> bool {
    input.settings.of(rule, place.file) == Setting::Ignore
}

/// Reports every entry to which a call can take longer than the most milliseconds, or has no bound at all.
pub(crate) fn report_longer(
    input: &Input<'_>,
    routes: &RouteFacts,
    most: Configured,
    words: &TooLong<'_>,
    out: &mut Findings,
) {
    for (entry, worst) in &routes.costly {
        let Some(place) = input.project.client_place(*entry) else { continue };
        if worst.duration_ms.is_some_and(|ms| !words.is_above(ms, most.value)) {
            continue;
        }
        // A call that nothing bounds is reported where the limit is missing.
        if worst.duration_ms.is_none() && words.no_timeout.is_some_and(|rule| !is_ignored(input, rule, place))
        {
            continue;
        }
        let name = input.project.client_name(*entry);
        let most_ms = grouped(most.value);
        let message = match worst.duration_ms {
            Some(ms) => {
                let (ms, sum) = (grouped(ms), duration(input, *entry));
                // A single attempt needs no sum.
                let sum = if sum == ms { String::new() } else { format!(": {sum}") };
                format!("{} can take {ms} ms, {}{sum}", call_of(input, name), (words.bounded)(&most_ms))
            }
            None => format!(
                "a call to `{name}` can {}: nothing bounds `{}`",
                (words.unbounded)(&most_ms),
                open_route(input, *entry).unwrap_or_default()
            ),
        };
        let mut finding = Finding::new(place, name, message);
        if let Some((place, what)) = worst.duration_ms.and_then(|ms| only_limit(input, *entry, ms)) {
            finding = finding.related(place, what);
        }
        let help = if input.is_called_by_baml() { words.help_in_baml } else { words.help };
        out.push(finding.related(most.span, format!("{most_ms} ms")).help(help));
    }
}

/// The place of the one limit that is a whole worst case: the total, or the request limit of a client that makes one
/// attempt.
fn only_limit(input: &Input<'_>, id: ClientId, worst_ms: u64) -> Option<(Span, String)> {
    let client = input.project.plan.client(id)?;
    let is_whole = |field: Field| field == Field::Total || client.kind.is_leaf();
    let is_it = |field: &Field| is_whole(*field) && client.limits.ms(*field) == Some(worst_ms);
    let field = [Field::Total, Field::Request].into_iter().find(is_it)?;
    let place = limit_span(input.project, Some(id), field)?;
    let what = if field == Field::Total { "for the whole call" } else { "for one request" };
    Some((place, format!("{} ms {what}", grouped(worst_ms))))
}
