//! Where things are written, and how they are called.

use super::judge::{ExpectedAttempt, Judge};
use crate::compose::{Origin, PathIndex};
use crate::document::Source;
use crate::field::Field;
use crate::graph::ClientId;
use crate::walk::{CutBy, Visit};

impl Judge<'_> {
    pub(super) fn path(&self, expected: &ExpectedAttempt) -> Vec<Box<str>> {
        let client = |visit: &Visit| Some(self.plan.client(visit.client)?.name.clone());
        expected.visits.iter().filter_map(client).collect()
    }

    /// Where a client is declared.
    pub(super) fn place_of(&self, client: ClientId) -> Option<Source> {
        self.document.clients.get_index(client.index()).map(|(_, client)| client.source.clone())
    }

    pub(super) fn source(&self, visit: Option<&Visit>) -> Option<Source> {
        self.place_of(visit?.client)
    }

    /// Where an effective limit is written.
    pub(super) fn written(&self, expected: &ExpectedAttempt, field: Field) -> Option<Source> {
        let limits = match expected.limits.get(field)?.origin {
            Origin::Client(place) => &self.plan.client(expected.visits.get(place.index())?.client)?.limits,
            Origin::Defaults | Origin::RunTime => self.plan.defaults(),
            Origin::Override(_) => return None,
        };
        limits.get(field)?.origin.clone()
    }

    /// Where what ends an attempt at the latest is written.
    pub(super) fn cut_place(&self, expected: &ExpectedAttempt) -> Option<Source> {
        match expected.cut?.by {
            CutBy::Own(_) => self.written(expected, Field::Request),
            CutBy::Total { place, is_override: false } => {
                let client = expected.visits.get(place.index())?.client;
                self.plan.client(client)?.limits.get(Field::Total)?.origin.clone()
            }
            CutBy::Total { is_override: true, .. } | CutBy::Call => None,
            CutBy::WorstCase => self.place_of(self.root),
        }
    }

    pub(super) fn cut_words(&self, expected: &ExpectedAttempt) -> String {
        let Some(cut) = expected.cut else {
            return "nothing".into();
        };
        let ms = cut.configured_ms;
        let client = |place: PathIndex| {
            let visit = expected.visits.get(place.index());
            visit.and_then(|visit| self.plan.client(visit.client)).map_or("", |client| &*client.name)
        };
        match cut.by {
            CutBy::Own(_) => format!("request_timeout_ms of {ms} ms"),
            CutBy::Total { place, .. } => format!("total_timeout_ms of {}, {ms} ms,", client(place)),
            CutBy::Call => format!("the deadline of the caller, {ms} ms,"),
            CutBy::WorstCase => format!("the worst case of {}, {ms} ms,", self.record.client),
        }
    }
}
