//! What one file says, without a look at any other file. Owned, so that an editor can redo one file.

use clientc_plan::providers::Provider;
use clientc_plan::{ByField, RetryPolicy};
use clientc_syntax::{Block, BlockKind, Function, Kind, Parse, TextRange, Value as Written};
use compact_str::CompactString;

use crate::fault::{Fault, FaultKind, Owner};
use crate::peer::{self, OtherDefinition, RefusedForm};
use crate::value::{Property, Reader, ValueKind};
use crate::{FileId, IgnoreComment, client, ignore, policy};

/// What one file says.
#[derive(Debug, Clone)]
pub struct FileFacts {
    /// The file.
    pub file: FileId,
    /// Its clients, in the order of the text.
    pub clients: Vec<ClientFacts>,
    /// Its retry policies, in the order of the text.
    pub policies: Vec<PolicyFacts>,
    /// Its functions, in the order of the text.
    pub functions: Vec<FunctionFacts>,
    /// Its classes, enums, templates and types, in the order of the text.
    pub others: Vec<OtherDefinition>,
    /// Whether it holds a `generator` block: the team runs BAML on it.
    pub has_generator: bool,
    /// Its comments that silence rules, in the order of the text.
    pub ignores: Vec<IgnoreComment>,
    /// The forms that BAML refuses.
    pub refused_forms: Vec<RefusedForm>,
    /// What is wrong with its syntax.
    pub syntax_faults: Vec<clientc_syntax::Fault>,
    /// What is wrong with its names and values.
    pub faults: Vec<Fault>,
}

/// A name and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub text: CompactString,
    /// Its bytes.
    pub range: TextRange,
}

/// A client block.
#[derive(Debug, Clone)]
pub struct ClientFacts {
    /// Its name.
    pub name: Name,
    /// The whole block.
    pub range: TextRange,
    /// Whether all of it could be read. Where not, nothing is said about what it lacks.
    pub is_whole: bool,
    /// Its provider, where it is one that exists.
    pub provider: Option<&'static Provider>,
    /// The bytes of the provider.
    pub provider_range: Option<TextRange>,
    /// The name of its retry policy.
    pub retry_policy: Option<Name>,
    /// The bytes of the `options` block.
    pub options_range: Option<TextRange>,
    /// Whether all of the options could be read.
    pub options_are_whole: bool,
    /// All options as written but `http`, `strategy` and `start`.
    pub options: Vec<Property>,
    /// The `http` block.
    pub http: Option<Box<HttpFacts>>,
    /// The members of a composite.
    pub members: Vec<Member>,
    /// The first ticket of a round-robin.
    pub start: u32,
}

/// An `http` block.
#[derive(Debug, Clone, Default)]
pub struct HttpFacts {
    /// The block with its braces.
    pub range: TextRange,
    /// The limits.
    pub limits: ByField<WrittenLimit>,
    /// `enable_connection_pooling`, with the bytes of its key.
    pub connection_pooling: Option<(bool, TextRange)>,
}

/// A limit as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrittenLimit {
    /// The limit in milliseconds.
    pub ms: u64,
    /// The bytes of the key.
    pub key: TextRange,
    /// The bytes of the value.
    pub value: TextRange,
}

/// A member of a strategy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The name or shorthand.
    pub text: CompactString,
    /// Its bytes, quotes included.
    pub range: TextRange,
}

/// A retry policy block.
#[derive(Debug, Clone)]
pub struct PolicyFacts {
    /// Its name.
    pub name: Name,
    /// The whole block.
    pub range: TextRange,
    /// The policy; where something is wrong with it, what could be read.
    pub policy: RetryPolicy,
    /// The entries of its strategy as written.
    pub strategy: Vec<Property>,
    /// The key of its `options`, which mean nothing.
    pub options_key: Option<TextRange>,
}

/// A function.
#[derive(Debug, Clone)]
pub struct FunctionFacts {
    /// Its name.
    pub name: Name,
    /// Its client entry, if it has one: the text, or what it is if it is no text.
    pub client: Option<FunctionClient>,
}

/// The client entry of a function.
#[derive(Debug, Clone)]
pub struct FunctionClient {
    /// The name or shorthand, or the noun of what is no text.
    pub text: Result<CompactString, &'static str>,
    /// Its bytes, quotes included.
    pub range: TextRange,
}

/// Reads one file.
#[must_use]
pub fn read_file(file: FileId, text: &str) -> FileFacts {
    let Parse { tree, faults: syntax_faults } = clientc_syntax::parse(text);
    let mut reader = Reader { file, text, faults: Vec::new(), path: String::new() };
    let mut facts = FileFacts {
        file,
        clients: Vec::new(),
        policies: Vec::new(),
        functions: Vec::new(),
        others: Vec::new(),
        has_generator: false,
        ignores: ignore::read(text, &tree),
        refused_forms: peer::byte_order_mark(text).into_iter().collect(),
        syntax_faults,
        faults: Vec::new(),
    };
    for item in tree.items() {
        if let Some(block) = Block::cast(item) {
            let Some(name) = block_name(&mut reader, block) else { continue };
            reader.path.clear();
            reader.path.push_str(&name.text);
            peer::forms_of_block(text, block, &name.text, &mut facts.refused_forms);
            match block.kind() {
                BlockKind::Client => facts.clients.push(client::read(&mut reader, block, name)),
                BlockKind::Policy => facts.policies.push(policy::read(&mut reader, block, name)),
            }
        } else if let Some(function) = Function::cast(item) {
            let read = read_function(&mut reader, function);
            let name = read.as_ref().map_or("", |function| &function.name.text);
            peer::forms_of_function(text, function, name, &mut facts.refused_forms);
            facts.functions.extend(read);
        } else if item.kind() == Kind::Foreign {
            let keyword = item.child(Kind::Keyword).map(|keyword| keyword.text(text));
            facts.has_generator |= keyword == Some("generator");
            facts.others.extend(peer::other_definition(item, text));
        }
    }
    facts.faults = reader.faults;
    facts.clients.shrink_to_fit();
    facts
}

fn block_name(reader: &mut Reader<'_>, block: Block<'_>) -> Option<Name> {
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

fn read_function(reader: &mut Reader<'_>, function: Function<'_>) -> Option<FunctionFacts> {
    let name = function.name()?;
    let client = function
        .clients()
        .last()
        .map(|value| FunctionClient { text: function_client(reader, value), range: value.range() });
    Some(FunctionFacts { name: Name { text: name.text(reader.text).into(), range: name.range() }, client })
}

fn function_client(reader: &mut Reader<'_>, written: Written<'_>) -> Result<CompactString, &'static str> {
    let value = reader.value(written);
    match value.kind {
        ValueKind::Text { text, .. } => Ok(text),
        _ => Err(value.noun()),
    }
}
