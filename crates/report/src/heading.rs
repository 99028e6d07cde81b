//! The lines above the routes of a client: what it is, what a call costs, and why.

use std::collections::HashMap;
use std::io::{self, Write};

use clientc_plan::document::{Resolved, ResolvedClient, ResolvedKind};
use clientc_plan::{RetryPolicy, RetryStrategy, WorstCase};

use crate::options::Options;
use crate::paint::{Tone, paint};
use crate::printable::{packed, width, wrapped};
use crate::routes::shown;
use crate::through;
use crate::units::{duration, grouped, plural};

/// A client as it is above its routes.
pub(crate) struct Heading<'d> {
    pub(crate) name: &'d str,
    pub(crate) client: &'d ResolvedClient,
    /// What decides how long a call takes, where that is shown.
    pub(crate) verdict: Option<String>,
    /// The functions that name the client.
    pub(crate) callers: &'d [&'d str],
}

/// Writes the name of a client, what a call costs and why, over as many lines as that needs.
pub(crate) fn write_heading(
    writer: &mut impl Write,
    heading: &Heading<'_>,
    options: &Options,
) -> io::Result<()> {
    let Heading { name, client, verdict, callers } = heading;
    let (worst, tone) = worst_case(client.cost());
    let place = through::place(client);
    let mut facts = vec![(kind(client), Tone::Plain), (format!("worst case{place} {worst}"), tone)];
    let retry = client.retry.as_ref().map(|policy| retry(policy, options));
    // How long a call takes and why comes before everything else.
    if verdict.is_none() {
        facts.extend(retry.clone().map(|retry| (retry, Tone::Plain)));
    }
    write_facts(writer, &options.fitted(&shown(name), options.columns() - 2), facts, options)?;
    if client.runtimes.is_some() && client.cost() != client.worst_case {
        let line = format!("    in clientc's library or gateway: {}", worst_case(client.worst_case).0);
        writeln!(writer, "{}", paint(&line, Tone::Dim, options))?;
    }
    if let Some(verdict) = verdict {
        let lines = wrapped(verdict, options.prose_columns() - 4, 0);
        lines.iter().try_for_each(|line| writeln!(writer, "    {line}"))?;
        retry.iter().try_for_each(|retry| writeln!(writer, "    {retry}"))?;
    }
    let mut callers: Vec<String> = callers.iter().map(|name| shown(name)).collect();
    if let Some(first) = callers.first_mut() {
        *first = format!("called by {first}");
    }
    for line in packed(&callers, ", ", options.columns() - 4) {
        writeln!(writer, "    {}", paint(&line, Tone::Dim, options))?;
    }
    Ok(())
}

/// Writes a name and the facts about it, on a further line where they do not fit.
fn write_facts(
    writer: &mut impl Write,
    name: &str,
    facts: Vec<(String, Tone)>,
    options: &Options,
) -> io::Result<()> {
    write!(writer, "{}", paint(name, Tone::Strong, options))?;
    let mut used = width(name);
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
    writeln!(writer)
}

/// The functions that name each client.
pub(crate) fn callers(document: &Resolved) -> HashMap<&str, Vec<&str>> {
    let mut callers: HashMap<&str, Vec<&str>> = HashMap::new();
    for (name, function) in &document.functions {
        callers.entry(&function.client).or_default().push(name);
    }
    callers
}

/// Writes which version of BAML its figures were measured with, where that matters.
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
