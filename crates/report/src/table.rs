//! The resolved plan for people: every client with its routes, their limits and where each limit comes from.

use std::collections::HashSet;
use std::io::{self, Write};

use clientc_plan::document::{ResolvedClient, Timeouts};

use crate::heading::{Heading, callers, write_heading, write_measured};
use crate::options::Options;
use crate::paint::{Tone, paint};
use crate::projects::{ShownPlan, write_plans};
use crate::routes::{Layout, Row, own_row, row};
use crate::units::duration;
use crate::why::{nothing_bounds, verdict};

/// Writes the plans of projects, each under a heading where there are several.
///
/// # Errors
/// An error of the writer.
pub fn write_table<'d>(
    mut writer: impl Write,
    plans: impl IntoIterator<Item = ShownPlan<'d>>,
    options: &Options,
) -> io::Result<()> {
    write_plans(&mut writer, plans, options, write_project)
}

fn write_project(writer: &mut impl Write, plan: &ShownPlan<'_>, options: &Options) -> io::Result<()> {
    let document = plan.document;
    if document.clients.is_empty() {
        return writeln!(writer, "No clients.");
    }
    write_measured(writer, document, options)?;
    write_defaults(writer, &document.defaults, options)?;
    let clients: Vec<(&str, &ResolvedClient, Vec<Row>)> =
        plan.clients().map(|(name, client)| (name, client, rows_of(name, client))).collect();
    let layout = Layout::of(clients.iter().flat_map(|(.., rows)| rows), options);
    layout.write_head(writer, options)?;
    let callers = callers(document);
    let is_first: HashSet<&str> = plan.first.iter().copied().collect();
    for (index, (name, client, rows)) in clients.iter().enumerate() {
        if index > 0 {
            writeln!(writer)?;
        }
        let verdict = match is_first.contains(name) {
            true => verdict(document, plan.places, name),
            false => nothing_bounds(document, plan.places, client),
        };
        let callers = callers.get(name).map(Vec::as_slice).unwrap_or_default();
        write_heading(writer, &Heading { name, client, verdict, callers }, options)?;
        rows.iter().try_for_each(|row| layout.write_row(writer, row, options))?;
    }
    Ok(())
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

/// The rows of a client, with the limits of the runtime that makes the calls.
fn rows_of(name: &str, client: &ResolvedClient) -> Vec<Row> {
    let of_baml = |index: usize| client.through_baml().and_then(|baml| baml.effective.get(index));
    let own = (!client.members().is_empty()).then(|| own_row(client));
    let routes = client.routes.iter().enumerate().map(|(index, route)| row(name, route, of_baml(index)));
    own.into_iter().chain(routes).collect()
}
