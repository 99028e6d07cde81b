//! A plan as a graph for Graphviz and for Mermaid: clients as nodes with what they set, members as edges.

use std::io::{self, Write};

use clientc_plan::Field;
use clientc_plan::document::{Resolved, ResolvedClient, ResolvedKind};
use indexmap::IndexSet;

use crate::routes::shown;
use crate::through;
use crate::units::{duration, plural};

/// Writes the graphs of projects in the language of Graphviz.
///
/// # Errors
/// An error of the writer.
pub fn write_dot<'d>(
    mut writer: impl Write,
    documents: impl IntoIterator<Item = &'d Resolved>,
) -> io::Result<()> {
    for document in documents {
        writeln!(writer, "digraph {} {{", quoted(&shown(&document.project)))?;
        writeln!(
            writer,
            "  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\"];"
        )?;
        if let Some(text) = through::measured(document) {
            writeln!(writer, "  label={};", quoted(&text))?;
        }
        for (name, client) in &document.clients {
            let label = label(name, client).join("\n");
            let shape = if client.members().is_empty() { "" } else { ", style=rounded" };
            writeln!(writer, "  {} [label={}{shape}];", quoted(&shown(name)), quoted(&label))?;
        }
        for edge in edges(document) {
            let (from, to) = (quoted(&shown(edge.from)), quoted(&shown(edge.to)));
            writeln!(writer, "  {from} -> {to} [label={}];", quoted(&edge.label))?;
        }
        for (name, function) in &document.functions {
            let node = quoted(&format!("function {}", shown(name)));
            writeln!(writer, "  {node} [label={}, shape=plaintext];", quoted(&shown(name)))?;
            writeln!(writer, "  {node} -> {} [style=dashed];", quoted(&shown(&function.client)))?;
        }
        writeln!(writer, "}}")?;
    }
    Ok(())
}

/// Writes the graph of a project in the language of Mermaid. Nodes are numbered, since names may contain keywords of
/// Mermaid.
///
/// # Errors
/// An error of the writer.
pub fn write_mermaid(mut writer: impl Write, document: &Resolved) -> io::Result<()> {
    writeln!(writer, "flowchart LR")?;
    if let Some(text) = through::measured(document) {
        writeln!(writer, "  measured[\"{}\"]", entities(&text))?;
    }
    let number = |name: &str| document.clients.get_index_of(name).unwrap_or_default();
    for (index, (name, client)) in document.clients.iter().enumerate() {
        let label = label(name, client).iter().map(|line| entities(line)).collect::<Vec<_>>().join("<br>");
        let (open, close) = if client.members().is_empty() { ('[', ']') } else { ('(', ')') };
        writeln!(writer, "  c{index}{open}\"{label}\"{close}")?;
    }
    for edge in edges(document) {
        writeln!(writer, "  c{} -->|\"{}\"| c{}", number(edge.from), entities(&edge.label), number(edge.to))?;
    }
    for (index, (name, function)) in document.functions.iter().enumerate() {
        writeln!(writer, "  f{index}([\"{}\"]) -.-> c{}", entities(&shown(name)), number(&function.client))?;
    }
    Ok(())
}

/// A member with all its places.
struct Edge<'d> {
    from: &'d str,
    to: &'d str,
    label: String,
}

/// Each pair of a composite and a member once, with the places of the member and the total that starts there.
fn edges(document: &Resolved) -> impl Iterator<Item = Edge<'_>> {
    document.clients.iter().flat_map(|(from, client)| {
        let members: IndexSet<&str> = client.members().iter().map(|member| &**member).collect();
        members.into_iter().map(move |to| {
            let places = client.members().iter().enumerate().filter(|(_, member)| &***member == to);
            let places: Vec<String> = places.map(|(index, _)| (index + 1).to_string()).collect();
            let total = client.timeouts.get(Field::Total);
            let total = total.filter(|_| through::obeys_limits_of(client));
            let total = total.map(|ms| format!(", total {}", duration(*ms))).unwrap_or_default();
            Edge { from, to, label: format!("{}{total}", places.join(", ")) }
        })
    })
}

/// The lines of a node: its name, what it is, the limits that it sets, and its worst case.
fn label(name: &str, client: &ResolvedClient) -> Vec<String> {
    let what = match &client.kind {
        ResolvedKind::Leaf { provider, .. } => shown(provider),
        ResolvedKind::Fallback { .. } => "fallback".to_owned(),
        ResolvedKind::RoundRobin { .. } => "round-robin".to_owned(),
    };
    let mut lines = vec![shown(name), what];
    lines.extend(through::own_limits(client));
    if let Some(policy) = &client.retry {
        lines.push(format!("retry {}: {} more", shown(&policy.name), policy.max_retries));
    }
    let worst = client.cost();
    let bound = worst.duration_ms.map_or_else(|| "no limit".to_owned(), duration);
    let place = through::place(client);
    lines.push(format!("worst case{place} {}, {bound}", plural(worst.requests, "request")));
    lines
}

/// A string of Graphviz. A line break is the escape `\n`.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

/// A text for Mermaid, with its special characters written as numbers.
fn entities(text: &str) -> String {
    text.chars()
        .map(|char| match char {
            '"' | '#' | '&' | '<' | '>' | ';' | '`' | '|' | '\\' => format!("#{};", char as u32),
            _ => char.to_string(),
        })
        .collect()
}
