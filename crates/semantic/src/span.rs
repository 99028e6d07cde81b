//! Places across files.

use clientc_syntax::TextRange;

/// A file of a workspace. The number stays the same as long as the workspace is open and says nothing about
/// the order of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A range of bytes in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The bytes.
    pub range: TextRange,
}

impl Span {
    /// A range of bytes in a file.
    #[must_use]
    pub fn new(file: FileId, range: TextRange) -> Self {
        Self { file, range }
    }
}
