//! The limits that the clients above a client set, over all routes from entries down to it.

use clientc_plan::{ClientId, Field};

use crate::scene::Scene;

/// The limits above each client of a project.
pub(crate) struct Above {
    /// By client and field.
    limits: Vec<[Reach; 5]>,
}

/// The limits of one field above a client, over all routes from entries down to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Reach {
    /// Whether any route leads to the client.
    pub(crate) is_reached: bool,
    /// The smallest effective limit above the client on any route, and the client that sets it.
    pub(crate) smallest: Option<(u64, ClientId)>,
    /// The largest one, and the client that sets it; `None` where some route has no limit above the client.
    pub(crate) largest: Option<(u64, ClientId)>,
}

impl Above {
    /// Looks at every client once, composites before their members.
    pub(crate) fn new(scene: &Scene) -> Self {
        let plan = &scene.project.plan;
        let mut limits = vec![[Reach::default(); 5]; plan.clients().len()];
        for entry in &scene.analysis.entries {
            for reach in &mut limits[entry.index()] {
                *reach = Reach { is_reached: true, smallest: None, largest: None }.joined(*reach);
            }
        }
        for id in plan.order().iter().rev() {
            let Some(client) = plan.client(*id) else { continue };
            let above = limits[id.index()];
            if !above[0].is_reached {
                continue;
            }
            for (slot, field) in Field::ALL.into_iter().enumerate() {
                let below = above[slot].below(client.limits.ms(field).map(|ms| (ms, *id)));
                for member in client.kind.members() {
                    limits[member.index()][slot] = limits[member.index()][slot].joined(below);
                }
            }
        }
        Self { limits }
    }

    /// The limits of a field above a client.
    pub(crate) fn of(&self, client: ClientId, field: Field) -> Reach {
        let slot = Field::ALL.into_iter().position(|known| known == field).unwrap_or(0);
        self.limits.get(client.index()).map_or_else(Reach::default, |limits| limits[slot])
    }
}

impl Reach {
    /// The limits above the members of a client that sets this limit.
    fn below(self, own: Option<(u64, ClientId)>) -> Self {
        Self {
            is_reached: self.is_reached,
            smallest: least(self.smallest, own),
            largest: least(self.largest, own),
        }
    }

    /// The limits over the routes of both.
    fn joined(self, other: Self) -> Self {
        match (self.is_reached, other.is_reached) {
            (false, _) => other,
            (true, false) => self,
            (true, true) => Self {
                is_reached: true,
                smallest: least(self.smallest, other.smallest),
                largest: match (self.largest, other.largest) {
                    (Some(own), Some(others)) => Some(if own.0 >= others.0 { own } else { others }),
                    _ => None,
                },
            },
        }
    }
}

fn least(first: Option<(u64, ClientId)>, second: Option<(u64, ClientId)>) -> Option<(u64, ClientId)> {
    match (first, second) {
        (Some(first), Some(second)) => Some(if first.0 <= second.0 { first } else { second }),
        (first, second) => first.or(second),
    }
}
