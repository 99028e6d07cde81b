//! A project in memory, resolved with the schedule of every client.

use std::path::Path;

use clientc_plan::document::Resolved;
use clientc_report::{Options, Report, Scope, ShownPlan};
use clientc_semantic::LimitPlaces;
use clientc_workspace::{ProjectAnalysis, Workspace};
use serde_json::Value;

use crate::project::open;

/// A project that was resolved.
#[derive(Debug)]
pub struct Compiled {
    /// The document.
    pub document: Resolved,
    /// The same as JSON, read back from the bytes that are written.
    pub json: Value,
    /// Where its limits are written.
    pub places: LimitPlaces,
}

impl Compiled {
    /// The explanation of every client.
    #[must_use]
    pub fn why(&self, options: &Options) -> String {
        let mut out = Vec::new();
        let plan = ShownPlan { document: &self.document, places: &self.places, first: Vec::new() };
        clientc_report::write_why(&mut out, [plan], options).expect("a vector takes everything");
        String::from_utf8(out).expect("the explanation is text")
    }
}

/// Resolves the one project of these files. Their paths begin with `baml_src/`, except `clientc.toml`.
///
/// # Errors
///
/// The findings, where there are errors.
pub fn compile<P, B>(files: impl IntoIterator<Item = (P, B)>) -> Result<Compiled, String>
where
    P: AsRef<Path>,
    B: Into<Vec<u8>>,
{
    let workspace = open(files);
    let analysis = workspace.analyse();
    let (Some(input), [project]) = (workspace.inputs().next(), &*analysis.projects) else {
        return Err(format!("there are {} projects", analysis.projects.len()));
    };
    if project.is_refused() || !workspace.problems().is_empty() {
        return Err(findings(project, &workspace));
    }
    let ids: Vec<_> = project.project.plan.ids().collect();
    let mut document = project.resolve(&input, workspace.files(), &ids);
    project.add_schedules(&mut document, &ids);
    let mut bytes = Vec::new();
    document.write_line(&mut bytes).expect("a vector takes everything");
    let json = serde_json::from_slice(&bytes).expect("the document is JSON");
    let places = project.limit_places(workspace.files(), &ids);
    Ok(Compiled { document, json, places })
}

fn findings(project: &ProjectAnalysis, workspace: &Workspace) -> String {
    let report = Report::new(&project.diagnostics, workspace.files(), Scope::default());
    let mut out = Vec::new();
    clientc_report::write_concise(&mut out, &report, &Options::default()).expect("a vector takes everything");
    let problems: Vec<_> = workspace.problems().iter().map(ToString::to_string).collect();
    format!("{}{}", String::from_utf8_lossy(&out), problems.join("\n"))
}
