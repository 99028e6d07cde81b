//! Names that are near another, for suggestions.

/// Finds near names. It looks at a bounded number of pairs in one project, so that many unknown names among
/// many known ones do not take the square of their number; later ones then get no suggestion.
#[derive(Debug)]
pub struct Nearest {
    pairs_left: usize,
}

/// Enough for 200 unknown names among 10,000 known ones.
const PAIRS: usize = 2_000_000;

/// How many names are suggested at most.
const SUGGESTIONS: usize = 3;

impl Default for Nearest {
    fn default() -> Self {
        Self { pairs_left: PAIRS }
    }
}

impl Nearest {
    /// The names that are near to a text, the nearest first, of equal ones in the order of the alphabet.
    pub fn find<'n>(&mut self, text: &str, names: impl Iterator<Item = &'n str>) -> Vec<Box<str>> {
        let lower = text.to_lowercase();
        let allowed = (text.chars().count() / 3).max(1);
        let mut near: Vec<(usize, &str)> = Vec::new();
        for name in names {
            let Some(left) = self.pairs_left.checked_sub(1) else { break };
            self.pairs_left = left;
            if name.len().abs_diff(text.len()) > allowed * 4 {
                continue;
            }
            let distance = strsim::damerau_levenshtein(&lower, &name.to_lowercase());
            if distance <= allowed {
                near.push((distance, name));
            }
        }
        near.sort_unstable();
        near.truncate(SUGGESTIONS);
        near.into_iter().map(|(_, name)| name.into()).collect()
    }
}

/// The known names that are near to a text, the nearest first.
#[must_use]
pub fn nearest<'n>(text: &str, names: impl Iterator<Item = &'n str>) -> Vec<Box<str>> {
    Nearest::default().find(text, names)
}
