//! `clientc resolve --format html`: the page of a project, on standard output or in the browser.

use std::collections::HashMap;
use std::io::Write;

use anyhow::Context as _;
use clientc_check::{FileId, Sources};
use clientc_plan::document::Resolved;
use clientc_report::{PageProject, Report, Scope, write_page};
use clientc_workspace::{Analysis, ProjectInput, Workspace};

use crate::args::ResolveArgs;

pub(super) fn write<'d>(
    workspace: &Workspace,
    analysis: &Analysis,
    args: &ResolveArgs,
    documents: impl Iterator<Item = &'d Resolved>,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let found = workspace.inputs().zip(&analysis.projects).zip(documents).next();
    let Some(((input, project), document)) = found else {
        anyhow::bail!("there is no project to draw");
    };
    let sources = FromProject::new(&input, workspace.files());
    let report = Report::new(&project.diagnostics, &sources, Scope::default());
    let ids: Vec<_> = project.project.plan.ids().collect();
    let page = PageProject {
        document,
        places: &project.limit_places_in_project(&input, workspace.files(), &ids),
        entries: project.entries.iter().map(|id| project.project.client_name(*id)).collect(),
        report: &report,
        files: input
            .files()
            .map(|file| file.id)
            .chain(input.configs().iter().map(|config| config.file))
            .collect(),
    };
    if !args.open {
        return Ok(write_page(out, &page)?);
    }
    let mut file = tempfile::Builder::new().prefix("clientc-").suffix(".html").tempfile()?;
    write_page(&mut file, &page)?;
    let (_, path) = file.keep().context("cannot write the page to a temporary file")?;
    writeln!(out, "{}", path.display())?;
    open::that_detached(&path).context("cannot start a browser: open the file named above")
}

/// The sources of a project, with paths from its folder, as the resolved document has them.
struct FromProject<'w> {
    paths: HashMap<FileId, String>,
    sources: &'w dyn Sources,
}

impl<'w> FromProject<'w> {
    fn new(input: &ProjectInput<'_>, sources: &'w dyn Sources) -> Self {
        let configs = input.configs();
        let files = input.files().map(|file| file.id).chain(configs.iter().map(|config| config.file));
        Self { paths: files.map(|file| (file, input.relative(file))).collect(), sources }
    }
}

impl Sources for FromProject<'_> {
    fn count(&self) -> usize {
        self.sources.count()
    }

    fn display_path(&self, file: FileId) -> &str {
        self.paths.get(&file).map_or_else(|| self.sources.display_path(file), String::as_str)
    }

    fn text(&self, file: FileId) -> &str {
        self.sources.text(file)
    }

    fn line_index(&self, file: FileId) -> &clientc_syntax::LineIndex {
        self.sources.line_index(file)
    }
}
