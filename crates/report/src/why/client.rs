//! One client to be explained, and how much of it is shown.

use std::io::{self, Write};
use std::ops::Range;

use clientc_plan::document::{Resolved, ResolvedClient, ResolvedSchedule, Source};
use clientc_semantic::LimitPlaces;

use crate::options::Options;
use crate::paint::{Tone, paint};
use crate::printable::{shortened, width};
use crate::routes::shown;
use crate::units::plural;

/// Where there are more of something than this, some are left out.
const MOST: usize = 20;
/// How many are then shown from the start.
const FIRST: usize = 12;
/// How many are then shown from the end.
const LAST: usize = 4;

/// One client to be explained.
pub(super) struct Why<'d> {
    pub(super) document: &'d Resolved,
    pub(super) places: &'d LimitPlaces,
    pub(super) name: &'d str,
    pub(super) client: &'d ResolvedClient,
    pub(super) schedule: &'d ResolvedSchedule,
    pub(super) options: &'d Options,
}

impl Why<'_> {
    /// Writes how many lines are left out, and where to find them.
    pub(super) fn write_left_out(
        &self,
        writer: &mut impl Write,
        before: &str,
        count: usize,
        noun: &str,
    ) -> io::Result<()> {
        let more = plural(count as u64, &format!("more {noun}"));
        let line = format!("{} {more}, all in `--format json`", self.options.ellipsis());
        writeln!(writer, "{before}{}", paint(&line, Tone::Dim, self.options))
    }
}

/// Which of this many things are shown: the first and the last of very many, otherwise all of them, as the first.
pub(super) fn window(count: usize) -> (Range<usize>, Range<usize>) {
    if count <= MOST { (0..count, count..count) } else { (0..FIRST, count - LAST..count) }
}

/// A place in short: `clients.baml:12`.
pub(super) fn place_text(place: &Source) -> String {
    format!("{}:{}", shown(&place.file), place.line)
}

/// Shortens a place to this many columns. Its end stays: the name of the file and the line.
pub(super) fn shortened_place(place: &str, columns: usize, options: &Options) -> String {
    let dots = options.ellipsis();
    if options.whole || width(place) <= columns {
        return place.to_owned();
    }
    let mut kept = place;
    while width(kept) + width(dots) > columns {
        let mut chars = kept.chars();
        if chars.next().is_none() {
            return shortened(dots, columns, dots).into_owned();
        }
        kept = chars.as_str();
    }
    format!("{dots}{kept}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_shown_whole_and_many_in_part() {
        assert_eq!(window(0), (0..0, 0..0));
        assert_eq!(window(20), (0..20, 20..20));
        assert_eq!(window(21), (0..12, 17..21));
        assert_eq!(window(10_000), (0..12, 9996..10_000));
    }

    #[test]
    fn places_keep_their_line() {
        let options = Options::default();
        assert_eq!(shortened_place("baml_src/a.baml:7", 17, &options), "baml_src/a.baml:7");
        assert_eq!(shortened_place("baml_src/a.baml:7", 9, &options), "…a.baml:7");
        assert_eq!(shortened_place("日本/a:7", 5, &options), "…/a:7");
        assert_eq!(shortened_place("a.baml:7", 0, &options), "");
    }
}
