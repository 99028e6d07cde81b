//! Which client of the later document is which of the earlier one.

use std::collections::{BTreeMap, HashMap};

use super::{Change, Pair};
use crate::document::{Resolved, ResolvedClient, ResolvedKind};

type Named<'d> = (&'d str, &'d ResolvedClient);

/// The clients of two documents, in pairs.
pub(super) struct Names<'d> {
    before: &'d Resolved,
    after: &'d Resolved,
    /// The later names of clients that were renamed.
    renamed: HashMap<&'d str, &'d str>,
    /// The earlier names by the later ones.
    earlier: HashMap<&'d str, &'d str>,
}

impl<'d> Names<'d> {
    pub(super) fn of(before: &'d Resolved, after: &'d Resolved) -> Self {
        let mut names = Self { before, after, renamed: HashMap::new(), earlier: HashMap::new() };
        let (gone, mut new) = (by_height(names.gone()), by_height(names.new_ones()));
        // A composite is recognised by its members, so they have to be recognised first.
        for (height, gone) in gone {
            names.find_renamed(gone, new.remove(&height).unwrap_or_default());
        }
        names
    }

    /// Pairs each client that is gone with the only new one that is the same but for its name. Two clients that are
    /// alike and both gone could each be the new one, so neither is.
    fn find_renamed(&mut self, gone: Vec<Named<'d>>, new: Vec<Named<'d>>) {
        let mut alike: HashMap<String, (Vec<Named<'d>>, Vec<Named<'d>>)> = HashMap::new();
        for (name, client) in gone {
            let members = client.members().iter().map(|member| self.later(member)).collect();
            alike.entry(looks(client, members)).or_default().0.push((name, client));
        }
        for (name, client) in new {
            let members = client.members().iter().map(|member| &**member).collect();
            alike.entry(looks(client, members)).or_default().1.push((name, client));
        }
        for (gone, new) in alike.into_values() {
            if let ([(name, _)], [(later, _)]) = (&*gone, &*new) {
                self.renamed.insert(name, later);
                self.earlier.insert(later, name);
            }
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
            !client.implicit && !self.before.clients.contains_key(*name) && !self.earlier.contains_key(*name)
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
        self.after.clients.iter().filter_map(|(name, client)| {
            let earlier = self.earlier.get(&**name).copied().unwrap_or(name);
            let (earlier, before) = self.before.clients.get_key_value(earlier)?;
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

/// Clients by the length of their longest route, which their names do not change.
fn by_height<'d>(clients: Vec<Named<'d>>) -> BTreeMap<usize, Vec<Named<'d>>> {
    let mut heights: BTreeMap<usize, Vec<Named<'d>>> = BTreeMap::new();
    for (name, client) in clients {
        let height = client.routes.iter().map(|route| route.path.len()).max().unwrap_or(0);
        heights.entry(height).or_default().push((name, client));
    }
    heights
}

/// A text that clients share that are the same but for their names.
fn looks(client: &ResolvedClient, members: Vec<&str>) -> String {
    let kind = match &client.kind {
        ResolvedKind::Leaf { .. } => format!("{:?}", client.kind),
        ResolvedKind::Fallback { .. } => format!("fallback {members:?}"),
        ResolvedKind::RoundRobin { start, .. } => format!("round-robin {start} {members:?}"),
    };
    format!("{kind} {:?} {:?}", client.timeouts, client.retry)
}
