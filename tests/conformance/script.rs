//! Scripts: calls as lines of words.

use clientc_plan::Field;

/// One call with everything that is expected of it.
#[derive(Debug)]
pub(crate) struct Call {
    /// The line at which it begins.
    pub(crate) line: usize,
    pub(crate) client: String,
    pub(crate) deadline_ms: Option<u64>,
    /// The part of its planned length that a drawn delay has, in percent.
    pub(crate) draw: u64,
    pub(crate) overrides: Vec<(String, Field, u64)>,
    /// The expected lines, without those of the outcomes.
    pub(crate) expected: Vec<(usize, String)>,
    /// The outcomes of the attempts, in order.
    pub(crate) outcomes: Vec<(usize, Fate)>,
}

/// What becomes of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Hang,
    Timeout { field: Field, after_ms: u64 },
    Ok { after_ms: u64 },
    Status { status: u16, after_ms: u64, retry_after_ms: Option<u64> },
    Connection { after_ms: u64 },
    HandedOn { after_ms: u64 },
    Cancelled { after_ms: u64 },
    Unbuildable,
}

/// Reads the calls of a script that begins at this line of its file.
pub(crate) fn read(text: &str, first_line: usize) -> Result<Vec<Call>, String> {
    let mut calls: Vec<Call> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let number = first_line + index;
        let words: Vec<&str> = line.split_whitespace().collect();
        if words.is_empty() {
            continue;
        }
        if words[0] == "call" {
            calls.push(call(&words, number).ok_or_else(|| format!("{number}: this is no call: {line}"))?);
            continue;
        }
        let call = calls.last_mut().ok_or_else(|| format!("{number}: a script begins with `call`"))?;
        if line.starts_with(' ') {
            let fate =
                fate(&words).ok_or_else(|| format!("{number}: there is no outcome `{}`", line.trim()))?;
            call.outcomes.push((number, fate));
        } else {
            call.expected.push((number, words.join(" ")));
        }
    }
    Ok(calls)
}

fn call(words: &[&str], line: usize) -> Option<Call> {
    let mut call = Call {
        line,
        client: (*words.get(1)?).to_owned(),
        deadline_ms: None,
        draw: 100,
        overrides: Vec::new(),
        expected: Vec::new(),
        outcomes: Vec::new(),
    };
    let mut rest = &words[2..];
    while let Some(word) = rest.first() {
        let taken = match *word {
            "deadline" => {
                call.deadline_ms = Some(rest.get(1)?.parse().ok()?);
                2
            }
            "draw" => {
                call.draw = rest.get(1)?.parse().ok()?;
                2
            }
            "override" => {
                let field = Field::from_key(rest.get(2)?)?;
                call.overrides.push(((*rest.get(1)?).to_owned(), field, rest.get(3)?.parse().ok()?));
                4
            }
            _ => return None,
        };
        rest = &rest[taken..];
    }
    Some(call)
}

fn fate(words: &[&str]) -> Option<Fate> {
    let ms = |word: &str| word.parse::<u64>().ok();
    Some(match words {
        ["hang"] => Fate::Hang,
        ["unbuildable"] => Fate::Unbuildable,
        ["timeout", field, "after", after] => {
            Fate::Timeout { field: Field::from_key(field)?, after_ms: ms(after)? }
        }
        ["ok", "after", after] => Fate::Ok { after_ms: ms(after)? },
        ["connection", "after", after] => Fate::Connection { after_ms: ms(after)? },
        ["handed-on", "after", after] => Fate::HandedOn { after_ms: ms(after)? },
        ["cancelled", "after", after] => Fate::Cancelled { after_ms: ms(after)? },
        [status, "after", after] => {
            Fate::Status { status: status.parse().ok()?, after_ms: ms(after)?, retry_after_ms: None }
        }
        [status, "after", after, "retry-after", asked] => Fate::Status {
            status: status.parse().ok()?,
            after_ms: ms(after)?,
            retry_after_ms: Some(ms(asked)?),
        },
        _ => return None,
    })
}
