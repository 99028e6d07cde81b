//! The limits that the fix of `no-timeout` writes.
//!
//! Where nothing is configured they are those that BAML 0.226.3 enforces silently (peer/baml-facts.md 3.1), so that a
//! call that works keeps working. They never contradict a limit that is already there.

use std::cell::OnceCell;

use clientc_plan::providers::POOLING_KEY;
use clientc_plan::{ClientId, Field};
use clientc_semantic::{ClientFacts, ValueKind, is_misspelling};

use crate::context::Context;
use crate::core::diagnostic::FileEdit;
use crate::edits::http_block;
use crate::facts::limit_faults::{Neighbours, neighbours};
use crate::facts::pooling;
use crate::facts::route_facts::bit;
use crate::facts::servers::server_limit;
use crate::facts::tables::limit_names::{Meaning, named};

/// What BAML 0.226.3 enforces where nothing is written.
const CONNECT_MS: u64 = 10_000;
/// What BAML 0.226.3 enforces where nothing is written.
const REQUEST_MS: u64 = 300_000;
/// A limit that must be above another one is this much above it where there is no better number.
const MARGIN_MS: u64 = 5_000;

/// No longer limit is written unless it is asked for: whatever needs one was hardly meant.
const LONGEST_MS: u64 = 3_600_000;

/// Finds limits for clients that have none.
pub(crate) struct FixLimits<'i, 'a> {
    context: &'i Context<'a>,
    neighbours: OnceCell<Vec<Neighbours>>,
    /// What to write about connections, so that the new limits cause no finding about them.
    keeps_connections: OnceCell<Option<bool>>,
}

impl<'i, 'a> FixLimits<'i, 'a> {
    pub(crate) fn new(context: &'i Context<'a>) -> Self {
        Self { context, neighbours: OnceCell::new(), keeps_connections: OnceCell::new() }
    }

    /// The edit that writes limits into a client, and what it writes in a few words; `None` for a shorthand, for what
    /// could not be read, and where limits above the client would need a person to review both.
    pub(crate) fn edit(&self, leaf: ClientId) -> Option<(String, FileEdit)> {
        let (file, facts) = self.context.project.client_facts(leaf)?;
        let is_read = self.context.project.is_whole[leaf.index()] && facts.options_are_whole;
        if !is_read || self.has_misplaced_limit(facts) {
            return None;
        }
        let limits = self.limits(leaf, facts)?;
        let pooling = self.keeps_connections.get_or_init(|| pooling::to_be_said(self.context));
        let pooling = pooling::line(*pooling, facts.provider);
        let edit = http_block::add_limits(self.context.layout(file), facts, &limits, pooling.as_deref())?;
        let keys = limits.iter().map(|(field, _)| field.key());
        let words = crate::text::words::all_of(keys.chain(pooling.is_some().then_some(POOLING_KEY)));
        Some((words, edit))
    }

    /// Whether a limit is among the options, from where another fix moves it.
    fn has_misplaced_limit(&self, facts: &ClientFacts) -> bool {
        let is_meant = |key: &str| Field::ALL.into_iter().any(|field| is_misspelling(key, field.key()));
        // Where servers are described, one of them may read a bare `timeout`.
        let is_for_a_server = |key: &str| key == "timeout" && !self.context.settings.servers.is_empty();
        let is_limit = |key: &str| {
            let named = named(key).filter(|_| !is_for_a_server(key));
            named.is_some_and(|named| matches!(named.meaning, Meaning::Limit(_) | Meaning::SomeLimit))
        };
        let is_open = facts.provider.is_some_and(|provider| provider.is_open);
        let mut keys = facts.options.iter().map(|option| &*option.key);
        keys.any(|key| is_meant(key) || is_open && is_limit(key))
    }

    /// The fields that the client lacks, in the order of the fields.
    fn limits(&self, leaf: ClientId, facts: &ClientFacts) -> Option<Vec<(Field, u64)>> {
        let near = self.neighbours.get_or_init(|| neighbours(&self.context.project.plan))[leaf.index()];
        let plan = &self.context.project.plan;
        let own = &plan.client(leaf)?.limits;
        let taken = |field: Field| own.get(field).is_some() || near.above & bit(field) != 0;
        if taken(Field::Request) || taken(Field::Total) {
            return None;
        }
        let request_ms = self.request_ms(leaf, near)?;
        let is_free = |field: Field| !taken(field) && plan.defaults().get(field).is_none();
        let wanted =
            |field| self.wanted_ms(leaf, facts, field).filter(|ms| is_free(field) && *ms < request_ms);
        let first_token_ms = wanted(Field::TimeToFirstToken);
        // A connect limit that is not below the first-token limit would never fire in a stream.
        let token_ms = first_token_ms
            .or(own.ms(Field::TimeToFirstToken))
            .or(plan.defaults().ms(Field::TimeToFirstToken));
        let has_token_above = near.above & bit(Field::TimeToFirstToken) != 0;
        let connect_ms = wanted(Field::Connect)
            .filter(|ms| token_ms.is_none_or(|token_ms| *ms < token_ms) && !has_token_above);
        let limits = [
            (Field::Connect, connect_ms),
            (Field::TimeToFirstToken, first_token_ms),
            (Field::Idle, wanted(Field::Idle)),
            (Field::Request, Some(request_ms)),
        ];
        Some(limits.into_iter().filter_map(|(field, ms)| Some((field, ms?))).collect())
    }

    /// The request limit: long enough for the model, longer than the server takes, and above the other limits; `None`
    /// where one of these is so long that a person must review it.
    fn request_ms(&self, leaf: ClientId, near: Neighbours) -> Option<u64> {
        let own = self.context.project.plan.client(leaf).map_or(0, |client| {
            let parts = [Field::Connect, Field::TimeToFirstToken, Field::Idle];
            parts.into_iter().filter_map(|field| client.limits.ms(field)).max().unwrap_or(0)
        });
        let configured_ms = self.context.settings.fix.ms(Field::Request).unwrap_or(REQUEST_MS);
        let model_ms = self.context.thinker(leaf).map_or(0, |model| model.min_request_ms);
        let server_ms = server_limit(self.context, leaf).map_or(0, |server| server.ms);
        let floor_ms = own.max(near.largest_above_ms).max(server_ms);
        let ms = configured_ms.max(model_ms);
        let above_ms = floor_ms.saturating_add(MARGIN_MS);
        if ms > floor_ms { Some(ms) } else { Some(above_ms).filter(|ms| *ms <= LONGEST_MS) }
    }

    /// The limit of another field, where one is wanted.
    fn wanted_ms(&self, leaf: ClientId, facts: &ClientFacts, field: Field) -> Option<u64> {
        let fix = &self.context.settings.fix;
        match field {
            Field::Connect => Some(fix.ms(field).unwrap_or(CONNECT_MS)),
            _ if !streams(facts) => None,
            Field::TimeToFirstToken => {
                let least_ms = self.context.thinker(leaf).map_or(0, |model| model.min_ttft_ms);
                Some(fix.ms(field)?.max(least_ms))
            }
            _ => fix.ms(field),
        }
    }
}

/// Whether a client may stream: nothing says that it does not.
fn streams(facts: &ClientFacts) -> bool {
    !facts
        .options
        .iter()
        .any(|option| &*option.key == "supports_streaming" && option.value.kind == ValueKind::Bool(false))
}
