//! Strongly connected components: the order of the clients and the cycles among them.

use super::ClientId;

/// Finds the groups of clients that contain themselves, directly or through others.
///
/// `members` gives the members of a client by its index; members that are not among the `count` clients do not
/// count. Each group is in the order of the ids, and so are the groups by their first one. It does not recurse.
pub fn cycles<'m>(count: u32, members: impl Fn(usize) -> &'m [ClientId]) -> Vec<Vec<ClientId>> {
    Components::of(count as usize, &members).cycles(&members)
}

/// The strongly connected components of a graph, by Tarjan's method with a stack of its own instead of recursion.
pub(super) struct Components {
    /// The clients, so that every component comes after the ones it leads to.
    pub(super) order: Vec<ClientId>,
    /// The end of each component in `order`.
    ends: Vec<usize>,
}

/// A client that was not reached yet.
const UNSEEN: u32 = u32::MAX;

/// What is known while the components are searched.
struct Search {
    /// When each client was reached, or [`UNSEEN`].
    reached: Vec<u32>,
    /// The earliest client that each client leads back to.
    earliest: Vec<u32>,
    /// The clients whose component is not complete yet, in the order in which they were reached.
    open: Vec<usize>,
    is_open: Vec<bool>,
    /// The clients under way, each with the number of members that were looked at.
    work: Vec<(usize, usize)>,
    count: u32,
}

impl Components {
    pub(super) fn of<'m>(count: usize, members: impl Fn(usize) -> &'m [ClientId]) -> Self {
        let mut components = Self { order: Vec::with_capacity(count), ends: Vec::new() };
        let mut search = Search {
            reached: vec![UNSEEN; count],
            earliest: vec![UNSEEN; count],
            open: Vec::new(),
            is_open: vec![false; count],
            work: Vec::new(),
            count: 0,
        };
        for client in 0..count {
            if search.reached[client] == UNSEEN {
                search.reach(client);
            }
            while let Some((client, looked_at)) = search.work.pop() {
                match members(client).get(looked_at) {
                    Some(member) => {
                        search.work.push((client, looked_at + 1));
                        search.look_at(client, member.index());
                    }
                    None => search.leave(client, &mut components),
                }
            }
        }
        components
    }

    /// The components that are cycles, in the order of the clients.
    pub(super) fn cycles<'m>(&self, members: impl Fn(usize) -> &'m [ClientId]) -> Vec<Vec<ClientId>> {
        let mut groups: Vec<Vec<ClientId>> = Vec::new();
        let mut start = 0;
        for &end in &self.ends {
            let component = &self.order[start..end];
            start = end;
            let is_cycle = match component {
                [single] => members(single.index()).contains(single),
                _ => true,
            };
            if is_cycle {
                let mut group = component.to_vec();
                group.sort_unstable();
                groups.push(group);
            }
        }
        groups.sort_unstable();
        groups
    }
}

impl Search {
    fn reach(&mut self, client: usize) {
        self.reached[client] = self.count;
        self.earliest[client] = self.count;
        self.count += 1;
        self.open.push(client);
        self.is_open[client] = true;
        self.work.push((client, 0));
    }

    fn look_at(&mut self, client: usize, member: usize) {
        match self.reached.get(member) {
            Some(&UNSEEN) => self.reach(member),
            Some(&reached) if self.is_open[member] => {
                self.earliest[client] = self.earliest[client].min(reached);
            }
            _ => {}
        }
    }

    /// Ends a client whose members were all looked at. Where it leads back to none before it, everything opened
    /// since is one component. Else the client above it, by which it was reached, leads back as far.
    fn leave(&mut self, client: usize, components: &mut Components) {
        if self.earliest[client] == self.reached[client] {
            while let Some(last) = self.open.pop() {
                self.is_open[last] = false;
                components.order.push(ClientId(last as u32));
                if last == client {
                    break;
                }
            }
            components.ends.push(components.order.len());
        } else if let Some(&(above, _)) = self.work.last() {
            self.earliest[above] = self.earliest[above].min(self.earliest[client]);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reaches(graph: &[Vec<ClientId>], from: usize, to: usize) -> bool {
        let mut seen = vec![false; graph.len()];
        let mut open = vec![from];
        while let Some(client) = open.pop() {
            for member in &graph[client] {
                if member.index() == to {
                    return true;
                }
                if !std::mem::replace(&mut seen[member.index()], true) {
                    open.push(member.index());
                }
            }
        }
        false
    }

    proptest! {
        #[test]
        fn cycles_are_the_groups_that_reach_themselves(
            graph in (1usize..9).prop_flat_map(|count| {
                let member = (0..count as u32).prop_map(ClientId);
                prop::collection::vec(prop::collection::vec(member, 0..3), count)
            })
        ) {
            let count = graph.len();
            let mut expected: Vec<Vec<ClientId>> = Vec::new();
            for client in 0..count {
                let with_it = |&other: &usize| reaches(&graph, client, other) && reaches(&graph, other, client);
                let group: Vec<_> = (0..count).filter(with_it).map(|id| ClientId(id as u32)).collect();
                if group.first() == Some(&ClientId(client as u32)) {
                    expected.push(group);
                }
            }
            prop_assert_eq!(cycles(count as u32, |id| &graph[id]), expected);
            let order = Components::of(count, |id| &graph[id]).order;
            prop_assert_eq!(order.len(), count);
            for (place, client) in order.iter().enumerate() {
                for member in &graph[client.index()] {
                    let later = order.iter().position(|other| other == member).unwrap() > place;
                    prop_assert!(!later || reaches(&graph, member.index(), client.index()));
                }
            }
        }
    }
}
