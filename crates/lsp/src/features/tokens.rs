//! Semantic tokens of our blocks. Everything else is left to the grammar of BAML's own extension.

use clientc_semantic::FileId;
use clientc_syntax::{Block, BlockKind, Function, Node, NodeKind, TextRange, Value};

use crate::scene::Scene;

/// What a token is. The order is that of [`TokenKind::NAMES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// `client<llm>`, `retry_policy`, `true`, `null`.
    Keyword,
    /// The name of a client or a policy.
    Class,
    /// The name of a function.
    Function,
    /// A key.
    Property,
    /// A string.
    String,
    /// A number.
    Number,
    /// `env.NAME`.
    Variable,
    /// A provider, or a word of a strategy.
    EnumMember,
    /// A comment.
    Comment,
}

impl TokenKind {
    /// The names of the protocol, in the order of the kinds.
    pub(crate) const NAMES: [&'static str; 9] =
        ["keyword", "class", "function", "property", "string", "number", "variable", "enumMember", "comment"];
}

/// A coloured range of bytes. It may go over several lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    /// Its bytes.
    pub(crate) range: TextRange,
    /// What it is.
    pub(crate) kind: TokenKind,
    /// Whether the name is defined there.
    pub(crate) is_definition: bool,
}

/// The tokens of the client and policy blocks of a file and of the client entries of its functions, in the order of the
/// text; only those in a part of it where one is named.
#[must_use]
pub(crate) fn tokens(scene: &Scene, file: FileId, within: Option<TextRange>) -> Vec<Token> {
    let text = scene.text(file);
    let tree = clientc_syntax::parse(text).tree;
    let mut painter = Painter { text, tokens: Vec::new() };
    let touches = |node: &Node<'_>| {
        within.is_none_or(|within| node.range().start <= within.end && within.start <= node.range().end)
    };
    for item in tree.items().filter(touches) {
        if let Some(block) = Block::cast(item) {
            painter.block(block);
        } else if let Some(function) = Function::cast(item) {
            painter.function(function);
        }
    }
    painter.tokens.sort_by_key(|token| token.range);
    painter.tokens
}

struct Painter<'t> {
    text: &'t str,
    tokens: Vec<Token>,
}

impl<'t> Painter<'t> {
    fn push(&mut self, range: TextRange, kind: TokenKind) {
        self.tokens.push(Token { range, kind, is_definition: false });
    }

    fn block(&mut self, block: Block<'t>) {
        if let Some(keyword) = block.node().child(NodeKind::Keyword) {
            self.push(keyword.range(), TokenKind::Keyword);
        }
        if let Some(name) = block.name(self.text) {
            self.tokens.push(Token { range: name.range(), kind: TokenKind::Class, is_definition: true });
        }
        if let Some(body) = block.body() {
            self.children(body, block.kind());
        }
    }

    fn function(&mut self, function: Function<'t>) {
        if let Some(name) = function.name() {
            self.tokens.push(Token { range: name.range(), kind: TokenKind::Function, is_definition: true });
        }
        for client in function.clients() {
            self.push(client.range(), TokenKind::Class);
        }
    }

    /// The comments and entries directly in a map or an array.
    fn children(&mut self, map: Node<'t>, kind: BlockKind) {
        for child in map.children() {
            match child.kind() {
                NodeKind::LineComment | NodeKind::BlockComment => {
                    self.push(child.range(), TokenKind::Comment)
                }
                NodeKind::Entry => self.entry(child, kind),
                _ => {}
            }
        }
    }

    fn entry(&mut self, node: Node<'t>, kind: BlockKind) {
        let mut key = "";
        for child in node.children() {
            match child.kind() {
                NodeKind::Key => {
                    key = child.text(self.text).trim_matches('"');
                    self.push(child.range(), TokenKind::Property);
                }
                NodeKind::LineComment | NodeKind::BlockComment => {
                    self.push(child.range(), TokenKind::Comment)
                }
                _ => {
                    if let Some(value) = Value::cast(child) {
                        self.value(value, key, kind);
                    }
                }
            }
        }
    }

    fn value(&mut self, value: Value<'t>, key: &str, kind: BlockKind) {
        match value {
            Value::Map(node) => self.children(node, kind),
            Value::Array(node) => {
                for child in node.children() {
                    match (Value::cast(child), child.kind()) {
                        (Some(member), _) => self.value(member, key, kind),
                        (None, NodeKind::LineComment | NodeKind::BlockComment) => {
                            self.push(child.range(), TokenKind::Comment);
                        }
                        _ => {}
                    }
                }
            }
            _ => self.push(value.range(), self.scalar(value, key, kind)),
        }
    }

    fn scalar(&self, value: Value<'t>, key: &str, kind: BlockKind) -> TokenKind {
        let written = value.range().slice(self.text);
        match value {
            Value::Number(_) | Value::BadNumber(_) => TokenKind::Number,
            _ if matches!(written, "true" | "false" | "null") => TokenKind::Keyword,
            _ if written.starts_with("env.") => TokenKind::Variable,
            _ if key == "provider" || (key == "type" && kind == BlockKind::Policy) => TokenKind::EnumMember,
            _ if key == "retry_policy" || (key == "strategy" && !written.contains('/')) => TokenKind::Class,
            _ => TokenKind::String,
        }
    }
}
