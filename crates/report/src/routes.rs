//! The rows of the table of routes and the widths of its columns.

use std::io::{self, Write};

use clientc_plan::document::{ResolvedClient, ResolvedOrigin, ResolvedRoute, Timeouts};
use clientc_plan::{Field, RunTime};

use crate::mask::mask;
use crate::options::Options;
use crate::paint::{Tone, paint};
use crate::printable::{packed, printable, width};
use crate::units::duration;

/// The word for the client of the heading in its own rows.
const ITSELF: &str = "itself";

/// The columns of a table.
pub(crate) struct Layout {
    /// The width of the routes beside their limits; `None` where there is no room for a table.
    path: Option<usize>,
    fields: [usize; 5],
}

impl Layout {
    /// Gives every limit the width that it needs, and the routes the rest. A route that needs more gets a line of its
    /// own.
    pub(crate) fn of<'r>(rows: impl Iterator<Item = &'r Row>, options: &Options) -> Self {
        let mut fields = Field::ALL.map(|field| width(field.label()));
        let mut paths = Vec::new();
        for row in rows {
            paths.push(width(&row.path.join(" ")));
            for (columns, cell) in fields.iter_mut().zip(&row.cells) {
                *columns = width(cell).max(*columns);
            }
        }
        let taken = 2 + fields.iter().map(|columns| columns + 2).sum::<usize>();
        let room = options.columns().checked_sub(taken).filter(|room| *room >= ITSELF.len());
        let widest = |room| paths.into_iter().filter(|path| *path <= room).max().unwrap_or(0);
        Self { path: room.map(|room| widest(room).max(ITSELF.len())), fields }
    }

    /// Writes the names of the columns.
    pub(crate) fn write_head(&self, writer: &mut impl Write, options: &Options) -> io::Result<()> {
        let Some(path) = self.path else { return Ok(()) };
        let mut line = format!("  {:path$}", "route");
        for (field, columns) in Field::ALL.into_iter().zip(self.fields) {
            line.push_str(&format!("  {:>columns$}", field.label()));
        }
        writeln!(writer, "{}", paint(&line, Tone::Dim, options))
    }

    /// Writes the limits of a route, and below them what set those that the client itself does not set.
    pub(crate) fn write_row(&self, writer: &mut impl Write, row: &Row, options: &Options) -> io::Result<()> {
        match self.path {
            Some(path) => self.write_cells(writer, row, path, options)?,
            None => write_list(writer, row, options)?,
        }
        for (note, tone) in &row.notes {
            for (index, line) in packed(note, ", ", options.columns() - 6).iter().enumerate() {
                let indent = if index == 0 { 4 } else { 6 };
                writeln!(writer, "{:indent$}{}", "", paint(line, *tone, options))?;
            }
        }
        Ok(())
    }

    fn write_cells(
        &self,
        writer: &mut impl Write,
        row: &Row,
        path: usize,
        options: &Options,
    ) -> io::Result<()> {
        let route = row.path.join(" ");
        if width(&route) <= path {
            write!(writer, "  {route}{}", blanks(&route, path))?;
        } else {
            write_route(writer, &row.path, options)?;
            write!(writer, "  {:path$}", "")?;
        }
        for (cell, columns) in row.cells.iter().zip(self.fields) {
            let tone = if is_limit(cell) { Tone::Plain } else { Tone::Dim };
            write!(writer, "  {}{}", blanks(cell, columns), paint(cell, tone, options))?;
        }
        writeln!(writer)
    }
}

/// Writes a route and its limits where a line is too narrow for a table.
fn write_list(writer: &mut impl Write, row: &Row, options: &Options) -> io::Result<()> {
    write_route(writer, &row.path, options)?;
    let cells = Field::ALL.iter().zip(&row.cells).filter(|(_, cell)| is_limit(cell));
    let mut limits: Vec<String> = cells.map(|(field, cell)| format!("{} {cell}", field.label())).collect();
    if limits.is_empty() {
        limits.push("none".into());
    }
    let lines = packed(&limits, ", ", options.columns() - 4);
    lines.iter().try_for_each(|line| writeln!(writer, "    {line}"))
}

/// Writes a route over as many lines as it needs.
fn write_route(writer: &mut impl Write, path: &[String], options: &Options) -> io::Result<()> {
    let names: Vec<String> =
        path.iter().map(|name| options.fitted(name, options.columns() - 4).into_owned()).collect();
    for (index, line) in packed(&names, " ", options.columns() - 4).iter().enumerate() {
        writeln!(writer, "{}{line}", if index == 0 { "  " } else { "    " })?;
    }
    Ok(())
}

fn is_limit(cell: &str) -> bool {
    !matches!(cell, "none" | "-")
}

/// One route as it is shown, or what a composite itself sets.
pub(crate) struct Row {
    /// The names below that of the heading, each after a `>`.
    path: Vec<String>,
    cells: [String; 5],
    /// What set the limits, and which of them are not enforced, in pieces.
    notes: Vec<(Vec<String>, Tone)>,
}

/// The row of the limits that a composite itself sets, so that a total in its heading is found below it. BAML enforces
/// none of them.
pub(crate) fn own_row(client: &ResolvedClient) -> Row {
    let is_baml = client.runtimes.is_some();
    let cells = Field::ALL.map(|field| match client.timeouts.get(field) {
        Some(ms) if !is_baml => duration(*ms),
        _ if field == Field::Total => "none".into(),
        _ => "-".into(),
    });
    let ignored = client.timeouts.iter().filter(|_| is_baml);
    let ignored = ignored.map(|(field, ms)| format!("{} {}", field.label(), duration(*ms))).collect();
    Row { path: vec![ITSELF.into()], cells, notes: not_in_baml(ignored).into_iter().collect() }
}

/// The row of a route below the heading of a client. `of_baml` are the limits that BAML enforces on it, where BAML
/// makes the calls.
pub(crate) fn row(client: &str, route: &ResolvedRoute, of_baml: Option<&Timeouts>) -> Row {
    let obeyed = |field: Field| match of_baml {
        Some(limits) => limits.get(field).filter(|ms| route.effective.get(field) == Some(ms)),
        None => route.effective.get(field),
    };
    let by_itself = |field: Field| of_baml?.get(field).filter(|_| obeyed(field).is_none());
    let ignored = route.effective.iter().filter(|(field, _)| obeyed(*field).is_none());
    let ignored = ignored.map(|(field, ms)| {
        format!("{} {} ({})", field.label(), duration(*ms), origin(None, route.origin.get(field)))
    });
    let limit = |field: Field| match (obeyed(field), by_itself(field)) {
        (Some(ms), _) => Some((*ms, origin(Some(client), route.origin.get(field)))),
        (None, Some(ms)) => Some((*ms, set_by_baml(route, of_baml, field))),
        (None, None) => None,
    };
    let cells = Field::ALL.map(|field| match limit(field) {
        Some((ms, _)) => duration(ms),
        // A leaf alone cannot have a total.
        None if field == Field::Total && route.path.len() < 2 => "-".into(),
        None => "none".into(),
    });
    let origins = Field::ALL.into_iter().filter_map(|field| Some((field, limit(field)?.1)));
    let notes = set_by(origins.collect()).into_iter().chain(not_in_baml(ignored.collect())).collect();
    Row { path: path_below(&route.path), cells, notes }
}

/// The names below the first, each after a `>`.
pub(crate) fn path_below(path: &[Box<str>]) -> Vec<String> {
    match path.get(1..).unwrap_or_default() {
        [] => vec![ITSELF.into()],
        below => below.iter().map(|name| format!("> {}", shown(name))).collect(),
    }
}

/// Each client that sets limits, with what it sets; `None` where the client of the heading sets all of them.
fn set_by(origins: Vec<(Field, String)>) -> Option<(Vec<String>, Tone)> {
    let mut by_origin: Vec<(String, Vec<&str>)> = Vec::new();
    for (field, origin) in origins {
        match by_origin.iter_mut().find(|(known, _)| *known == origin) {
            Some((_, fields)) => fields.push(field.label()),
            None => by_origin.push((origin, vec![field.label()])),
        }
    }
    if by_origin.iter().all(|(origin, _)| origin == "here") {
        return None;
    }
    let only = by_origin.len() == 1;
    let mut pieces = by_origin.into_iter().map(|(origin, fields)| match only {
        true => origin,
        false => format!("{origin} ({})", fields.join(", ")),
    });
    let first = format!("set by {}", pieces.next()?);
    Some((std::iter::once(first).chain(pieces).collect(), Tone::Dim))
}

/// The limits that the runtime of the calls does not enforce.
fn not_in_baml(mut ignored: Vec<String>) -> Option<(Vec<String>, Tone)> {
    let first = ignored.first_mut()?;
    *first = format!("not in BAML: {first}");
    Some((ignored, Tone::Warning))
}

/// What sets a limit that BAML enforces instead of the one of clientc: the leaf, where its own limit is above that of a
/// composite, else BAML itself.
fn set_by_baml(route: &ResolvedRoute, of_baml: Option<&Timeouts>, field: Field) -> String {
    let default_ms = RunTime::Baml.default_ms(field);
    match of_baml.and_then(|limits| limits.get(field)) {
        Some(ms) if default_ms == Some(*ms) => "BAML".into(),
        _ => route.path.last().map(|name| shown(name)).unwrap_or_default(),
    }
}

/// What set a limit; `here` is the client of the heading.
fn origin(client: Option<&str>, origin: Option<&ResolvedOrigin>) -> String {
    match origin.map(|origin| origin.client.as_deref()) {
        Some(Some(name)) if Some(name) == client => "here".into(),
        Some(Some(name)) => shown(name),
        Some(None) => "clientc.toml".into(),
        None => String::new(),
    }
}

/// The spaces that pad a text to this many columns.
pub(crate) fn blanks(text: &str, columns: usize) -> String {
    " ".repeat(columns.saturating_sub(width(text)))
}

/// A name without secrets and without what would control a terminal.
pub(crate) fn shown(name: &str) -> String {
    printable(&mask(name)).into_owned()
}
