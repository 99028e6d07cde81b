//! The chain behind each limit of a route: every client on it with what it sets, and the one that wins.

use std::io::{self, Write};

use clientc_plan::document::ResolvedRoute;
use clientc_plan::{Field, RunTime};

use super::client::{Why, place_text, shortened_place};
use crate::options::Options;
use crate::paint::{Tone, paint};
use crate::printable::width;
use crate::routes::{blanks, shown};
use crate::units::{duration, plural};

/// The columns of the longest label of a field.
const LABEL: usize = 11;
/// The indentation of names and places that have a line of their own.
const INDENT: usize = 19;
/// A longer run of clients that do not win is shown in part: these many from its start and as many from its end.
const RUN_END: usize = 2;

/// The lines of some routes and the widths of their columns.
pub(super) struct Chains {
    /// The lines of each route, in order.
    pub(super) lines: Vec<Vec<Line>>,
    value: usize,
    name: usize,
    /// Whether names are below values, because both do not fit one line.
    names_below: bool,
    /// Whether places are below names.
    places_below: bool,
}

/// One client, or the defaults, with what it sets.
#[derive(Debug)]
pub(super) struct Line {
    label: &'static str,
    wins: bool,
    value: String,
    name: String,
    place: String,
}

impl Chains {
    pub(super) fn new<'r>(why: &Why<'_>, routes: impl Iterator<Item = &'r ResolvedRoute>) -> Self {
        let lines: Vec<_> = routes.map(|route| why.chain(route)).collect();
        let widest =
            |part: fn(&Line) -> &str| lines.iter().flatten().map(|line| width(part(line))).max().unwrap_or(0);
        let (value, name, place) =
            (widest(|line| &line.value), widest(|line| &line.name), widest(|line| &line.place));
        let room = why.options.columns().saturating_sub(LABEL + value + 10);
        Self { value, name, names_below: name > room, places_below: name + 2 + place > room, lines }
    }

    pub(super) fn write(&self, writer: &mut impl Write, line: &Line, options: &Options) -> io::Result<()> {
        let mark = match (line.wins, options.unicode) {
            (false, _) => " ",
            (true, true) => "▸",
            (true, false) => ">",
        };
        let name = options.fitted(&line.name, options.columns() - INDENT);
        let value = format!("{mark} {}{}", blanks(&line.value, self.value), line.value);
        let mut rest = if self.names_below { String::new() } else { format!("  {name}") };
        if !self.places_below && !line.place.is_empty() {
            rest += &format!("{}  {}", blanks(&name, self.name), line.place);
        }
        let (tone, rest_tone) = if line.wins { (Tone::Strong, Tone::Plain) } else { (Tone::Dim, Tone::Dim) };
        let label = line.label;
        let (value, rest) = (paint(&value, tone, options), paint(&rest, rest_tone, options));
        writeln!(writer, "    {label:LABEL$}  {value}{rest}")?;
        let place = shortened_place(&line.place, options.columns() - INDENT, options);
        for (is_below, text) in [(self.names_below, &*name), (self.places_below, &*place)] {
            if is_below && !text.is_empty() {
                writeln!(writer, "{:INDENT$}{}", "", paint(text, rest_tone, options))?;
            }
        }
        Ok(())
    }
}

impl Why<'_> {
    /// The lines of a route, field by field.
    fn chain(&self, route: &ResolvedRoute) -> Vec<Line> {
        let mut lines = Vec::new();
        // A client that makes requests itself has no total.
        let fields = Field::ALL.into_iter().filter(|field| field.is_attempt() || route.path.len() > 1);
        for field in fields {
            let mut of_field = self.field_chain(route, field);
            if of_field.iter().all(|line| line.value == "none") {
                of_field = vec![Line::new("none", "not set", String::new())];
            } else if !self.options.verbose {
                // A client that sets nothing decides nothing.
                of_field.retain(|line| line.value != "none");
            }
            let mut of_field = without_long_runs(of_field);
            if let Some(line) = of_field.first_mut() {
                line.label = field.label();
            }
            lines.append(&mut of_field);
        }
        lines
    }

    fn field_chain(&self, route: &ResolvedRoute, field: Field) -> Vec<Line> {
        if self.client.through_baml().is_some() {
            return self.field_chain_in_baml(route, field);
        }
        let origin = route.origin.get(field);
        let composites = route.path.len() - usize::from(!field.is_attempt());
        let mut lines = Vec::new();
        for name in route.path.iter().take(composites) {
            let mut line = self.line_of(name, field);
            line.wins = origin.is_some_and(|origin| origin.client.as_deref() == Some(name));
            lines.push(line);
        }
        // A default counts only where no client sets the field.
        let is_set = origin.is_some_and(|origin| origin.client.is_some());
        if let Some(ms) = self.document.defaults.get(field).filter(|_| !is_set) {
            let mut place = self.places.defaults.get(field).map(place_text).unwrap_or_default();
            let wins = origin.is_some();
            if !wins {
                place.push_str(", above the request limit");
            }
            lines.push(Line { wins, ..Line::new(&duration(*ms), "defaults", place) });
        }
        lines
    }

    /// The chain of a field where BAML makes the calls: the leaf's own limit applies, or else the one that BAML sets.
    fn field_chain_in_baml(&self, route: &ResolvedRoute, field: Field) -> Vec<Line> {
        let Some((leaf, composites)) = route.path.split_last() else { return Vec::new() };
        let is_set = |line: &Line| line.value != "none";
        let mut lines: Vec<Line> =
            composites.iter().map(|name| self.line_of(name, field)).filter(is_set).collect();
        if let Some(ms) = self.document.defaults.get(field) {
            let place = self.places.defaults.get(field).map(place_text).unwrap_or_default();
            lines.push(Line::new(&duration(*ms), "defaults", place));
        }
        lines.iter_mut().for_each(|line| line.place.push_str(", not in BAML"));
        let own = Some(self.line_of(leaf, field)).filter(|line| field.is_attempt() && is_set(line));
        let by_itself =
            RunTime::Baml.default_ms(field).map(|ms| Line::new(&duration(ms), "BAML", String::new()));
        lines.extend(own.or(by_itself).map(|line| Line { wins: true, ..line }));
        lines
    }

    /// What a client sets for a field, and where; `none` where it sets nothing.
    fn line_of(&self, name: &str, field: Field) -> Line {
        let client = self.document.clients.get(name);
        let written = client.and_then(|client| client.timeouts.get(field));
        let places = self.places.clients.get(name);
        let place = places.map(|places| places.limits.get(field).unwrap_or(&places.source));
        let value = written.map_or("none".to_owned(), |ms| duration(*ms));
        Line::new(&value, &shown(name), place.map(place_text).unwrap_or_default())
    }
}

impl Line {
    fn new(value: &str, name: &str, place: String) -> Self {
        Self { label: "", wins: false, value: value.into(), name: name.into(), place }
    }
}

/// Replaces the middle of each long run of lines that do not win by one line that counts them.
fn without_long_runs(lines: Vec<Line>) -> Vec<Line> {
    let mut kept: Vec<Line> = Vec::new();
    let mut run: Vec<Line> = Vec::new();
    for line in lines {
        if line.wins {
            kept.append(&mut shortened_run(std::mem::take(&mut run)));
            kept.push(line);
        } else {
            run.push(line);
        }
    }
    kept.append(&mut shortened_run(run));
    kept
}

fn shortened_run(mut run: Vec<Line>) -> Vec<Line> {
    if run.len() <= 2 * RUN_END + 1 {
        return run;
    }
    let left_out = run.len() - 2 * RUN_END;
    let name = format!("{}, none lower", plural(left_out as u64, "more client"));
    run.splice(RUN_END..RUN_END + left_out, [Line::new("", &name, String::new())]);
    run
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(wins: &[bool]) -> String {
        let line = |wins: &bool| Line { wins: *wins, ..Line::new("1s", "A", String::new()) };
        let lines = without_long_runs(wins.iter().map(line).collect());
        lines
            .iter()
            .map(|line| if line.wins { 'W' } else { line.name.chars().next().unwrap_or('?') })
            .collect()
    }

    #[test]
    fn long_runs_of_losers_are_counted() {
        assert_eq!(shape(&[false; 5]), "AAAAA");
        assert_eq!(shape(&[false; 6]), "AA2AA");
        let mut wins = [false; 20];
        wins[3] = true;
        assert_eq!(shape(&wins), "AAAWAA1AA");
        assert_eq!(shape(&[]), "");
    }
}
