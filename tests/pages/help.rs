//! Help that is followed to the letter ends clean: each help of a page's examples that names a number to write, or says
//! to remove what it stands at, is followed, and then the finding is gone and no other warning or error has come.

use std::cell::RefCell;
use std::collections::BTreeMap;

use clientc_check::{Diagnostic, Level, Sources as _, Span};
use clientc_syntax::{TextEdit, TextRange};
use regex::{Captures, Regex};

use super::{Fence, Page, Run, expect, fail, for_each_page};

/// The example of this rule has nothing that its comment could silence, because it must give one finding alone. So
/// the right name in the comment is a finding of another rule there.
const NOTHING_TO_SILENCE: &str = "unknown-rule";

/// A way that a help offers.
#[derive(Default)]
struct Way {
    words: String,
    edits: Vec<(Span, String)>,
    /// What is added to `clientc.toml`.
    settings: String,
}

#[test]
fn help_that_is_followed_ends_clean() {
    let followed: RefCell<BTreeMap<&str, usize>> = RefCell::default();
    for_each_page(|page, out| {
        for example in page.projects("Example") {
            let Some(run) = Run::of(&example.files) else { continue };
            for finding in run.diagnostics.iter().filter(|finding| finding.rule == page.rule.name) {
                let ways = follow(page, &example.files, &run, finding, out);
                *followed.borrow_mut().entry(page.rule.name).or_default() += ways;
            }
        }
    });
    let followed = followed.into_inner();
    assert!(followed.values().sum::<usize>() >= 60, "{followed:?}");
}

/// Follows a finding's help in every way that it offers. Returns how many there are.
fn follow(page: &Page, files: &[Fence], run: &Run, finding: &Diagnostic, out: &mut String) -> usize {
    let help = finding.help.as_deref().unwrap_or_default();
    let (_, advice) = split_story(help);
    let ways = ways(run, finding, advice);
    if ways.is_empty() && has_number(advice) {
        fail(out, "a help with a number that cannot be followed", "a way", help);
    }
    let name = |finding: &Diagnostic| format!("{} {}", finding.rule, finding.subject);
    for way in ways.iter().filter(|_| page.rule.name != NOTHING_TO_SILENCE) {
        let Some(after) = Run::of(&changed(files, run, way)) else { continue };
        let count = |run: &Run| run.diagnostics.iter().filter(|other| name(other) == name(finding)).count();
        if count(&after) >= count(run) {
            let what = format!("what is left of {} after {:?}", page.rule.name, way.words);
            fail(out, &what, "", &after.concise());
        }
        let known: Vec<String> = run.diagnostics.iter().map(name).collect();
        let new = after.lines_of(|found| found.level != Level::Info && !known.contains(&name(found)));
        // An error hides milder findings, which are there before it is corrected.
        if finding.level != Level::Error || new.contains("error[") {
            expect(out, &format!("what is new after {:?}", way.words), "", &new);
        }
    }
    ways.len()
}

/// The attempts that lead to a finding, which its help may begin with, and the rest.
fn split_story(help: &str) -> (&str, &str) {
    match help.split_once("; ") {
        Some((story, rest)) if story.starts_with("a call to `") => (story, rest),
        _ => ("", help),
    }
}

/// Whether a text has digits that are no part of a name and no limit of the program.
fn has_number(text: &str) -> bool {
    let text = Regex::new(r"at most [\d,]+ are allowed").expect("a pattern").replace(text, "");
    Regex::new(r"(?:^|[ `])\d").expect("a pattern").is_match(&text)
}

type Follow = fn(&Run, &Diagnostic, &Captures<'_>) -> Option<Vec<(Span, String)>>;

/// What a help may say to do, and how it is done.
const PATTERNS: [(&str, Follow); 14] = [
    (
        r"(?:raise|lower) `(\w+)`[^;`]*? (to at least|to at most|to|above|below) (\d+)",
        |run, finding, found| Some(vec![(entry(run, finding, &found[1])?, number(&found[2], &found[3]))]),
    ),
    (r"(?:raise|lower) it (to|above|below) (\d+)", |run, finding, found| {
        Some(vec![(value(run, finding.primary.span)?, number(&found[1], &found[2]))])
    }),
    (r"raise the total of `\w+` to (\d+)", |run, finding, found| {
        Some(vec![(entry(run, finding, "total_timeout_ms")?, found[1].to_owned())])
    }),
    (r"write `(\w+ \d+)` into its `http` block", |run, finding, found| {
        let (text, line) = line_at(run, finding.primary.span);
        let file = finding.primary.span.file;
        let block = text.find("    http {\n")? + "    http {\n".len();
        let whole = Span::new(file, TextRange::of(line.start, line.end + 1));
        let added = (Span::new(file, TextRange::of(block, block)), format!("      {}\n", &found[1]));
        Some(vec![(whole, String::new()), added])
    }),
    (r"(?:write|such as) `(\w+) ([\d.]+)`", |run, finding, found| match entry(run, finding, &found[1]) {
        Some(entry) => Some(vec![(entry, found[2].to_owned())]),
        None if found[1].ends_with("_timeout_ms") => None,
        None => Some(vec![option(run, finding.primary.span, &format!("{} {}", &found[1], &found[2]))?]),
    }),
    (r"write `([\d.]+)`", |_, finding, found| Some(vec![(finding.primary.span, found[1].to_owned())])),
    (r"write ([\d.]+) or (?:[\d.]+)$", |_, finding, found| {
        Some(vec![(finding.primary.span, found[1].to_owned())])
    }),
    (r"write (?:[\d.]+) or ([\d.]+)$", |_, finding, found| {
        Some(vec![(finding.primary.span, found[1].to_owned())])
    }),
    (r"(?:use at most|a whole number from) (\d+)", |_, finding, found| {
        Some(vec![(finding.primary.span, found[1].to_owned())])
    }),
    (r"(?:remove the line|remove it|remove this line)(?: |$|[,;:])", |run, finding, _| {
        let span = finding.primary.span;
        Some(vec![(mark(run, span).or_else(|| line(run, span))?, String::new())])
    }),
    (r"write `(http \{ [^`]* \})`", |run, finding, found| {
        Some(vec![(line(run, finding.primary.span)?, format!("    {}\n", &found[1]))])
    }),
    (r"write `(\w+)` with [^`]*, such as (\d+)", |run, finding, found| {
        Some(vec![option(run, finding.primary.span, &format!("{} {}", &found[1], &found[2]))?])
    }),
    (r"add a retry policy with `(type \w+)`, for example with `(max_retries \d+)`", |run, finding, found| {
        let policy =
            format!("retry_policy Added {{\n  {}\n  strategy {{\n    {}\n  }}\n}}\n", &found[2], &found[1]);
        let start = Span::new(finding.primary.span.file, TextRange::of(0, 0));
        Some(vec![(start, policy), property(run, finding.primary.span, "retry_policy Added")?])
    }),
    (r"add a line to its block, such as `([^`]+)`", |run, finding, found| {
        Some(vec![property(run, finding.primary.span, &found[1])?])
    }),
];

fn ways(run: &Run, finding: &Diagnostic, help: &str) -> Vec<Way> {
    let mut ways = Vec::new();
    if let Some(fix) = &finding.fix {
        let edits = fix.edits.iter().map(|edit| (edit.span(), edit.text().to_owned())).collect();
        ways.push(Way { words: format!("the fix: {}", fix.title), edits, ..Way::default() });
    }
    for (pattern, follow) in PATTERNS {
        for found in Regex::new(pattern).expect("a pattern").captures_iter(help) {
            let edits = follow(run, finding, &found);
            ways.extend(edits.map(|edits| Way { words: found[0].to_owned(), edits, ..Way::default() }));
        }
    }
    let defaults = Regex::new(r"write `(\w+ = \d+)` under `\[defaults\.http\]`").expect("a pattern");
    for found in defaults.captures_iter(help) {
        let settings = format!("[defaults.http]\n{}\n", &found[1]);
        ways.push(Way { words: found[0].to_owned(), settings, ..Way::default() });
    }
    ways
}

/// A number in the direction that a help names.
fn number(direction: &str, number: &str) -> String {
    let number: u64 = number.parse().expect("digits");
    match direction {
        "above" => number + 1,
        "below" => number - 1,
        _ => number,
    }
    .to_string()
}

/// The text of a file and the range of the line that a place is on, without its end.
fn line_at(run: &Run, span: Span) -> (&str, std::ops::Range<usize>) {
    let text = run.workspace.files().text(span.file);
    let at = span.range.start as usize;
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    (text, start..end)
}

/// The number behind the key at a place, or the place itself where it is a number.
fn value(run: &Run, span: Span) -> Option<Span> {
    let (text, line) = line_at(run, span);
    let found = Regex::new(r"[\d.]+").expect("a pattern").find(&text[span.range.start as usize..line.end])?;
    let start = span.range.start as usize + found.start();
    Some(Span::new(span.file, TextRange::of(start, start + found.len())))
}

/// The number of an entry with a key that a finding shows, in its own place or in a label.
fn entry(run: &Run, finding: &Diagnostic, key: &str) -> Option<Span> {
    let labels = std::iter::once(&finding.primary).chain(&finding.related);
    let mut spans = labels.map(|label| label.span);
    spans.find_map(|span| {
        let (text, line) = line_at(run, span);
        let blanks = text[line.clone()].len() - text[line.clone()].trim_start().len();
        let behind = text[line.start + blanks..line.end].strip_prefix(key)?;
        let is_key = behind.starts_with([' ', ':', '=']);
        let start = TextRange::of(line.start + blanks, line.start + blanks + key.len());
        value(run, Span::new(span.file, start)).filter(|_| is_key)
    })
}

/// The edit that writes a further option into the client at a place.
fn option(run: &Run, span: Span, written: &str) -> Option<(Span, String)> {
    let (text, _) = line_at(run, span);
    let options = text[..span.range.start as usize].rfind("options {\n")?;
    let behind = options + "options {\n".len();
    Some((Span::new(span.file, TextRange::of(behind, behind)), format!("    {written}\n")))
}

/// The edit that writes a further property into the block at a place, before its options.
fn property(run: &Run, span: Span, written: &str) -> Option<(Span, String)> {
    let (text, line) = line_at(run, span);
    let block = text[..line.end].rfind("\nclient<llm>").map_or(0, |at| at + 1);
    let options = block + text[block..].find("\n  options {")? + 1;
    Some((Span::new(span.file, TextRange::of(options, options)), format!("  {written}\n")))
}

/// The line of an entry whose key is at a place, with its end.
fn line(run: &Run, span: Span) -> Option<Span> {
    let (text, line) = line_at(run, span);
    let before = text[line.start..span.range.start as usize].trim();
    let is_entry = before.chars().all(|letter| letter.is_alphanumeric() || "_:= ".contains(letter));
    let is_block = text[line.clone()].trim_end().ends_with('{');
    let whole = TextRange::of(line.start, (line.end + 1).min(text.len()));
    (is_entry && !is_block).then_some(Span::new(span.file, whole))
}

/// A place that is a single mark.
fn mark(run: &Run, span: Span) -> Option<Span> {
    let text = span.range.slice(run.workspace.files().text(span.file));
    (text.len() == 1 && !text.chars().all(char::is_alphanumeric)).then_some(span)
}

/// The files of an example after a way was taken.
fn changed(files: &[Fence], run: &Run, way: &Way) -> Vec<Fence> {
    let mut files = files.to_vec();
    let of_file = |name: &str| {
        let is_it = |span: &Span| run.workspace.files().display_path(span.file) == name;
        let edits = way.edits.iter().filter(move |(span, _)| is_it(span));
        edits.map(|(span, text)| TextEdit::new(span.range, text.as_str())).collect::<Vec<_>>()
    };
    for file in &mut files {
        if let Some((name, _)) = file.written() {
            file.body = clientc_syntax::apply(&file.body, &of_file(&name));
        }
    }
    if !way.settings.is_empty() {
        match files.iter_mut().find(|file| file.language == "toml") {
            Some(file) => file.body.push_str(&way.settings),
            None => files.push(Fence { language: "toml", body: way.settings.clone(), range: 0..0 }),
        }
    }
    files
}
