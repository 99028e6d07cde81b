//! What can be wrong with a text, as data. The words are found elsewhere.

use crate::text::TextRange;

/// One syntactic fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxFault {
    /// What is wrong.
    pub kind: SyntaxFaultKind,
    /// The offending token.
    pub range: TextRange,
    /// Another place that is part of the story, such as the key of a missing value.
    pub related: Option<TextRange>,
}

/// Which string-like token lacks its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unterminated {
    /// `"…`
    String,
    /// `#"…`, with the number of hashes.
    RawString(u8),
    /// `{// …`
    Comment,
}

/// The kinds of syntactic faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyntaxFaultKind {
    /// A token that never ends; the range is its opening.
    Unterminated(Unterminated),
    /// Maps and arrays nest deeper than [`crate::MAX_NESTING`].
    TooDeep,
    /// Begins like a number but is not one.
    MalformedNumber,
    /// A run of lines at the top of a file that opens no block.
    NoBlock,
    /// A `}` that closes nothing.
    StrayBrace,
    /// `Client<llm>`, `client <llm>`, `retry-policy`: nearly a keyword. The range is what was written.
    NearKeyword {
        /// Whether a retry policy was meant, else a client.
        policy: bool,
    },
    /// A block without a name.
    MissingName,
    /// A block without a body.
    MissingBody,
    /// Something between name and brace that does not belong there.
    HeaderJunk,
    /// The block is never closed; the range is its opening brace, `related` what comes next.
    MissingBrace,
    /// An array is never closed; the range is its opening bracket.
    MissingBracket,
    /// A key without a value.
    MissingValue,
    /// The value begins on the line after its key (related).
    ValueOnNextLine,
    /// A value, map or array without a key.
    MissingKey,
    /// Two entries on a line with nothing between them; `related` is the first.
    MissingSeparator,
    /// An unquoted value has swallowed what follows it on its line.
    SwallowedEntry,
    /// A comma without a member or entry before it.
    StrayComma,
    /// Members without square brackets around them.
    UnbracketedList,
    /// `60 * 1000`.
    Calculation,
    /// A value that begins with `=`.
    EqualsSign,
    /// A value that begins with a second colon.
    SecondColon,
    /// `'…'`.
    SingleQuotes,
    /// `;` after an entry.
    Semicolon,
    /// `;` between members.
    SemicolonInArray,
    /// `"""`.
    TripleQuotes,
    /// More than five hashes before a raw string.
    TooManyHashes,
    /// Text without quotes (related) goes on with a character that it cannot hold.
    MarkInText,
    /// `# …`, `/* … */`, `-- …`: comments of other languages.
    ForeignComment,
    /// `\x` in a string without two hexadecimal digits behind it.
    BadEscape,
    /// Text that ends with a quote and does not begin with one.
    MissingOpeningQuote,
    /// `@@name` on a block.
    BlockAttribute,
    /// `@name` inside `options` or another value.
    Attribute,
    /// A `client` or `retry_policy` inside another block.
    NestedBlock,
    /// A value in round brackets.
    Parenthesised,
    /// A key that is not a name, such as one that begins with a digit.
    BadKey,
    /// Anything else that fits nowhere.
    Unexpected,
}

impl SyntaxFault {
    pub(crate) fn new(kind: SyntaxFaultKind, range: TextRange) -> Self {
        Self { kind, range, related: None }
    }

    pub(crate) fn related(mut self, range: TextRange) -> Self {
        self.related = Some(range);
        self
    }
}
