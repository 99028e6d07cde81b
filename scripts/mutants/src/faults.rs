//! The faults, as cargo-mutants lists them.

use serde::Deserialize;

/// One fault.
pub struct Fault {
    /// Its place in the list, from one.
    pub number: u32,
    /// The file, from the root of the workspace.
    pub file: String,
    /// Where the replaced text begins: the line and the column, both from one.
    pub start: (usize, usize),
    /// What the text is replaced with.
    pub replacement: String,
    /// What kind of text is replaced.
    pub genre: Genre,
}

/// What kind of text a fault replaces.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
pub enum Genre {
    FnValue,
    BinaryOperator,
    UnaryOperator,
    MatchArm,
    MatchArmGuard,
    StructField,
}

/// A fault as it is written in the list.
#[derive(Deserialize)]
pub struct Listed {
    file: String,
    span: Span,
    replacement: String,
    genre: Genre,
}

#[derive(Deserialize)]
struct Span {
    start: Position,
}

#[derive(Deserialize)]
struct Position {
    line: usize,
    column: usize,
}

/// The faults of a list with their numbers.
pub fn numbered(listed: Vec<Listed>) -> impl Iterator<Item = Fault> {
    (1..).zip(listed).map(|(number, listed)| Fault {
        number,
        file: listed.file,
        start: (listed.span.start.line, listed.span.start.column),
        replacement: listed.replacement,
        genre: listed.genre,
    })
}
