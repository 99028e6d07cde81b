use clientc_plan::Field;
use clientc_semantic::{ClientFacts, Span};

use crate::context::Context;
use crate::core::diagnostic::Safety;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::facts::conflict::Extremes;
use crate::text::words::{grouped, time};

pub(crate) static RULE: Rule = Rule {
    name: "suspicious-unit",
    summary: "a limit that reads as if it were in another unit than milliseconds",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("suspicious_unit.md"),
};

/// The longest limit that anybody means, in milliseconds: one hour.
const LONGEST_MS: u64 = 3_600_000;

/// The shortest limit of a field that anybody means, in milliseconds.
const fn shortest_ms(field: Field) -> u64 {
    match field {
        Field::Request | Field::Total => 1000,
        Field::TimeToFirstToken => 200,
        Field::Connect | Field::Idle => 20,
    }
}

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    let extremes = Extremes::of(context);
    for file in context.files() {
        for client in file.clients.iter().filter(|client| is_obeyed(context, client)) {
            let limits = client.http.iter().flat_map(|http| http.limits.iter());
            let idle_ms =
                client.http.as_ref().and_then(|http| http.limits.get(Field::Idle)).map(|idle| idle.ms());
            for (field, limit) in limits.filter(|(field, limit)| is_suspicious(*field, limit.ms())) {
                if is_backstop(field, limit.ms(), idle_ms) {
                    continue;
                }
                let subject = format!("{}/http/{}", client.name.text, field.key());
                let span = Span::new(file.file, limit.value);
                let finding = finding(field, limit.ms(), span, subject);
                out.push(with_fix(extremes, finding, field, limit.ms(), span));
            }
        }
    }
    if context.is_called_by_baml() {
        return;
    }
    let defaults = context.settings.defaults.iter();
    let idle_ms = context.settings.defaults.ms(Field::Idle);
    for (field, limit) in defaults.filter(|(field, limit)| is_suspicious(*field, limit.ms)) {
        if is_backstop(field, limit.ms, idle_ms) {
            continue;
        }
        let subject = format!("defaults/http/{}", field.key());
        out.push(finding(field, limit.ms, limit.origin, subject));
    }
}

/// Whether the runtime that makes the calls enforces the limits of a client. The unit of a limit that BAML does not
/// enforce does not matter.
fn is_obeyed(context: &Context<'_>, client: &ClientFacts) -> bool {
    !context.is_called_by_baml() || client.provider.is_none_or(|provider| !provider.kind.is_composite())
}

fn is_suspicious(field: Field, ms: u64) -> bool {
    !(shortest_ms(field)..=LONGEST_MS).contains(&ms)
}

/// Whether there is an idle limit that ends streams long before a long request limit does. Such a request limit is
/// meant: it ends a stream that never pauses.
fn is_backstop(field: Field, ms: u64, idle_ms: Option<u64>) -> bool {
    field == Field::Request && ms > LONGEST_MS && idle_ms.is_some_and(|idle_ms| idle_ms <= ms / 10)
}

fn finding(field: Field, ms: u64, span: Span, subject: String) -> Finding {
    let (key, shown) = (field.key(), grouped(ms));
    let message = if ms < shortest_ms(field) {
        format!("`{key}` of {shown} ms is probably a mistake: limits are in milliseconds")
    } else {
        format!("`{key}` of {shown} ms is {}: limits are in milliseconds", time(ms))
    };
    let help = match meant_ms(field, ms) {
        Some(meant) => format!("for {} write `{meant}`", seconds(meant)),
        None if field == Field::Request && ms > LONGEST_MS => format!(
            "write at most {LONGEST_MS}; a longer limit is accepted beside an `idle_timeout_ms` of at most a tenth of \
             it"
        ),
        None if ms > LONGEST_MS => format!("write at most {LONGEST_MS}"),
        None => format!("below {} ms hardly any call succeeds", grouped(shortest_ms(field))),
    };
    Finding::new(span, subject, message).help(help)
}

/// What the same digits mean in seconds, or in microseconds, where that is a limit that somebody would set.
fn meant_ms(field: Field, ms: u64) -> Option<u64> {
    let meant = if ms < shortest_ms(field) {
        ms * 1000
    } else if ms.is_multiple_of(1_000_000) {
        ms / 1000
    } else {
        return None;
    };
    (shortest_ms(field)..=LONGEST_MS).contains(&meant).then_some(meant)
}

fn with_fix(extremes: Extremes, finding: Finding, field: Field, ms: u64, span: Span) -> Finding {
    match meant_ms(field, ms).filter(|meant| !extremes.could_conflict(&[(field, *meant)])) {
        Some(meant) => finding.replace(Safety::Unsafe, format!("write `{meant}`"), span, meant.to_string()),
        None => finding,
    }
}

fn seconds(ms: u64) -> String {
    match ms / 1000 {
        1 => "1 second".into(),
        seconds => format!("{} seconds", grouped(seconds)),
    }
}
