//! The resolved plan for people: every client with its routes, their limits and where each limit comes from.

use crate::options::Options;
use crate::paint::{Tone, paint};
use crate::printable::{shortened, width, wrapped};
use crate::routes::{Layout, Row, blanks, row, shown};
use crate::through;
use crate::units::{duration, grouped, plural};
use clientc_plan::document::{Resolved, ResolvedClient, ResolvedKind, Timeouts};
use clientc_plan::{RetryPolicy, RetryStrategy, WorstCase};
use std::io::{self, Write};

/// Writes the plans of projects, each under a heading where there are several.
pub fn write_table<'d>(
    mut writer: impl Write,
    documents: impl IntoIterator<Item = &'d Resolved>,
    options: &Options,
) -> io::Result<()> {
    let documents: Vec<_> = documents.into_iter().collect();
    for (index, document) in documents.iter().enumerate() {
        if index > 0 {
            writeln!(writer)?;
        }
        if documents.len() > 1 {
            write_project_heading(&mut writer, document, options)?;
        }
        write_project(&mut writer, document, options)?;
    }
    Ok(())
}

/// Writes the name of a project above its clients.
pub(crate) fn write_project_heading(
    writer: &mut impl Write,
    document: &Resolved,
    options: &Options,
) -> io::Result<()> {
    let heading = shown(&document.project);
    let line = if options.unicode { "─" } else { "-" }.repeat(width(&heading));
    writeln!(writer, "{}", paint(&heading, Tone::Strong, options))?;
    writeln!(writer, "{}\n", paint(&line, Tone::Dim, options))
}

fn write_project(writer: &mut impl Write, document: &Resolved, options: &Options) -> io::Result<()> {
    if document.clients.is_empty() {
        return writeln!(writer, "No clients.");
    }
    write_measured(writer, document, options)?;
    write_defaults(writer, &document.defaults, options)?;
    let clients: Vec<(String, &ResolvedClient, Vec<Row<'_>>)> =
        document.clients.iter().map(|(name, client)| (shown(name), client, rows_of(name, client))).collect();
    let layout = Layout::of(clients.iter().flat_map(|(.., rows)| rows), options);
    layout.write_head(writer, options)?;
    for (name, client, rows) in &clients {
        writeln!(writer)?;
        write_heading(writer, name, client, options)?;
        for row in rows {
            layout.write_row(writer, row, options)?;
        }
    }
    write_functions(writer, document, options)
}

/// Writes with which version of BAML its figures were measured, where that is to be said.
pub(crate) fn write_measured(
    writer: &mut impl Write,
    document: &Resolved,
    options: &Options,
) -> io::Result<()> {
    let Some(text) = through::measured(document) else { return Ok(()) };
    for line in wrapped(&format!("{text}."), options.prose_columns(), 0) {
        writeln!(writer, "{}", paint(&line, Tone::Warning, options))?;
    }
    writeln!(writer)
}

fn write_defaults(writer: &mut impl Write, defaults: &Timeouts, options: &Options) -> io::Result<()> {
    if defaults.is_empty() {
        return Ok(());
    }
    let limits: Vec<_> =
        defaults.iter().map(|(field, ms)| format!("{} {}", field.label(), duration(*ms))).collect();
    let defaults = paint("clientc.toml", Tone::Strong, options);
    writeln!(writer, "{defaults}  {}\n", limits.join(options.separator()))
}

/// The rows of a client, with the limits of the run time that makes the calls.
fn rows_of<'d>(name: &str, client: &'d ResolvedClient) -> Vec<Row<'d>> {
    let of_baml = |index: usize| client.through_baml().and_then(|baml| baml.effective.get(index));
    client.routes.iter().enumerate().map(|(index, route)| row(name, route, of_baml(index))).collect()
}

/// Writes the name of a client and what it is, over more lines where it does not fit one.
pub(crate) fn write_heading(
    writer: &mut impl Write,
    name: &str,
    client: &ResolvedClient,
    options: &Options,
) -> io::Result<()> {
    let (worst, tone) = worst_case(client.cost());
    let place = through::place(client);
    let mut facts = vec![(kind(client), Tone::Plain), (format!("worst case{place} {worst}"), tone)];
    facts.extend(client.retry.as_ref().map(|policy| (retry(policy, options), Tone::Plain)));
    let name = shortened(name, options.columns() - 2, options.ellipsis());
    write!(writer, "{}", paint(&name, Tone::Strong, options))?;
    let mut used = width(&name);
    let mut separator = "  ";
    for (fact, tone) in facts {
        if used + width(separator) + width(&fact) > options.columns() {
            write!(writer, "\n    ")?;
            used = 4;
        } else {
            write!(writer, "{}", paint(separator, Tone::Dim, options))?;
            used += width(separator);
        }
        write!(writer, "{}", paint(&fact, tone, options))?;
        used += width(&fact);
        separator = options.separator();
    }
    writeln!(writer)?;
    if client.runtimes.is_some() && client.cost() != client.worst_case {
        let line = format!("    in clientc's library or gateway: {}", worst_case(client.worst_case).0);
        writeln!(writer, "{}", paint(&line, Tone::Dim, options))?;
    }
    Ok(())
}

pub(crate) fn kind(client: &ResolvedClient) -> String {
    match &client.kind {
        ResolvedKind::Leaf { provider, .. } if client.implicit => {
            format!("{provider}, as a shorthand")
        }
        ResolvedKind::Leaf { provider, .. } => provider.to_string(),
        ResolvedKind::Fallback { members } => format!("fallback of {}", members.len()),
        ResolvedKind::RoundRobin { members, .. } => format!("round-robin of {}", members.len()),
    }
}

/// A worst case in words: `2 requests, 1m 20s (80,000 ms)`.
pub(crate) fn worst_case(WorstCase { requests, duration_ms }: WorstCase) -> (String, Tone) {
    let requests = plural(requests, "request");
    match duration_ms {
        Some(ms) => (format!("{requests}, {}", exact(ms)), Tone::Plain),
        None => (format!("{requests}, no limit"), Tone::Warning),
    }
}

/// A duration with its milliseconds: `1m 20s (80,000 ms)`.
pub(crate) fn exact(ms: u64) -> String {
    if ms < 1000 { duration(ms) } else { format!("{} ({} ms)", duration(ms), grouped(ms)) }
}

/// A retry policy in short: `retry Twice: 2 more, 200ms apart`.
pub(crate) fn retry(policy: &RetryPolicy, options: &Options) -> String {
    let name = shown(&policy.name);
    if policy.max_retries == 0 {
        return format!("retry {name}: none");
    }
    let delays = match policy.strategy {
        RetryStrategy::ConstantDelay { delay_ms } => format!("{} apart", duration(delay_ms)),
        RetryStrategy::ExponentialBackoff { delay_ms, multiplier, max_delay_ms } => {
            let times = if options.unicode { '×' } else { 'x' };
            format!("after {} {times} {multiplier} up to {}", duration(delay_ms), duration(max_delay_ms))
        }
    };
    format!(
        "retry {name}: {} more, {delays}{}",
        policy.max_retries,
        if policy.jitter { ", jitter" } else { "" }
    )
}

/// Writes each function with its client and what a call of it costs at worst.
fn write_functions(writer: &mut impl Write, document: &Resolved, options: &Options) -> io::Result<()> {
    if document.functions.is_empty() {
        return Ok(());
    }
    let most = options.columns() / 4 + 2;
    let short = |name: &str| shortened(&shown(name), most, options.ellipsis()).into_owned();
    let functions: Vec<_> =
        document.functions.iter().map(|(name, to)| (short(name), short(&to.client), &to.client)).collect();
    let names = functions.iter().map(|(name, ..)| width(name)).max().unwrap_or(0).max(8);
    let clients = functions.iter().map(|(_, client, _)| width(client)).max().unwrap_or(0).max(6);
    let head = format!("  {:names$}  {:clients$}  worst case", "function", "client");
    writeln!(writer, "\n{}", paint(&head, Tone::Dim, options))?;
    for (name, client, key) in functions {
        let worst = document.clients.get(&**key).map(|client| worst_case(client.cost()));
        let (worst, tone) = worst.unwrap_or((String::new(), Tone::Plain));
        write!(writer, "  {name}{}  {client}{}", blanks(&name, names), blanks(&client, clients))?;
        writeln!(writer, "  {}", paint(&worst, tone, options))?;
    }
    Ok(())
}
