//! What must hold for every text that is formatted.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may fail loudly"
)]

use clientc_fmt::{edits, format};
use clientc_syntax::{Block, Entry, Node, NodeKind, Parse, TextEdit, Value, parse};

/// Checks all of it; says what does not hold.
pub(crate) fn check(text: &str) -> Result<String, String> {
    let formatted = format(text);
    let out = formatted.text;
    let holds = |name: &str, condition: bool| if condition { Ok(()) } else { Err(explain(name, text, &out)) };

    holds("changed says whether it changed", formatted.changed == (text != out))?;
    let again = format(&out);
    if again.text != out || again.changed {
        return Err(explain("formatting twice is formatting once", &out, &again.text));
    }
    holds("edits give the same text", apply(text, &edits(text)) == out)?;

    let (before, after) = (parse(text), parse(&out));
    holds("the tokens and comments stay", tokens(&before, text) == tokens(&after, &out))?;
    holds("the structure stays", structure(&before) == structure(&after))?;
    let kinds = |parse: &Parse| parse.faults.iter().map(|fault| fault.kind).collect::<Vec<_>>();
    holds("the faults stay", kinds(&before) == kinds(&after))?;
    holds("what is outside of blocks stays", outside(&before, text) == outside(&after, &out))?;
    let kept = |text: &str, skipped: &[clientc_fmt::Skipped]| -> Vec<String> {
        skipped.iter().map(|skipped| skipped.range.slice(text).to_owned()).collect()
    };
    holds("skipped blocks stay", kept(text, &formatted.skipped) == kept(&out, &again.skipped))?;
    Ok(out)
}

fn explain(name: &str, before: &str, after: &str) -> String {
    format!("broken: {name}\n--- before\n{before}\n--- after\n{after}\n--- {before:?}\n--- {after:?}")
}

/// Makes the changes and checks that they are in order, apart and at places that an editor can name.
pub(crate) fn apply(text: &str, edits: &[TextEdit]) -> String {
    let mut out = String::new();
    let mut at = 0;
    for edit in edits {
        let (start, end) = (edit.range.start as usize, edit.range.end as usize);
        assert!(at <= start, "the changes overlap or are out of order");
        for place in [start, end] {
            assert!(
                !(text[..place].ends_with('\r') && text[place..].starts_with('\n')),
                "inside of a line end"
            );
        }
        out.push_str(&text[at..start]);
        out.push_str(&edit.text);
        at = end;
    }
    out + &text[at..]
}

/// All tokens and comments with what they mean, in their order.
fn tokens(parse: &Parse, text: &str) -> Vec<(NodeKind, String)> {
    let bracket = |node: &Node<'_>| matches!(node.kind(), NodeKind::Map | NodeKind::Array);
    let leaves = parse.tree.nodes().filter(|node| node.children().next().is_none() && !bracket(node));
    leaves.map(|leaf| (leaf.kind(), meaning(leaf, text))).collect()
}

fn meaning(leaf: Node<'_>, text: &str) -> String {
    match leaf.kind() {
        NodeKind::LineComment => leaf.text(text).trim_end_matches([' ', '\t']).to_owned(),
        // A broken block is a leaf only where its header cannot be read either.
        NodeKind::ClientBlock | NodeKind::PolicyBlock => leaf.text(text).trim().to_owned(),
        _ => match Value::cast(leaf) {
            Some(value) => value.text(text).into_owned(),
            None => leaf.text(text).to_owned(),
        },
    }
}

/// All nodes but comments, with their depth.
fn structure(parse: &Parse) -> Vec<(usize, NodeKind, bool)> {
    let mut out = Vec::new();
    let mut ends: Vec<u32> = Vec::new();
    for node in parse.tree.nodes() {
        let last = node.children().last();
        while ends.last().is_some_and(|end| *end <= node.id()) {
            ends.pop();
        }
        if !matches!(node.kind(), NodeKind::LineComment | NodeKind::BlockComment) {
            out.push((ends.len(), node.kind(), node.is_broken()));
        }
        if last.is_some() {
            ends.push(subtree_end(node));
        }
    }
    out
}

fn subtree_end(node: Node<'_>) -> u32 {
    let mut last = node;
    while let Some(child) = last.children().last() {
        last = child;
    }
    last.id() + 1
}

/// The text between the blocks, without the blanks that stand next to a block.
fn outside(parse: &Parse, text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut at = 0;
    for block in parse.tree.items().filter_map(Block::cast) {
        let range = block.node().range();
        out.push(text[at..range.start as usize].trim_matches([' ', '\t']).to_owned());
        at = range.end as usize;
    }
    let rest = text[at..].trim_start_matches([' ', '\t']);
    let ended = rest.ends_with(['\n', '\r']) || text.trim_start_matches('\u{feff}').is_empty();
    let end = if ended { "" } else { "\n" };
    out.push(rest.to_owned().replace("\r\n", "\n").replace('\r', "\n") + end);
    out
}

/// The keys of a block's entries, to make sure that something was read.
pub(crate) fn keys(text: &str) -> Vec<String> {
    let parse = parse(text);
    let blocks = parse.tree.items().filter_map(Block::cast);
    let entries = blocks.flat_map(|block| block.entries().collect::<Vec<Entry<'_>>>());
    entries.map(|entry| entry.key_text(text).into_owned()).collect()
}
