//! Runs the rules over a project.

use clientc_semantic::{FileId, Span};

use crate::context::Context;
use crate::core::diagnostic::Diagnostic;
use crate::core::finding::{Finding, Findings};
use crate::core::input::Input;
use crate::core::rule::Rule;
use crate::registry::{self, RULES, rule};
use crate::rules::Check;
use crate::silence::comments::ABOUT_COMMENTS;

/// Everything that is wrong with a project, in the order of its files and of the text, without what a comment
/// silences.
#[must_use]
pub fn check(input: &Input<'_>) -> Vec<Diagnostic> {
    check_while(input, &|| true).unwrap_or_default()
}

/// Like [`check`], while the result is wanted, which is asked before every rule; `None` once it is not.
#[must_use]
pub fn check_while(input: &Input<'_>, is_wanted: &dyn Fn() -> bool) -> Option<Vec<Diagnostic>> {
    let context = Context::new(*input, RULES);
    let is_about_comments = |rule: &Rule| ABOUT_COMMENTS.contains(&rule.name);
    let (about_comments, others): (Vec<_>, Vec<_>) =
        registry::checks().partition(|(rule, _)| is_about_comments(rule));
    let faults = registry::faults(&context).filter(|(rule, _)| !context.settings.is_off(rule));
    let mut diagnostics: Vec<_> =
        faults.filter_map(|(rule, finding)| diagnostic(rule, finding, &context)).collect();
    run(&others, &context, &mut diagnostics, is_wanted)?;
    drop_covered(&mut diagnostics);
    drop_silenced(&mut diagnostics, &context);
    context.note_unresolvable(diagnostics.iter().any(is_fixed));
    let mut comments = Vec::new();
    run(&about_comments, &context, &mut comments, is_wanted)?;
    drop_silenced(&mut comments, &context);
    diagnostics.append(&mut comments);
    sort(&mut diagnostics, input);
    Some(diagnostics)
}

fn run(
    checks: &[(&'static Rule, Check)],
    context: &Context<'_>,
    out: &mut Vec<Diagnostic>,
    is_wanted: &dyn Fn() -> bool,
) -> Option<()> {
    for (rule, check) in checks.iter().filter(|(rule, _)| !context.settings.is_off(rule)) {
        if !is_wanted() {
            return None;
        }
        let mut findings = Findings::default();
        check(context, &mut findings);
        out.extend(findings.found.into_iter().filter_map(|finding| diagnostic(rule, finding, context)));
    }
    Some(())
}

/// A finding with the name of its rule and its level after all settings; `None` where it is ignored.
fn diagnostic(rule: &'static Rule, finding: Finding, context: &Context<'_>) -> Option<Diagnostic> {
    let mut diagnostic = finding.diagnostic;
    diagnostic.rule = rule.name;
    let setting = context.settings.of(rule, diagnostic.primary.span.file);
    let milder = finding.own_level.filter(|_| setting == rule.level);
    diagnostic.level = milder.or(setting.level())?;
    Some(diagnostic)
}

fn is_fixed(diagnostic: &Diagnostic) -> bool {
    rule(diagnostic.rule).is_some_and(|rule| rule.is_fixed)
}

fn drop_silenced(diagnostics: &mut Vec<Diagnostic>, context: &Context<'_>) {
    diagnostics.retain(|diagnostic| {
        let rule = rule(diagnostic.rule).filter(|rule| !rule.is_fixed);
        rule.is_none_or(|rule| !context.is_silenced_by_comment(rule, diagnostic.primary.span))
    });
}

/// Removes what a milder rule finds within a place that an error covers: nothing can be said about a value that cannot
/// be read.
fn drop_covered(diagnostics: &mut Vec<Diagnostic>) {
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
