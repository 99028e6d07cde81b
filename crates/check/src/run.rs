//! Runs the rules over a project.

use clientc_semantic::FileId;

use crate::diagnostic::Diagnostic;
use crate::finding::Findings;
use crate::input::Input;
use crate::rule::RULES;

/// Everything that is wrong with a project, in the order of its files and of the text.
#[must_use]
pub fn check(input: &Input<'_>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for rule in RULES {
        if input.settings.is_off(rule) {
            continue;
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
    sort(&mut diagnostics, input);
    diagnostics
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
