//! `clientc diff`: what a change does to the plan.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use clientc_check::{Diagnostic, Levels};
use clientc_plan::document::Resolved;
use clientc_report::{
    PlanDiff, Report, Scope, write_full, write_plan_diff_concise, write_plan_diff_full,
    write_plan_diff_github, write_plan_diff_html, write_plan_diff_json, write_plan_diff_markdown,
};
use clientc_workspace::{RevisionDisk, Workspace};

use crate::args::{DiffArgs, DiffFormat, InputArgs};
use crate::exit::Exit;
use crate::input;
use crate::terminal::Terminal;

/// The limits that models are known to need, by the rule that knows them.
const NEEDS: &str = "reasoning-model-timeout";

/// One side: the plan of each project by its label, and the clients whose limits are below what a model needs.
#[derive(Default)]
struct Side {
    documents: BTreeMap<String, Resolved>,
    below_need: BTreeSet<(String, String)>,
}

pub(crate) fn run(args: &DiffArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let approved = approved(args)?;
    let Some(after) = side(&input::open(&args.input, terminal)?, "the current state", terminal)? else {
        return Ok(Exit::Findings);
    };
    let Some(before) = against(args, terminal)? else { return Ok(Exit::Findings) };
    let mut diffs = compare(&before, &after);
    for diff in &mut diffs {
        diff.approve(&approved);
    }
    let mut out = terminal.out();
    match args.format {
        DiffFormat::Full => write_plan_diff_full(&mut out, &diffs, &terminal.options)?,
        DiffFormat::Concise => write_plan_diff_concise(&mut out, &diffs)?,
        DiffFormat::Json => write_plan_diff_json(&mut out, &diffs)?,
        DiffFormat::Github => write_plan_diff_github(&mut out, &diffs)?,
        DiffFormat::Markdown => write_plan_diff_markdown(&mut out, &diffs)?,
        DiffFormat::Html => write_plan_diff_html(&mut out, &diffs)?,
    }
    out.flush()?;
    let fails = match &args.fail_on {
        Some(kinds) => diffs.iter().any(|diff| diff.has(kinds)),
        None => diffs.iter().any(|diff| !diff.is_empty()),
    };
    Ok(if fails { Exit::Findings } else { Exit::Clean })
}

/// Reads the earlier side: a JSON, a folder, or else a revision.
fn against(args: &DiffArgs, terminal: &Terminal) -> anyhow::Result<Option<Side>> {
    let path = Path::new(&args.against);
    if path.is_file() {
        return documents_of(path).map(Some);
    }
    if path.is_dir() {
        let input = InputArgs { paths: vec![path.to_owned()], ..args.input.clone() };
        return side(&input::open(&input, terminal)?, &args.against, terminal);
    }
    let folder = std::env::current_dir().context("cannot find the working folder")?;
    let disk = RevisionDisk::open(&folder, &args.against).with_context(|| {
        format!("--against: there is no file or folder `{}`, so it is a revision", args.against)
    })?;
    let request = input::request(&args.input)?;
    side(&Workspace::open_on(Box::new(disk), &request), &args.against, terminal)
}

/// Resolves a side. Where there are errors nothing can be compared; they are written to standard error.
fn side(workspace: &Workspace, name: &str, terminal: &Terminal) -> anyhow::Result<Option<Side>> {
    let analysis = input::analyse(workspace, &Levels::default(), terminal);
    let errors: Vec<Diagnostic> =
        analysis.projects.iter().flat_map(|project| project.refusals()).cloned().collect();
    if !errors.is_empty() {
        let report = Report::new(&errors, workspace.files(), Scope::default());
        let mut out = terminal.error_out();
        write_full(&mut out, &report, &terminal.error_options)?;
        writeln!(out, "Nothing was compared: {name} has these errors.")?;
        out.flush()?;
        return Ok(None);
    }
    let mut side = Side::default();
    for (input, project) in workspace.inputs().zip(&analysis.projects) {
        let ids: Vec<_> = project.project.plan.ids().collect();
        let mut document = project.resolve(&input, workspace.files(), &ids);
        project.add_schedules(&mut document, &ids);
        let below = project.diagnostics.iter().filter(|diagnostic| diagnostic.rule == NEEDS);
        let client =
            |diagnostic: &Diagnostic| diagnostic.subject.split('/').next().unwrap_or_default().to_owned();
        side.below_need.extend(below.map(|diagnostic| (project.label.clone(), client(diagnostic))));
        side.documents.insert(project.label.clone(), document);
    }
    Ok(Some(side))
}

/// Reads a file that `clientc resolve` wrote: one document, or one per line.
fn documents_of(path: &Path) -> anyhow::Result<Side> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let read = |text: &str| {
        Resolved::read(text).with_context(|| format!("{} is not a resolved JSON", path.display()))
    };
    let is_lines = text.lines().next().is_some_and(|line| line.trim_end().ends_with('}'));
    let documents: Vec<Resolved> = if is_lines {
        text.lines().filter(|line| !line.trim().is_empty()).map(read).collect::<anyhow::Result<_>>()?
    } else {
        vec![read(&text)?]
    };
    let documents = documents.into_iter().map(|document| (document.project.to_string(), document));
    Ok(Side { documents: documents.collect(), below_need: BTreeSet::new() })
}

/// Compares project by project. Where each side has one project these are compared, whatever they are called.
fn compare<'s>(before: &'s Side, after: &'s Side) -> Vec<PlanDiff<'s>> {
    if let ([(before_label, earlier)], [(label, later)]) =
        (&*before.documents.iter().collect::<Vec<_>>(), &*after.documents.iter().collect::<Vec<_>>())
    {
        return vec![PlanDiff::between(earlier, later, &needs((before, before_label), (after, label)))];
    }
    let labels: BTreeSet<&String> = before.documents.keys().chain(after.documents.keys()).collect();
    let diff = |label: &'s String| match (before.documents.get(label), after.documents.get(label)) {
        (Some(earlier), Some(later)) => {
            Some(PlanDiff::between(earlier, later, &needs((before, label), (after, label))))
        }
        (Some(earlier), None) => Some(PlanDiff::whole(earlier, false)),
        (None, Some(later)) => Some(PlanDiff::whole(later, true)),
        (None, None) => None,
    };
    labels.into_iter().filter_map(diff).collect()
}

/// The limits that only the later side of a project has below a model's need. Each side comes with its label.
fn needs(before: (&Side, &str), after: (&Side, &str)) -> BTreeSet<(String, &'static str)> {
    let below = |(side, label): (&Side, &str)| -> BTreeSet<String> {
        let of_project = side.below_need.iter().filter(|(project, _)| project == label);
        of_project.map(|(_, client)| client.clone()).collect()
    };
    let (earlier, later) = (below(before), below(after));
    let keys = [clientc_plan::Field::Request.key(), clientc_plan::Field::TimeToFirstToken.key()];
    later.difference(&earlier).flat_map(|client| keys.map(|key| (client.clone(), key))).collect()
}

fn approved(args: &DiffArgs) -> anyhow::Result<BTreeSet<String>> {
    let Some(path) = &args.approved else { return Ok(BTreeSet::new()) };
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("--approved: cannot read {}", path.display()))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(lines.map(str::to_owned).collect())
}
