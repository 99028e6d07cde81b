//! Runs the rules over a project.

use clientc_semantic::{FileId, Span};

use crate::diagnostic::Diagnostic;
use crate::finding::Findings;
use crate::ignores::{ABOUT_COMMENTS, Silenced};
use crate::input::Input;
use crate::rule::{RULES, Rule, rule};

/// Everything that is wrong with a project, in the order of its files and of the text, without what a comment
/// silences.
#[must_use]
pub fn check(input: &Input<'_>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let about_comments = |rule: &Rule| ABOUT_COMMENTS.contains(&rule.name);
    for rule in RULES.iter().filter(|rule| !about_comments(rule)) {
        run(rule, input, &mut diagnostics);
    }
    drop_covered(&mut diagnostics);
    let mut silenced = Silenced::default();
    silenced.take(&mut diagnostics, input);
    let is_broken =
        diagnostics.iter().any(|diagnostic| rule(diagnostic.rule).is_some_and(|rule| rule.is_fixed));
    input.set_silenced(silenced, is_broken);
    let mut comments = Vec::new();
    for rule in RULES.iter().filter(|rule| about_comments(rule)) {
        run(rule, input, &mut comments);
    }
    Silenced::default().take(&mut comments, input);
    diagnostics.append(&mut comments);
    sort(&mut diagnostics, input);
    diagnostics
}

fn run(rule: &Rule, input: &Input<'_>, diagnostics: &mut Vec<Diagnostic>) {
    if input.settings.is_off(rule) {
        return;
    }
    let mut findings = Findings::default();
    (rule.check)(input, &mut findings);
    for finding in findings.found {
        let mut diagnostic = finding.diagnostic;
        diagnostic.rule = rule.name;
        let setting = input.settings.of(rule, diagnostic.primary.span.file);
        let milder = finding.own_level.filter(|_| setting == rule.level);
        let Some(level) = milder.or(setting.level()) else { continue };
        diagnostic.level = level;
        diagnostics.push(diagnostic);
    }
}

/// Takes away what a milder rule says about a part of a place that an error covers: nothing can be told of a value
/// that cannot be read.
fn drop_covered(diagnostics: &mut Vec<Diagnostic>) {
    let is_fixed = |diagnostic: &Diagnostic| rule(diagnostic.rule).is_some_and(|rule| rule.is_fixed);
    let fixed = diagnostics.iter().filter(|diagnostic| is_fixed(diagnostic));
    let mut covers: Vec<Span> = fixed.map(|diagnostic| diagnostic.primary.span).collect();
    covers.sort_unstable();
    // Each end becomes the largest so far in its file, so that one look tells whether a place is covered.
    for index in 1..covers.len() {
        let before = covers[index - 1];
        if before.file == covers[index].file {
            covers[index].range.end = before.range.end.max(covers[index].range.end);
        }
    }
    diagnostics.retain(|diagnostic| {
        let span = diagnostic.primary.span;
        let after =
            covers.partition_point(|cover| (cover.file, cover.range.start) <= (span.file, span.range.start));
        let cover =
            after.checked_sub(1).and_then(|at| covers.get(at)).filter(|cover| cover.file == span.file);
        is_fixed(diagnostic) || cover.is_none_or(|cover| cover.range.end < span.range.end)
    });
}

fn sort(diagnostics: &mut [Diagnostic], input: &Input<'_>) {
    let order: std::collections::HashMap<FileId, usize> =
        input.project.files.iter().enumerate().map(|(position, file)| (file.file, position + 1)).collect();
    diagnostics.sort_by_cached_key(|diagnostic| {
        let span = diagnostic.primary.span;
        let file = order.get(&span.file).copied().unwrap_or(0);
        (file, span.range.start, span.range.end, diagnostic.rule, diagnostic.message.clone())
    });
}
