//! Fixes of the rules on limits, applied.

use std::collections::BTreeSet;

use clientc_check::{Diagnostic, Edit, FileId, Level, Sources as _};

use crate::Checked;

/// Rules that see more once a call has an end, or one of its routes has.
const SEE_MORE: [&str; 5] =
    ["dead-fallback", "dead-retry", "truncated-fallback", "unbounded-worst-case", "uneven-round-robin"];

/// Applies the fixes of each rule and looks at what is then found.
pub(crate) fn hold(files: &[(String, String)]) -> Result<(), String> {
    let before = Checked::of(files);
    for rule in ["no-timeout", "dead-timeout"] {
        let (fixed, edits) = together(before.findings(rule));
        let text = apply(&before, files, edits);
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
fn together<'c>(findings: impl Iterator<Item = &'c Diagnostic>) -> (Vec<&'c Diagnostic>, Vec<Edit>) {
    let (mut fixed, mut all): (Vec<&Diagnostic>, Vec<Edit>) = (Vec::new(), Vec::new());
    for finding in findings {
        let Some(fix) = &finding.fix else { continue };
        let touches = |edit: &Edit, other: &Edit| {
            let (one, two) = (edit.span.range, other.span.range);
            edit.span.file == other.span.file && one.start <= two.end && two.start <= one.end
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
fn apply(checked: &Checked, files: &[(String, String)], mut edits: Vec<Edit>) -> Vec<(String, String)> {
    edits.sort_by_key(|edit| std::cmp::Reverse((edit.span.file, edit.span.range.start)));
    let mut files = files.to_vec();
    for edit in edits {
        let path = path_of(checked, edit.span.file);
        let (_, text) = files.iter_mut().find(|(name, _)| *name == path).expect("the file is there");
        text.replace_range(edit.span.range.start as usize..edit.span.range.end as usize, &edit.text);
    }
    files
}

fn path_of(checked: &Checked, file: FileId) -> String {
    checked.workspace.files().display_path(file).to_owned()
}
