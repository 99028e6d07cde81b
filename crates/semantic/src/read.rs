//! Reads one file into facts, item by item.

use clientc_syntax::{Block, BlockKind, Function, Node, NodeKind, Parse, Value as Written};
use compact_str::CompactString;

use crate::facts::{FileFacts, FunctionClient, FunctionFacts, Name};
use crate::fault::{FaultKind, Owner};
use crate::span::FileId;
use crate::value::ValueKind;
use crate::value_reader::ValueReader;
use crate::{client, ignore, misplaced, peer, policy};

/// Reads one file.
#[must_use]
pub fn read_file(file: FileId, text: &str) -> FileFacts {
    let Parse { tree, faults: syntax_faults } = clientc_syntax::parse(text);
    let mut reader = ValueReader { file, text, faults: Vec::new(), path: String::new() };
    let is_client = |item: &Node<'_>| item.kind() == NodeKind::ClientBlock;
    let mut facts = FileFacts {
        file,
        clients: Vec::with_capacity(tree.items().filter(is_client).count()),
        policies: Vec::new(),
        functions: Vec::new(),
        others: Vec::new(),
        has_generator: false,
        generator_version: None,
        values: Vec::new(),
        ignores: ignore::read(text, &tree),
        refused_forms: peer::byte_order_mark(text).into_iter().collect(),
        syntax_faults,
        faults: Vec::new(),
    };
    let last_comment_end = peer::last_comment_end(text);
    for item in tree.items() {
        if let Some(block) = Block::cast(item) {
            let Some(name) = block_name(&mut reader, block) else { continue };
            reader.path.clear();
            reader.path.push_str(&name.text);
            peer::forms_of_block(text, block, &name.text, last_comment_end, &mut facts.refused_forms);
            match block.kind() {
                BlockKind::Client => facts.clients.push(client::read(&mut reader, block, name)),
                BlockKind::Policy => facts.policies.push(policy::read(&mut reader, block, name)),
            }
        } else if let Some(function) = Function::cast(item) {
            let read = read_function(&mut reader, function);
            let name = read.as_ref().map_or("", |function| &function.name.text);
            peer::forms_of_function(text, function, name, &mut facts.refused_forms);
            facts.functions.extend(read);
        } else if item.kind() == NodeKind::Foreign {
            let keyword = item.child(NodeKind::Keyword).map(|keyword| keyword.text(text));
            if keyword == Some("generator") {
                facts.has_generator = true;
                facts.generator_version =
                    facts.generator_version.or_else(|| peer::generator_version(item.text(text)));
            }
            facts.others.extend(peer::other_definition(item, text));
            misplaced(&mut reader, item, &mut facts);
        } else if item.kind() == NodeKind::Invalid {
            misplaced(&mut reader, item, &mut facts);
        } else if item.kind() == NodeKind::ClientValue {
            let name = item.child(NodeKind::Name);
            facts.values.extend(name.map(|name| Name { text: name.text(text).into(), range: name.range() }));
        }
    }
    facts.faults = reader.faults;
    if !facts.values.is_empty() {
        facts.forget_what_v0_makes_of_it();
    }
    facts
}

/// Reports an item that nothing reads and that was meant for a block of ours. The name that it defines is known.
fn misplaced(reader: &mut ValueReader<'_>, item: Node<'_>, facts: &mut FileFacts) {
    let Some(block) = misplaced::block(item, reader.text) else { return };
    facts.syntax_faults.retain(|fault| !misplaced::is_reported(fault, &block));
    let subject = block.defines.as_ref().map_or(block.word, |(_, name)| &name.text).to_owned();
    let kind = FaultKind::MisplacedBlock { what: block.what, word: block.word.into() };
    reader.fault(kind, block.word_range, subject);
    match block.defines {
        Some((Owner::Client, name)) => facts.clients.push(client::unread(name, item.range())),
        Some((Owner::Policy, name)) => facts.policies.push(policy::unread(name, item.range())),
        None => {}
    }
}

fn block_name(reader: &mut ValueReader<'_>, block: Block<'_>) -> Option<Name> {
    let node = block.name(reader.text)?;
    let written = node.text(reader.text);
    let text = written.trim_matches('"');
    let owner = if block.kind() == BlockKind::Client { Owner::Client } else { Owner::Policy };
    if !is_valid_name(written) {
        reader.fault(FaultKind::InvalidName { name: written.into(), owner }, node.range(), text.to_owned());
    }
    Some(Name { text: text.into(), range: node.range() })
}

/// Whether a name begins with an upper-case letter and has only letters, digits and `_`, in segments joined by
/// `::`.
pub(crate) fn is_valid_name(name: &str) -> bool {
    let segment = |segment: &str| {
        segment.starts_with(|first: char| first.is_ascii_alphabetic())
            && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    name.starts_with(|first: char| first.is_ascii_uppercase()) && name.split("::").all(segment)
}

fn read_function(reader: &mut ValueReader<'_>, function: Function<'_>) -> Option<FunctionFacts> {
    let name = function.name()?;
    let client = function
        .clients()
        .last()
        .map(|value| FunctionClient { text: function_client(reader, value), range: value.range() });
    Some(FunctionFacts { name: Name { text: name.text(reader.text).into(), range: name.range() }, client })
}

fn function_client(
    reader: &mut ValueReader<'_>,
    written: Written<'_>,
) -> Result<CompactString, &'static str> {
    let value = reader.value(written);
    match value.kind {
        ValueKind::Text { text, .. } => Ok(text),
        _ => Err(value.noun()),
    }
}
