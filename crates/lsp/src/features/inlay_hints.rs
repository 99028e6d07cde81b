//! Inlay hints: the effective value of a limit, the longest time of a composite, milliseconds in words.

use clientc_plan::{ClientId, Field, WorstCases};
use clientc_report::duration;
use clientc_semantic::{ClientFacts, FileId, PolicyFacts, ValueKind};
use clientc_syntax::TextRange;

use super::arithmetic;
use super::chains::{Above, Reach};
use crate::scene::Scene;

/// An inlay hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hint {
    /// The offset after which it is shown.
    pub(crate) offset: u32,
    /// Its text.
    pub(crate) label: String,
    /// The text that is shown when the mouse rests on it; may be empty.
    pub(crate) tooltip: String,
}

/// The hints in a part of a file, in the order of the text.
#[must_use]
pub(crate) fn hints(scene: &Scene, file: FileId, within: TextRange) -> Vec<Hint> {
    let Some(facts) = scene.facts(file) else { return Vec::new() };
    let touches = |range: TextRange| range.start <= within.end && within.start <= range.end;
    let mut worst_cases = WorstCases::new(&scene.project.plan);
    let mut above = None;
    let mut hints = Vec::new();
    for client in facts.clients.iter().filter(|client| touches(client.range)) {
        let id = declared(scene, file, client);
        if let Some(id) = id.filter(|id| !scene.project.plan.members(*id).is_empty()) {
            let worst = worst_cases.of(id);
            let label = format!("≤ {}", arithmetic::in_short(worst));
            hints.push(Hint { offset: client.name.range.end, label, tooltip: arithmetic::told(scene, id) });
        }
        for (field, limit) in client.http.iter().flat_map(|http| http.limits.iter()) {
            let reach = id.map_or_else(Reach::default, |id| {
                above.get_or_insert_with(|| Above::new(scene)).of(id, field)
            });
            hints.extend(limit_hint(scene, field, limit.ms(), limit.value.end, reach));
        }
    }
    for policy in facts.policies.iter().filter(|policy| touches(policy.range)) {
        hints.extend(delay_hints(policy));
    }
    hints.retain(|hint| within.start <= hint.offset && hint.offset <= within.end);
    hints.sort_by_key(|hint| hint.offset);
    hints
}

/// The client of the plan that a block declares; `None` for a second block of the same name.
fn declared(scene: &Scene, file: FileId, client: &ClientFacts) -> Option<ClientId> {
    let id = scene.client(&client.name.text)?;
    let (declared_in, facts) = scene.project.client_facts(id)?;
    (declared_in == file && facts.name.range == client.name.range).then_some(id)
}

/// What the clients above lower a limit to, or else its time in words where that is easier to read.
fn limit_hint(scene: &Scene, field: Field, own_ms: u64, offset: u32, reach: Reach) -> Option<Hint> {
    let name = |id: ClientId| scene.project.client_name(id);
    let written = in_words(own_ms);
    let overruled = match (reach.smallest, reach.largest) {
        _ if field == Field::Total || !reach.is_reached => None,
        (Some((least, _)), Some((most, by))) if most < own_ms && least == most => Some((
            format!("→ {} by {}", duration(most), name(by)),
            format!(
                "`{}` leaves less than this limit on every route, so this limit never takes effect.",
                name(by)
            ),
        )),
        (Some((least, _)), Some((most, by))) if most < own_ms => Some((
            format!("→ {} to {}", duration(least), duration(most)),
            format!("The clients above leave less on every route, `{}` the most.", name(by)),
        )),
        (Some((least, by)), _) if least < own_ms => Some((
            format!("→ {} by {} on some routes", duration(least), name(by)),
            format!("On routes through `{}` its lower limit applies.", name(by)),
        )),
        _ => None,
    };
    match (written, overruled) {
        (None, None) => None,
        (Some(words), None) => Some(Hint { offset, label: words, tooltip: String::new() }),
        (None, Some((label, tooltip))) => Some(Hint { offset, label, tooltip }),
        (Some(words), Some((label, tooltip))) => {
            Some(Hint { offset, label: format!("{words} {label}"), tooltip })
        }
    }
}

/// The delays of a policy in words.
fn delay_hints(policy: &PolicyFacts) -> Vec<Hint> {
    let delays = policy.strategy.iter().filter(|property| property.key.ends_with("delay_ms"));
    let hint = |property: &clientc_semantic::Property| {
        let ValueKind::Number(number) = &property.value.kind else { return None };
        let label = in_words(number.parse().ok()?)?;
        Some(Hint { offset: property.value.range.end, label, tooltip: String::new() })
    };
    delays.filter_map(hint).collect()
}

/// A time in words; `None` below a second, where milliseconds are just as clear.
fn in_words(ms: u64) -> Option<String> {
    (ms >= 1000).then(|| duration(ms))
}
