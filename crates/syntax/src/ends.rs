//! Where raw strings and comments end, remembering what was searched in vain, so that many openings without
//! an end cost one search and not one each.

use memchr::memmem;

/// The searches of one pass over a text.
#[derive(Debug)]
pub(crate) struct Ends<'t> {
    bytes: &'t [u8],
    /// By the number of hashes: no such raw string ends from here on.
    raw_strings: [usize; 6],
    /// No block comment ends from here on.
    comments: usize,
    pub(crate) bytes_read: u64,
}

impl<'t> Ends<'t> {
    pub(crate) fn new(bytes: &'t [u8]) -> Self {
        Self { bytes, raw_strings: [usize::MAX; 6], comments: usize::MAX, bytes_read: 0 }
    }

    /// One past a block comment that begins at `at`.
    pub(crate) fn comment(&mut self, at: usize) -> Option<usize> {
        if at >= self.comments {
            return None;
        }
        let found = memmem::find(self.bytes.get(at + 3..)?, b"//}");
        self.count(found, at);
        if found.is_none() {
            self.comments = at;
        }
        found.map(|length| at + length + 6)
    }

    /// One past a raw string that begins at `at`; past its opening where it never ends or is none.
    pub(crate) fn raw_string(&mut self, at: usize) -> usize {
        let hashes = self.bytes[at..].iter().take_while(|byte| **byte == b'#').count();
        let body = at + hashes + 1;
        if hashes > 5 || self.bytes.get(at + hashes) != Some(&b'"') {
            return at + hashes;
        }
        if at >= self.raw_strings[hashes] {
            return body;
        }
        let found = crate::scan::raw_string_end(self.bytes, body, hashes);
        self.count(found.map(|end| end - at), at);
        if found.is_none() {
            self.raw_strings[hashes] = at;
        }
        found.unwrap_or(body)
    }

    fn count(&mut self, found: Option<usize>, at: usize) {
        self.bytes_read += found.unwrap_or(self.bytes.len() - at) as u64;
    }
}
