//! Forms that are read here and that BAML 0.226.3 refuses. They are found while the tree is at hand.

use clientc_syntax::{Block, Function, Node, NodeKind, TextRange, Value};
use compact_str::CompactString;

use crate::facts::{Form, Name, OtherDefinition, RefusedForm};

/// The keywords, beside `function`, whose names BAML keeps in one namespace with those of clients
/// (peer/baml-facts.md 5).
const KEYWORDS: [&str; 4] = ["class", "enum", "template_string", "type"];

/// The definition of another kind that an item is, if it is one.
pub(crate) fn other_definition(item: Node<'_>, text: &str) -> Option<OtherDefinition> {
    let written = item.child(NodeKind::Keyword)?;
    let keyword = KEYWORDS.into_iter().find(|keyword| *keyword == written.text(text))?;
    let after = TextRange::new(written.range().end, item.range().end);
    let rest = after.slice(text);
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let name = rest.trim_start_matches([' ', '\t']);
    let length = name.find(|c| !is_part(c)).unwrap_or(name.len());
    let start = after.start as usize + (rest.len() - name.len());
    let range = TextRange::of(start, start + length);
    Some(OtherDefinition { keyword, name: Name { text: range.slice(text).into(), range } })
}

/// The version that a generator block names: `version "0.226.3"` on a line of its own.
pub(crate) fn generator_version(block: &str) -> Option<Box<str>> {
    let value = block.lines().find_map(|line| line.trim().strip_prefix("version"))?;
    let version = value.trim().trim_start_matches(':').trim().trim_matches('"');
    let is_version =
        version.starts_with(|c: char| c.is_ascii_digit()) && !version.contains(char::is_whitespace);
    is_version.then(|| version.into())
}

pub(crate) fn byte_order_mark(text: &str) -> Option<RefusedForm> {
    let mark = '\u{feff}';
    text.starts_with(mark).then(|| RefusedForm {
        form: Form::ByteOrderMark,
        range: TextRange::of(0, mark.len_utf8()),
        block: CompactString::default(),
    })
}

/// The forms of a client or policy block. Of a block with a fault nothing is said, and in the usual layout there are
/// none. `last_comment_end` is where the last block comment of the file ends.
pub(crate) fn forms_of_block(
    text: &str,
    block: Block<'_>,
    name: &str,
    last_comment_end: Option<usize>,
    found: &mut Vec<RefusedForm>,
) {
    let body = block.body().filter(|body| !block.is_plain() && !body.is_broken());
    let Some(body) = body else { return };
    let mut finder = Finder { text, name, found };
    let open = body.range().start;
    if body.text(text).starts_with("{//") && last_comment_end.is_some_and(|end| end > open as usize) {
        finder.push(Form::CommentBehindBrace, TextRange::new(open, open + 3));
    }
    finder.map(body, true);
}

/// Where the last block comment of a file ends, if it has one.
pub(crate) fn last_comment_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memrchr_iter(b'/', bytes).find(|at| bytes.get(*at..*at + 3) == Some(b"//}"))
}

/// The forms of the client entries of a function.
pub(crate) fn forms_of_function(
    text: &str,
    function: Function<'_>,
    name: &str,
    found: &mut Vec<RefusedForm>,
) {
    for value in function.clients() {
        let behind = text.get(value.range().end as usize..).unwrap_or_default();
        let blanks = behind.len() - behind.trim_start_matches([' ', '\t']).len();
        if behind.get(blanks..).is_some_and(|behind| behind.starts_with(',')) {
            let comma = value.range().end as usize + blanks;
            found.push(RefusedForm {
                form: Form::Comma,
                range: TextRange::of(comma, comma + 1),
                block: name.into(),
            });
        }
        // The entry begins with its keyword; only blanks and one colon are between that and the value.
        let end = value.range().start as usize;
        let start =
            (end.saturating_sub(KEYWORD_REACH)..end).find(|at| text.is_char_boundary(*at)).unwrap_or(end);
        let gap = text.get(start..end).unwrap_or_default();
        let gap = gap.rsplit_once("client").map_or("", |(_, gap)| gap);
        if let Some(at) = gap.find(':') {
            let start = value.range().start as usize - gap.len() + at;
            let range = TextRange::of(start, start + 1);
            found.push(RefusedForm { form: Form::Colon, range, block: name.into() });
        }
    }
}

/// How far before a value the keyword of its entry is looked for, in bytes.
const KEYWORD_REACH: usize = 32;

/// What is known between two children of a map or array.
#[derive(Default)]
struct Walk<'t> {
    last: Option<Node<'t>>,
    /// A comma since the last entry or member.
    comma: Option<TextRange>,
    /// A block comment since then, on its line and before a comma.
    comment: Option<TextRange>,
}

struct Finder<'a> {
    text: &'a str,
    name: &'a str,
    found: &'a mut Vec<RefusedForm>,
}

impl Finder<'_> {
    fn push(&mut self, form: Form, range: TextRange) {
        self.found.push(RefusedForm { form, range, block: self.name.into() });
    }

    /// Looks at a map; the nesting of a tree is bounded, so the recursion is too.
    fn map(&mut self, map: Node<'_>, is_body: bool) {
        let mut walk = Walk::default();
        for child in map.children() {
            self.step(&mut walk, child.range().start, is_body);
            match child.kind() {
                NodeKind::Entry => {
                    self.comment_behind_entry(&mut walk);
                    self.entry(child, is_body);
                }
                NodeKind::BlockComment if !is_body => self.note_comment(&mut walk, child),
                _ => {}
            }
            walk.last = Some(child);
        }
        self.step(&mut walk, map.range().end, is_body);
        if let Some(comma) = walk.comma.filter(|_| !is_body) {
            self.push(Form::Comma, comma);
        }
    }

    fn array(&mut self, array: Node<'_>) {
        let mut walk = Walk::default();
        let mut has_member = false;
        for child in array.children() {
            self.step(&mut walk, child.range().start, false);
            match child.kind() {
                NodeKind::LineComment | NodeKind::BlockComment if !has_member => {
                    self.push(Form::CommentInBracket, child.range());
                }
                NodeKind::LineComment => {}
                NodeKind::BlockComment => self.note_comment(&mut walk, child),
                kind => {
                    has_member = true;
                    self.comment_behind_entry(&mut walk);
                    self.value(kind, child);
                }
            }
            walk.last = Some(child);
        }
        self.step(&mut walk, array.range().end, false);
        let ends_with_comment = walk
            .last
            .is_some_and(|last| matches!(last.kind(), NodeKind::LineComment | NodeKind::BlockComment));
        if let Some(comma) = walk.comma.filter(|_| ends_with_comment) {
            self.push(Form::CommaAndComment, comma);
        }
    }

    /// Looks at what is between two children: a comma directly in a block is rejected wherever it is.
    fn step(&mut self, walk: &mut Walk<'_>, end: u32, is_body: bool) {
        let Some(last) = walk.last else { return };
        let start = last.range().end;
        // What is there is short, so no search of long texts is set up for it.
        let between = TextRange::new(start, end).slice(self.text);
        let Some(at) = between.bytes().position(|byte| byte == b',') else { return };
        let comma = TextRange::of(start as usize + at, start as usize + at + 1);
        if is_body {
            self.push(Form::Comma, comma);
        }
        walk.comma = Some(comma);
    }

    /// Notes a block comment that is on the line of what is before it. One behind a comma does no harm.
    fn note_comment(&self, walk: &mut Walk<'_>, comment: Node<'_>) {
        let last = walk.last.filter(|last| last.kind() != NodeKind::LineComment && walk.comma.is_none());
        if let Some(last) = last
            && walk.comment.is_none()
            && !self.has_line_end(last.range().end, comment)
        {
            walk.comment = Some(comment.range());
        }
    }

    /// An entry or member follows, so a comment that was noted comes before more than the end.
    fn comment_behind_entry(&mut self, walk: &mut Walk<'_>) {
        walk.comma = None;
        if let Some(comment) = walk.comment.take() {
            self.push(Form::CommentBehindEntry, comment);
        }
    }

    fn entry(&mut self, entry: Node<'_>, is_body: bool) {
        let mut parts = entry.children();
        let Some(key) = parts.find(|part| part.kind() == NodeKind::Key) else { return };
        let is_beside =
            |kind| matches!(kind, NodeKind::Attribute | NodeKind::LineComment | NodeKind::BlockComment);
        if let Some(value) = parts.find(|part| !is_beside(part.kind())) {
            if is_body && key.text(self.text).starts_with('"') {
                self.push(Form::QuotedKey, key.range());
            }
            self.separator(key.range().end, value, is_body);
            self.value(value.kind(), value);
        }
    }

    /// What is between a key and its value: most often one blank.
    fn separator(&mut self, start: u32, value: Node<'_>, is_body: bool) {
        let gap = TextRange::new(start, value.range().start);
        if gap.len() <= 1 && gap.slice(self.text) == " " {
            return;
        }
        let text = gap.slice(self.text);
        let blanks = text.len() - text.trim_start().len();
        if is_body && text.trim_start().starts_with(':') {
            let colon = start as usize + blanks;
            self.push(Form::Colon, TextRange::of(colon, colon + 1));
        } else if text.contains(['\n', '\r']) {
            self.push(Form::BraceOnNextLine, TextRange::new(value.range().start, value.range().start + 1));
        }
    }

    fn value(&mut self, kind: NodeKind, value: Node<'_>) {
        match kind {
            NodeKind::Map => self.map(value, false),
            NodeKind::Array => self.array(value),
            NodeKind::Word => self.word(value),
            _ => {}
        }
    }

    fn word(&mut self, word: Node<'_>) {
        let text = word.text(self.text);
        if text.starts_with("env.") && matches!(Value::cast(word), Some(Value::Call(_))) {
            self.push(Form::CallOfVariable, word.range());
        } else if let Some((_, behind)) = text.split_once('"')
            && behind.contains([' ', '\t'])
        {
            self.push(Form::QuoteInText, word.range());
        }
    }

    fn has_line_end(&self, start: u32, node: Node<'_>) -> bool {
        TextRange::new(start, node.range().start).slice(self.text).contains(['\n', '\r'])
    }
}
