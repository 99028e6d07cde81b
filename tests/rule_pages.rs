//! The page of every rule, with its examples run.
//!
//! A project in a page is one or more fenced blocks directly after each other: `baml` and `toml` for files as they
//! are, `baml-latin1` for a file that is not UTF-8, `python` for a script that prints a file. A first line such as
//! `// file: a.baml` names the file. Under `## Example` the project must give the page's rule and nothing else,
//! and the `text` block behind it holds the concise output. Under `## Instead` it must give no finding, and under
//! `## When it is silent` none of the page's rule.
//!
//! Scripts need `python3`. Without it they are skipped, but not where `CI` is set.
//!
//! `scripts/update.sh -p clientc-tests --test rule_pages` writes the `text` blocks again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "pages/help.rs"]
mod help;
#[path = "pages/said.rs"]
mod said;

use std::fmt::Write as _;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::Command;

use clientc_check::{Diagnostic, Level, RULES, Rule, Setting};
use clientc_plan::providers;
use clientc_report::{Options, Report, Scope, write_concise};
use clientc_workspace::{ConfigChoice, Request, Workspace};

const HEADINGS: [&str; 7] =
    ["What it finds", "Why it matters", "Example", "Instead", SILENT, "How to fix it", "How to silence it"];

/// Projects in which the rule finds nothing, one for each condition of its code.
const SILENT: &str = "When it is silent";

/// Words with a hyphen that are no rules: keys of `clientc.toml` and others.
const OTHER_WORDS: [&str; 10] = [
    "base-url",
    "ceiling-ms",
    "max-duration-ms",
    "max-requests",
    "min-request-timeout-ms",
    "min-ttft-timeout-ms",
    "openai-transcription",
    "retry-policy",
    "stdin-filename",
    "timeout-ms",
];

#[test]
fn pages_have_their_form() {
    for_each_page(|page, out| {
        let rule = page.rule;
        expect(out, "the title", &format!("# {}", rule.name), page.line(1));
        let fixed = if rule.is_fixed { ", cannot be lowered" } else { "" };
        expect(out, "the level", &format!("Level: {}{fixed}", word(rule.level)), page.line(5));
        expect(out, "the headings", &HEADINGS.join("\n"), &page.headings().join("\n"));
        let says_something = |heading: &&str| page.section(heading).iter().any(Part::is_content);
        let empty: Vec<&str> = HEADINGS.iter().copied().filter(|heading| !says_something(heading)).collect();
        expect(out, "the headings without text", "", &empty.join("\n"));
    });
}

#[test]
fn mentioned_rules_exist() {
    let known: Vec<&str> =
        RULES.iter().map(|rule| rule.name).chain(providers::names()).chain(OTHER_WORDS).collect();
    for_each_page(|page, out| {
        let unknown: Vec<&str> = page
            .code_spans()
            .into_iter()
            .filter(|span| looks_like_a_rule(span) && !known.contains(span))
            .collect();
        expect(out, "the names in backticks that are no rules", "", &unknown.join("\n"));
    });
}

#[test]
fn examples_give_their_rule_alone() {
    let updates = std::env::var_os("CLIENTC_UPDATE").is_some();
    for_each_page(|page, out| {
        let mut page_text = page.rule.page.to_owned();
        let examples = page.projects("Example");
        assert!(!examples.is_empty(), "the page of {} has no example", page.rule.name);
        // From the last to the first, so that places in the text stay right while it is rewritten.
        for example in examples.iter().rev() {
            let Some(run) = Run::of(&example.files) else { continue };
            let Some(text) = &example.text else {
                fail(out, "an example without output", "a `text` block behind the example", "none");
                continue;
            };
            let others: String = run.lines_of(|diagnostic| diagnostic.rule != page.rule.name);
            expect(out, "the findings of other rules", "", &others);
            if run.diagnostics.is_empty() {
                fail(out, "the findings of an example", page.rule.name, "none");
            } else if updates {
                page_text.replace_range(text.range.clone(), &run.concise());
            } else {
                expect(out, "the output of an example", &text.body, &run.concise());
            }
        }
        if page_text != page.rule.page {
            std::fs::write(page.path(), page_text).expect("the page can be written");
        }
    });
}

#[test]
fn the_way_instead_gives_no_finding() {
    for_each_page(|page, out| {
        let projects = page.projects("Instead");
        assert!(!projects.is_empty(), "the page of {} does not show what to do instead", page.rule.name);
        for project in &projects {
            if let Some(run) = Run::of(&project.files) {
                expect(out, "the findings of what to do instead", "", &run.concise());
            }
        }
    });
}

/// Other rules may speak of these projects, but not that of the page.
#[test]
fn where_a_rule_is_silent_it_finds_nothing() {
    for_each_page(|page, out| {
        let projects = page.projects(SILENT);
        assert!(!projects.is_empty(), "the page of {} does not show where it is silent", page.rule.name);
        for project in projects {
            if let Some(run) = Run::of(&project.files) {
                let found = run.lines_of(|diagnostic| diagnostic.rule == page.rule.name);
                expect(out, "the findings where the rule is silent", "", &found);
            }
        }
    });
}

/// The `clientc.toml` under the last heading takes the level of error from the example.
#[test]
fn silencing_works() {
    for_each_page(|page, out| {
        let settings = page.projects("How to silence it");
        expect(
            out,
            "whether there is a clientc.toml that silences it",
            &(!page.rule.is_fixed).to_string(),
            &(!settings.is_empty()).to_string(),
        );
        for setting in settings {
            for example in page.projects("Example") {
                if let Some(run) = Run::of(&with_settings(&example, &setting)) {
                    let errors = run.lines_of(|diagnostic| diagnostic.level == Level::Error);
                    expect(out, "the errors that are left when it is silenced", "", &errors);
                }
            }
        }
    });
}

/// The files of an example with the settings of another project added to its own.
fn with_settings(example: &Project, settings: &Project) -> Vec<Fence> {
    let mut files = example.files.clone();
    for added in &settings.files {
        match files.iter_mut().find(|file| file.language == "toml") {
            Some(file) => file.body.push_str(&added.body),
            None => files.push(added.clone()),
        }
    }
    files
}

// ---- Pages ----------------------------------------------------------------------------------------------

/// Runs a check over every page and fails with everything that it has to say.
fn for_each_page(check: impl Fn(&Page, &mut String)) {
    let mut failures = String::new();
    for rule in RULES {
        let page = Page::read(rule);
        let mut out = String::new();
        check(&page, &mut out);
        if !out.is_empty() {
            write!(failures, "\n==== {}\n{out}", page.path().display()).unwrap();
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

fn expect(out: &mut String, what: &str, expected: &str, found: &str) {
    if expected.trim_end() != found.trim_end() {
        fail(out, what, expected, found);
    }
}

fn fail(out: &mut String, what: &str, expected: &str, found: &str) {
    let shown =
        |text: &str| if text.is_empty() { "(nothing)".to_owned() } else { text.trim_end().to_owned() };
    writeln!(out, "{what}\n-- expected:\n{}\n-- found:\n{}\n", shown(expected), shown(found)).unwrap();
}

struct Page {
    rule: &'static Rule,
    parts: Vec<Part>,
}

enum Part {
    Heading(&'static str),
    Prose(&'static str),
    Blank,
    Fence(Fence),
}

#[derive(Clone)]
struct Fence {
    language: &'static str,
    body: String,
    /// Where the body stands in the page.
    range: std::ops::Range<usize>,
}

/// Blocks directly after each other, and the `text` block that follows.
struct Project {
    files: Vec<Fence>,
    text: Option<Fence>,
}

impl Part {
    fn is_content(&self) -> bool {
        matches!(self, Self::Prose(_) | Self::Fence(_))
    }
}

impl Page {
    fn read(rule: &'static Rule) -> Self {
        let mut parts = Vec::new();
        let mut place = 0;
        let mut open: Option<Fence> = None;
        for line in rule.page.split_inclusive('\n') {
            let start = place;
            place += line.len();
            let text = line.trim_end();
            if let Some(mut fence) = open.take() {
                if text == "```" {
                    fence.range.end = start;
                    fence.body = rule.page[fence.range.clone()].to_owned();
                    parts.push(Part::Fence(fence));
                } else {
                    open = Some(fence);
                }
            } else if let Some(language) = text.strip_prefix("```") {
                open = Some(Fence { language, body: String::new(), range: place..place });
            } else if let Some(heading) = text.strip_prefix("## ") {
                parts.push(Part::Heading(heading));
            } else if text.is_empty() {
                parts.push(Part::Blank);
            } else {
                parts.push(Part::Prose(text));
            }
        }
        assert!(open.is_none(), "a block in the page of {} never ends", rule.name);
        Self { rule, parts }
    }

    fn path(&self) -> PathBuf {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../crates/check/src/rules");
        folder.join(format!("{}.md", self.rule.name.replace('-', "_")))
    }

    fn line(&self, number: usize) -> &'static str {
        self.rule.page.lines().nth(number - 1).unwrap_or_default()
    }

    fn headings(&self) -> Vec<&'static str> {
        let heading = |part: &Part| if let Part::Heading(heading) = part { Some(*heading) } else { None };
        self.parts.iter().filter_map(heading).collect()
    }

    /// What stands under a heading.
    fn section(&self, heading: &str) -> &[Part] {
        let is_it = |part: &Part| matches!(part, Part::Heading(found) if *found == heading);
        let Some(start) = self.parts.iter().position(is_it) else { return &[] };
        let rest = &self.parts[start + 1..];
        let end = rest.iter().position(|part| matches!(part, Part::Heading(_))).unwrap_or(rest.len());
        &rest[..end]
    }

    fn projects(&self, heading: &str) -> Vec<Project> {
        let mut projects: Vec<Project> = Vec::new();
        let mut is_open = false;
        for part in self.section(heading) {
            match part {
                Part::Fence(fence) if fence.language == "text" => {
                    is_open = false;
                    if let Some(project) = projects.last_mut() {
                        project.text = Some(fence.clone());
                    }
                }
                Part::Fence(fence) => {
                    if !is_open {
                        projects.push(Project { files: Vec::new(), text: None });
                    }
                    is_open = true;
                    projects.last_mut().unwrap().files.push(fence.clone());
                }
                Part::Prose(_) => is_open = false,
                Part::Blank | Part::Heading(_) => {}
            }
        }
        projects
    }

    /// What stands in backticks, outside of blocks.
    fn code_spans(&self) -> Vec<&'static str> {
        let mut spans = Vec::new();
        for part in &self.parts {
            if let Part::Prose(text) = part {
                spans.extend(text.split('`').skip(1).step_by(2));
            }
        }
        spans
    }
}

fn looks_like_a_rule(span: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    span.contains('-') && span.split('-').all(is_word)
}

fn word(level: Setting) -> &'static str {
    match level {
        Setting::Error => "error",
        Setting::Warn => "warning",
        Setting::Info => "info",
        Setting::Ignore => "ignore",
    }
}

// ---- Projects -------------------------------------------------------------------------------------------

struct Run {
    workspace: Workspace,
    diagnostics: Vec<Diagnostic>,
    /// The files of the project, which must outlive the workspace.
    _folder: tempfile::TempDir,
}

impl Run {
    /// Checks the files; nothing where one of them is a script and there is no Python.
    fn of(files: &[Fence]) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut config = ConfigChoice::None;
        for file in files {
            let (name, bytes) = file.written()?;
            if name == "clientc.toml" {
                config = ConfigChoice::Nearest;
            }
            let path = folder.path().join(name);
            assert!(!path.exists(), "two blocks of one project have the name {}", path.display());
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        let workspace = Workspace::open(&Request {
            working_folder: folder.path().to_owned(),
            paths: vec![folder.path().to_owned()],
            config,
            ..Request::default()
        });
        assert!(workspace.problems().is_empty(), "{:?}", workspace.problems());
        let projects = workspace.analyse().projects;
        let diagnostics = projects.into_iter().flat_map(|project| project.diagnostics).collect();
        Some(Self { workspace, diagnostics, _folder: folder })
    }

    fn concise(&self) -> String {
        self.lines_of(|_| true)
    }

    /// The concise output of some of the findings.
    fn lines_of(&self, some: impl Fn(&Diagnostic) -> bool) -> String {
        let diagnostics: Vec<Diagnostic> = self.diagnostics.iter().filter(|it| some(it)).cloned().collect();
        let report = Report::new(&diagnostics, self.workspace.files(), Scope::default());
        let mut out = Vec::new();
        write_concise(&mut out, &report, &Options::default()).unwrap();
        String::from_utf8(out).unwrap()
    }
}

impl Fence {
    /// The name of the file and its bytes; nothing where Python is needed and not there.
    fn written(&self) -> Option<(String, Vec<u8>)> {
        let first = self.body.lines().next().unwrap_or_default();
        let named = first.strip_prefix("// file: ").or_else(|| first.strip_prefix("# file: "));
        let default = if self.language == "toml" { "clientc.toml" } else { "clients.baml" };
        let bytes = match self.language {
            "baml" | "toml" => self.body.clone().into_bytes(),
            "baml-latin1" => latin1(&self.body),
            "python" => printed(&self.body)?,
            other => panic!("a block of `{other}` is no file"),
        };
        Some((named.unwrap_or(default).to_owned(), bytes))
    }
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|char| u8::try_from(u32::from(char)).expect("only characters of Latin-1")).collect()
}

/// What a script prints.
fn printed(script: &str) -> Option<Vec<u8>> {
    match Command::new("python3").arg("-c").arg(script).output() {
        Ok(output) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            Some(output.stdout)
        }
        Err(error) if error.kind() == ErrorKind::NotFound && !clientc_tests::shared::is_required() => {
            clientc_tests::shared::say_skipped("an example needs python3");
            None
        }
        Err(error) => panic!("python3 cannot be run: {error}"),
    }
}
