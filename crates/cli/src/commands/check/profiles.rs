//! `clientc check --all-profiles`: every deployment in one run.

use std::collections::{HashMap, HashSet};

use clientc_check::{Diagnostic, FileId, Level, Levels, Span};
use clientc_workspace::{Analysis, ProjectAnalysis, Workspace};

/// What makes a finding the same in two profiles.
type Key = (&'static str, Level, Span, String);

/// A finding with some profiles that does not exist without a profile.
struct Extra {
    diagnostic: Diagnostic,
    profiles: Vec<String>,
}

/// The findings without a profile, and after those of the same place what each profile adds. A finding that only a
/// profile has names it.
pub(super) fn analyse(workspace: &mut Workspace, levels: &Levels) -> Analysis {
    let mut analysis = workspace.analyse_with(levels);
    let names: Vec<String> = workspace.profiles().into_iter().map(str::to_owned).collect();
    let mut extras: Vec<Vec<Extra>> = analysis.projects.iter().map(|_| Vec::new()).collect();
    for name in names {
        workspace.set_profile(Some(name.clone()));
        let with = workspace.analyse_with(levels);
        for ((plain, project), extras) in analysis.projects.iter().zip(with.projects).zip(&mut extras) {
            collect(plain, project, &name, extras);
        }
    }
    workspace.set_profile(None);
    for (project, extras) in analysis.projects.iter_mut().zip(extras) {
        add(project, extras);
    }
    analysis
}

fn key(diagnostic: &Diagnostic) -> Key {
    (diagnostic.rule, diagnostic.level, diagnostic.primary.span, diagnostic.message.clone())
}

fn collect(plain: &ProjectAnalysis, project: ProjectAnalysis, profile: &str, extras: &mut Vec<Extra>) {
    let known: HashSet<Key> = plain.diagnostics.iter().map(key).collect();
    let mut positions: HashMap<Key, usize> =
        extras.iter().enumerate().map(|(position, extra)| (key(&extra.diagnostic), position)).collect();
    for diagnostic in project.diagnostics {
        let key = key(&diagnostic);
        if known.contains(&key) {
            continue;
        }
        match positions.get(&key) {
            Some(position) => extras[*position].profiles.push(profile.to_owned()),
            None => {
                positions.insert(key, extras.len());
                extras.push(Extra { diagnostic, profiles: vec![profile.to_owned()] });
            }
        }
    }
}

fn add(project: &mut ProjectAnalysis, extras: Vec<Extra>) {
    if extras.is_empty() {
        return;
    }
    for Extra { mut diagnostic, profiles } in extras {
        let noun = if profiles.len() == 1 { "profile" } else { "profiles" };
        diagnostic.message += &format!(" ({noun} `{}`)", profiles.join("`, `"));
        // With a name of its own, a finding of one deployment is not taken for that of another.
        diagnostic.subject += &format!("/profiles/{}", profiles.join(","));
        project.diagnostics.push(diagnostic);
    }
    let files = project.project.files.iter().enumerate();
    let order: HashMap<FileId, usize> = files.map(|(position, file)| (file.file, position + 1)).collect();
    project.diagnostics.sort_by_key(|diagnostic| {
        let span = diagnostic.primary.span;
        (order.get(&span.file).copied().unwrap_or(0), span.range.start, span.range.end)
    });
}
