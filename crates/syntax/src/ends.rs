//! Where raw strings and comments end, remembering the last answers, so that many openings before one end, or
//! without an end, cost one search and not one each.

use memchr::memmem;

/// The searches of one pass over a text.
#[derive(Debug)]
pub(crate) struct Ends<'t> {
    bytes: &'t [u8],
    /// By the number of hashes.
    raw_strings: [Known; 6],
    comments: Known,
    /// A quote and the end of its line: no string that begins between them ends there.
    no_string: (usize, usize),
    pub(crate) bytes_read: u64,
}

/// The last answer: from here on the first end is found there, if there is one.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    from: usize,
    end: Option<usize>,
    is_known: bool,
}

impl<'t> Ends<'t> {
    pub(crate) fn new(bytes: &'t [u8]) -> Self {
        Self {
            bytes,
            raw_strings: [Known::default(); 6],
            comments: Known::default(),
            no_string: (0, 0),
            bytes_read: 0,
        }
    }

    /// One past a string of a block that is skipped; past its quote where it does not end on its line.
    pub(crate) fn string(&mut self, at: usize) -> usize {
        if self.bytes[at..].starts_with(b"\"\"\"") {
            let found = memmem::find(&self.bytes[at + 3..], b"\"\"\"");
            return found.map_or(at + 3, |length| at + length + 6);
        }
        // Every quote between an opening and the end of its line has been passed as an escaped one, so none of
        // them begins a string that ends.
        if self.no_string.0 <= at && at < self.no_string.1 {
            return at + 1;
        }
        let mut end = at + 1;
        loop {
            match self.bytes.get(end) {
                None | Some(b'\n' | b'\r') => {
                    self.bytes_read += (end - at) as u64;
                    self.no_string = (at, end);
                    return at + 1;
                }
                Some(b'"') => return end + 1,
                Some(b'\\') => end += 2,
                Some(_) => end += 1,
            }
        }
    }

    /// One past a block comment that begins at `at`.
    pub(crate) fn comment(&mut self, at: usize) -> Option<usize> {
        let mut known = self.comments;
        self.find(&mut known, at + 3, b"//}");
        self.comments = known;
        known.end
    }

    /// One past a raw string that begins at `at`; past its opening where it never ends or is none.
    pub(crate) fn raw_string(&mut self, at: usize) -> usize {
        let hashes = self.bytes[at..].iter().take_while(|byte| **byte == b'#').count();
        let body = at + hashes + 1;
        if hashes > 5 || self.bytes.get(at + hashes) != Some(&b'"') {
            return at + hashes;
        }
        let mut known = self.raw_strings[hashes];
        self.find(&mut known, body, &b"\"#####"[..hashes + 1]);
        self.raw_strings[hashes] = known;
        known.end.unwrap_or(body)
    }

    /// Looks for the first end from `at` on, unless the last answer holds here too.
    fn find(&mut self, known: &mut Known, at: usize, end: &[u8]) {
        let holds = |found: usize| at + end.len() <= found;
        if known.is_known && known.from <= at && known.end.is_none_or(holds) {
            return;
        }
        let found = self.bytes.get(at..).and_then(|rest| memmem::find(rest, end));
        self.bytes_read += found.unwrap_or(self.bytes.len().saturating_sub(at)) as u64;
        *known = Known { from: at, end: found.map(|length| at + length + end.len()), is_known: true };
    }
}
