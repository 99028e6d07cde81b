//! What is between two tokens: blanks, line breaks and separators.

/// The layout between two tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Gap {
    /// The number of line breaks.
    pub(crate) breaks: usize,
    /// Whether a comma is in it.
    pub(crate) comma: bool,
}

impl Gap {
    /// Reads the text between two tokens.
    pub(crate) fn of(text: &str) -> Self {
        let mut gap = Self::default();
        let mut previous = 0;
        for byte in text.bytes() {
            match byte {
                b'\n' if previous == b'\r' => {}
                b'\n' | b'\r' => gap.breaks += 1,
                b',' => gap.comma = true,
                _ => {}
            }
            previous = byte;
        }
        gap
    }

    /// Whether a blank line is in it.
    pub(crate) fn has_blank_line(self) -> bool {
        self.breaks > 1
    }
}
