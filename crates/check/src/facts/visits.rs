//! How often one call through a composite can come to a client below it.

use std::collections::HashMap;

use clientc_plan::{ClientId, ClientKind, MAX_NAMES, Plan, sum_ms};

/// Counts visits in one plan, up to a bound on the work.
#[derive(Debug)]
pub(crate) struct Visits<'p, P> {
    plan: &'p Plan<P>,
    /// How many more clients are looked at.
    left: u64,
}

impl<'p, P> Visits<'p, P> {
    pub(crate) fn new(plan: &'p Plan<P>) -> Self {
        Self { plan, left: MAX_NAMES }
    }

    /// The most times that one call through `above` enters `below`; `None` where it takes too much work to find out. A
    /// round-robin uses consecutive members in consecutive rounds.
    pub(crate) fn of(&mut self, above: ClientId, below: ClientId) -> Option<u64> {
        self.count(above, below, &mut HashMap::new())
    }

    /// The depth is bounded, because routes that are too long are left out.
    fn count(&mut self, id: ClientId, below: ClientId, known: &mut HashMap<ClientId, u64>) -> Option<u64> {
        if id == below {
            return Some(1);
        }
        if let Some(count) = known.get(&id) {
            return Some(*count);
        }
        let client = self.plan.client(id)?;
        let members = client.kind.members();
        self.left = self.left.checked_sub(1 + members.len() as u64)?;
        let counts: Option<Vec<u64>> =
            members.iter().map(|member| self.count(*member, below, known)).collect();
        let (counts, rounds) = (counts?, self.plan.retries(client).0 as usize + 1);
        let count = match client.kind {
            ClientKind::RoundRobin { .. } => most_in_turn(&counts, rounds),
            _ => counts.into_iter().fold(0, sum_ms).saturating_mul(rounds as u64),
        };
        known.insert(id, count);
        Some(count)
    }
}

/// The largest sum over this many consecutive numbers, the first following the last.
pub(crate) fn most_in_turn(numbers: &[u64], rounds: usize) -> u64 {
    let sum = |first: usize| numbers.iter().cycle().skip(first).take(rounds).copied().fold(0, sum_ms);
    (0..numbers.len()).map(sum).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::most_in_turn;

    #[test]
    fn consecutive_members_count_and_the_first_follows_the_last() {
        assert_eq!(most_in_turn(&[5, 1, 1, 1], 1), 5);
        assert_eq!(most_in_turn(&[5, 1, 1, 1], 4), 8);
        assert_eq!(most_in_turn(&[5, 1, 1, 4], 2), 9);
        assert_eq!(most_in_turn(&[5, 1], 3), 11);
        assert_eq!(most_in_turn(&[], 3), 0);
    }
}
