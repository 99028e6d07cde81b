//! The schedule as a table, one line per attempt.

use std::collections::HashMap;
use std::io::{self, Write};

use clientc_plan::Field;
use clientc_plan::document::{ResolvedAttempt, ResolvedLimit};

use super::client::{Why, window};
use crate::paint::{Tone, paint};
use crate::printable::{packed, width};
use crate::routes::{blanks, shown};
use crate::through;
use crate::units::{duration, grouped};

/// An attempt as it is shown.
struct Row {
    number: String,
    /// The names of the route below that of the heading.
    path: Vec<String>,
    /// The same as one text.
    client: String,
    start: String,
    limit: String,
    by: String,
    /// The request limit that a total has cut.
    cut_from: Option<String>,
    delay: String,
    end: String,
}

impl Why<'_> {
    /// Writes the attempts; where there are very many, the first and the last.
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
    let path: Vec<String> = path.iter().map(|name| shown(name)).collect();
    Row {
        number: grouped(index as u64 + 1),
        client: path.join(" > "),
        path,
        start: duration(attempt.start_ms),
        limit: attempt.limit_ms.map_or("none".into(), duration),
        by: limit.map_or("nothing".into(), |limit| limit_text(limit, leaf, defaults)),
        cut_from: limit.and(request_ms).filter(|ms| Some(*ms) != attempt.limit_ms).map(duration),
        delay: if attempt.delay_ms > 0 { duration(attempt.delay_ms) } else { "-".into() },
        end: end_ms.map_or("never".into(), duration),
    }
}

/// A limit in short: `own request`, `total of MyFallback`. `defaults` names what sets those that no client sets.
fn limit_text(limit: &ResolvedLimit, leaf: Option<&str>, defaults: &str) -> String {
    let field = Field::from_key(&limit.field).map_or(&*limit.field, |field| field.label());
    match &limit.client {
        Some(client) if Some(&**client) == leaf => format!("own {field}"),
        Some(client) => format!("{field} of {}", shown(client)),
        None => format!("{field} of {defaults}"),
    }
}

/// The widths of the columns.
struct Table<'w> {
    why: &'w Why<'w>,
    number: usize,
    /// The width of the clients beside their limits; `None` where each has a line of its own.
    client: Option<usize>,
    /// The width of the starts, if they are shown.
    start: Option<usize>,
    limit: usize,
    by: usize,
    delay: usize,
    end: usize,
}

impl<'w> Table<'w> {
    /// Gives every column what it needs. Where that is too much, what an attempt was cut from is left out, then the
    /// starts, then each client gets a line of its own.
    fn of(rows: &mut [Row], why: &'w Why<'w>) -> Self {
        let columns = |rows: &[Row], head: &str, cell: fn(&Row) -> &str| {
            rows.iter().map(|row| width(cell(row))).chain([width(head)]).max().unwrap_or(0)
        };
        let (client, start) =
            (columns(rows, "client", |row| &row.client), columns(rows, "start", |row| &row.start));
        let mut table = Table {
            why,
            number: columns(rows, "", |row| &row.number),
            client: Some(client),
            start: Some(start),
            limit: columns(rows, "limit", |row| &row.limit),
            by: columns(rows, "decided by", |row| &row.by),
            delay: columns(rows, "delay", |row| &row.delay),
            end: columns(rows, "end", |row| &row.end),
        };
        let cut = |row: &Row| row.cut_from.as_ref().map_or(0, |ms| ms.len() + ", not ".len());
        let by_with_cut = rows.iter().map(|row| width(&row.by) + cut(row)).max().unwrap_or(0).max(table.by);
        let room = why.options.columns();
        if table.columns() + by_with_cut - table.by <= room {
            table.by = by_with_cut;
            for row in rows.iter_mut() {
                row.by.push_str(&row.cut_from.iter().map(|ms| format!(", not {ms}")).collect::<String>());
            }
        }
        // An attempt starts where the line before it ends, so its start can go.
        for (client, start) in [(Some(client), None), (None, Some(start)), (None, None)] {
            if table.columns() > room {
                (table.client, table.start) = (client, start);
            }
        }
        if !why.options.whole {
            table.by = table.by.saturating_sub(table.columns().saturating_sub(room)).max(10);
        }
        table
    }

    fn columns(&self) -> usize {
        let optional = |columns: Option<usize>| columns.map_or(0, |columns| columns + 2);
        let shown = optional(self.client) + optional(self.start);
        12 + self.number + shown + self.limit + self.by + self.delay + self.end
    }

    fn write_head(&self, writer: &mut impl Write) -> io::Result<()> {
        let Table { why, number, limit, by, delay, end, .. } = self;
        let mut line = format!("    {:number$}", "");
        if let Some(client) = self.client {
            line.push_str(&format!("  {:client$}", "client"));
        }
        if let Some(start) = self.start {
            line.push_str(&format!("  {:>start$}", "start"));
        }
        let line = line
            + &format!("  {:>limit$}  {:by$}  {:>delay$}  {:>end$}", "limit", "decided by", "delay", "end");
        writeln!(writer, "{}", paint(&line, Tone::Dim, why.options))
    }

    fn write_row(&self, writer: &mut impl Write, row: &Row) -> io::Result<()> {
        let Table { why, number, limit, by, delay, end, .. } = self;
        write!(writer, "    {:>number$}  ", row.number)?;
        match self.client {
            Some(client) => write!(writer, "{}{}", row.client, blanks(&row.client, client))?,
            None => {
                let lines = packed(&row.path, " > ", why.options.columns() - number - 6);
                for (index, line) in lines.iter().enumerate() {
                    let indent = if index == 0 { 0 } else { number + 6 };
                    writeln!(writer, "{:indent$}{}", "", line)?;
                }
                write!(writer, "    {:number$}", "")?;
            }
        }
        if let Some(start) = self.start {
            write!(writer, "  {:>start$}", row.start)?;
        }
        let decided = why.options.fitted(&row.by, *by);
        let tone = if row.cut_from.is_some() || row.end == "never" { Tone::Warning } else { Tone::Plain };
        let cut = format!("{:>limit$}  {decided}", row.limit);
        let rest = format!("{}  {:>delay$}  {:>end$}", blanks(&decided, *by), row.delay, row.end);
        writeln!(writer, "  {}{rest}", paint(&cut, tone, why.options))
    }
}
