//! What the clients above a client leave of its limits, on all ways that lead to it from an entry.

use clientc_plan::{ClientId, Field};

use crate::scene::Scene;

/// What is above the clients of a project.
pub(crate) struct Above {
    /// By client and field.
    limits: Vec<[Reach; 5]>,
}

/// The limits of one field that are above a client, over all ways from entries down to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Reach {
    /// Whether any way leads to the client.
    pub(crate) is_reached: bool,
    /// The smallest effective limit that a way brings along, and who sets it.
    pub(crate) smallest: Option<(u64, ClientId)>,
    /// The largest; nothing where some way brings none along.
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

    /// What is above a client for a field.
    pub(crate) fn of(&self, client: ClientId, field: Field) -> Reach {
        let slot = Field::ALL.into_iter().position(|known| known == field).unwrap_or(0);
        self.limits.get(client.index()).map_or_else(Reach::default, |limits| limits[slot])
    }
}

impl Reach {
    /// What is left below a client that sets this limit.
    fn below(self, own: Option<(u64, ClientId)>) -> Self {
        Self {
            is_reached: self.is_reached,
            smallest: least(self.smallest, own),
            largest: least(self.largest, own),
        }
    }

    /// The same with further ways.
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
