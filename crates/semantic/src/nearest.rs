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

/// From this length on a name that holds the text is near: `CustomGPT4o` to `GPT4o`.
const WORTH_FINDING: usize = 4;

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
            let lower_name = name.to_lowercase();
            if text.len() >= WORTH_FINDING && lower_name.contains(&lower) {
                near.push((name.len() - text.len().min(name.len()), name));
            } else if name.len().abs_diff(text.len()) <= allowed * 4 {
                let distance = strsim::damerau_levenshtein(&lower, &lower_name);
                if distance <= allowed {
                    near.push((distance, name));
                }
            }
        }
        if let Some(same) = near.iter().find(|(_, name)| name.eq_ignore_ascii_case(text)) {
            return vec![same.1.into()];
        }
        near.sort_unstable();
        near.truncate(SUGGESTIONS);
        near.into_iter().map(|(_, name)| name.into()).collect()
    }
}

/// Whether a name is so near to a text that it may be put in its place: at most a third of the letters differ. Of one
/// or two letters none may, for every other short name would be as near.
#[must_use]
pub fn is_misspelling(text: &str, name: &str) -> bool {
    let allowed = text.chars().count() / 3;
    strsim::damerau_levenshtein(&text.to_lowercase(), &name.to_lowercase()) <= allowed
}

/// The known names that are near to a text, the nearest first.
#[must_use]
pub fn nearest<'n>(text: &str, names: impl Iterator<Item = &'n str>) -> Vec<Box<str>> {
    Nearest::default().find(text, names)
}
