//! `clientc fmt`: formats client and retry_policy blocks.

use std::io::{Read as _, Write};
use std::path::Path;

use anyhow::Context as _;
use clientc_check::{FileId, Sources as _};
use clientc_fmt::{Formatted, SkipReason, Skipped};
use clientc_report::{mask, plural, write_diff};
use clientc_syntax::LineIndex;
use clientc_workspace::{Content, Workspace};

use crate::args::{FmtArgs, InputArgs};
use crate::exit::Exit;
use crate::input;
use crate::terminal::Terminal;

pub(crate) fn run(args: &FmtArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    if args.paths.iter().any(|path| path == Path::new("-")) {
        if args.paths.len() > 1 {
            anyhow::bail!("`-` reads standard input and cannot be combined with other paths: remove them");
        }
        return standard_input(args, terminal);
    }
    let input = InputArgs { paths: args.paths.clone(), ..InputArgs::default() };
    let workspace = input::open(&input, terminal)?;
    let problems = input::report_problems(&workspace, terminal);
    let mut out = terminal.out();
    let mut run = Run { args, terminal, workspace: &workspace, changed: 0, unchanged: 0, failed: false };
    for file in workspace.projects().iter().flat_map(|project| &project.files) {
        if workspace.is_named(file.id) {
            run.file(file.id, &mut out)?;
        }
    }
    out.flush()?;
    run.summary();
    Ok(problems.max(run.exit()))
}

struct Run<'r> {
    args: &'r FmtArgs,
    terminal: &'r Terminal,
    workspace: &'r Workspace,
    changed: u64,
    unchanged: u64,
    failed: bool,
}

impl Run<'_> {
    fn file(&mut self, id: FileId, out: &mut impl Write) -> anyhow::Result<()> {
        let path = self.workspace.files().display_path(id).to_owned();
        let text = match self.workspace.files().content(id) {
            Some(Content::Text(text)) => text,
            Some(Content::NotUtf8 { .. }) => {
                self.failed = true;
                self.terminal.problem(&format!("{path} is not UTF-8 and was left unchanged"));
                return Ok(());
            }
            _ => return Ok(()),
        };
        let formatted = clientc_fmt::format(text);
        say_skipped(&formatted.skipped, &path, text, self.terminal);
        if !formatted.changed {
            self.unchanged += 1;
            return Ok(());
        }
        self.changed += 1;
        if self.args.diff {
            show_diff(out, &path, text, &formatted.text, self.terminal)?;
        } else if self.args.check {
            writeln!(out, "{path}")?;
        } else if let Err(error) = self.workspace.save(id, &formatted.text) {
            self.failed = true;
            self.terminal.problem(&format!("cannot write {path}: {error}"));
        }
        Ok(())
    }

    fn summary(&self) {
        let verb = if self.args.check || self.args.diff { "would change" } else { "changed" };
        let (changed, unchanged) = (plural(self.changed, "file"), plural(self.unchanged, "file"));
        match (self.changed, self.unchanged) {
            (0, 0) => {}
            (0, _) => self.terminal.note(&format!("{unchanged} already formatted")),
            (_, 0) => self.terminal.note(&format!("{changed} {verb}")),
            _ => self.terminal.note(&format!("{changed} {verb}, {unchanged} already formatted")),
        }
    }

    fn exit(&self) -> Exit {
        match (self.failed, self.changed > 0 && (self.args.check || self.args.diff)) {
            (true, _) => Exit::Failure,
            (false, true) => Exit::Findings,
            (false, false) => Exit::Clean,
        }
    }
}

fn standard_input(args: &FmtArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("cannot read standard input as UTF-8")?;
    let Formatted { text: after, changed, skipped } = clientc_fmt::format(&text);
    say_skipped(&skipped, "<stdin>", &text, terminal);
    let mut out = terminal.out();
    if args.diff {
        show_diff(&mut out, "<stdin>", &text, &after, terminal)?;
    } else if args.check {
        if changed {
            writeln!(out, "<stdin>")?;
        }
    } else {
        out.write_all(after.as_bytes())?;
    }
    out.flush()?;
    let changes_nothing = args.check || args.diff;
    Ok(if changed && changes_nothing { Exit::Findings } else { Exit::Clean })
}

/// A diff without secrets: both texts are masked alike.
fn show_diff(
    out: &mut impl Write,
    path: &str,
    before: &str,
    after: &str,
    terminal: &Terminal,
) -> anyhow::Result<()> {
    write_diff(out, path, &mask(before), &mask(after), &terminal.options)?;
    Ok(())
}

fn say_skipped(skipped: &[Skipped], path: &str, text: &str, terminal: &Terminal) {
    if skipped.is_empty() {
        return;
    }
    let lines = LineIndex::new(text);
    for block in skipped {
        let place = lines.line_column(text, block.range.start);
        let reason = match block.reason {
            SkipReason::Fault => "it has an error, see `clientc check`",
            SkipReason::Ambiguous => "it contains text that BAML could read differently in another place",
            SkipReason::Silencing => {
                "a comment that silences a rule shares a line with several entries; put it and each entry on a line \
                 of its own"
            }
        };
        terminal.note(&format!(
            "{path}:{}:{}: this block was left unchanged: {reason}",
            place.line, place.column
        ));
    }
}
