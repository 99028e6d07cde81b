//! The rows of the table of routes and the widths of its columns.

use crate::mask::mask;
use crate::options::Options;
use crate::paint::{Tone, paint};
use crate::printable::{printable, shortened, width};
use crate::units::duration;
use clientc_plan::document::{ResolvedOrigin, ResolvedRoute, Timeouts};
use clientc_plan::{Field, RunTime};
use std::io::{self, Write};

/// The least columns for the path of a route.
const LEAST_PATH: usize = 16;
/// The columns in which most paths are readable.
const GOOD_PATH: usize = 24;
/// The columns in which most origins are readable.
const GOOD_ORIGIN: usize = 12;

/// The columns of a table.
pub(crate) struct Layout {
    path: usize,
    fields: [usize; 5],
}

impl Layout {
    /// Gives every column what it needs. Where that is too much, paths and the names of origins become shorter;
    /// lengths of time never do.
    pub(crate) fn of<'d>(rows: impl Iterator<Item = &'d Row<'d>>, options: &Options) -> Self {
        let mut path = LEAST_PATH;
        let mut fields = Field::ALL.map(|field| width(field.label()));
        let mut wanted = fields;
        for row in rows {
            path = path.max(width(&full_path(row.path)));
            for (index, cell) in row.cells.iter().enumerate() {
                fields[index] = fields[index].max(width(&cell.value));
                wanted[index] = wanted[index].max(fields[index]).max(width(&cell.origin));
            }
        }
        let mut layout = Self { path: LEAST_PATH, fields };
        let mut spare = options.columns().saturating_sub(layout.columns());
        layout.widen_path(path.min(GOOD_PATH), &mut spare);
        layout.widen_fields(wanted.map(|columns| columns.min(GOOD_ORIGIN)), &mut spare);
        layout.widen_path(path, &mut spare);
        layout.widen_fields(wanted, &mut spare);
        layout
    }

    fn columns(&self) -> usize {
        2 + self.path + self.fields.iter().map(|columns| columns + 2).sum::<usize>()
    }

    fn widen_path(&mut self, wanted: usize, spare: &mut usize) {
        let more = wanted.saturating_sub(self.path).min(*spare);
        self.path += more;
        *spare -= more;
    }

    /// Widens the narrowest column again and again.
    fn widen_fields(&mut self, wanted: [usize; 5], spare: &mut usize) {
        while *spare > 0 {
            let narrow = self.fields.iter_mut().zip(wanted).filter(|(columns, wanted)| **columns < *wanted);
            let Some((columns, _)) = narrow.min_by_key(|(columns, _)| **columns) else {
                break;
            };
            *columns += 1;
            *spare -= 1;
        }
    }

    /// Writes the names of the columns.
    pub(crate) fn write_head(&self, writer: &mut impl Write, options: &Options) -> io::Result<()> {
        let mut line = format!("  {:path$}", "route", path = self.path);
        for (field, columns) in Field::ALL.into_iter().zip(self.fields) {
            line.push_str(&format!("  {:>columns$}", field.label()));
        }
        writeln!(writer, "{}", paint(&line, Tone::Dim, options))
    }

    /// Writes the limits of a route, and below them what set them where that is not the client itself.
    pub(crate) fn write_row(
        &self,
        writer: &mut impl Write,
        row: &Row<'_>,
        options: &Options,
    ) -> io::Result<()> {
        let path = shortened_path(row.path, self.path, options);
        write!(writer, "  {path}{}", blanks(&path, self.path))?;
        for (cell, columns) in row.cells.iter().zip(self.fields) {
            let tone = if cell.origin.is_empty() { Tone::Dim } else { Tone::Plain };
            let value = paint(&cell.value, tone, options);
            write!(writer, "  {}{value}", blanks(&cell.value, columns))?;
        }
        writeln!(writer)?;
        if row.cells.iter().all(|cell| cell.origin.is_empty() || cell.origin == "here") {
            return self.write_ignored(writer, row, options);
        }
        let mut line = format!("    {:path$}", "set by", path = self.path.saturating_sub(2));
        for (cell, columns) in row.cells.iter().zip(self.fields) {
            let origin = shortened(&cell.origin, columns, options.ellipsis());
            line.push_str(&format!("  {}{origin}", blanks(&origin, columns)));
        }
        writeln!(writer, "{}", paint(line.trim_end(), Tone::Dim, options))?;
        self.write_ignored(writer, row, options)
    }

    /// Writes the limits that the run time of the calls does not obey.
    fn write_ignored(&self, writer: &mut impl Write, row: &Row<'_>, options: &Options) -> io::Result<()> {
        if row.ignored.is_empty() {
            return Ok(());
        }
        let line = format!("    not in BAML: {}", row.ignored.join(", "));
        writeln!(writer, "{}", paint(&line, Tone::Warning, options))
    }
}

/// One route as it is shown.
pub(crate) struct Row<'d> {
    path: &'d [Box<str>],
    cells: [Cell; 5],
    /// Limits that hold in clientc and that the run time of the calls does not obey.
    ignored: Vec<String>,
}

/// One limit of a route: its length and what set it.
struct Cell {
    value: String,
    origin: String,
}

/// Words a route as it is shown below the heading of a client. `of_baml` is what BAML holds it to, where BAML makes the
/// calls.
pub(crate) fn row<'d>(client: &str, route: &'d ResolvedRoute, of_baml: Option<&Timeouts>) -> Row<'d> {
    let obeyed = |field: Field| match of_baml {
        Some(limits) => limits.get(field).filter(|ms| route.effective.get(field) == Some(ms)),
        None => route.effective.get(field),
    };
    let by_itself = |field: Field| of_baml?.get(field).filter(|_| obeyed(field).is_none());
    let ignored = route.effective.iter().filter(|(field, _)| obeyed(*field).is_none()).map(|(field, ms)| {
        let set_by = match route.origin.get(field).map(|origin| origin.client.as_deref()) {
            Some(Some(name)) => shown(name),
            _ => "clientc.toml".into(),
        };
        format!("{} {} ({set_by})", field.label(), duration(*ms))
    });
    let ignored = ignored.collect();
    let cells = Field::ALL.map(|field| match obeyed(field) {
        None if by_itself(field).is_some() => Cell {
            value: by_itself(field).map(|ms| duration(*ms)).unwrap_or_default(),
            origin: set_by_baml(route, of_baml, field),
        },
        Some(ms) => Cell { value: duration(*ms), origin: origin(client, route.origin.get(field)) },
        // A leaf alone cannot have a total.
        None if field == Field::Total && route.path.len() < 2 => cell_without_limit("-"),
        None => cell_without_limit("none"),
    });
    Row { path: &route.path, cells, ignored }
}

/// What sets a limit that BAML holds and that is not the one of clientc: the leaf, where its own is above that of a
/// composite, else BAML itself.
fn set_by_baml(route: &ResolvedRoute, of_baml: Option<&Timeouts>, field: Field) -> String {
    let default_ms = RunTime::Baml.default_ms(field);
    match of_baml.and_then(|limits| limits.get(field)) {
        Some(ms) if default_ms == Some(*ms) => "BAML".into(),
        _ => route.path.last().map(|name| shown(name)).unwrap_or_default(),
    }
}

fn cell_without_limit(value: &str) -> Cell {
    Cell { value: value.into(), origin: String::new() }
}

fn origin(client: &str, origin: Option<&ResolvedOrigin>) -> String {
    match origin.map(|origin| origin.client.as_deref()) {
        Some(Some(name)) if name == client => "here".into(),
        Some(Some(name)) => shown(name),
        Some(None) => "clientc.toml".into(),
        None => String::new(),
    }
}

/// The blanks that fill a text up to so many columns.
pub(crate) fn blanks(text: &str, columns: usize) -> String {
    " ".repeat(columns.saturating_sub(width(text)))
}

fn full_path(path: &[Box<str>]) -> String {
    path.iter().map(|name| shown(name)).collect::<Vec<_>>().join(" > ")
}

/// A path in so many columns: first the names between the first and the last go, then the middles of those two.
pub(crate) fn shortened_path(path: &[Box<str>], columns: usize, options: &Options) -> String {
    let full = full_path(path);
    let (Some(first), Some(last)) = (path.first(), path.last()) else {
        return full;
    };
    if width(&full) <= columns {
        return full;
    }
    let dots = options.ellipsis();
    let between = match path.len() {
        1 => return shortened(&full, columns, dots).into_owned(),
        2 => " > ".to_owned(),
        _ => format!(" > {dots} > "),
    };
    let (first, last) = (shown(first), shown(last));
    let room = columns.saturating_sub(width(&between));
    let for_first = width(&first).min((room / 2).max(room.saturating_sub(width(&last))));
    let first = shortened(&first, for_first, dots);
    let last = shortened(&last, room.saturating_sub(width(&first)), dots);
    format!("{first}{between}{last}")
}

/// A name without secrets and without what a terminal would obey.
pub(crate) fn shown(name: &str) -> String {
    printable(&mask(name)).into_owned()
}
