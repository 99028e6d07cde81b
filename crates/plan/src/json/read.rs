//! The reader of JSON.

use std::str::FromStr;

use super::{Map, Number, Value, number};

/// The deepest nesting that is read. The options of a client may nest 256 deep in source.
pub const MAX_NESTING: usize = 300;

/// Why a text is not JSON. Lines and columns begin at 1; a column counts bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Something else is missing at a place.
    #[error("expected {expected} at line {line} column {column}")]
    Expected {
        /// What is missing.
        expected: &'static str,
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// The text nests deeper than [`MAX_NESTING`].
    #[error("this nests deeper than {MAX_NESTING}")]
    TooDeep,
    /// The bytes are not UTF-8.
    #[error("this is not UTF-8")]
    NotUtf8,
    /// An object has a key twice. Only [`Value::parse_unique`] refuses that.
    #[error("${path}: this key appears twice")]
    DuplicateKey {
        /// The way to the second one from the root, such as `.clients.Fast`.
        path: String,
    },
}

/// One step of a JSON path. Keys that are no plain words are quoted.
pub fn path_step(key: &str) -> String {
    let is_plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && key.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
    if is_plain { format!(".{key}") } else { format!("[{}]", Value::from(key)) }
}

impl JsonError {
    /// Says that an error is inside of this step.
    fn inside(self, step: impl FnOnce() -> String) -> Self {
        match self {
            Self::DuplicateKey { path } => Self::DuplicateKey { path: step() + &path },
            error => error,
        }
    }
}

impl Value {
    /// Reads a JSON text.
    ///
    /// # Errors
    ///
    /// The first place at which the text is not JSON, or that it nests deeper than [`MAX_NESTING`].
    pub fn parse(text: &str) -> Result<Self, JsonError> {
        Parser { text, at: 0, is_unique: false }.whole()
    }

    /// Reads a JSON text whose objects have each key once.
    ///
    /// # Errors
    ///
    /// Those of [`Value::parse`], and the first key that is there twice.
    pub fn parse_unique(text: &str) -> Result<Self, JsonError> {
        Parser { text, at: 0, is_unique: true }.whole()
    }

    /// Reads JSON out of bytes, as [`Value::parse`] does.
    ///
    /// # Errors
    ///
    /// Those of [`Value::parse`], and bytes that are not UTF-8.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, JsonError> {
        Self::parse(std::str::from_utf8(bytes).map_err(|_| JsonError::NotUtf8)?)
    }
}

impl FromStr for Value {
    type Err = JsonError;

    fn from_str(text: &str) -> Result<Self, JsonError> {
        Self::parse(text)
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    /// Whether a key must not be there twice.
    is_unique: bool,
}

impl Parser<'_> {
    fn whole(mut self) -> Result<Value, JsonError> {
        let value = self.value(0)?;
        self.skip_blanks();
        if self.at < self.text.len() { Err(self.expected("the end of the text")) } else { Ok(value) }
    }

    /// Reads the value at the current place, inside `depth` others.
    fn value(&mut self, depth: usize) -> Result<Value, JsonError> {
        self.skip_blanks();
        match self.peek() {
            Some(b'{' | b'[') if depth == MAX_NESTING => Err(JsonError::TooDeep),
            Some(b'{') => self.object(depth + 1),
            Some(b'[') => self.array(depth + 1),
            Some(b'"') => self.string().map(Value::String),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            _ => self.number(),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, JsonError> {
        let mut map = Map::new();
        self.at += 1;
        if self.skip(b'}') {
            return Ok(Value::Object(map));
        }
        loop {
            self.skip_blanks();
            if self.peek() != Some(b'"') {
                return Err(self.expected("a key in quotes"));
            }
            let key = self.string()?;
            if !self.skip(b':') {
                return Err(self.expected("`:`"));
            }
            if self.is_unique && map.contains_key(&key) {
                return Err(JsonError::DuplicateKey { path: path_step(&key) });
            }
            let value = self.value(depth).map_err(|error| error.inside(|| path_step(&key)))?;
            map.insert(key, value);
            if self.skip(b'}') {
                return Ok(Value::Object(map));
            }
            if !self.skip(b',') {
                return Err(self.expected("`,` or `}`"));
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, JsonError> {
        let mut values = Vec::new();
        self.at += 1;
        if self.skip(b']') {
            return Ok(Value::Array(values));
        }
        loop {
            let place = values.len();
            values.push(self.value(depth).map_err(|error| error.inside(|| format!("[{place}]")))?);
            if self.skip(b']') {
                return Ok(Value::Array(values));
            }
            if !self.skip(b',') {
                return Err(self.expected("`,` or `]`"));
            }
        }
    }

    /// Reads a string. Most have no escapes and are copied; the others are decoded by `serde_json`.
    fn string(&mut self) -> Result<String, JsonError> {
        let (start, bytes) = (self.at, self.text.as_bytes());
        let mut is_plain = true;
        loop {
            self.at += 1;
            match bytes.get(self.at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    is_plain = false;
                    self.at += 1;
                }
                Some(0..=0x1F) => return Err(self.expected("an escape instead of a control character")),
                Some(_) => {}
                None => {
                    self.at = bytes.len();
                    return Err(self.expected("the closing quote of a string"));
                }
            }
        }
        self.at += 1;
        if is_plain {
            return Ok(self.text.get(start + 1..self.at - 1).unwrap_or_default().into());
        }
        let quoted = self.text.get(start..self.at).unwrap_or_default();
        serde_json::from_str(quoted).map_err(|_| {
            self.at = start;
            self.expected("a string with valid escapes")
        })
    }

    fn number(&mut self) -> Result<Value, JsonError> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let spelling = number::length(rest.as_bytes()).and_then(|length| rest.get(..length));
        let spelling = spelling.ok_or_else(|| self.expected("a value"))?;
        self.at += spelling.len();
        Ok(Value::Number(Number::from_spelling(spelling)))
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, JsonError> {
        if !self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            return Err(self.expected("a value"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps over blanks and then over this byte, if it comes next.
    fn skip(&mut self, byte: u8) -> bool {
        self.skip_blanks();
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expected(&self, expected: &'static str) -> JsonError {
        let before = self.text.as_bytes().get(..self.at).unwrap_or_default();
        let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        JsonError::Expected { expected, line, column: self.at - line_start + 1 }
    }
}
