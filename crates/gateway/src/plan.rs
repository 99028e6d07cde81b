//! Where the plan comes from: a project that is compiled, or a resolved document.

use std::path::{Path, PathBuf};

use clientc_check::{Calls, Diagnostic, Level};
use clientc_plan::document::{DocumentError, Resolved};
use clientc_report::{Options, Report, Scope, write_full};
use clientc_workspace::{Analysis, ConfigChoice, GatewaySettings, ProjectInput, Request, Workspace};

/// The rule for mistakes in settings. As with the compiler, they end the program with another code.
const INVALID_CONFIG: &str = "invalid-config";

/// Where the plan comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A project.
    Project {
        /// What names it, as for `clientc check`.
        paths: Vec<PathBuf>,
        /// The folder that relative paths start from.
        working_folder: PathBuf,
        /// Which `clientc.toml` counts.
        config: ConfigChoice,
        /// The profile of its settings that is chosen.
        profile: Option<String>,
    },
    /// A file that `clientc resolve --format json` wrote.
    Resolved(PathBuf),
}

/// A plan with its settings and its files.
#[derive(Debug)]
pub struct Loaded {
    /// The plan.
    pub document: Resolved,
    /// The settings of the gateway in its `clientc.toml`.
    pub settings: GatewaySettings,
    /// The files that it was made of.
    pub files: Vec<PathBuf>,
    /// The folders of which every source belongs to it.
    pub roots: Vec<PathBuf>,
    /// How many warnings `clientc check` has for the project.
    pub warnings: usize,
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The project has errors. The text shows them as `clientc check` does.
    #[error("{0}\nThe project has errors, so it has no plan.")]
    Refused(String),
    /// The settings have errors. The text shows them in the same way.
    #[error("{0}\nThe settings have errors.")]
    Misconfigured(String),
    /// Something cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// Several projects were found.
    #[error("one gateway serves one project, and there are {}: name one of them: {}", .0.len(), .0.join(", "))]
    Several(Vec<String>),
    /// No project was found.
    #[error("there is no project with a client here: name a folder with .baml files, or use --resolved FILE")]
    Nothing,
    /// The file is not a resolved plan.
    #[error("{path} is not a resolved plan: {error}")]
    Document {
        /// The file.
        path: String,
        /// What is wrong.
        error: DocumentError,
    },
}

impl Source {
    /// Reads the plan.
    ///
    /// # Errors
    /// Where the project has errors, or something cannot be read.
    pub fn load(&self, options: &Options) -> Result<Loaded, LoadError> {
        match self {
            Self::Project { paths, working_folder, config, profile } => project(
                &Request {
                    working_folder: working_folder.clone(),
                    paths: paths.clone(),
                    config: config.clone(),
                    profile: profile.clone(),
                    calls: Some(Calls::Gateway),
                    ..Request::default()
                },
                options,
            ),
            Self::Resolved(path) => resolved(path),
        }
    }
}

fn resolved(path: &Path) -> Result<Loaded, LoadError> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| LoadError::Unreadable(format!("cannot read {shown}: {error}")))?;
    let mut document =
        Resolved::read(&text).map_err(|error| LoadError::Document { path: shown.to_string(), error })?;
    // What BAML would do does not matter: the gateway makes the calls.
    document.clients.values_mut().for_each(|client| client.runtimes = None);
    let (settings, files) = (GatewaySettings::default(), vec![path.to_owned()]);
    Ok(Loaded { document, settings, files, roots: Vec::new(), warnings: 0 })
}

fn project(request: &Request, options: &Options) -> Result<Loaded, LoadError> {
    let workspace = Workspace::open(request);
    let problems: Vec<_> = workspace.problems().iter().map(ToString::to_string).collect();
    if !problems.is_empty() {
        return Err(LoadError::Unreadable(problems.join("\n")));
    }
    if let Some(profile) = &request.profile {
        let knows = |input: &ProjectInput<'_>| {
            input.configs().iter().any(|config| config.text.profile(profile).is_some())
        };
        if !workspace.inputs().all(|input| knows(&input)) {
            return Err(LoadError::Unreadable(format!(
                "no clientc.toml of the project has a `[profiles.{profile}]`"
            )));
        }
    }
    let analysis = workspace.analyse();
    if let Some(error) = errors(&workspace, &analysis, options) {
        return Err(error);
    }
    let with_clients = || {
        workspace
            .inputs()
            .zip(&analysis.projects)
            .filter(|(_, project)| project.project.plan.ids().next().is_some())
    };
    let (input, found) = match with_clients().count() {
        1 => with_clients().next().ok_or(LoadError::Nothing)?,
        0 => return Err(LoadError::Nothing),
        _ => {
            return Err(LoadError::Several(
                with_clients().map(|(input, _)| input.project().display_root.clone()).collect(),
            ));
        }
    };
    let ids: Vec<_> = found.project.plan.ids().collect();
    let config = workspace.configs().iter().map(|config| config.file);
    let files = input.files().map(|file| file.id).chain(config);
    Ok(Loaded {
        settings: input.gateway(),
        document: found.resolve(&input, workspace.files(), &ids),
        files: files.map(|file| workspace.files().path(file).to_owned()).collect(),
        roots: vec![input.project().root.clone()],
        warnings: found.diagnostics.iter().filter(|found| found.level == Level::Warning).count(),
    })
}

/// The errors that keep a project from being served, as text.
fn errors(workspace: &Workspace, analysis: &Analysis, options: &Options) -> Option<LoadError> {
    let refused = analysis.projects.iter().filter(|project| project.is_refused());
    let errors: Vec<Diagnostic> = refused
        .flat_map(|project| &project.diagnostics)
        .filter(|found| found.level == Level::Error)
        .cloned()
        .collect();
    if errors.is_empty() {
        return None;
    }
    let scope = Scope {
        projects: analysis.projects.len() as u64,
        files: analysis.projects.iter().map(|project| project.files as u64).sum(),
        clients: analysis.projects.iter().map(|project| project.clients as u64).sum(),
        ..Scope::default()
    };
    let mut text = Vec::new();
    // A write into memory does not fail.
    let _ = write_full(&mut text, &Report::new(&errors, workspace.files(), scope), options);
    let text = String::from_utf8_lossy(&text).trim_end().to_owned();
    Some(match errors.iter().any(|found| found.rule == INVALID_CONFIG) {
        true => LoadError::Misconfigured(text),
        false => LoadError::Refused(text),
    })
}
