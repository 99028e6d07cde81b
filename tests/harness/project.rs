//! A project that has been checked, without any settings.

use std::path::{Path, PathBuf};

use clientc_check::{Diagnostic, Level, Sources as _};
use clientc_report::{Options, Report, Scope};
use clientc_workspace::{Analysis, ConfigChoice, Disk, RealDisk, Request, Workspace};

use crate::MemoryDisk;

/// The folder that projects in memory lie in; paths are shown relative to it.
const ROOT: &str = "/project/baml_src";

/// Opens files in memory as a run in their common folder does, with the settings that lie there.
#[must_use]
pub fn open<P: AsRef<Path>, B: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, B)>) -> Workspace {
    let root = Path::new("/project");
    let mut disk = MemoryDisk::default();
    for (path, bytes) in files {
        disk.put(root.join(path), bytes);
    }
    let request =
        Request { working_folder: root.to_owned(), paths: vec![PathBuf::from(".")], ..Request::default() };
    Workspace::open_on(Box::new(disk), &request)
}

/// A workspace and what was found in it.
#[derive(Debug)]
pub struct Checked {
    /// The files.
    pub workspace: Workspace,
    /// What was found.
    pub analysis: Analysis,
}

impl Checked {
    /// Checks one file.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::files([("main.baml", text)])
    }

    /// Checks one project of these files.
    #[must_use]
    pub fn files<P: AsRef<Path>, B: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, B)>) -> Self {
        let mut disk = MemoryDisk::default();
        for (path, bytes) in files {
            disk.put(Path::new(ROOT).join(path), bytes);
        }
        Self::on(Box::new(disk), Path::new(ROOT))
    }

    /// Checks what lies in a folder.
    #[must_use]
    pub fn folder(folder: &Path) -> Self {
        Self::on(Box::new(RealDisk), folder)
    }

    fn on(disk: Box<dyn Disk>, folder: &Path) -> Self {
        let request = Request {
            working_folder: folder.to_owned(),
            paths: vec![PathBuf::from(".")],
            config: ConfigChoice::None,
            ..Request::default()
        };
        let workspace = Workspace::open_on(disk, &request);
        let analysis = workspace.analyse();
        Self { workspace, analysis }
    }

    /// The same without what a rule has found, where that is beside the point.
    #[must_use]
    pub fn without(mut self, rule: &str) -> Self {
        for project in &mut self.analysis.projects {
            project.diagnostics.retain(|diagnostic| diagnostic.rule != rule);
        }
        self
    }

    /// Everything that was found, project by project.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.analysis.projects.iter().flat_map(|project| &project.diagnostics)
    }

    /// The errors among it.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics().filter(|diagnostic| diagnostic.level == Level::Error)
    }

    /// Whether there is an error.
    #[must_use]
    pub fn is_rejected(&self) -> bool {
        self.errors().next().is_some()
    }

    /// The line at which something was found, with its file.
    #[must_use]
    pub fn line(&self, diagnostic: &Diagnostic) -> (String, u32) {
        let files = self.workspace.files();
        let span = diagnostic.primary.span;
        let place = files.line_index(span.file).line_column(files.text(span.file), span.range.start);
        (files.display_path(span.file).to_owned(), place.line)
    }

    /// The findings, one a line.
    #[must_use]
    pub fn concise(&self) -> String {
        self.write(|out, report, options| clientc_report::write_concise(out, report, options))
    }

    /// The findings with their sources, without colour.
    #[must_use]
    pub fn full(&self) -> String {
        self.write(|out, report, options| clientc_report::write_full(out, report, options))
    }

    fn write(&self, write: impl Fn(&mut Vec<u8>, &Report<'_>, &Options) -> std::io::Result<()>) -> String {
        let diagnostics: Vec<Diagnostic> = self.diagnostics().cloned().collect();
        let report = Report::new(&diagnostics, self.workspace.files(), Scope::default());
        let options = Options { width: 80, ..Options::default() };
        let mut out = Vec::new();
        write(&mut out, &report, &options).expect("a vector takes everything");
        String::from_utf8(out).expect("the report is text")
    }
}
