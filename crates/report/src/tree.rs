//! A plan as a tree: every client that is not a member of another one, and below it its members down to the leaves.

use std::collections::HashSet;
use std::io::{self, Write};

use clientc_plan::document::{Resolved, ResolvedClient};

use crate::heading::{kind, retry, worst_case, write_measured};
use crate::options::Options;
use crate::paint::{Tone, paint};
use crate::printable::width;
use crate::projects::write_projects;
use crate::routes::shown;
use crate::through;

/// Writes the trees of projects, each under a heading where there are several.
///
/// # Errors
/// An error of the writer.
pub fn write_tree<'d>(
    mut writer: impl Write,
    documents: impl IntoIterator<Item = &'d Resolved>,
    options: &Options,
) -> io::Result<()> {
    write_projects(
        &mut writer,
        documents,
        |document| *document,
        options,
        |writer, document| Tree { document, options, drawn: HashSet::new() }.write(writer),
    )
}

struct Tree<'d> {
    document: &'d Resolved,
    options: &'d Options,
    /// The composites whose members have been written.
    drawn: HashSet<&'d str>,
}

impl<'d> Tree<'d> {
    fn write(&mut self, writer: &mut impl Write) -> io::Result<()> {
        let clients = &self.document.clients;
        if clients.is_empty() {
            return writeln!(writer, "No clients.");
        }
        write_measured(writer, self.document, self.options)?;
        let members: HashSet<&str> =
            clients.values().flat_map(|client| client.members()).map(|name| &**name).collect();
        let tops = clients.keys().map(|name| &**name).filter(|name| !members.contains(name));
        for (index, name) in tops.enumerate() {
            if index > 0 {
                writeln!(writer)?;
            }
            self.write_client(writer, name, "", "", "")?;
        }
        Ok(())
    }

    /// Writes a client and its members. The members of a composite that occurs more than once are written only the
    /// first time, so that the tree is never larger than the graph. The depth is that of the longest route, which is
    /// bounded.
    fn write_client(
        &mut self,
        writer: &mut impl Write,
        name: &'d str,
        before: &str,
        place: &str,
        below: &str,
    ) -> io::Result<()> {
        let Some(client) = self.document.clients.get(name) else { return Ok(()) };
        let again = !client.members().is_empty() && !self.drawn.insert(name);
        let guide = match (self.options.unicode, again || client.members().is_empty()) {
            (_, true) => "    ",
            (true, false) => "│   ",
            (false, false) => "|   ",
        };
        let (before, further) = (format!("{before}{place}"), format!("{below}{guide}"));
        self.write_lines(writer, name, client, [&before, &further], again)?;
        if again {
            return Ok(());
        }
        let count = client.members().len();
        for (index, member) in client.members().iter().enumerate() {
            let is_last = index + 1 == count;
            let (branch, rest) = match (self.options.unicode, is_last) {
                (true, false) => ("├─ ", "│  "),
                (true, true) => ("└─ ", "   "),
                (false, false) => ("|- ", "|  "),
                (false, true) => ("`- ", "   "),
            };
            let place = format!("{}. ", index + 1);
            self.write_client(
                writer,
                member,
                &format!("{below}{branch}"),
                &place,
                &format!("{below}{rest}"),
            )?;
        }
        Ok(())
    }

    /// Writes a client and its facts, on a terminal over as many lines as they need. The first line and the further
    /// ones each begin with a prefix.
    fn write_lines(
        &self,
        writer: &mut impl Write,
        name: &str,
        client: &ResolvedClient,
        [before, further]: [&str; 2],
        again: bool,
    ) -> io::Result<()> {
        let name = shown(name);
        let room = self.options.columns().saturating_sub(width(before) + 2).max(12);
        let name = self.options.fitted(&name, room);
        let paint = |text: &str, tone| paint(text, tone, self.options).to_string();
        write!(writer, "{}{}", paint(before, Tone::Dim), paint(&name, Tone::Strong))?;
        if again {
            return writeln!(writer, "  {}", paint("(members above)", Tone::Dim));
        }
        let mut used = width(before) + width(&name);
        let mut separator = "  ";
        for (fact, tone) in self.facts(client) {
            let wanted = used + width(separator) + width(&fact);
            if wanted > self.options.columns() && !self.options.whole {
                write!(writer, "\n{}", paint(further, Tone::Dim))?;
                used = width(further) + width(&fact);
            } else {
                write!(writer, "{}", paint(separator, Tone::Dim))?;
                used = wanted;
            }
            write!(writer, "{}", paint(&fact, tone))?;
            separator = self.options.separator();
        }
        writeln!(writer)
    }

    /// What a client is, what it sets and what a call costs.
    fn facts(&self, client: &ResolvedClient) -> Vec<(String, Tone)> {
        let mut facts = vec![(kind(client), Tone::Plain)];
        let tone = if through::obeys_limits_of(client) { Tone::Plain } else { Tone::Warning };
        facts.extend(through::own_limits(client).map(|limit| (limit, tone)));
        facts.extend(client.retry.as_ref().map(|policy| (retry(policy, self.options), Tone::Plain)));
        let (worst, tone) = worst_case(client.cost());
        facts.push((format!("worst case{} {worst}", through::place(client)), tone));
        facts
    }
}
