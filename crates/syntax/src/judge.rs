//! Faults that need neighbours to be seen: separators, missing values, and what does not belong in a block.
//!
//! The grammar takes everything; this pass over the flat tree says what is wrong, one fault a line at most.

use std::cell::Cell;

use crate::fault::{Fault, FaultKind};
use crate::quiet::Quiet;
use crate::text::TextRange;
use crate::tree::{Kind, Node, NodeId};

/// Judges one block. Adds its faults and gives the nodes that mean nothing because of one.
pub(crate) fn block(block: Node<'_>, text: &str, faults: &mut Vec<Fault>) -> Vec<NodeId> {
    let mut judge = Judge {
        text,
        faults,
        broken: Vec::new(),
        quiet: Quiet::default(),
        line: Cell::default(),
        end: block.range().end,
    };
    judge.header(block);
    let body = block.child(Kind::Map).map(Node::id);
    for node in block.subtree() {
        match node.kind() {
            Kind::Map => judge.map(node, Some(node.id()) == body),
            Kind::Array => judge.array(node),
            Kind::BadNumber => judge.malformed_number(node),
            Kind::Number if has_leading_zero(node.text(text)) => judge.malformed_number(node),
            _ => {}
        }
    }
    judge.broken
}

fn has_leading_zero(number: &str) -> bool {
    let digits = number.trim_start_matches('-').as_bytes();
    digits.len() > 1 && digits[0] == b'0' && digits[1].is_ascii_digit()
}

struct Judge<'a> {
    text: &'a str,
    faults: &'a mut Vec<Fault>,
    broken: Vec<NodeId>,
    /// The end of the block; lines are not looked at beyond it.
    end: u32,
    /// Where a fault has been reported already: from its place to where reading makes sense again.
    quiet: Quiet,
    /// The last answer of `line_end`: no line ends from the first place to the second.
    line: Cell<(u32, u32)>,
}

impl Judge<'_> {
    fn header(&mut self, block: Node<'_>) {
        let Some(keyword) = block.child(Kind::Keyword) else { return };
        let keyword_text = keyword.text(self.text);
        let policy = !keyword_text.starts_with(['c', 'C']);
        let Some(name) = block.child(Kind::Name) else {
            self.faults.push(Fault::new(FaultKind::MissingName, keyword.range()));
            return;
        };
        let mut words = block.children().filter(|child| child.kind() == Kind::HeaderExtra).peekable();
        if name.text(self.text).starts_with('<') {
            let meant = crate::Block::cast(block).and_then(|block| block.name(self.text));
            let last = block
                .children()
                .filter(|child| matches!(child.kind(), Kind::Name | Kind::HeaderExtra))
                .last();
            let end = meant.map_or(last.unwrap_or(name).range().end, |meant| meant.range().start);
            let written = TextRange::new(keyword.range().start, end).slice(self.text).trim_end();
            let length = crate::text::offset(written.len());
            let range = TextRange::new(keyword.range().start, keyword.range().start + length);
            self.faults.push(Fault::new(FaultKind::NearKeyword { policy }, range));
            return;
        }
        let plain = |text: &str| {
            text.starts_with('(') && text.ends_with(')')
                || crate::scan::segment_end(text.as_bytes(), 0) == text.len()
        };
        let mut seen = 0;
        for word in &mut words {
            seen += usize::from(!word.text(self.text).starts_with('('));
            if seen > 1 || !plain(word.text(self.text)) {
                self.faults.push(Fault::new(FaultKind::HeaderJunk, word.range()));
                return;
            }
        }
    }

    fn malformed_number(&mut self, node: Node<'_>) {
        self.faults.push(Fault::new(FaultKind::MalformedNumber, node.range()));
    }

    /// Reports a fault at most once a line and marks the map or array it was found in.
    fn report(&mut self, container: Node<'_>, fault: Fault) {
        self.broken.push(container.id());
        if self.quiet.contains(fault.range.start) {
            return;
        }
        self.quiet.add(fault.range.start, self.resumes(&fault));
        self.faults.push(fault);
    }

    /// Where reading makes sense again: at the next comma where that surely separates, else at the end of the line.
    fn resumes(&self, fault: &Fault) -> u32 {
        use FaultKind as F;
        let line = self.line_end(fault.range.end);
        let find = |from: u32, mark: u8| {
            let rest = TextRange::new(from, line).slice(self.text);
            memchr::memchr(mark, rest.as_bytes()).map_or(line, |length| from + crate::text::offset(length))
        };
        match fault.kind {
            F::SingleQuotes => find(find(fault.range.start + 1, b'\''), b','),
            F::BadKey | F::StrayComma | F::MissingValue | F::MissingKey | F::MissingSeparator => {
                find(fault.range.end, b',')
            }
            F::EqualsSign | F::SecondColon => find(fault.range.end, b','),
            _ => line,
        }
    }

    /// The end of a line, or of the block on it.
    fn line_end(&self, at: u32) -> u32 {
        let (from, known) = self.line.get();
        if from <= at && at <= known {
            return known;
        }
        let rest = TextRange::new(at, self.end).slice(self.text);
        let end = at + crate::text::offset(crate::scan::line_end(rest.as_bytes(), 0));
        self.line.set((at, end));
        end
    }

    fn map(&mut self, map: Node<'_>, is_body: bool) {
        let mut walk = Siblings::new(map.range().start + 1);
        let mut children = map.children();
        while let Some(child) = children.next() {
            self.commas(map, &mut walk, child.range().start);
            let same_line = self.quiet.contains(child.range().start);
            match child.kind() {
                Kind::LineComment | Kind::BlockComment => {
                    walk.pass(child);
                    continue;
                }
                Kind::Entry => {
                    let separated = walk.separated || is_body;
                    if same_line {
                        // What looks like an entry here is the rest of something that could not be read.
                        self.broken.push(child.id());
                        self.broken.extend(child.child(Kind::Key).map(Node::id));
                        self.quiet.add(child.range().start, child.range().end);
                    } else if is_triple_quoted(self.text, child) {
                        let quotes =
                            TextRange::new(child.range().start.saturating_sub(2), child.range().start + 1);
                        self.report(map, Fault::new(FaultKind::TripleQuotes, quotes));
                        self.broken.push(child.id());
                    } else if let Some(previous) =
                        walk.previous.filter(|_| !walk.separated && is_bare_key(child))
                    {
                        self.bare_key_behind(map, child, previous, &walk);
                    } else if let Some(previous) = walk.previous.filter(|_| !separated) {
                        let range = child.child(Kind::Key).map_or(child.range(), Node::range);
                        self.report(map, Fault::new(FaultKind::MissingSeparator, range).related(previous));
                        self.broken.push(child.id());
                    } else {
                        let next = children.clone().find(|next| !is_comment(*next));
                        self.entry(map, child, next);
                    }
                }
                Kind::Stray | Kind::RawString | Kind::Attribute
                    if self.is_mark_in_text(child, &walk, is_body) =>
                {
                    self.mark_in_text(map, child, &walk);
                }
                Kind::Map | Kind::Array | Kind::RawString | Kind::Template => {
                    let opening = TextRange::new(child.range().start, child.range().start + 1);
                    self.report(map, Fault::new(FaultKind::MissingKey, opening));
                    self.quiet.add(child.range().start, child.range().end);
                }
                Kind::Attribute
                    if is_body && walk.follows_value() && !child.text(self.text).starts_with("@@") =>
                {
                    walk.pass(child);
                    continue;
                }
                Kind::Attribute => self.attribute(map, child, is_body),
                Kind::Arguments if walk.follows_word(child) => {
                    walk.pass(child);
                    continue;
                }
                _ => {
                    let fault = self.stray_in_map(child, &walk);
                    if fault.kind == FaultKind::MalformedNumber {
                        self.broken.extend(walk.previous_id);
                    }
                    self.report(map, fault);
                }
            }
            walk.take(child);
        }
        self.commas(map, &mut walk, map.range().end);
    }

    /// A word behind a value with nothing between them: the unit of a number, or text that fits nowhere.
    fn bare_key_behind(&mut self, map: Node<'_>, child: Node<'_>, previous: TextRange, walk: &Siblings) {
        let fault = match walk.value_range.filter(|_| walk.value == Some(Kind::Number)) {
            Some(number) => {
                self.broken.extend(walk.previous_id);
                Fault::new(FaultKind::MalformedNumber, number.cover(child.range()))
            }
            None => Fault::new(FaultKind::Unexpected, child.range()).related(previous),
        };
        self.report(map, fault);
        self.broken.push(child.id());
    }

    /// Whether a word without quotes goes on with a character that it cannot hold.
    fn is_mark_in_text(&self, child: Node<'_>, walk: &Siblings, is_body: bool) -> bool {
        let is_allowed = child.text(self.text) == ";" || (is_body && child.kind() == Kind::Attribute);
        walk.follows_word(child) && !is_allowed
    }

    fn mark_in_text(&mut self, container: Node<'_>, child: Node<'_>, walk: &Siblings) {
        let mark = child.text(self.text).chars().next().map_or(1, char::len_utf8);
        let start = child.range().start;
        let fault =
            Fault::new(FaultKind::MarkInText, TextRange::new(start, start + crate::text::offset(mark)));
        self.broken.extend(walk.previous_id);
        self.report(container, walk.value_range.map_or(fault.clone(), |value| fault.related(value)));
    }

    fn stray_in_map(&self, child: Node<'_>, walk: &Siblings) -> Fault {
        let text = child.text(self.text);
        let number = walk.value_range.filter(|_| walk.value == Some(Kind::Number));
        if let Some(number) = number {
            let between = TextRange::new(number.end, child.range().start).slice(self.text);
            if between == "," && text.bytes().all(|byte| byte.is_ascii_digit()) {
                return Fault::new(FaultKind::MalformedNumber, number.cover(child.range()));
            }
            let is_comment = text.starts_with("/*") || text.starts_with("--");
            if !walk.separated && !is_comment && text.starts_with(['+', '-', '*', '/', '%']) {
                let rest = TextRange::new(number.start, self.line_end(child.range().end));
                let length = rest.slice(self.text).find(['}', ',']).unwrap_or(rest.len() as usize);
                let written = rest.slice(self.text).get(..length).unwrap_or_default().trim_end().len();
                let range = TextRange::new(number.start, number.start + crate::text::offset(written));
                return Fault::new(FaultKind::Calculation, range);
            }
        }
        self.stray(child, self.stray_kind(child))
    }

    /// A fault at a stray; of one that begins with something that cannot be seen, only that.
    fn stray(&self, stray: Node<'_>, kind: FaultKind) -> Fault {
        let range = stray.range();
        match stray.text(self.text).chars().next().filter(|first| first.is_whitespace() || first.is_control())
        {
            Some(first) => {
                let end = range.start + crate::text::offset(first.len_utf8());
                Fault::new(FaultKind::Unexpected, TextRange::new(range.start, end))
            }
            None => Fault::new(kind, range),
        }
    }

    fn entry(&mut self, map: Node<'_>, entry: Node<'_>, next: Option<Node<'_>>) {
        let Some(key) = entry.child(Kind::Key) else { return };
        let Some(value) = entry.children().find_map(crate::Value::cast) else {
            self.broken.push(entry.id());
            self.missing_value(map, key, next);
            return;
        };
        let value = value.node();
        let first = TextRange::new(value.range().start, value.range().start + 1);
        let fault = match value.kind() {
            Kind::BadNumber => {
                self.broken.push(entry.id());
                return;
            }
            Kind::Number if has_leading_zero(value.text(self.text)) => {
                self.broken.push(entry.id());
                return;
            }
            Kind::Word if value.text(self.text).starts_with('=') => Fault::new(FaultKind::EqualsSign, first),
            Kind::Word if value.text(self.text).starts_with(':') => Fault::new(FaultKind::SecondColon, first),
            Kind::Word if value.text(self.text).starts_with(|c: char| !c.is_ascii() && c.is_whitespace()) => {
                let blank = value.text(self.text).chars().next().map_or(1, char::len_utf8);
                let end = value.range().start + crate::text::offset(blank);
                Fault::new(FaultKind::Unexpected, TextRange::new(value.range().start, end))
            }
            Kind::Word if key.text(self.text) == "strategy" && self.is_unbracketed_list(value, next) => {
                let rest = TextRange::new(value.range().start, self.line_end(value.range().end));
                let text = rest.slice(self.text);
                let stop = ["}", " //", "\t//"].iter().filter_map(|stop| text.find(stop)).min();
                let text = text.get(..stop.unwrap_or(text.len())).unwrap_or_default();
                let text = text.trim_end_matches([' ', '\t', ',']);
                let end = rest.start + crate::text::offset(text.len());
                Fault::new(FaultKind::UnbracketedList, TextRange::new(rest.start, end))
            }
            Kind::Word if self.swallows(value, next) => {
                let nested = matches!(key.text(self.text), "client" | "retry_policy")
                    && !value.text(self.text).contains(' ');
                let kind = if nested { FaultKind::NestedBlock } else { FaultKind::SwallowedEntry };
                let range = if nested { key.range() } else { value.range() };
                let end = next.map_or(value.range().end, |next| next.range().end);
                self.report(map, Fault::new(kind, range).related(key.range()));
                self.quiet.add(range.start, end);
                self.broken.push(entry.id());
                return;
            }
            _ => return,
        };
        self.report(map, fault.related(key.range()));
        self.broken.push(entry.id());
    }

    /// Whether an unquoted value is followed on its line by a block: it has swallowed that block's key.
    fn swallows(&self, value: Node<'_>, next: Option<Node<'_>>) -> bool {
        next.is_some_and(|next| {
            next.kind() == Kind::Map && !self.breaks_line(value.range().end, next.range().start)
        })
    }

    /// Whether a word is followed, behind a comma on its line, by another one.
    fn is_unbracketed_list(&self, value: Node<'_>, next: Option<Node<'_>>) -> bool {
        next.is_some_and(|next| {
            let between = TextRange::new(value.range().end, next.range().start).slice(self.text);
            (is_bare_key(next) || self.is_shorthand(next))
                && between.contains(',')
                && !between.contains(['\n', '\r'])
        })
    }

    /// Whether what was read as a key and a value is a `provider/model`.
    fn is_shorthand(&self, entry: Node<'_>) -> bool {
        let value = entry.children().find_map(crate::Value::cast).map(crate::Value::node);
        entry.child(Kind::Key).zip(value).is_some_and(|(key, value)| {
            key.range().end == value.range().start && value.text(self.text).starts_with('/')
        })
    }

    fn breaks_line(&self, start: u32, end: u32) -> bool {
        TextRange::new(start, end).slice(self.text).contains(['\n', '\r'])
    }

    fn missing_value(&mut self, map: Node<'_>, key: Node<'_>, next: Option<Node<'_>>) {
        let Some(next) = next else {
            self.report(map, Fault::new(FaultKind::MissingValue, key.range()));
            return;
        };
        let between = TextRange::new(key.range().end, next.range().start).slice(self.text);
        let same_line = !between.contains(['\n', '\r', ',']);
        let nested = matches!(key.text(self.text), "client" | "retry_policy");
        if same_line && next.kind() == Kind::Arguments {
            self.report(map, Fault::new(FaultKind::Parenthesised, next.range()).related(key.range()));
            return;
        }
        if same_line && next.kind() == Kind::Stray {
            if nested && next.text(self.text).starts_with('<') {
                self.report(map, Fault::new(FaultKind::NestedBlock, key.range().cover(next.range())));
                return;
            }
            let kind = match self.stray_kind(next) {
                FaultKind::BadKey => FaultKind::Unexpected,
                kind => kind,
            };
            self.report(map, self.stray(next, kind).related(key.range()));
            return;
        }
        let lone_quoted = next.kind() == Kind::Entry
            && next.children().count() == 1
            && next.child(Kind::Key).is_some_and(|key| key.text(self.text).starts_with('"'));
        let number =
            next.kind() == Kind::Stray && crate::scan::begins_like_number(next.text(self.text).as_bytes());
        let value_like = lone_quoted || number || matches!(next.kind(), Kind::Array | Kind::RawString);
        if !same_line && value_like && !between.contains(',') {
            self.report(map, Fault::new(FaultKind::ValueOnNextLine, key.range()).related(next.range()));
            self.quiet.add(key.range().start, next.range().end);
            return;
        }
        self.report(map, Fault::new(FaultKind::MissingValue, key.range()));
    }

    fn attribute(&mut self, container: Node<'_>, attribute: Node<'_>, is_body: bool) {
        let block_level = attribute.text(self.text).starts_with("@@") || is_body;
        let kind = if block_level { FaultKind::BlockAttribute } else { FaultKind::Attribute };
        self.report(container, Fault::new(kind, attribute.range()));
    }

    fn stray_kind(&self, stray: Node<'_>) -> FaultKind {
        let text = stray.text(self.text);
        let key_like = |c: char| c == '_' || c.is_alphanumeric();
        match text.chars().next() {
            Some(';') => FaultKind::Semicolon,
            Some('\'') => FaultKind::SingleQuotes,
            Some('#') if TextRange::new(stray.range().end, self.end).slice(self.text).starts_with("#\"") => {
                FaultKind::TooManyHashes
            }
            Some('#') => FaultKind::ForeignComment,
            Some('/') if text.starts_with("/*") => FaultKind::ForeignComment,
            Some('-') if text.starts_with("--") => FaultKind::ForeignComment,
            Some('(') => FaultKind::Parenthesised,
            Some('=') => FaultKind::EqualsSign,
            Some(first) if key_like(first) => FaultKind::BadKey,
            _ => FaultKind::Unexpected,
        }
    }

    fn array(&mut self, array: Node<'_>) {
        if !array.text(self.text).ends_with(']') || array.range().len() < 2 {
            let opening = TextRange::new(array.range().start, array.range().start + 1);
            self.report(array, Fault::new(FaultKind::MissingBracket, opening));
            return;
        }
        let mut walk = Siblings::new(array.range().start + 1);
        for child in array.children() {
            self.commas(array, &mut walk, child.range().start);
            match child.kind() {
                Kind::LineComment | Kind::BlockComment => {
                    walk.pass(child);
                    continue;
                }
                Kind::Arguments if walk.follows_word(child) => {
                    walk.pass(child);
                    continue;
                }
                Kind::Stray | Kind::RawString | Kind::Attribute
                    if self.is_mark_in_text(child, &walk, false) =>
                {
                    self.mark_in_text(array, child, &walk);
                }
                Kind::Arguments => self.report(array, Fault::new(FaultKind::Parenthesised, child.range())),
                Kind::Stray => {
                    let kind = match self.stray_kind(child) {
                        FaultKind::BadKey | FaultKind::EqualsSign => FaultKind::Unexpected,
                        FaultKind::Semicolon => FaultKind::SemicolonInArray,
                        kind => kind,
                    };
                    self.report(array, self.stray(child, kind));
                }
                Kind::Attribute => self.attribute(array, child, false),
                _ => {
                    if let Some(previous) = walk.previous.filter(|_| !walk.separated) {
                        let fault = Fault::new(FaultKind::MissingSeparator, child.range());
                        self.report(array, fault.related(previous));
                    }
                    let text = child.text(self.text);
                    if child.kind() == Kind::Word && text.starts_with(['=', ':']) {
                        self.report(array, Fault::new(FaultKind::Unexpected, child.range()));
                    }
                }
            }
            walk.take(child);
        }
        self.commas(array, &mut walk, array.range().end - 1);
    }

    /// Looks at what stands between two siblings: separators, and commas with nothing before them.
    fn commas(&mut self, container: Node<'_>, walk: &mut Siblings, end: u32) {
        let gap = TextRange::new(walk.at, end);
        for (offset, byte) in gap.slice(self.text).bytes().enumerate() {
            match byte {
                b'\n' | b'\r' => {
                    walk.separated = true;
                    walk.line_broken = true;
                }
                b',' => {
                    if walk.line_broken || !walk.comma_may_follow {
                        let at = walk.at + crate::text::offset(offset);
                        self.report(container, Fault::new(FaultKind::StrayComma, TextRange::new(at, at + 1)));
                    }
                    walk.separated = true;
                    walk.comma_may_follow = false;
                }
                _ => {}
            }
        }
        walk.at = end;
    }
}

fn is_comment(node: Node<'_>) -> bool {
    matches!(node.kind(), Kind::LineComment | Kind::BlockComment)
}

/// Whether a node is an entry that is a key alone.
fn is_bare_key(node: Node<'_>) -> bool {
    node.kind() == Kind::Entry && node.children().count() == 1
}

/// Whether an entry is what remains of `"""…` behind an empty string.
fn is_triple_quoted(text: &str, entry: Node<'_>) -> bool {
    let before = text.get(..entry.range().start as usize).unwrap_or("");
    entry.text(text).starts_with('"') && before.ends_with("\"\"")
}

/// What is known between two siblings of a map or array.
struct Siblings {
    at: u32,
    previous: Option<TextRange>,
    /// A comma or line break has been seen since the previous sibling.
    separated: bool,
    /// A line break has been seen since the previous sibling.
    line_broken: bool,
    /// An entry or member stands before, and no comma since.
    comma_may_follow: bool,
    /// The kind of the last sibling's value.
    value: Option<Kind>,
    /// The bytes of the last sibling's value.
    value_range: Option<TextRange>,
    previous_id: Option<NodeId>,
}

impl Siblings {
    fn new(at: u32) -> Self {
        Self {
            at,
            previous: None,
            separated: false,
            line_broken: false,
            comma_may_follow: false,
            value: None,
            value_range: None,
            previous_id: None,
        }
    }

    fn pass(&mut self, comment: Node<'_>) {
        self.at = comment.range().end;
    }

    /// Whether an entry with a value stands before on the same line.
    fn follows_value(&self) -> bool {
        !self.separated && self.value.is_some()
    }

    /// Whether a word without quotes ends just where a node begins.
    fn follows_word(&self, node: Node<'_>) -> bool {
        self.value == Some(Kind::Word)
            && self.previous.is_some_and(|previous| previous.end == node.range().start)
    }

    fn take(&mut self, sibling: Node<'_>) {
        let value = if sibling.kind() == Kind::Entry { sibling.children().last() } else { Some(sibling) };
        self.value_range = value.map(Node::range);
        self.previous_id = Some(sibling.id());
        self.value = value.map(Node::kind).filter(|kind| *kind != Kind::Key);
        self.at = sibling.range().end;
        self.previous = Some(sibling.range());
        self.separated = false;
        self.line_broken = false;
        self.comma_may_follow = true;
    }
}
