//! A plan as one page for a browser: everything is in it, and nothing is loaded from elsewhere.
//!
//! The page contains the resolved document without options, the findings and the sources as JSON, and draws them
//! itself. Secrets are masked first.

use std::collections::BTreeMap;
use std::io::{self, Write};

use clientc_check::{Diagnostic, FileId, Sources as _};
use clientc_plan::document::{Resolved, ResolvedKind};
use clientc_semantic::LimitPlaces;
use serde::Serialize;

use crate::json::{FindingObject, Objects};
use crate::mask::mask;
use crate::report::Report;
use crate::why::verdict;

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
const SHARED: &str = include_str!("page/shared.js");
const SCRIPT: &str = include_str!("page/page.js");
/// The options that say which model a client calls.
const MODELS: [&str; 3] = ["model", "model_id", "deployment_id"];

/// What a page is about: one project.
#[derive(Debug)]
pub struct PageProject<'p> {
    /// The plan, with the schedules of its clients.
    pub document: &'p Resolved,
    /// Where its limits are written, as paths from the project.
    pub places: &'p LimitPlaces,
    /// The clients that callers use.
    pub entries: Vec<&'p str>,
    /// The findings, over sources whose paths are those from the project.
    pub report: &'p Report<'p>,
    /// The files that places lead to.
    pub files: Vec<FileId>,
}

/// The data of a page.
#[derive(Serialize)]
struct Data<'p> {
    plan: &'p Resolved,
    entries: &'p [&'p str],
    findings: Vec<PageFinding<'p>>,
    sources: BTreeMap<&'p str, &'p str>,
    verdicts: BTreeMap<&'p str, String>,
    /// Which version of BAML its figures were measured with, where that matters.
    measured: Option<String>,
}

/// A finding with the client that it is about.
#[derive(Serialize)]
struct PageFinding<'p> {
    #[serde(flatten)]
    finding: FindingObject<'p>,
    client: Option<&'p str>,
}

/// Writes the page of a project.
///
/// # Errors
/// An error of the writer.
pub fn write_page(mut writer: impl Write, project: &PageProject<'_>) -> io::Result<()> {
    let plan = without_options(project.document);
    let sources = project.report.sources();
    let mut objects = Objects::new(project.report);
    let findings = project.report.diagnostics().map(|diagnostic| PageFinding {
        finding: objects.finding(diagnostic),
        client: client_of(diagnostic, project.document),
    });
    let data = Data {
        plan: &plan,
        entries: &project.entries,
        findings: findings.collect(),
        sources: project
            .files
            .iter()
            .map(|file| (sources.display_path(*file), sources.text(*file)))
            .collect(),
        verdicts: verdicts(project),
        measured: crate::through::measured(project.document),
    };
    let json = serde_json::to_string(&data)?;
    write_filled(&mut writer, PAGE, &project.document.project, &[SHARED, SCRIPT], &json)
}

/// Writes a page around its data.
pub(crate) fn write_filled(
    writer: &mut impl Write,
    page: &str,
    title: &str,
    scripts: &[&str],
    json: &str,
) -> io::Result<()> {
    // Within a script element only `<` could be read as markup. Names may hold secrets, which masking finds here.
    let json = mask(json).replace('<', "\\u003c");
    let title = escaped(&mask(title));
    for part in parts(page) {
        match part {
            Part::Text(text) => writer.write_all(text.as_bytes())?,
            Part::Slot("title") => writer.write_all(title.as_bytes())?,
            Part::Slot("style") => writer.write_all(STYLE.as_bytes())?,
            Part::Slot("script") => {
                scripts.iter().try_for_each(|script| writer.write_all(script.as_bytes()))?
            }
            Part::Slot(_) => writer.write_all(json.as_bytes())?,
        }
    }
    Ok(())
}

/// A piece of the page: text, or the name of what is inserted there.
enum Part<'t> {
    Text(&'t str),
    Slot(&'t str),
}

fn parts(page: &str) -> impl Iterator<Item = Part<'_>> {
    page.split("{{").flat_map(|piece| match piece.split_once("}}") {
        Some((slot, text)) => [Part::Slot(slot), Part::Text(text)],
        None => [Part::Text(""), Part::Text(piece)],
    })
}

/// The document without the options of its clients, except for the names of models: keys and headers stay out.
pub(crate) fn without_options(document: &Resolved) -> Resolved {
    let mut document = document.clone();
    for client in document.clients.values_mut() {
        if let ResolvedKind::Leaf { options, .. } = &mut client.kind {
            options.retain(|name, _| MODELS.contains(&&**name));
        }
    }
    document
}

fn verdicts<'p>(project: &'p PageProject<'_>) -> BTreeMap<&'p str, String> {
    let names = project.document.clients.keys();
    let told = names.filter_map(|name| Some((&**name, verdict(project.document, project.places, name)?)));
    told.collect()
}

/// The client that a finding is about. Its subject begins with the name, and a name may have a slash.
fn client_of<'d>(diagnostic: &Diagnostic, document: &'d Resolved) -> Option<&'d str> {
    let subject = &*diagnostic.subject;
    let ends = std::iter::once(subject.len()).chain(subject.rmatch_indices('/').map(|(at, _)| at));
    ends.into_iter().find_map(|end| {
        let (name, _) = document.clients.get_key_value(subject.get(..end)?)?;
        Some(&**name)
    })
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
