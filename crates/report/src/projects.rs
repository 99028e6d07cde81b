//! Plans of several projects, one below the other.

use std::collections::HashSet;
use std::io::{self, Write};

use clientc_plan::document::{Resolved, ResolvedClient};
use clientc_semantic::LimitPlaces;

use crate::options::Options;
use crate::paint::{Tone, paint};
use crate::printable::width;
use crate::routes::shown;

/// A plan with what else is known about it.
#[derive(Debug, Clone)]
pub struct ShownPlan<'d> {
    /// The plan.
    pub document: &'d Resolved,
    /// Where its limits are written. A limit that is not in it is named without a place.
    pub places: &'d LimitPlaces,
    /// The clients that a reader looks for, which come first: those that callers use.
    pub first: Vec<&'d str>,
}

impl<'d> ShownPlan<'d> {
    /// The clients in the order in which they are shown.
    pub(crate) fn clients(&self) -> impl Iterator<Item = (&'d str, &'d ResolvedClient)> + use<'d> {
        let clients = &self.document.clients;
        let is_first: HashSet<&str> = self.first.iter().copied().collect();
        let first: Vec<_> = self.first.iter().filter_map(|name| clients.get_key_value(*name)).collect();
        let rest = clients.iter().filter(move |(name, _)| !is_first.contains(&***name));
        first.into_iter().chain(rest).map(|(name, client)| (&**name, client))
    }
}

/// Writes each plan with `write`, under a heading where there are several.
///
/// # Errors
/// An error of the writer.
pub(crate) fn write_plans<'d, W: Write>(
    writer: &mut W,
    plans: impl IntoIterator<Item = ShownPlan<'d>>,
    options: &Options,
    write: impl Fn(&mut W, &ShownPlan<'d>, &Options) -> io::Result<()>,
) -> io::Result<()> {
    write_projects(writer, plans, |plan| plan.document, options, |writer, plan| write(writer, plan, options))
}

/// Writes each plan with `write`, and above it the name of its project where there are several.
///
/// # Errors
/// An error of the writer.
pub(crate) fn write_projects<'d, W: Write, P>(
    writer: &mut W,
    plans: impl IntoIterator<Item = P>,
    document: impl Fn(&P) -> &'d Resolved,
    options: &Options,
    mut write: impl FnMut(&mut W, &P) -> io::Result<()>,
) -> io::Result<()> {
    let plans: Vec<P> = plans.into_iter().collect();
    for (index, plan) in plans.iter().enumerate() {
        if index > 0 {
            writeln!(writer)?;
        }
        if plans.len() > 1 {
            write_heading(writer, &document(plan).project, options)?;
        }
        write(writer, plan)?;
    }
    Ok(())
}

fn write_heading(writer: &mut impl Write, project: &str, options: &Options) -> io::Result<()> {
    let heading = shown(project);
    let line = if options.unicode { "─" } else { "-" }.repeat(width(&heading));
    writeln!(writer, "{}", paint(&heading, Tone::Strong, options))?;
    writeln!(writer, "{}\n", paint(&line, Tone::Dim, options))
}
