//! Forms that are read here and that BAML 0.226.3 refuses. They are found while the tree is at hand.

use clientc_syntax::{Block, Function, Kind, Node, TextRange};
use compact_str::CompactString;

use crate::facts::{Form, Name, OtherDefinition, RefusedForm};

/// The keywords, beside `function`, whose names BAML keeps in one namespace with those of clients.
const KEYWORDS: [&str; 4] = ["class", "enum", "template_string", "type"];

/// The definition of another kind that an item is, if it is one.
pub(crate) fn other_definition(item: Node<'_>, text: &str) -> Option<OtherDefinition> {
    let written = item.child(Kind::Keyword)?;
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

pub(crate) fn byte_order_mark(text: &str) -> Option<RefusedForm> {
    let mark = '\u{feff}';
    text.starts_with(mark).then(|| RefusedForm {
        form: Form::ByteOrderMark,
        range: TextRange::of(0, mark.len_utf8()),
        block: CompactString::default(),
    })
}

/// The forms of a client or policy block. Of a block with a fault nothing is said.
pub(crate) fn forms_of_block(text: &str, block: Block<'_>, name: &str, found: &mut Vec<RefusedForm>) {
    if let Some(body) = block.body().filter(|body| !body.is_broken()) {
        Finder { text, name, found }.map(body, true);
    }
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
        // The entry begins with its keyword; only blanks and one colon stand between that and the value.
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
        let mut last: Option<Node<'_>> = None;
        let mut comment_behind = None;
        for child in map.children() {
            if let Some(last) = last.filter(|_| is_body) {
                self.comma(last.range().end, child.range().start);
            }
            match child.kind() {
                Kind::Entry => {
                    if let Some(comment) = comment_behind.take() {
                        self.push(Form::CommentBehindEntry, comment);
                    }
                    self.entry(child, is_body);
                }
                Kind::BlockComment if !is_body => {
                    comment_behind = comment_behind.or_else(|| self.behind(last, child));
                }
                _ => {}
            }
            last = Some(child);
        }
        if let Some(last) = last {
            self.comma(last.range().end, map.range().end);
        }
    }

    fn array(&mut self, array: Node<'_>) {
        let mut last: Option<Node<'_>> = None;
        let mut comment_behind = None;
        for child in array.children() {
            match child.kind() {
                Kind::LineComment if last.is_none() => self.push(Form::CommentInBracket, child.range()),
                Kind::BlockComment if last.is_none() && !self.has_line_end(array.range().start, child) => {
                    self.push(Form::CommentInBracket, child.range());
                }
                Kind::BlockComment => comment_behind = comment_behind.or_else(|| self.behind(last, child)),
                Kind::LineComment => {}
                kind => {
                    if let Some(comment) = comment_behind.take() {
                        self.push(Form::CommentBehindEntry, comment);
                    }
                    self.value(kind, child);
                }
            }
            last = Some(child);
        }
    }

    fn entry(&mut self, entry: Node<'_>, is_body: bool) {
        let Some(key) = entry.child(Kind::Key) else { return };
        let mut parts =
            entry.children().filter(|part| part.kind() != Kind::Key && part.kind() != Kind::Attribute);
        let is_comment = |part: &Node<'_>| matches!(part.kind(), Kind::LineComment | Kind::BlockComment);
        if let Some(value) = parts.find(|part| !is_comment(part)) {
            self.separator(key.range().end, value, is_body);
            self.value(value.kind(), value);
        }
    }

    /// What stands between a key and its value: most often one blank.
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

    fn value(&mut self, kind: Kind, value: Node<'_>) {
        match kind {
            Kind::Map => self.map(value, false),
            Kind::Array => self.array(value),
            _ => {}
        }
    }

    fn comma(&mut self, start: u32, end: u32) {
        if let Some(at) = TextRange::new(start, end).slice(self.text).find(',') {
            let start = start as usize + at;
            self.push(Form::Comma, TextRange::of(start, start + 1));
        }
    }

    /// The range of a comment that stands on the line of what is before it.
    fn behind(&self, last: Option<Node<'_>>, comment: Node<'_>) -> Option<TextRange> {
        let last = last.filter(|last| last.kind() != Kind::LineComment)?;
        (!self.has_line_end(last.range().end, comment)).then(|| comment.range())
    }

    fn has_line_end(&self, start: u32, node: Node<'_>) -> bool {
        TextRange::new(start, node.range().start).slice(self.text).contains(['\n', '\r'])
    }
}
