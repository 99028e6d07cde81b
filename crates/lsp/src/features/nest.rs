//! Where in a block an offset is, read from the text alone, so that it works while something is half typed.

use clientc_syntax::{TextRange, work};

/// Where an offset is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Nest<'t> {
    /// Where the block around it begins.
    pub(crate) start: u32,
    /// The block around it.
    pub(crate) block: BlockWord,
    /// The name of the block.
    pub(crate) name: &'t str,
    /// The keys of the maps and arrays around it, from the outside: `options`, `http`.
    pub(crate) path: Vec<&'t str>,
    /// What is expected there.
    pub(crate) slot: Slot<'t>,
    /// The word at or before the offset, without quotes; empty where there is none.
    pub(crate) word: TextRange,
    /// Whether the word is in quotes.
    pub(crate) is_quoted: bool,
}

/// The kinds of blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BlockWord {
    /// A client.
    Client,
    /// A retry policy.
    Policy,
    /// A function.
    Function,
    /// Another block.
    Other,
    /// None: between the blocks.
    None,
}

/// What is expected somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot<'t> {
    /// A key, or between the blocks the word that begins one.
    Key,
    /// The value of this key.
    Value(&'t str),
    /// A member of an array; its key is the last of the path.
    Member,
    /// Nothing, because the offset is in a comment.
    Comment,
    /// Nothing: the offset is in the header of a block, or in a string of several lines.
    Nothing,
}

/// Where an offset is.
#[must_use]
pub(crate) fn nest(text: &str, offset: u32) -> Nest<'_> {
    // The scanner of the files knows the strings in which a line only looks like the header of a block.
    let block_start = clientc_syntax::item_start(text, offset).unwrap_or(0);
    let mut offset = (offset as usize).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let start = block_start as usize;
    let (header, word) = header(text, start);
    let mut scanner = Scanner { text, at: start, offset, stack: Vec::new(), line: Vec::new() };
    let end = scanner.read();
    let (range, is_quoted) = match end {
        End::Quoted(from) => (inside_quotes(text, from), true),
        _ => (word_around(text, offset), false),
    };
    let nothing_open = scanner.stack.is_empty();
    // The word under the cursor is not yet a part of what comes before it.
    let before: Vec<&str> =
        scanner.line.iter().filter(|(at, _)| *at < range.start as usize).map(|(_, word)| *word).collect();
    let slot = match scanner.stack.last() {
        _ if matches!(end, End::Comment) => Slot::Comment,
        _ if matches!(end, End::LongText) => Slot::Nothing,
        None if range.start as usize <= start => Slot::Key,
        None => header_slot(header, &before),
        Some((_, '[')) => Slot::Member,
        Some(_) => match before.as_slice() {
            [] => Slot::Key,
            [key, ..] => Slot::Value(key),
        },
    };
    let block = if nothing_open && slot == Slot::Key { BlockWord::None } else { header };
    let path = scanner.stack.iter().skip(1).map(|(key, _)| *key).collect();
    Nest { start: block_start, block, name: word, path, slot, word: range, is_quoted }
}

fn header_slot<'t>(header: BlockWord, before: &[&'t str]) -> Slot<'t> {
    if header == BlockWord::None || before.is_empty() { Slot::Key } else { Slot::Nothing }
}

enum End {
    Plain,
    Comment,
    LongText,
    /// In quotes that begin here.
    Quoted(usize),
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    offset: usize,
    /// The open braces and brackets, each with the key before it.
    stack: Vec<(&'t str, char)>,
    /// The words since the last entry ended, each with where it begins.
    line: Vec<(usize, &'t str)>,
}

impl<'t> Scanner<'t> {
    fn read(&mut self) -> End {
        while self.at < self.offset {
            let rest = &self.text[self.at..];
            let Some(c) = rest.chars().next() else { break };
            let before = self.at;
            if rest.starts_with("//") {
                let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
                if self.at + length >= self.offset {
                    return End::Comment;
                }
                self.at += length;
            } else if rest.starts_with("{//") {
                let length = rest.find("//}").map_or(rest.len(), |at| at + 3);
                if self.at + length > self.offset {
                    return End::Comment;
                }
                self.at += length;
            } else if let Some(length) = long_text(rest) {
                if self.at + length > self.offset {
                    return End::LongText;
                }
                self.take_word(length);
            } else if c == '"' {
                let length = quoted(rest);
                if self.at + length > self.offset
                    || (self.at + length == self.offset && !rest[..length].ends_with('"'))
                {
                    return End::Quoted(self.at);
                }
                self.take_word(length);
            } else {
                self.step(c, rest);
            }
            work::add(self.at - before);
        }
        End::Plain
    }

    fn step(&mut self, c: char, rest: &'t str) {
        match c {
            '{' | '[' => {
                let key = self.line.first().map_or("", |(_, word)| word);
                self.stack.push((key.trim_matches('"'), c));
                self.line.clear();
                self.at += 1;
            }
            '}' | ']' => {
                self.stack.pop();
                self.line.clear();
                self.at += 1;
            }
            '\n' | '\r' => {
                // The brace of `options` may be on the next line, so a key alone goes on.
                let is_alone = self.line.len() == 1;
                let blank = if is_alone { rest.len() - rest.trim_start().len() } else { 1 };
                if !(is_alone && rest[blank..].starts_with('{')) {
                    self.line.clear();
                }
                self.at += blank;
            }
            ',' => {
                self.line.clear();
                self.at += 1;
            }
            c if c.is_whitespace() || c == ':' => self.at += c.len_utf8(),
            _ => {
                let length = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len()).max(c.len_utf8());
                self.take_word(length);
            }
        }
    }

    fn take_word(&mut self, length: usize) {
        let end = (self.at + length).min(self.text.len());
        self.line.push((self.at, self.text.get(self.at..end).unwrap_or("")));
        self.at = end;
    }
}

/// The length of a string that may have several lines, if one begins here: one with hashes, up to the end of the text
/// where it never ends, or one in three quotes, which does end.
fn long_text(rest: &str) -> Option<usize> {
    const CLOSE: &str = "\"#####";
    let hashes = rest.bytes().take_while(|byte| *byte == b'#').count();
    let (body, close) = match hashes {
        0 if rest.starts_with("\"\"\"") => (3, "\"\"\""),
        1..=5 if rest.as_bytes().get(hashes) == Some(&b'"') => (hashes + 1, &CLOSE[..=hashes]),
        _ => return None,
    };
    let end = rest[body..].find(close).map(|at| body + at + close.len());
    end.or((hashes > 0).then_some(rest.len()))
}

/// The length of a quoted string, which ends with its line at the latest.
fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '\n' | '\r' => return at,
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    rest.len()
}

fn inside_quotes(text: &str, from: usize) -> TextRange {
    let rest = text.get(from..).unwrap_or("");
    let length = quoted(rest);
    let whole = rest.get(..length).unwrap_or("");
    let end = if length > 1 && whole.ends_with('"') { from + length - 1 } else { from + length };
    TextRange::of(from + 1, end)
}

/// What a word is made of: names, keys, `env.NAME`, models and shorthands.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '<' | '>' | '@' | '+')
}

fn word_around(text: &str, offset: usize) -> TextRange {
    let before = text.get(..offset).unwrap_or("");
    let start = before
        .rfind(|c: char| !is_word(c))
        .map_or(0, |at| at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
    let after = text.get(offset..).unwrap_or("");
    let end = offset + after.find(|c: char| !is_word(c)).unwrap_or(after.len());
    TextRange::of(start, end)
}

/// The kind and the name of the block that begins at an offset.
fn header(text: &str, start: usize) -> (BlockWord, &str) {
    let line = text.get(start..).unwrap_or("").lines().next().unwrap_or("");
    let mut words =
        line.split(|c: char| c.is_whitespace() || matches!(c, '{' | '(')).filter(|word| !word.is_empty());
    let block = match words.next() {
        Some("client" | "client<llm>") => BlockWord::Client,
        Some("retry_policy") => BlockWord::Policy,
        Some("function") => BlockWord::Function,
        Some(word) if word.starts_with(|c: char| c.is_alphabetic()) => BlockWord::Other,
        _ => BlockWord::None,
    };
    (block, words.next().unwrap_or(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The place of `|` in a text.
    fn at(marked: &str) -> (String, u32) {
        let offset = marked.find('|').unwrap();
        (marked.replacen('|', "", 1), offset as u32)
    }

    fn shown(marked: &str) -> String {
        let (text, offset) = at(marked);
        let nest = nest(&text, offset);
        let word = nest.word.slice(&text);
        format!("{:?} {} {:?} {:?} {word:?}", nest.block, nest.name, nest.path, nest.slot)
    }

    #[test]
    fn places_in_blocks_are_told() {
        for (text, expected) in [
            ("|", r#"None  [] Key """#),
            ("cli|", r#"None  [] Key "cli""#),
            ("client<llm> A {\n  pro|\n}", r#"Client A [] Key "pro""#),
            ("client<llm> A {\n  provider op|enai\n}", r#"Client A [] Value("provider") "openai""#),
            ("client<llm> A {\n  provider |\n}", r#"Client A [] Value("provider") """#),
            ("client<llm> A {\n  options {\n    |\n", r#"Client A ["options"] Key """#),
            ("client<llm> A {\n  options\n  {\n    mo|del \"x\"", r#"Client A ["options"] Key "model""#),
            ("client<llm> A {\n  options {\n http { conn|", r#"Client A ["options", "http"] Key "conn""#),
            ("client A { options { http { a 1, b| ", r#"Client A ["options", "http"] Key "b""#),
            (
                "client A {\n options {\n  model \"gpt|-4\"\n",
                r#"Client A ["options"] Value("model") "gpt-4""#,
            ),
            ("client A {\n options {\n  api_key env.|", r#"Client A ["options"] Value("api_key") "env.""#),
            ("client A {\n options {\n  strategy [B, C|", r#"Client A ["options", "strategy"] Member "C""#),
            (
                "client A {\n options {\n  strategy [\n   B\n   |",
                r#"Client A ["options", "strategy"] Member """#,
            ),
            (
                "retry_policy R {\n max_retries 3\n strategy {\n type |",
                r#"Policy R ["strategy"] Value("type") """#,
            ),
            ("function F(a: string) -> X {\n  client |\n", r#"Function F [] Value("client") """#),
            (
                "function F(a: string) -> X {\n  client A\n  prompt #\"\n a { b |\n\"#",
                r#"Function F [] Nothing """#,
            ),
            (
                "function F() -> string {\n  prompt #\"\nSummarise\nclient B {\n  pro|\n\"#\n}",
                r#"Function F [] Nothing "pro""#,
            ),
            ("template_string X(a: string) #\"\nhello\nc|\n\"#", r#"Other X [] Nothing "c""#),
            ("function F() {\n  prompt \"\"\"\nclient |\n\"\"\"\n}", r#"Function F [] Nothing """#),
            ("client<llm> A {\nprovider openai\nopt|\n}", r#"Client A [] Key "opt""#),
            ("client A {\noptions {\nhttp {\nconn|\n}\n}\n}", r#"Client A ["options", "http"] Key "conn""#),
            ("class X {\n}\n  client<llm> A {\n    pro|", r#"Client A [] Key "pro""#),
            ("client A {\noptions {\n\nclient<llm> B {\n  pro|", r#"Client B [] Key "pro""#),
            ("client A {\n // com|ment\n}", r#"Client A [] Comment "comment""#),
            ("class X {\n a string\n}\n\n|", r#"None  [] Key """#),
            ("client A {\n}\nretry|", r#"None  [] Key "retry""#),
            ("client<llm> |", r#"Client  [] Nothing """#),
        ] {
            let got = shown(text);
            let got = if expected.starts_with("None") {
                // Outside of blocks the name before says nothing.
                let (kind, rest) = got.split_once(' ').unwrap();
                format!("{kind} {}", &rest[rest.find(" [").unwrap_or(0)..])
            } else {
                got
            };
            assert_eq!(got, expected, "{text:?}");
        }
    }

    #[test]
    fn twice_the_text_is_at_most_twice_the_work() {
        let steps = |text: &str| {
            let before = work::steps();
            let _ = nest(text, text.len() as u32);
            work::steps() - before
        };
        for (start, piece) in [
            ("client<llm> A {\n  provider\n", "\n"),
            ("client<llm> A {\n", "k\n\n"),
            ("client<llm> A {\n", "a {\n"),
            ("class A {\n", "x \"\"\" \"\n"),
            ("function F() {\n prompt #\"", "client A {\n"),
            ("", "client<llm> A {\n  provider openai\n}\n"),
        ] {
            let text = |length: usize| [start, &piece.repeat(length / piece.len())].concat();
            let (once, twice) = (steps(&text(20_000)), steps(&text(40_000)));
            assert!(twice <= 2 * once + 1_000, "{start:?} {piece:?}: {once} and {twice} steps");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_has_places(text in "[a-c \\n\\r{}\\[\\]\"#/:,é😀]{0,60}", offset: u8) {
            let nest = nest(&text, u32::from(offset));
            let range = nest.word;
            proptest::prop_assert!(text.get(range.start as usize..range.end as usize).is_some());
        }
    }
}
