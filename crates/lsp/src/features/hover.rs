//! Hover texts, in Markdown.

use clientc_plan::providers;
use clientc_plan::{ClientId, Field};
use clientc_report::{duration, mask};
use clientc_semantic::FileId;
use clientc_syntax::TextRange;

use super::cards;
use super::chains::Above;
use super::keys::{self, KnownKey};
use super::names::{self, Role};
use super::nest::{self, BlockWord, Nest, Slot};
use super::settings_cards;
use crate::scene::Scene;

/// A hover text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hover {
    /// The text, in Markdown.
    pub(crate) markdown: String,
    /// The bytes it is about.
    pub(crate) range: TextRange,
}

/// The hover text at an offset: the limits and the worst case of a client, the delays of a policy, or the documentation
/// of a key, a provider or a rule. Settings have keys and rules too.
#[must_use]
pub(crate) fn hover(scene: &Scene, file: FileId, offset: u32) -> Option<Hover> {
    let hover = of_rule(scene, file, offset)
        .or_else(|| of_name(scene, file, offset))
        .or_else(|| of_setting(scene, file, offset))
        .or_else(|| of_key_or_value(scene, file, offset))?;
    Some(Hover { markdown: mask(&hover.markdown).into_owned(), ..hover })
}

/// The page of a rule that a comment names.
fn of_rule(scene: &Scene, file: FileId, offset: u32) -> Option<Hover> {
    let facts = scene.facts(file)?;
    let touches = |range: TextRange| range.start <= offset && offset <= range.end;
    let comment = facts.ignores.iter().find(|comment| touches(comment.range))?;
    let named = comment.rules.iter().find(|rule| touches(rule.range))?;
    let rule = clientc_check::rule(&named.text)?;
    Some(Hover { markdown: rule.page.to_owned(), range: named.range })
}

/// A key or a rule of a settings file.
fn of_setting(scene: &Scene, file: FileId, offset: u32) -> Option<Hover> {
    if scene.facts(file).is_some() {
        return None;
    }
    let (markdown, range) = settings_cards::card(scene.text(file), offset)?;
    Some(Hover { markdown, range })
}

fn of_name(scene: &Scene, file: FileId, offset: u32) -> Option<Hover> {
    let mention = names::at(scene, file, offset)?;
    let markdown = match mention.role {
        Role::Policy | Role::PolicyOf(_) => cards::policy(scene, mention.name)?,
        Role::Function => of_function(scene, file, mention.span.range.start)?,
        _ => cards::client(scene, scene.client(mention.name)?),
    };
    Some(Hover { markdown, range: mention.span.range })
}

fn of_function(scene: &Scene, file: FileId, name_start: u32) -> Option<String> {
    let facts = scene.facts(file)?;
    let function = facts.functions.iter().find(|function| function.name.range.start == name_start)?;
    let client = scene.client(function.client.as_ref()?.text.as_deref().ok()?)?;
    Some(format!("function `{}` calls:\n\n{}", function.name.text, cards::client(scene, client)))
}

fn of_key_or_value(scene: &Scene, file: FileId, offset: u32) -> Option<Hover> {
    scene.facts(file)?;
    let text = scene.text(file);
    let nest = nest::nest(text, offset);
    if nest.word.is_empty() {
        return None;
    }
    let word = nest.word.slice(text);
    let markdown = match nest.slot {
        Slot::Key => of_key(scene, file, &nest, word)?,
        Slot::Value("provider") => keys::provider_card(providers::provider(word)?),
        Slot::Value(key) => of_value(&nest, key, word)?,
        Slot::Member | Slot::Comment | Slot::Nothing => return None,
    };
    Some(Hover { markdown, range: nest.word })
}

/// The key of this name at a place.
pub(crate) fn known_key(scene: &Scene, file: FileId, nest: &Nest<'_>, name: &str) -> Option<KnownKey> {
    let provider = client_around(scene, file, nest.word.start).and_then(|id| scene.project.provider(id));
    match (nest.block, nest.path.as_slice()) {
        (BlockWord::Client, []) => keys::of_client().find(|key| key.name == name),
        (BlockWord::Client, ["options"]) => {
            let by_name = |key: &KnownKey| key.name == name;
            keys::in_options(provider)
                .find(by_name)
                .or_else(|| keys::of_options(None).into_iter().find(by_name))
        }
        (BlockWord::Client, ["options", "http"]) => keys::of_http(None).find(|key| key.name == name),
        (BlockWord::Policy, []) => keys::of_policy().find(|key| key.name == name),
        (BlockWord::Policy, ["strategy"]) => keys::of_strategy().find(|key| key.name == name),
        _ => None,
    }
}

fn of_key(scene: &Scene, file: FileId, nest: &Nest<'_>, name: &str) -> Option<String> {
    let mut card = known_key(scene, file, nest, name)?.card();
    if let Some(told) = Field::from_key(name).and_then(|field| effective(scene, file, nest.word.start, field))
    {
        card.push_str("\n\n");
        card.push_str(&told);
    }
    Some(card)
}

/// The limit of a field in the client around an offset, and what the clients above lower it to.
fn effective(scene: &Scene, file: FileId, offset: u32, field: Field) -> Option<String> {
    let id = client_around(scene, file, offset)?;
    let plan = &scene.project.plan;
    let Some(own) = plan.client(id)?.limits.ms(field) else {
        let written = scene.project.written_plan().client(id)?.limits.ms(field)?;
        return Some(format!("Here: {}. {} does not enforce it.", duration(written), plan.run_time().name()));
    };
    let mut told = format!("Here: {}.", duration(own));
    let reach = Above::new(scene).of(id, field);
    if field == Field::Total || !reach.is_reached {
        return Some(told);
    }
    let name = |id: ClientId| scene.project.client_name(id);
    match (reach.smallest, reach.largest) {
        (_, Some((ms, by))) if ms < own => {
            told.push_str(&format!(
                " It never takes effect: `{}` leaves at most {}.",
                name(by),
                duration(ms)
            ));
        }
        (Some((ms, by)), _) if ms < own => {
            told.push_str(&format!(" On routes through `{}` it is {}.", name(by), duration(ms)));
        }
        _ => {}
    }
    Some(told)
}

/// A number of milliseconds in words; `None` for any other value.
fn of_value(nest: &Nest<'_>, key: &str, word: &str) -> Option<String> {
    let is_limit = nest.path.last() == Some(&"http") && Field::from_key(key).is_some();
    let is_delay = nest.block == BlockWord::Policy && key.ends_with("delay_ms");
    if !is_limit && !is_delay {
        return None;
    }
    let ms: u64 = word.parse().ok()?;
    Some(format!("{} ms = **{}**", clientc_report::grouped(ms), duration(ms)))
}

/// The client whose block is around an offset.
pub(crate) fn client_around(scene: &Scene, file: FileId, offset: u32) -> Option<ClientId> {
    let facts = scene.facts(file)?;
    let holds = |range: TextRange| range.start <= offset && offset <= range.end;
    let client = facts.clients.iter().find(|client| holds(client.range))?;
    scene.client(&client.name.text)
}
