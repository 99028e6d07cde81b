//! The parts of a block about which enough has been said.

use std::collections::BTreeMap;

/// Ranges that do not touch: where each begins and ends.
#[derive(Debug, Default)]
pub(crate) struct Quiet {
    ranges: BTreeMap<u32, u32>,
}

impl Quiet {
    pub(crate) fn contains(&self, at: u32) -> bool {
        self.until(at) > at
    }

    /// Adds a range; those that touch it become one with it.
    pub(crate) fn add(&mut self, from: u32, until: u32) {
        let (mut from, mut until) = (from, until);
        while let Some((&start, &end)) =
            self.ranges.range(..=until).next_back().filter(|(_, end)| **end >= from)
        {
            self.ranges.remove(&start);
            from = from.min(start);
            until = until.max(end);
        }
        self.ranges.insert(from, until);
    }

    fn until(&self, at: u32) -> u32 {
        self.ranges.range(..=at).next_back().map_or(0, |(_, until)| *until)
    }
}

#[cfg(test)]
mod tests {
    use super::Quiet;

    #[test]
    fn ranges_inside_and_across_others_become_one() {
        let mut quiet = Quiet::default();
        for (from, until) in [(10, 20), (12, 14), (30, 40), (18, 32), (50, 60)] {
            quiet.add(from, until);
        }
        let covered = |at: u32| (10..40).contains(&at) || (50..60).contains(&at);
        assert!((0..70).all(|at| quiet.contains(at) == covered(at)), "{quiet:?}");
    }
}
