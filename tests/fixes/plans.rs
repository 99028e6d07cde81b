//! What a safe fix does to a program: the resolved plans before and after are the same but for what it names, and every
//! comment is still there.

use std::collections::{BTreeMap, BTreeSet};

use clientc_check::{Diagnostic, Fix, Levels, Safety, Sources as _};
use clientc_tests::Checked;
use clientc_workspace::{Cancel, ProjectAnalysis};
use serde_json::Value;

use crate::{comments, projects};

/// Rules that say a limit can go: it may, but the worst case stays.
const CHANGES_NOTHING: [&str; 2] = ["dead-timeout", "shadowed-timeout"];

/// What follows from the rest of a document.
const DERIVED: [&str; 4] = ["routes", "worst_case", "schedule", "runtimes"];

#[test]
fn a_safe_fix_changes_only_what_it_names() {
    let mut fixes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (name, project) in projects() {
        let mut checked = project();
        for number in 0..checked.analysis.projects.len() {
            let of_project = checked.analysis.projects[number].diagnostics.clone();
            for diagnostic in of_project {
                let Some(fix) = diagnostic.fix.as_ref().filter(|fix| fix.safety == Safety::Safe) else {
                    continue;
                };
                *fixes.entry(diagnostic.rule).or_default() += 1;
                for problem in try_fix(&mut checked, number, &diagnostic, fix) {
                    wrong.push(format!("{name}: {}: {}: {problem}", diagnostic.rule, fix.title));
                }
            }
        }
    }
    println!("{fixes:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(fixes.values().sum::<usize>() > 100 || projects().len() < 100, "{fixes:?}");
}

/// Applies one fix, looks at what changed, and takes it back.
fn try_fix(checked: &mut Checked, number: usize, diagnostic: &Diagnostic, fix: &Fix) -> Vec<String> {
    let before = document(checked, number);
    let named = Named::of(checked, number, diagnostic, fix);
    let mut texts = BTreeMap::new();
    for edit in &fix.edits {
        texts.entry(edit.file).or_insert_with(|| {
            let edits = fix.edits.iter().filter(|other| other.file == edit.file);
            let before = checked.workspace.files().text(edit.file).to_owned();
            let after = clientc_syntax::apply(&before, edits.map(|edit| &edit.edit));
            (before, after)
        });
    }
    let mut problems = Vec::new();
    for (file, (before, after)) in &texts {
        let path = checked.workspace.files().path(*file).to_owned();
        checked.workspace.set_text(&path, Some(after.clone()));
        let mut left = comments(after);
        for comment in comments(before) {
            match left.iter().position(|other| *other == comment) {
                Some(position) => drop(left.swap_remove(position)),
                None => problems.push(format!("the comment {comment:?} is lost")),
            }
        }
    }
    // Nothing is resolved while there are errors, so of the fix of one there is nothing to compare with.
    if let Some(before) = before {
        match document(checked, number) {
            Some(after) => problems.extend(differences(&before, &after, diagnostic, &named)),
            None => problems.push("nothing can be resolved any more".to_owned()),
        }
    }
    for (file, (before, _)) in texts {
        let path = checked.workspace.files().path(file).to_owned();
        checked.workspace.set_text(&path, Some(before));
    }
    problems
}

/// The resolved document of a project, where there is one.
fn document(checked: &Checked, number: usize) -> Option<Value> {
    let workspace = &checked.workspace;
    let project: ProjectAnalysis =
        workspace.analyse_project(number, &Levels::new(), Cancel::NEVER).expect("nobody cancels");
    if project.is_refused() {
        return None;
    }
    let ids: Vec<_> = project.project.plan.ids().collect();
    let input = workspace.inputs().nth(number)?;
    let mut document = project.resolve(&input, workspace.files(), &ids);
    project.add_schedules(&mut document, &ids);
    let mut bytes = Vec::new();
    document.write_line(&mut bytes).expect("a vector takes everything");
    // Options may nest deeper than the parser of JSON goes; those of such cases have no fix.
    serde_json::from_slice(&bytes).ok()
}

/// What a fix names: in its words, in what it writes and in what it takes out.
struct Named {
    words: String,
    /// The clients in whose blocks it writes.
    clients: BTreeSet<String>,
}

impl Named {
    fn of(checked: &Checked, number: usize, diagnostic: &Diagnostic, fix: &Fix) -> Self {
        let files = checked.workspace.files();
        let mut words = [&*diagnostic.message, " ", &fix.title].concat();
        let mut clients = BTreeSet::new();
        for edit in &fix.edits {
            words.push_str(edit.text());
            words.push_str(edit.edit.range.slice(files.text(edit.file)));
            let facts = &checked.analysis.projects[number].project.files;
            let of_file = facts.iter().filter(|facts| facts.file == edit.file);
            let touched = of_file.flat_map(|facts| &facts.clients).filter(|client| {
                client.range.start <= edit.edit.range.end && edit.edit.range.start <= client.range.end
            });
            clients.extend(touched.map(|client| client.name.text.to_string()));
        }
        Self { words, clients }
    }
}

fn differences(before: &Value, after: &Value, diagnostic: &Diagnostic, named: &Named) -> Vec<String> {
    let mut problems = Vec::new();
    let (before, after) = (without_places(before), without_places(after));
    let keys = |document: &Value, key: &str| -> BTreeSet<String> {
        document[key].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
    };
    for key in ["clients", "functions"] {
        if keys(&before, key) != keys(&after, key) {
            problems.push(format!("other {key}"));
        }
    }
    if before["functions"] != after["functions"] || before["defaults"] != after["defaults"] {
        problems.push("other functions or defaults".to_owned());
    }
    let mut has_new_limits = false;
    let mut derived = Vec::new();
    for name in keys(&before, "clients").intersection(&keys(&after, "clients")) {
        let (before, after) = (&before["clients"][name], &after["clients"][name]);
        for path in changed(before, after) {
            let (first, last) = (path.split('/').next().unwrap_or(""), path.rsplit('/').next().unwrap_or(""));
            if DERIVED.contains(&first) {
                derived.push(format!("{name}/{first}"));
                continue;
            }
            has_new_limits |= first == "timeouts" || first == "retry";
            let last = if last == "connection_pooling" { "enable_connection_pooling" } else { last };
            if !named.clients.contains(name) || !named.words.contains(last) {
                problems.push(format!("{name}/{path} changes and is not named"));
            }
        }
        if CHANGES_NOTHING.contains(&diagnostic.rule) && before["worst_case"] != after["worst_case"] {
            problems.push(format!("another worst case of {name}"));
        }
    }
    if !has_new_limits && !derived.is_empty() {
        problems.push(format!("{derived:?} change without another limit"));
    }
    problems
}

/// The paths at which two values differ.
fn changed(before: &Value, after: &Value) -> Vec<String> {
    let (Some(old), Some(new)) = (before.as_object(), after.as_object()) else {
        return if before == after { Vec::new() } else { vec![String::new()] };
    };
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut paths = Vec::new();
    for key in keys {
        for path in changed(&before[key], &after[key]) {
            paths.push(if path.is_empty() { key.clone() } else { format!("{key}/{path}") });
        }
    }
    paths
}

fn without_places(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let kept = object.iter().filter(|(key, _)| !matches!(key.as_str(), "file" | "line" | "column"));
            Value::Object(kept.map(|(key, value)| (key.clone(), without_places(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(without_places).collect()),
        other => other.clone(),
    }
}
