//! The schedule as a table, one line an attempt.

use super::{Why, window};
use crate::options::Options;
use crate::paint::{Tone, paint};
use crate::printable::{shortened, width};
use crate::routes::{blanks, shown};
use crate::through;
use crate::units::{duration, grouped};
use clientc_plan::Field;
use clientc_plan::document::{ResolvedAttempt, ResolvedLimit};
use std::collections::HashMap;
use std::io::{self, Write};

/// The columns in which most clients are readable.
const GOOD: usize = 18;
/// With fewer columns for clients and limits, the starts are left out.
const LEAST: usize = 30;

/// An attempt as it is shown.
struct Row {
    number: String,
    client: Vec<String>,
    start: String,
    limit: String,
    by: String,
    /// The request limit that a total has cut.
    cut_from: Option<String>,
    delay: String,
    end: String,
}

impl Why<'_> {
    /// Writes the attempts; of very many the first and the last.
    pub(super) fn write_attempts(&self, writer: &mut impl Write) -> io::Result<()> {
        let attempts = &self.schedule.attempts;
        let (first, last) = window(attempts.len());
        let requests: HashMap<&[Box<str>], Option<u64>> = self
            .client
            .routes
            .iter()
            .enumerate()
            .map(|(index, route)| (&*route.path, through::limits_of(self.client, index)))
            .map(|(path, limits)| (path, limits.and_then(|limits| limits.get(Field::Request)).copied()))
            .collect();
        let shown = first.clone().chain(last.clone());
        let defaults = through::defaults(self.client);
        let mut rows: Vec<Row> = shown
            .filter_map(|index| {
                let attempt = attempts.get(index)?;
                let request = requests.get(&*attempt.path).copied().flatten();
                Some(row(index, attempt, request, defaults))
            })
            .collect();
        let table = Table::of(&mut rows, self);
        table.write_head(writer)?;
        for (index, row) in rows.iter().enumerate() {
            if index == first.len() {
                let before = format!("    {:columns$}  ", "", columns = table.number);
                self.write_left_out(writer, &before, last.start - first.end, "attempt")?;
            }
            table.write_row(writer, row)?;
        }
        Ok(())
    }
}

fn row(index: usize, attempt: &ResolvedAttempt, request_ms: Option<u64>, defaults: &str) -> Row {
    let limit = attempt.limited_by.as_ref();
    let leaf = attempt.path.last().map(|name| &**name);
    let end_ms = attempt.end_ms.map(|ms| ms.saturating_add(attempt.delay_ms));
    // The first name is that of the heading.
    let path = attempt.path.get(usize::from(attempt.path.len() > 1)..).unwrap_or_default();
    Row {
        number: grouped(index as u64 + 1),
        client: path.iter().map(|name| shown(name)).collect(),
        start: duration(attempt.start_ms),
        limit: attempt.limit_ms.map_or("none".into(), duration),
        by: limit.map_or("nothing".into(), |limit| limit_text(limit, leaf, defaults)),
        cut_from: limit.and(request_ms).filter(|ms| Some(*ms) != attempt.limit_ms).map(duration),
        delay: if attempt.delay_ms > 0 { duration(attempt.delay_ms) } else { "-".into() },
        end: end_ms.map_or("never".into(), duration),
    }
}

/// A limit in short: `own request`, `total of MyFallback`. `defaults` is what sets those that no client sets.
fn limit_text(limit: &ResolvedLimit, leaf: Option<&str>, defaults: &str) -> String {
    let field = Field::from_key(&limit.field).map_or(&*limit.field, |field| field.label());
    match &limit.client {
        Some(client) if Some(&**client) == leaf => format!("own {field}"),
        Some(client) => format!("{field} of {}", shown(client)),
        None => format!("{field} of {defaults}"),
    }
}

/// The names of a path in so many columns. The last one counts most.
fn path_text(names: &[String], columns: usize, options: &Options) -> String {
    let full = names.join(" > ");
    let dots = options.ellipsis();
    let last = names.last().map(String::as_str).unwrap_or_default();
    if width(&full) <= columns {
        full
    } else if names.len() > 1 && width(last) + width(dots) + 3 <= columns {
        format!("{dots} > {last}")
    } else {
        shortened(last, columns, dots).into_owned()
    }
}

/// The widths of the columns.
struct Table<'w> {
    why: &'w Why<'w>,
    number: usize,
    client: usize,
    /// The columns of the starts with the gap before them, or 0 where they are left out.
    start: usize,
    limit: usize,
    by: usize,
    delay: usize,
    end: usize,
}

impl<'w> Table<'w> {
    /// Gives every column what it needs. Where that is too much, what an attempt was cut from is left out, then
    /// paths lose their beginnings, then names their middles.
    fn of(rows: &mut [Row], why: &'w Why<'w>) -> Self {
        let columns = |rows: &[Row], head: &str, cell: fn(&Row) -> &str| {
            rows.iter().map(|row| width(cell(row))).chain([width(head)]).max().unwrap_or(0)
        };
        let (number, start) =
            (columns(rows, "", |row| &row.number), columns(rows, "start", |row| &row.start));
        let (limit, delay) =
            (columns(rows, "limit", |row| &row.limit), columns(rows, "delay", |row| &row.delay));
        let end = columns(rows, "end", |row| &row.end);
        let paths = rows.iter().map(|row| width(&row.client.join(" > ")));
        let client = paths.chain(["client".len()]).max().unwrap_or(0);
        let fixed = 14 + number + limit + delay + end;
        let room_beside = |start: usize| why.options.columns().saturating_sub(fixed + start).max(16);
        // An attempt starts where the line before it ends, so its start can go.
        let start = if room_beside(start + 2) < LEAST { 0 } else { start + 2 };
        let room = room_beside(start);
        let cut = |row: &Row| row.cut_from.as_ref().map_or(0, |ms| ms.len() + ", not ".len());
        let widest = rows.iter().map(|row| width(&row.by) + cut(row)).max().unwrap_or(0);
        if client + widest <= room {
            for row in rows.iter_mut() {
                row.by.push_str(&row.cut_from.iter().map(|ms| format!(", not {ms}")).collect::<String>());
            }
        }
        let by = columns(rows, "decided by", |row| &row.by);
        let mut table = Table { why, number, client, start, limit, by, delay, end };
        if client + by > room {
            table.by = by.min(room.saturating_sub(client.min(GOOD.min(room / 2))));
            table.client = client.min(room.saturating_sub(table.by));
        }
        table
    }

    fn write_head(&self, writer: &mut impl Write) -> io::Result<()> {
        let Table { why, number, client, start, limit, by, delay, end } = self;
        let line = format!(
            "    {:number$}  {:client$}{:>start$}  {:>limit$}  {:by$}  {:>delay$}  {:>end$}",
            "",
            "client",
            if *start > 0 { "start" } else { "" },
            "limit",
            "decided by",
            "delay",
            "end"
        );
        writeln!(writer, "{}", paint(&line, Tone::Dim, why.options))
    }

    fn write_row(&self, writer: &mut impl Write, row: &Row) -> io::Result<()> {
        let Table { why, number, client, start, limit, by, delay, end } = self;
        let path = path_text(&row.client, *client, why.options);
        let decided = shortened(&row.by, *by, why.options.ellipsis());
        let tone = if row.cut_from.is_some() || row.end == "never" { Tone::Warning } else { Tone::Plain };
        let shown_start = if *start > 0 { &row.start } else { "" };
        let gap = blanks(&path, *client);
        let first = format!("    {:>number$}  {path}{gap}{shown_start:>start$}  ", row.number);
        let cut = format!("{:>limit$}  {decided}", row.limit);
        let rest = format!("{}  {:>delay$}  {:>end$}", blanks(&decided, *by), row.delay, row.end);
        writeln!(writer, "{first}{}{rest}", paint(&cut, tone, why.options))
    }
}
