//! The explanation of a plan for people: where each limit comes from, and how long a call takes at worst.

mod attempts;
mod chain;
mod client;
mod verdict;

use std::io::{self, Write};

use clientc_plan::document::{Resolved, ResolvedClient, ResolvedSchedule};
use clientc_semantic::LimitPlaces;

use self::chain::Chains;
use self::client::{Why, window};
pub(crate) use self::verdict::nothing_bounds;
use crate::heading::{Heading, callers, write_heading, write_measured};
use crate::options::Options;
use crate::paint::{Tone, paint};
use crate::printable::{packed, wrapped};
use crate::projects::{ShownPlan, write_plans};
use crate::routes::path_below;

/// Explains every client that has a schedule, each project under a heading where there are several.
///
/// # Errors
/// An error of the writer.
pub fn write_why<'d>(
    mut writer: impl Write,
    plans: impl IntoIterator<Item = ShownPlan<'d>>,
    options: &Options,
) -> io::Result<()> {
    write_plans(&mut writer, plans, options, write_project)
}

fn write_project(writer: &mut impl Write, plan: &ShownPlan<'_>, options: &Options) -> io::Result<()> {
    let ShownPlan { document, places, .. } = *plan;
    write_measured(writer, document, options)?;
    let callers = callers(document);
    let mut explained = 0;
    for (name, client) in plan.clients() {
        let Some(schedule) = schedule_of(client) else { continue };
        if explained > 0 {
            writeln!(writer)?;
        }
        explained += 1;
        let callers = callers.get(name).map(Vec::as_slice).unwrap_or_default();
        Why { document, places, name, client, schedule, options }.write(writer, callers)?;
    }
    if explained == 0 {
        writeln!(writer, "No clients.")?;
    }
    Ok(())
}

/// A sentence about what decides how long a call to a client takes; `None` for a client without a schedule.
pub(crate) fn verdict(document: &Resolved, places: &LimitPlaces, name: &str) -> Option<String> {
    let client = document.clients.get(name)?;
    let (schedule, options) = (schedule_of(client)?, &Options::default());
    Some(Why { document, places, name, client, schedule, options }.decided_by())
}

/// The schedule of a client in the runtime that makes the calls.
fn schedule_of(client: &ResolvedClient) -> Option<&ResolvedSchedule> {
    let of_baml = client.through_baml().and_then(|baml| baml.schedule.as_ref());
    of_baml.or(client.schedule.as_ref())
}

impl Why<'_> {
    fn write(&self, writer: &mut impl Write, callers: &[&str]) -> io::Result<()> {
        let verdict = Some(self.decided_by());
        let heading = Heading { name: self.name, client: self.client, verdict, callers };
        write_heading(writer, &heading, self.options)?;
        self.write_routes(writer)?;
        writeln!(writer, "\n  {}", paint("When every attempt times out", Tone::Strong, self.options))?;
        self.write_attempts(writer)?;
        self.write_sentences(writer, &self.end())
    }

    /// Writes the chains of every route; where there are very many, of the first and the last.
    fn write_routes(&self, writer: &mut impl Write) -> io::Result<()> {
        let routes = &self.client.routes;
        let (first, last) = window(routes.len());
        let shown = || first.clone().chain(last.clone()).filter_map(|index| routes.get(index));
        let chains = Chains::new(self, shown());
        for (index, (route, lines)) in shown().zip(&chains.lines).enumerate() {
            if index == first.len() && last.start > first.end {
                self.write_left_out(writer, "\n  ", last.start - first.end, "route")?;
            }
            writeln!(writer)?;
            // For a client that makes requests itself, the heading is the route.
            if route.path.len() > 1 {
                for line in packed(&path_below(&route.path), " ", self.options.columns() - 2) {
                    writeln!(writer, "  {}", paint(&line, Tone::Strong, self.options))?;
                }
            }
            lines.iter().try_for_each(|line| chains.write(writer, line, self.options))?;
        }
        Ok(())
    }

    fn write_sentences(&self, writer: &mut impl Write, text: &str) -> io::Result<()> {
        let lines = wrapped(text, self.options.prose_columns() - 2, 0);
        lines.iter().try_for_each(|line| writeln!(writer, "  {line}"))
    }
}
