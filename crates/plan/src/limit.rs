//! A limit with its origin, and the one function that composes limits.

use crate::field::{ByField, Field};

/// The largest time in milliseconds: 2^53 - 1. Limits go up to it and sums stop at it.
pub const MAX_MS: u64 = 9_007_199_254_740_991;

/// A limit in milliseconds and where it comes from.
///
/// Limits are ordered by their time, then by their origin. So of two equal times the lesser origin wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Limit<O> {
    /// The time in milliseconds, from 1 to [`MAX_MS`] where a person wrote it.
    pub ms: u64,
    /// What set the limit.
    pub origin: O,
}

/// One optional limit for each field. A field without a limit is not bounded.
pub type Limits<O> = ByField<Limit<O>>;

/// The smaller of two limits, where `None` means no limit.
///
/// Everything that composes limits goes through this function: clients on a route, deadlines on a call,
/// overrides at run time. It is associative, commutative and idempotent, and nothing is its neutral element.
pub fn minimum<O: Ord>(first: Option<Limit<O>>, second: Option<Limit<O>>) -> Option<Limit<O>> {
    match (first, second) {
        (Some(first), Some(second)) => Some(first.min(second)),
        (limit, None) | (None, limit) => limit,
    }
}

/// Adds two times in milliseconds and stops at [`MAX_MS`].
pub const fn sum_ms(first: u64, second: u64) -> u64 {
    let sum = first.saturating_add(second);
    if sum > MAX_MS { MAX_MS } else { sum }
}

impl<O> Limit<O> {
    /// A limit with the same time and another origin.
    pub fn with_origin<T>(&self, origin: T) -> Limit<T> {
        Limit { ms: self.ms, origin }
    }
}

impl<O: Ord + Copy> ByField<Limit<O>> {
    /// The field by field minimum of two sets of limits.
    pub fn minimum(&self, other: &Self) -> Self {
        Self::from_fn(|field| minimum(self.get(field).copied(), other.get(field).copied()))
    }
}

impl<O> ByField<Limit<O>> {
    /// The time of a field in milliseconds, or `None` where it has no limit.
    pub fn ms(&self, field: Field) -> Option<u64> {
        self.get(field).map(|limit| limit.ms)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn limit() -> impl Strategy<Value = Option<Limit<u8>>> {
        proptest::option::of(
            (prop_oneof![1u64..6, Just(MAX_MS)], 0u8..4).prop_map(|(ms, origin)| Limit { ms, origin }),
        )
    }

    fn limits() -> impl Strategy<Value = Limits<u8>> {
        proptest::array::uniform5(limit()).prop_map(|values| ByField::from_fn(|field| values[field as usize]))
    }

    proptest! {
        #[test]
        fn is_associative(a in limit(), b in limit(), c in limit()) {
            prop_assert_eq!(minimum(minimum(a, b), c), minimum(a, minimum(b, c)));
        }

        #[test]
        fn is_commutative(a in limit(), b in limit()) {
            prop_assert_eq!(minimum(a, b), minimum(b, a));
        }

        #[test]
        fn is_idempotent_and_has_a_neutral_element(a in limit()) {
            prop_assert_eq!(minimum(a, a), a);
            prop_assert_eq!(minimum(a, None), a);
            prop_assert_eq!(minimum(None, a), a);
        }

        #[test]
        fn only_lowers(a in limit(), b in limit()) {
            let time = |limit: Option<Limit<u8>>| limit.map_or(u64::MAX, |limit| limit.ms);
            prop_assert_eq!(time(minimum(a, b)), time(a).min(time(b)));
        }

        #[test]
        fn sets_compose_field_by_field(a in limits(), b in limits()) {
            let both = a.minimum(&b);
            for field in Field::ALL {
                prop_assert_eq!(both.get(field).copied(), minimum(a.get(field).copied(), b.get(field).copied()));
            }
        }

        #[test]
        fn sums_stop_at_the_largest_time(a in any::<u64>(), b in any::<u64>()) {
            prop_assert_eq!(u128::from(sum_ms(a, b)), (u128::from(a) + u128::from(b)).min(u128::from(MAX_MS)));
        }
    }
}
