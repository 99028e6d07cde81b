//! Limits among the options of a client, and the fix that moves them into its `http` block.

use std::cell::OnceCell;

use clientc_plan::Field;
use clientc_plan::providers::{POOLING_KEY, Provider};
use clientc_semantic::{ClientFacts, FileId, Property, Span, Value, ValueKind, nearest};
use rustc_hash::FxHashSet;

use crate::context::Context;
use crate::core::diagnostic::{Fix, Safety};
use crate::edits::moves::Moves;
use crate::facts::conflict::Extremes;
use crate::facts::pooling;
use crate::facts::tables::limit_names::{self, Meaning, Unit, named};

/// What the limits of all clients of a project have in common, each computed when it is first asked for.
#[derive(Default)]
pub(crate) struct Shared {
    extremes: OnceCell<Extremes>,
    /// The names, by their places, of the clients that have a request limit from above.
    bounded: OnceCell<FxHashSet<Span>>,
    /// What to write about connections beside the first limits of the project.
    keeps_connections: OnceCell<Option<bool>>,
}

/// The limits among the options of one client.
pub(crate) struct OptionLimits<'a> {
    context: &'a Context<'a>,
    file: FileId,
    client: &'a ClientFacts,
    provider: &'static Provider,
    shared: &'a Shared,
    entries: OnceCell<Vec<Entry<'a>>>,
    /// The fixes of keys that are not written as in an `http` block, and of those that are.
    fixes: [OnceCell<Option<MoveFix<'a>>>; 2],
}

/// Keys, and the fix that moves all of them.
type MoveFix<'a> = (Vec<&'a str>, Fix);

/// A key that would be an entry of the `http` block.
#[derive(Clone, Copy)]
struct Entry<'a> {
    option: &'a Property,
    field: Field,
    ms: u64,
}

impl<'a> OptionLimits<'a> {
    pub(crate) fn new(
        context: &'a Context<'a>,
        file: FileId,
        client: &'a ClientFacts,
        provider: &'static Provider,
        shared: &'a Shared,
    ) -> Self {
        Self { context, file, client, provider, shared, entries: OnceCell::new(), fixes: Default::default() }
    }

    /// The fix that moves an option into the `http` block, together with the others of its kind: those that are written
    /// as they are there, or those that are not.
    pub(crate) fn fix(&self, option: &Property) -> Option<&Fix> {
        let is_exact = is_exact(&option.key);
        let fix = self.fixes[usize::from(is_exact)].get_or_init(|| self.move_to_http(is_exact));
        let (keys, fix) = fix.as_ref()?;
        keys.contains(&&*option.key).then_some(fix)
    }

    /// The limit of the client beside which a limit among the options would never fire, because it is not longer. Other
    /// limits among the options count as if they were in the `http` block.
    pub(crate) fn dead_beside(&self, option: &Property) -> Option<(Field, u64)> {
        let entries = self.entries();
        let own = entries.iter().find(|entry| entry.option.key_range == option.key_range)?;
        let written = self.client.http.as_ref().and_then(|http| http.limits.get(Field::Request));
        let moved = entries.iter().filter(|entry| entry.field == Field::Request).map(|entry| entry.ms);
        let request_ms = moved.chain(written.map(|limit| limit.ms())).min()?;
        (own.field != Field::Request && request_ms <= own.ms).then_some((Field::Request, request_ms))
    }

    /// Whether a `timeout` may be where it belongs: some servers read it, beside a request limit of the client.
    pub(crate) fn may_be_for_the_server(&self) -> bool {
        let has_limit =
            self.client.http.as_ref().is_some_and(|http| http.limits.get(Field::Request).is_some());
        let settings = self.context.settings;
        let has_default = settings.defaults.get(Field::Request).is_some();
        let name = Span::new(self.file, self.client.name.range);
        has_limit || has_default || !settings.servers.is_empty() || self.bounded().contains(&name)
    }

    pub(crate) fn moves(&self) -> Moves<'a> {
        Moves { layout: self.context.layout(self.file), client: self.client }
    }

    fn bounded(&self) -> &FxHashSet<Span> {
        self.shared.bounded.get_or_init(|| {
            let project = self.context.project;
            let flags = self.context.entry_routes().is_request_bounded();
            let bounded = project.plan.ids().zip(flags).filter(|(_, is_bounded)| *is_bounded);
            let facts = bounded.filter_map(|(id, _)| project.client_facts(id));
            facts.map(|(file, client)| Span::new(file, client.name.range)).collect()
        })
    }

    /// The keys of one kind that can be moved into the `http` block, and the fix that moves all of them.
    fn move_to_http(&self, is_exact: bool) -> Option<MoveFix<'a>> {
        let entries = self.entries();
        let pooling = self.client.options.iter().filter(|option| &*option.key == POOLING_KEY);
        let options = entries.iter().map(|entry| entry.option).chain(pooling);
        let mut moved: Vec<(&'a Property, String)> = options
            .filter(|option| is_exact == self::is_exact(&option.key) && self.dead_beside(option).is_none())
            .filter_map(|option| Some((option, self.written(option, entries)?)))
            .filter(|(option, _)| self.moves().entry(option).is_some())
            .collect();
        moved.sort_by_key(|(option, _)| option.key_range);
        let is_moved = |entry: &&Entry<'_>| moved.iter().any(|(option, _)| option.key == entry.option.key);
        let limits: Vec<(Field, u64)> =
            entries.iter().filter(is_moved).map(|entry| (entry.field, entry.ms)).collect();
        if self.shared.extremes.get_or_init(|| Extremes::of(self.context)).could_conflict(&limits) {
            return None;
        }
        let is_first = self.client.http.is_none() && !limits.is_empty();
        let is_said = moved.iter().any(|(option, _)| &*option.key == POOLING_KEY);
        let keeps = || *self.shared.keeps_connections.get_or_init(|| pooling::to_be_said(self.context));
        let pooling = (is_first && !is_said).then(|| pooling::line(keeps(), Some(self.provider))).flatten();
        let edits = self.moves().http_edits(&moved, pooling.as_deref())?;
        let title = match (is_exact, moved.len()) {
            (true, 1) => "move it into `http`",
            (true, _) => "move them into `http`",
            (false, 1) => "write it into `http`, in milliseconds",
            (false, _) => "write them into `http`, in milliseconds",
        };
        // A name that is not ours may mean something to somebody else.
        let safety = if is_exact { Safety::Safe } else { Safety::Unsafe };
        let keys = moved.iter().map(|(option, _)| &*option.key).collect();
        Some((keys, Fix { title: title.into(), safety, edits }))
    }

    /// The limits among the options that the `http` block takes and does not have, the first of each field.
    fn entries(&self) -> &[Entry<'a>] {
        self.entries.get_or_init(|| self.find_entries())
    }

    fn find_entries(&self) -> Vec<Entry<'a>> {
        let text = self.context.sources.text(self.file);
        let http = self.client.http.as_ref().map_or("", |http| http.range.slice(text));
        let mut entries: Vec<Entry<'a>> = Vec::new();
        // A key that is written exactly as in the `http` block comes first.
        let (exact, others): (Vec<_>, Vec<_>) =
            self.client.options.iter().partition(|option| is_exact(&option.key));
        for option in exact.into_iter().chain(others) {
            let Some(named) = named(&option.key) else { continue };
            let is_servers = &*option.key == "timeout" && self.may_be_for_the_server();
            let Some(field) = meant(&option.key, named.meaning).filter(|_| !is_servers) else {
                continue;
            };
            let is_allowed = self.provider.http_keys().any(|known| known.field == Some(field));
            let is_free = !http.contains(field.key()) && entries.iter().all(|entry| entry.field != field);
            if let Some(ms) = milliseconds(&option.value, named.unit).filter(|_| is_allowed && is_free) {
                entries.push(Entry { option, field, ms });
            }
        }
        entries
    }

    /// An option as an entry of the `http` block; `None` where it cannot be there.
    fn written(&self, option: &Property, entries: &[Entry<'_>]) -> Option<String> {
        let text = self.context.sources.text(self.file);
        let as_it_is = || option.key_range.cover(option.value.range).slice(text).to_owned();
        if &*option.key == POOLING_KEY {
            let http = self.client.http.as_ref().map_or("", |http| http.range.slice(text));
            let is_right = matches!(option.value.kind, ValueKind::Bool(_)) && !http.contains(POOLING_KEY);
            return is_right.then(as_it_is);
        }
        let entry = entries.iter().find(|entry| entry.option.key == option.key)?;
        let is_as_it_is = is_exact(&option.key) && matches!(option.value.kind, ValueKind::Number(_));
        Some(if is_as_it_is { as_it_is() } else { format!("{} {}", entry.field.key(), entry.ms) })
    }
}

/// Whether a key is written as in the `http` block.
pub(crate) fn is_exact(key: &str) -> bool {
    key == POOLING_KEY || Field::from_key(key).is_some()
}

/// The limit that a key means: what its name says, else the only one with a similar name.
pub(crate) fn meant(key: &str, meaning: Meaning) -> Option<Field> {
    match meaning {
        Meaning::Limit(field) => Some(field),
        Meaning::SomeLimit => match &nearest(key, Field::ALL.into_iter().map(Field::key))[..] {
            [only] => Field::from_key(only),
            _ => None,
        },
        _ => None,
    }
}

/// A value in milliseconds; `None` where a limit cannot have it.
pub(crate) fn milliseconds(value: &Value, unit: Option<Unit>) -> Option<u64> {
    match &value.kind {
        ValueKind::Number(text) | ValueKind::Text { text, .. } => limit_names::milliseconds(text, unit),
        _ => None,
    }
}
