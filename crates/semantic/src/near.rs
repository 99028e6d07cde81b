//! Names that are near another, for suggestions. Nothing else compares spellings.

use clientc_syntax::work;

/// How many letters may differ at most, however long a name is.
const FARTHEST: usize = 10;

/// How many names are suggested at most.
const SUGGESTIONS: usize = 3;

/// From this length on a name that holds the text is near: `CustomGPT4o` to `GPT4o`.
const WORTH_FINDING: usize = 4;

/// How many letters are compared in one project. It is enough for 200 unknown names among 10,000 known ones; names
/// beyond that get no suggestion.
pub(crate) const MOST_LETTERS: usize = 100_000_000;

/// The known names that are near to a text, the nearest first, of equally near ones in the order of the alphabet.
#[must_use]
pub fn nearest<'n>(text: &str, names: impl Iterator<Item = &'n str>) -> Vec<Box<str>> {
    let mut letters_left = MOST_LETTERS;
    Names::new(names).near(text, &mut letters_left)
}

/// The same for keys of a map that has some of them already. One of those was not meant, and neither is what is less
/// near than it.
#[must_use]
pub fn nearest_free<'n>(
    text: &str,
    keys: impl Iterator<Item = &'n str>,
    has: impl Fn(&str) -> bool,
) -> Vec<Box<str>> {
    nearest(text, keys).into_iter().take_while(|key| !has(key)).collect()
}

/// The names with the fewest letters that differ from a text, if these are no more than `farthest`, in the order of the
/// alphabet.
#[must_use]
pub fn nearest_within<'n>(text: &str, names: impl Iterator<Item = &'n str>, farthest: usize) -> Vec<&'n str> {
    let mut near: Vec<(usize, &str)> =
        names.filter_map(|name| Some((within(text, name, farthest)?, name))).collect();
    near.sort_unstable();
    near.dedup();
    let fewest = near.first().map_or(0, |(distance, _)| *distance);
    near.into_iter().take_while(|(distance, _)| *distance == fewest).map(|(_, name)| name).collect()
}

/// The word of a fixed list that was probably meant: the one with the fewest changes, if these are at most a third of it
/// or one begins with the other. Case and the kind of dash do not count. Of equals the first.
#[must_use]
pub fn nearest_word(written: &str, words: &[&'static str]) -> Option<&'static str> {
    let plain = |word: &str| word.to_lowercase().replace('_', "-");
    let written = plain(written);
    let written_length = written.chars().count();
    let candidates = words.iter().filter_map(|word| {
        let candidate = plain(word);
        let length = candidate.chars().count();
        let begins = length.min(written_length) >= 3
            && (written.starts_with(&candidate) || candidate.starts_with(&written));
        let changes = match begins {
            true => length.abs_diff(written_length),
            false => within(&written, &candidate, length.max(3) / 3)?,
        };
        Some((changes, *word))
    });
    candidates.min_by_key(|(changes, _)| *changes).map(|(_, word)| word)
}

/// Whether a name is so near to a text that it may be put in its place: at most a third of the letters differ. Of one
/// or two letters none may, for every other short name would be as near.
#[must_use]
pub fn is_misspelling(text: &str, name: &str) -> bool {
    let (text, name) = (Letters::of(text), Letters::of(name));
    let allowed = (text.letters.len() / 3).min(FARTHEST);
    changes(&text.letters, &name.letters, allowed).is_some()
}

/// How many letters must be added, left out, replaced or swapped with their neighbour to make one text of another;
/// `None` where that takes more than `farthest`. The case of letters counts.
pub(crate) fn within(text: &str, name: &str, farthest: usize) -> Option<usize> {
    let letters = |text: &str| text.chars().collect::<Vec<_>>();
    changes(&letters(text), &letters(name), farthest)
}

/// Known names, made ready to be searched many times.
#[derive(Debug)]
pub(crate) struct Names<'n> {
    known: Vec<(&'n str, Letters)>,
}

/// A name in small letters.
#[derive(Debug)]
struct Letters {
    text: String,
    letters: Vec<char>,
}

impl Letters {
    fn of(name: &str) -> Self {
        let text = name.to_lowercase();
        Self { letters: text.chars().collect(), text }
    }
}

impl<'n> Names<'n> {
    pub(crate) fn new(names: impl Iterator<Item = &'n str>) -> Self {
        Self { known: names.map(|name| (name, Letters::of(name))).collect() }
    }

    /// The names that are near to a text. `letters_left` is how many letters may still be compared; it shrinks.
    pub(crate) fn near(&self, text: &str, letters_left: &mut usize) -> Vec<Box<str>> {
        let wanted = Letters::of(text);
        let allowed = (wanted.letters.len() / 3).clamp(1, FARTHEST);
        let mut near: Vec<(usize, &str)> = Vec::new();
        for (name, known) in &self.known {
            let is_part = text.len() >= WORTH_FINDING && known.text.contains(&wanted.text);
            let compared =
                known.text.len() + wanted.letters.len().min(known.letters.len()) * (2 * allowed + 1);
            let Some(left) = letters_left.checked_sub(compared) else { break };
            *letters_left = left;
            work::add(known.text.len());
            if known.text == wanted.text {
                return vec![(*name).into()];
            } else if is_part {
                near.push((known.letters.len() - wanted.letters.len(), name));
            } else if let Some(distance) = changes(&wanted.letters, &known.letters, allowed) {
                near.push((distance, name));
            }
        }
        near.sort_unstable();
        near.truncate(SUGGESTIONS);
        near.into_iter().map(|(_, name)| name.into()).collect()
    }
}

/// The optimal string alignment of two texts, as far as `farthest`: only that far from the diagonal of the table is
/// anything computed, and no further once nothing nearer can follow.
fn changes(from: &[char], to: &[char], farthest: usize) -> Option<usize> {
    if from.len().abs_diff(to.len()) > farthest {
        return None;
    }
    let beyond = farthest + 1;
    let mut before: Vec<usize> = vec![beyond; to.len() + 2];
    let mut above: Vec<usize> = (0..to.len() + 2).map(|column| column.min(beyond)).collect();
    let mut row = vec![beyond; to.len() + 2];
    let mut least_above = 0;
    for (line, letter) in from.iter().enumerate() {
        let first = (line + 1).saturating_sub(farthest).max(1);
        let last = (line + 1 + farthest).min(to.len());
        work::add(last + 1 - first.min(last + 1));
        row[first - 1] = if first == 1 { (line + 1).min(beyond) } else { beyond };
        let mut least = row[first - 1];
        for column in first..=last {
            let is_same = *letter == to[column - 1];
            let mut steps =
                (above[column - 1] + usize::from(!is_same)).min(above[column] + 1).min(row[column - 1] + 1);
            if line > 0 && column > 1 && from[line - 1] == to[column - 1] && *letter == to[column - 2] {
                steps = steps.min(before[column - 2] + 1);
            }
            row[column] = steps.min(beyond);
            least = least.min(row[column]);
        }
        row[last + 1] = beyond;
        if least > farthest && least_above > farthest {
            return None;
        }
        least_above = least;
        std::mem::swap(&mut before, &mut above);
        std::mem::swap(&mut above, &mut row);
    }
    Some(above[to.len()]).filter(|steps| *steps <= farthest)
}

#[cfg(test)]
mod tests {
    use super::{Names, is_misspelling, nearest, nearest_free, nearest_within, nearest_word, within};

    /// A generator of numbers that are the same in every run.
    fn numbers() -> impl FnMut(u64) -> u64 {
        let mut state = 88_172_645_463_325_252_u64;
        move |below| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % below
        }
    }

    #[test]
    fn what_is_within_reach_has_the_distance_of_the_whole_table() {
        let mut next = numbers();
        for _ in 0..20_000 {
            let mut text = |length: u64| -> String {
                (0..next(length))
                    .map(|_| {
                        ['a', 'b', 'c', 'd'][usize::from(next(4) & 3 == 1) + 2 * usize::from(next(2) == 1)]
                    })
                    .collect()
            };
            let (from, to) = (text(12), text(12));
            let distance = strsim::osa_distance(&from, &to);
            for farthest in 0..=6 {
                let expected = Some(distance).filter(|distance| *distance <= farthest);
                assert_eq!(within(&from, &to, farthest), expected, "{from} to {to}, at most {farthest}");
            }
        }
    }

    #[test]
    fn the_nearest_come_first_and_one_that_differs_in_case_alone_is_the_only_one() {
        let names = ["GPT4", "GPT4o", "CustomGPT4o", "Claude"];
        let near = |text: &str| nearest(text, names.into_iter()).join(" ");
        assert_eq!(near("GTP4o"), "GPT4o");
        assert_eq!(near("gpt4o"), "GPT4o");
        assert_eq!(near("GPT4oo"), "GPT4o GPT4");
        assert_eq!(near("Gemini"), "");
        assert_eq!(near(""), "");
    }

    #[test]
    fn what_a_map_has_and_what_is_less_near_is_not_meant() {
        let keys = ["max_retries", "max_retry", "strategy"];
        let near = |has: &str| nearest_free("max_retrie", keys.into_iter(), |key| key == has).join(" ");
        assert_eq!(near("strategy"), "max_retries max_retry");
        assert_eq!(near("max_retry"), "max_retries");
        assert_eq!(near("max_retries"), "");
    }

    #[test]
    fn of_names_within_reach_only_the_nearest_are_given() {
        let names = ["seeds", "seed", "send", "top_p"];
        assert_eq!(nearest_within("seex", names.into_iter(), 2), ["seed"]);
        assert_eq!(nearest_within("seeds_", names.into_iter(), 2), ["seeds"]);
        assert_eq!(nearest_within("sen", names.into_iter(), 2), ["send"]);
        assert!(nearest_within("temperature", names.into_iter(), 2).is_empty());
    }

    #[test]
    fn the_nearest_word_is_found() {
        let words = ["max-requests", "max-duration-ms", "warn", "error", "request_timeout_ms"];
        for (written, expected) in [
            ("max_requests", Some("max-requests")),
            ("MAX-REQUEST", Some("max-requests")),
            ("max-duration", Some("max-duration-ms")),
            ("warning", Some("warn")),
            ("eror", Some("error")),
            ("request-timeout-ms", Some("request_timeout_ms")),
            ("ceiling", None),
            ("", None),
            ("ü", None),
        ] {
            assert_eq!(nearest_word(written, &words), expected, "{written}");
        }
    }

    #[test]
    fn a_third_of_the_letters_may_differ_and_of_short_texts_one() {
        let is_near = |text: &str, name: &str| !nearest(text, [name].into_iter()).is_empty();
        assert!(is_near("abcdefghi", "abcdefxyz") && !is_near("abcdefghi", "abcdewxyz"));
        assert!(is_near("ab", "ax") && is_near("a", "ab") && !is_near("ab", "xy"));
        assert!(is_misspelling("abc", "abx") && !is_misspelling("ab", "ax"));
        assert!(is_misspelling("abcdef", "abcdxy") && !is_misspelling("abcde", "abcxy"));
    }

    #[test]
    fn a_part_of_a_name_leads_to_it_from_four_letters_on() {
        let near = |text: &str| nearest(text, ["OurBigGPT4o", "OurGPT4o", "Other"].into_iter()).join(" ");
        assert_eq!(near("gpt4"), "OurGPT4o OurBigGPT4o");
        assert_eq!(near("gpt"), "");
    }

    #[test]
    fn at_most_three_names_are_suggested_the_first_of_the_alphabet() {
        assert_eq!(
            nearest("Name0", ["Name4", "Name2", "Name3", "Name1"].into_iter()).join(" "),
            "Name1 Name2 Name3"
        );
    }

    #[test]
    fn letters_that_are_compared_are_counted_and_names_beyond_get_no_suggestion() {
        let names = Names::new(["abcdefgx", "abcdefghiy"].into_iter());
        // Two changes are allowed: 8 + 8 · 5 letters for the first name, and 10 + 8 · 5 for the second one.
        for (letters, found, left) in [(98, 2, 0), (100, 2, 2), (97, 1, 49), (48, 1, 0), (47, 0, 47)] {
            let mut letters_left = letters;
            assert_eq!(names.near("abcdefgh", &mut letters_left).len(), found, "{letters}");
            assert_eq!(letters_left, left, "{letters}");
        }
    }

    #[test]
    fn very_long_names_are_near_only_where_a_few_letters_differ() {
        let long = "a".repeat(30_000);
        assert!(is_misspelling(&long, &format!("{long}bcdefghijk")));
        assert!(!is_misspelling(&long, &format!("{long}bcdefghijkl")));
        assert!(!is_misspelling(&long, &"b".repeat(30_000)));
    }
}
