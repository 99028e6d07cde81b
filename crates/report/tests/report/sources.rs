//! Sources and findings made by hand.

use std::time::Instant;

use clientc_check::{Diagnostic, FileEdit, FileId, Fix, Label, Level, Safety, Sources, Span};
use clientc_report::{Options, Report, Scope};
use clientc_syntax::{LineIndex, TextRange};

/// Files in memory; the number of a file is its position.
pub(crate) struct Files(Vec<(String, String, LineIndex)>);

impl Files {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        Self(
            files
                .iter()
                .map(|(path, text)| (path.to_string(), text.to_string(), LineIndex::new(text)))
                .collect(),
        )
    }

    /// The first place of a piece of text in a file.
    pub(crate) fn span(&self, file: u32, piece: &str) -> Span {
        let start = self.0[file as usize].1.find(piece).expect("the file holds the piece");
        at(file, start, start + piece.len())
    }

    /// A label at the first place of a piece of text.
    pub(crate) fn label(&self, file: u32, piece: &str, text: &str) -> Label {
        Label { span: self.span(file, piece), text: text.into() }
    }
}

impl Sources for Files {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn display_path(&self, file: FileId) -> &str {
        &self.0[file.0 as usize].0
    }

    fn text(&self, file: FileId) -> &str {
        &self.0[file.0 as usize].1
    }

    fn line_index(&self, file: FileId) -> &LineIndex {
        &self.0[file.0 as usize].2
    }
}

pub(crate) fn at(file: u32, start: usize, end: usize) -> Span {
    Span::new(FileId(file), TextRange::of(start, end))
}

pub(crate) fn finding(level: Level, rule: &'static str, message: &str, primary: Label) -> Diagnostic {
    Diagnostic {
        rule,
        level,
        message: message.into(),
        primary,
        related: Vec::new(),
        subject: String::new(),
        help: None,
        fix: None,
    }
}

pub(crate) fn fix(title: &str, safety: Safety, edits: &[(Span, &str)]) -> Option<Fix> {
    let edits = edits.iter().map(|(span, text)| FileEdit::new(*span, *text)).collect();
    Some(Fix { title: title.into(), safety, edits })
}

pub(crate) const CLIENTS: &str = "\
client<llm> FastClient {
  provider openai
  options {
    model gpt-4o-mini
    api_key env.OPENAI_API_KEY
    http {
      connect_timeout_ms 3000
      time_to_first_token_timeout_ms 30000
      request_timeout_ms 20000
    }
  }
}

client<llm> MyFallback {
  provider fallback
  options {
    strategy [FastClient, SlowClient, Missing]
    http {
      request_timeout_ms 15000
    }
  }
}
";

pub(crate) const SLOW: &str = "\
// The slow one.
client<llm> SlowClient {
  provider anthropic
  retry_policy Patient
  options {
    model claude-opus-4
    http { time_to_first_token_timeout_ms 25000 }
  }
}
";

/// Two files with three findings: within one file, across files, and with everything that a finding can have.
pub(crate) fn example() -> (Files, Vec<Diagnostic>) {
    let files = Files::new(&[("baml_src/clients.baml", CLIENTS), ("baml_src/slow.baml", SLOW)]);
    let mut first = finding(
        Level::Error,
        "ttft-exceeds-request",
        "the first token may take 30s, but the whole request only 20s (30,000 ms > 20,000 ms)",
        files.label(0, "time_to_first_token_timeout_ms 30000", "30s for the first token"),
    );
    first.related.push(files.label(0, "request_timeout_ms 20000", "20s for the whole request"));
    first.help = Some(
        "Raise `request_timeout_ms` to 30000 or more, or lower `time_to_first_token_timeout_ms`.".into(),
    );
    first.fix = fix(
        "raise `request_timeout_ms` to 30000",
        Safety::Unsafe,
        &[(
            at(0, files.span(0, "20000").range.start as usize, files.span(0, "20000").range.end as usize),
            "30000",
        )],
    );
    let mut second = finding(
        Level::Warning,
        "effective-ttft-exceeds-request",
        "on the route `MyFallback > SlowClient` the first token may take 25s, but the whole request only 15s",
        files.label(0, "request_timeout_ms 15000", "15s for every attempt through `MyFallback`"),
    );
    second.related.push(files.label(1, "time_to_first_token_timeout_ms 25000", "25s for the first token"));
    second.related.push(files.label(0, "SlowClient", "the route goes through here"));
    let mut third = finding(
        Level::Info,
        "unknown-client",
        "there is no client `Missing`",
        files.label(0, "Missing", "not found"),
    );
    third.fix = fix("remove it from the list", Safety::Safe, &[(files.span(0, ", Missing"), "")]);
    (files, vec![first, second, third])
}

pub(crate) fn scope() -> Scope {
    Scope { projects: 1, files: 2, clients: 3, known: 0, fixable: None }
}

/// What a renderer writes.
pub(crate) fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).expect("writing to memory works");
    String::from_utf8(bytes).expect("the output is UTF-8")
}

/// The full form of findings.
pub(crate) fn full(files: &Files, diagnostics: &[Diagnostic], options: &Options) -> String {
    let report = Report::new(diagnostics, files, scope());
    written(|writer| clientc_report::write_full(writer, &report, options))
}

/// Runs something with a length and with eight times that length, which takes some eight times as long. It would take 64 times
/// as long if everything were looked at again for each part. The best of three counts, since other programs take time too.
pub(crate) fn assert_linear(length: usize, run: impl Fn(usize)) {
    let time = |length| {
        let once = |_| {
            let start = Instant::now();
            run(length);
            start.elapsed()
        };
        (0..3).map(once).min().unwrap()
    };
    let (short, long) = (time(length), time(8 * length));
    assert!(long < short * 32, "{short:?} {long:?}");
}
