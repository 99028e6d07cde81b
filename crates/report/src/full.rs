//! Findings with their source, as people read them. The only file that names miette, which draws the excerpts.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};

use clientc_check::{Diagnostic, FileId, Fix, Level, Safety, Sources};
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};

use crate::address::rule_page;
use crate::excerpt::{Excerpt, excerpts};
use crate::options::Options;
use crate::paint::{Tone, hyperlink, paint};
use crate::places::Places;
use crate::printable::{printable, width, wrapped};
use crate::report::Report;
use crate::units::plural;

/// Writes every finding with its source, and an empty line after each. Those of one file come errors first.
pub fn write_full(mut writer: impl Write, report: &Report<'_>, options: &Options) -> io::Result<()> {
    let sources = report.sources();
    let places = Places::new(sources);
    let mut summarised = summarised(report);
    for diagnostic in errors_first(report) {
        let subjects = summarised.remove(&(diagnostic.rule, diagnostic.primary.span.file));
        if SUMMARISED.contains(&diagnostic.rule) && subjects.is_none() {
            continue;
        }
        write_header(&mut writer, diagnostic, options)?;
        let (excerpts, left_out) = excerpts(diagnostic, sources, places, options);
        let digits = excerpts.iter().map(digits).max().unwrap_or(0);
        for excerpt in excerpts {
            let frame = Frame {
                name: place_name(&excerpt, sources, options),
                indent: " ".repeat(digits - self::digits(&excerpt)),
                level: diagnostic.level,
            };
            write_excerpt(&mut writer, excerpt, &frame, options)?;
        }
        if left_out > 0 {
            let more =
                format!("and {} that {} not shown", plural(left_out as u64, "more place"), verb(left_out));
            write_note(&mut writer, "note: ", &more, Tone::Dim, options)?;
        }
        if let Some([_, others @ ..]) = subjects.as_deref()
            && !others.is_empty()
        {
            write_note(&mut writer, "note: ", &more_of_this_kind(others), Tone::Dim, options)?;
        }
        if let Some(help) = &diagnostic.help {
            write_note(&mut writer, "help: ", help, Tone::Help, options)?;
        }
        if let Some(fix) = &diagnostic.fix {
            write_note(&mut writer, "fix:  ", &fix_text(fix), Tone::Good, options)?;
        }
        writeln!(writer)?;
    }
    Ok(())
}

/// Rules that find many things of one kind. In each file only the first finding is shown, and the others are named.
const SUMMARISED: [&str; 1] = ["unused-client"];

/// What each summarised rule has found in each file, in order.
fn summarised<'r>(report: &'r Report<'_>) -> BTreeMap<(&'static str, FileId), Vec<&'r str>> {
    let mut subjects: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    for diagnostic in report.diagnostics().filter(|diagnostic| SUMMARISED.contains(&diagnostic.rule)) {
        subjects
            .entry((diagnostic.rule, diagnostic.primary.span.file))
            .or_default()
            .push(&diagnostic.subject);
    }
    subjects
}

fn more_of_this_kind(others: &[&str]) -> String {
    let names: Vec<String> = others.iter().map(|name| format!("`{}`", printable(name))).collect();
    let count = plural(others.len() as u64, "more finding");
    format!("{count} of this kind in this file: {}; `--format concise` shows each", names.join(", "))
}

/// The findings file by file, those of one file by their level.
fn errors_first<'r>(report: &'r Report<'_>) -> Vec<&'r Diagnostic> {
    let mut diagnostics: Vec<&Diagnostic> = report.diagnostics().collect();
    for of_file in
        diagnostics.chunk_by_mut(|first, second| first.primary.span.file == second.primary.span.file)
    {
        of_file.sort_by_key(|diagnostic| diagnostic.level);
    }
    diagnostics
}

/// Writes which command explains the first finding, if there is one. It is the last line for people.
pub fn write_explain_hint(mut writer: impl Write, report: &Report<'_>, options: &Options) -> io::Result<()> {
    let Some(first) = errors_first(report).first().map(|diagnostic| diagnostic.rule) else { return Ok(()) };
    let command = format!("clientc explain {first}");
    let linked = match &options.links.rule {
        Some(address) => hyperlink(&command, &rule_page(address, first)),
        None => command,
    };
    writeln!(writer, "See `{linked}` for what it means and what to do.")
}

/// The number of digits of the line numbers of an excerpt.
fn digits(excerpt: &Excerpt) -> usize {
    let lines = u32::try_from(excerpt.text.lines().count()).unwrap_or(0);
    excerpt.first_line.saturating_add(lines).saturating_sub(1).to_string().len()
}

const fn verb(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// Writes `level[rule]: message`, broken to the width.
fn write_header(writer: &mut impl Write, diagnostic: &Diagnostic, options: &Options) -> io::Result<()> {
    let Diagnostic { rule, level, message, .. } = diagnostic;
    let before = level.name().len() + rule.len() + 4;
    let linked = match &options.links.rule {
        Some(address) => hyperlink(rule, &rule_page(address, rule)),
        None => (*rule).to_owned(),
    };
    let head = format!("{}[{linked}]", level.name());
    write!(writer, "{}{}", paint(&head, Tone::of(*level), options), paint(":", Tone::Strong, options))?;
    let lines = wrapped(&printable(message), options.prose_columns() - 4, before.saturating_sub(4));
    for (index, line) in lines.iter().enumerate() {
        let indent = if index == 0 { " " } else { "    " };
        writeln!(writer, "{indent}{}", paint(line, Tone::Strong, options))?;
    }
    Ok(())
}

/// Writes a text after a word such as `help: `, broken to the width.
fn write_note(
    writer: &mut impl Write,
    word: &str,
    text: &str,
    tone: Tone,
    options: &Options,
) -> io::Result<()> {
    let columns = options.prose_columns().saturating_sub(width(word) + 2);
    let mut word = format!("  {}", paint(word, tone, options));
    for paragraph in text.lines() {
        for line in wrapped(printable(paragraph).trim_end(), columns, 0) {
            writeln!(writer, "{}", format_args!("{word}{line}"))?;
            word = " ".repeat(8);
        }
    }
    Ok(())
}

fn fix_text(fix: &Fix) -> String {
    match fix.safety {
        Safety::Safe => fix.title.clone(),
        Safety::Unsafe => format!("{} (with `--unsafe-fixes`)", fix.title),
    }
}

/// The place of an excerpt as `path:line:column`, perhaps as a link.
fn place_name(excerpt: &Excerpt, sources: &dyn Sources, options: &Options) -> String {
    let path = sources.display_path(excerpt.file);
    let (line, column) = (excerpt.at.line.to_string(), excerpt.at.column.to_string());
    let name = format!("{}:{line}:{column}", printable(path));
    match &options.links.file {
        Some(address) => {
            let address =
                address.replace("{line}", &line).replace("{column}", &column).replace("{path}", path);
            hyperlink(&name, &address)
        }
        None => name,
    }
}

/// What surrounds an excerpt.
struct Frame {
    /// Its place in words.
    name: String,
    /// The spaces that align its bar with that of an excerpt with longer line numbers.
    indent: String,
    level: Level,
}

fn write_excerpt(
    writer: &mut impl Write,
    excerpt: Excerpt,
    frame: &Frame,
    options: &Options,
) -> io::Result<()> {
    let Frame { name, indent, level } = frame;
    if excerpt.text.is_empty() {
        let arrow = if options.unicode { "──▶" } else { "-->" };
        writeln!(writer, "  {arrow} {name}")?;
        let texts = excerpt.marks.iter().filter(|mark| !mark.text.is_empty());
        return texts.into_iter().try_for_each(|mark| writeln!(writer, "      {}", mark.text));
    }
    let handler = GraphicalReportHandler::new_themed(theme(&excerpt, *level, options))
        .with_width(options.columns())
        .with_wrap_lines(false)
        .with_context_lines(0)
        .without_primary_span_start()
        .without_syntax_highlighting();
    let mut drawn = String::new();
    let snippet = Snippet { source: Source { excerpt, name: name.clone() } };
    handler.render_report(&mut drawn, &snippet).map_err(io::Error::other)?;
    for line in drawn.trim_start_matches('\n').lines() {
        writeln!(writer, "{indent}{}", line.trim_end())?;
    }
    Ok(())
}

/// The colours of an excerpt: its own place has the colour of the level, others are blue.
fn theme(excerpt: &Excerpt, level: Level, options: &Options) -> GraphicalTheme {
    let characters = if options.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
    if !options.colour {
        return GraphicalTheme { characters, styles: ThemeStyles::none() };
    }
    let ansi = ThemeStyles::ansi();
    let own = match level {
        Level::Error => ansi.error,
        Level::Warning => ansi.warning,
        Level::Info => ansi.advice,
    };
    let highlights = excerpt
        .marks
        .iter()
        .map(|mark| if mark.is_primary { own.bold() } else { ansi.advice.blue() })
        .collect();
    let styles = ThemeStyles { link: ThemeStyles::none().link.cyan(), highlights, ..ansi };
    GraphicalTheme { characters, styles }
}

/// An excerpt in the form in which miette draws it: no message, only source and labels.
#[derive(Debug)]
struct Snippet {
    source: Source,
}

/// The text of an excerpt. It is always read as a whole.
#[derive(Debug)]
struct Source {
    excerpt: Excerpt,
    name: String,
}

impl fmt::Display for Snippet {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Snippet {}

impl miette::Diagnostic for Snippet {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.source.excerpt.marks.iter().map(|mark| {
            let text = (!mark.text.is_empty()).then(|| mark.text.clone());
            LabeledSpan::new(text, mark.range.start, mark.range.len())
        })))
    }
}

impl SourceCode for Source {
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        _: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let Excerpt { text, first_line, .. } = &self.excerpt;
        let line = (*first_line as usize).saturating_sub(1);
        let whole = SourceSpan::from((0, text.len()));
        let count = text.lines().count();
        let contents =
            MietteSpanContents::new_named(self.name.clone(), text.as_bytes(), whole, line, 0, count);
        Ok(Box::new(contents))
    }
}
