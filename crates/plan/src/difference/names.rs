//! Which client of the later document is which of the earlier one.

use std::collections::HashMap;

use super::{Change, Pair};
use crate::document::{Resolved, ResolvedClient, ResolvedKind};

type Named<'d> = (&'d str, &'d ResolvedClient);

/// The clients of two documents, in pairs.
pub(super) struct Names<'d> {
    before: &'d Resolved,
    after: &'d Resolved,
    /// The later names of clients that were renamed.
    renamed: HashMap<&'d str, &'d str>,
}

impl<'d> Names<'d> {
    pub(super) fn of(before: &'d Resolved, after: &'d Resolved) -> Self {
        let mut names = Self { before, after, renamed: HashMap::new() };
        // A composite is recognised by its members, so they have to be recognised first. Each round finds one level.
        while names.find_renamed() {}
        names
    }

    /// Pairs each client that is gone with the only new one that is the same but for its name.
    fn find_renamed(&mut self) -> bool {
        let gone = self.gone();
        let new = self.new_ones();
        let mut found = false;
        for (name, client) in &gone {
            let mut same = new.iter().filter(|(_, other)| self.is_same(client, other));
            let (Some((later, other)), None) = (same.next(), same.next()) else { continue };
            // Two clients that are alike and both gone could each be the new one.
            if gone.iter().filter(|(_, client)| self.is_same(client, other)).count() == 1 {
                found |= self.renamed.insert(name, later).is_none();
            }
        }
        found
    }

    fn is_same(&self, before: &ResolvedClient, after: &ResolvedClient) -> bool {
        let members = before.members().iter().map(|member| self.later(member));
        before.timeouts == after.timeouts
            && before.retry == after.retry
            && members.eq(after.members().iter().map(|member| &**member))
            && match (&before.kind, &after.kind) {
                (ResolvedKind::Leaf { .. }, ResolvedKind::Leaf { .. }) => before.kind == after.kind,
                (ResolvedKind::Fallback { .. }, ResolvedKind::Fallback { .. }) => true,
                (ResolvedKind::RoundRobin { start, .. }, ResolvedKind::RoundRobin { start: later, .. }) => {
                    start == later
                }
                _ => false,
            }
    }

    /// The clients of the earlier document that the later one has under no name, shorthands left out.
    fn gone(&self) -> Vec<Named<'d>> {
        let clients = self.before.clients.iter().map(|(name, client)| (&**name, client));
        let is_gone = |(name, client): &Named<'_>| {
            !client.implicit && !self.after.clients.contains_key(*name) && !self.renamed.contains_key(*name)
        };
        clients.filter(is_gone).collect()
    }

    fn new_ones(&self) -> Vec<Named<'d>> {
        let clients = self.after.clients.iter().map(|(name, client)| (&**name, client));
        let is_new = |(name, client): &Named<'_>| {
            !client.implicit
                && !self.before.clients.contains_key(*name)
                && !self.renamed.values().any(|later| later == name)
        };
        clients.filter(is_new).collect()
    }

    /// The name that a client of the earlier document has in the later one.
    pub(super) fn later<'n>(&'n self, name: &'n str) -> &'n str {
        self.renamed.get(name).copied().unwrap_or(name)
    }

    pub(super) fn later_path<'n>(&'n self, path: &'n [Box<str>]) -> Vec<&'n str> {
        path.iter().map(|name| self.later(name)).collect()
    }

    /// The clients that both documents have: the earlier and the later one.
    pub(super) fn clients(&self) -> impl Iterator<Item = (Named<'d>, Named<'d>)> {
        let earlier: HashMap<&str, &'d str> =
            self.renamed.iter().map(|(earlier, later)| (*later, *earlier)).collect();
        let (before, after) = (self.before, self.after);
        after.clients.iter().filter_map(move |(name, client)| {
            let earlier = earlier.get(&**name).copied().unwrap_or(name);
            let (earlier, before) = before.clients.get_key_value(earlier)?;
            Some(((&**earlier, before), (&**name, client)))
        })
    }

    /// The clients that only one document has, and those with another name.
    pub(super) fn changes(&self) -> Vec<Change<'d>> {
        let mut changes: Vec<Change<'d>> =
            self.gone().into_iter().map(|(name, _)| Change::ClientRemoved(name)).collect();
        let order = |earlier: &str| self.before.clients.get_index_of(earlier);
        let mut renamed: Vec<_> = self.renamed.iter().collect();
        renamed.sort_by_key(|(earlier, _)| order(earlier));
        changes
            .extend(renamed.into_iter().map(|(before, after)| Change::ClientRenamed(Pair { before, after })));
        changes.extend(self.new_ones().into_iter().map(|(name, _)| Change::ClientAdded(name)));
        changes
    }
}
