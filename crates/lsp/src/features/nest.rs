//! Where in a block an offset is, read from the text alone, so that it works while something is half typed.

use clientc_syntax::TextRange;

/// Where an offset is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Nest<'t> {
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
    /// Nothing: the offset is in a comment or in a string of several lines.
    Nothing,
}

/// How far back to look for the start of a block, in bytes.
const MOST_BACK: usize = 200_000;

/// Where an offset is.
#[must_use]
pub(crate) fn nest(text: &str, offset: u32) -> Nest<'_> {
    let mut offset = (offset as usize).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let start = block_start(text, offset);
    let (header, word) = header(text, start);
    let mut scanner = Scanner { text, at: start, offset, stack: Vec::new(), line: Vec::new() };
    let end = scanner.read();
    let is_nothing = matches!(end, End::Comment | End::LongText);
    let (range, is_quoted) = match end {
        End::Quoted(from) => (inside_quotes(text, from), true),
        _ => (word_around(text, offset), false),
    };
    let nothing_open = scanner.stack.is_empty();
    // The word under the cursor is not yet a part of what comes before it.
    let before: Vec<&str> =
        scanner.line.iter().filter(|(at, _)| *at < range.start as usize).map(|(_, word)| *word).collect();
    let slot = match scanner.stack.last() {
        _ if is_nothing => Slot::Nothing,
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
    Nest { block, name: word, path, slot, word: range, is_quoted }
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
            } else if let Some(hashes) = raw_string(rest) {
                let close = format!("\"{}", "#".repeat(hashes));
                let body = hashes + 1;
                let length = rest
                    .get(body..)
                    .and_then(|rest| rest.find(&close))
                    .map_or(rest.len(), |at| body + at + close.len());
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
                let next = rest.trim_start();
                if !(self.line.len() == 1 && next.starts_with('{')) {
                    self.line.clear();
                }
                self.at += 1;
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

/// The number of hashes of a raw string that begins here.
fn raw_string(rest: &str) -> Option<usize> {
    let hashes = rest.bytes().take_while(|byte| *byte == b'#').count();
    (hashes > 0 && rest.as_bytes().get(hashes) == Some(&b'"')).then_some(hashes)
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

/// Where the block around an offset begins: at the last line before it that begins with a letter.
fn block_start(text: &str, offset: usize) -> usize {
    let mut least = offset.saturating_sub(MOST_BACK);
    while !text.is_char_boundary(least) {
        least += 1;
    }
    let bytes = text.as_bytes();
    let mut end = offset;
    loop {
        let line = text.get(least..end).unwrap_or("").rfind(['\n', '\r']).map_or(least, |at| least + at + 1);
        if bytes.get(line).is_some_and(u8::is_ascii_alphabetic) {
            return line;
        }
        if line <= least {
            return least;
        }
        end = line - 1;
    }
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
            ("client A {\n // com|ment\n}", r#"Client A [] Nothing "comment""#),
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

    proptest::proptest! {
        #[test]
        fn any_text_has_places(text in "[a-c \\n\\r{}\\[\\]\"#/:,é😀]{0,60}", offset: u8) {
            let nest = nest(&text, u32::from(offset));
            let range = nest.word;
            proptest::prop_assert!(text.get(range.start as usize..range.end as usize).is_some());
        }
    }
}
