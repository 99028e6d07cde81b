//! The tokens of the language as bytes: where each of them ends.

use memchr::memmem;

/// The end of the line that `at` is in, its line break excluded.
pub(crate) fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |length| at + length)
}

/// One past the end of a raw string whose body begins at `body`.
pub(crate) fn raw_string_end(bytes: &[u8], body: usize, hashes: usize) -> Option<usize> {
    let end = &b"\"#####"[..hashes + 1];
    memmem::find(bytes.get(body..)?, end).map(|length| body + length + end.len())
}

pub(crate) fn segment_end(bytes: &[u8], at: usize) -> usize {
    let letter = at + usize::from(bytes.get(at) == Some(&b'$'));
    if !bytes.get(letter).is_some_and(u8::is_ascii_alphabetic) {
        return at;
    }
    letter + 1 + bytes[letter + 1..].iter().take_while(|byte| NAME[usize::from(**byte)]).count()
}

pub(crate) fn key_end(bytes: &[u8], at: usize) -> usize {
    let mut end = segment_end(bytes, at);
    while end > at && bytes[end..].starts_with(b"::") && segment_end(bytes, end + 2) > end + 2 {
        end = segment_end(bytes, end + 2);
    }
    end
}

pub(crate) fn is_word_byte(byte: u8) -> bool {
    WORD[usize::from(byte)]
}

fn word_run_end(bytes: &[u8], at: usize) -> usize {
    at + bytes[at..].iter().take_while(|byte| is_word_byte(**byte)).count()
}

/// One past an unquoted value; `at` itself where none begins.
pub(crate) fn word_end(bytes: &[u8], at: usize) -> usize {
    let mut end = word_run_end(bytes, at);
    if end == at {
        return at;
    }
    loop {
        let next = end + bytes[end..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        if next == end || bytes[next..].starts_with(b"//") || word_run_end(bytes, next) == next {
            return end;
        }
        end = word_run_end(bytes, next);
    }
}

/// One past a number or what only begins like one.
pub(crate) fn number_end(bytes: &[u8], at: usize) -> Option<usize> {
    let sign = at + usize::from(matches!(bytes[at], b'-' | b'+'));
    let point = sign + usize::from(bytes.get(sign) == Some(&b'.'));
    if !bytes.get(point).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let mut end = point + 1;
    while end < bytes.len() && is_word_byte(bytes[end]) && !bytes[end..].starts_with(b"//") {
        end += 1;
    }
    Some(end)
}

/// Whether a scalar begins like a number.
pub(crate) fn begins_like_number(bytes: &[u8]) -> bool {
    !bytes.is_empty() && number_end(bytes, 0).is_some()
}

pub(crate) fn arguments_end(bytes: &[u8], at: usize) -> usize {
    if bytes.get(at) != Some(&b'(') {
        return at;
    }
    match bytes[at + 1..].iter().position(|byte| b"()\n{}".contains(byte)) {
        Some(length) if bytes[at + 1 + length] == b')' => at + length + 2,
        _ => at,
    }
}

/// One past a run of text that fits nowhere; always moves on.
pub(crate) fn stray_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at + 1;
    while let Some(&byte) = bytes.get(end) {
        let rest = &bytes[end..];
        if b" \n\r\t,{}[]\"".contains(&byte) || rest.starts_with(b"#\"") || rest.starts_with(b"//") {
            break;
        }
        end += 1;
    }
    end
}

pub(crate) fn blanks(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..).unwrap_or_default().iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

pub(crate) fn next_line(bytes: &[u8], at: usize) -> Option<usize> {
    let end = line_end(bytes, at);
    (end < bytes.len()).then_some(end + 1)
}

/// The bytes of a name behind its first.
static NAME: [bool; 256] = {
    let mut name = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        name[byte] = matches!(byte as u8, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-');
        byte += 1;
    }
    name
};

/// The bytes of text without quotes, blanks excluded.
static WORD: [bool; 256] = {
    let mut word = [true; 256];
    let mut byte = 0;
    while byte <= b' ' as usize {
        word[byte] = false;
        byte += 1;
    }
    let special = b"\x7f#@{([<})]>,';";
    let mut index = 0;
    while index < special.len() {
        word[special[index] as usize] = false;
        index += 1;
    }
    word
};
