//! Fixes of the rules on limits, applied.

use std::collections::BTreeSet;

use clientc_check::{Diagnostic, FileEdit, FileId, Level, Sources as _};

use crate::Checked;

/// Rules that see more once a call has an end, or one of its routes has.
const SEE_MORE: [&str; 5] =
    ["dead-fallback", "dead-retry", "truncated-fallback", "unbounded-worst-case", "uneven-round-robin"];

/// Applies the fixes of each rule and looks at what is then found.
pub(crate) fn hold(files: &[(String, String)]) -> Result<(), String> {
    let before = Checked::of(files);
    for rule in ["no-timeout", "dead-timeout"] {
        let (fixed, edits) = together(before.findings(rule));
        let text = apply(&before, files, &edits);
        let after = Checked::of(&text);
        let shown = || text.iter().map(|(path, text)| format!("==> {path}\n{text}\n")).collect::<String>();
        let errors: Vec<_> =
            after.project().diagnostics.iter().filter(|finding| finding.level == Level::Error).collect();
        if !errors.is_empty() {
            return Err(format!("{rule}: errors after the fixes: {errors:?}\n{}", shown()));
        }
        let left = after.subjects(rule);
        if let Some(finding) = fixed.iter().find(|finding| left.contains(&finding.subject)) {
            return Err(format!("{rule}: {} is still found\n{}", finding.subject, shown()));
        }
        let new: Vec<_> = all(&after).difference(&all(&before)).cloned().collect();
        if rule == "no-timeout" && !new.is_empty() {
            return Err(format!("{rule}: new findings: {new:?}\n{}", shown()));
        }
    }
    Ok(())
}

/// The fixes that can be applied together, with their edits: of two that touch each other the first.
fn together<'c>(findings: impl Iterator<Item = &'c Diagnostic>) -> (Vec<&'c Diagnostic>, Vec<FileEdit>) {
    let (mut fixed, mut all): (Vec<&Diagnostic>, Vec<FileEdit>) = (Vec::new(), Vec::new());
    for finding in findings {
        let Some(fix) = &finding.fix else { continue };
        let touches = |edit: &FileEdit, other: &FileEdit| {
            let (one, two) = (edit.edit.range, other.edit.range);
            edit.file == other.file && one.start <= two.end && two.start <= one.end
        };
        if !fix.edits.iter().any(|edit| all.iter().any(|other| touches(edit, other))) {
            fixed.push(finding);
            all.extend(fix.edits.clone());
        }
    }
    (fixed, all)
}

fn all(checked: &Checked) -> BTreeSet<(&'static str, String)> {
    let findings = checked.project().diagnostics.iter();
    findings
        .filter(|finding| !SEE_MORE.contains(&finding.rule))
        .map(|finding| (finding.rule, finding.subject.clone()))
        .collect()
}

/// The files with the edits, of which none overlap.
fn apply(checked: &Checked, files: &[(String, String)], edits: &[FileEdit]) -> Vec<(String, String)> {
    let path = |file: FileId| checked.workspace.files().display_path(file);
    let changed = |(name, text): &(String, String)| {
        let of_file = edits.iter().filter(|edit| path(edit.file) == name).map(|edit| &edit.edit);
        (name.clone(), clientc_syntax::apply(text, of_file))
    };
    files.iter().map(changed).collect()
}
