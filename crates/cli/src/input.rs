//! From arguments to a workspace.

use std::io::Read as _;
use std::path::Path;

use anyhow::Context as _;
use clientc_check::{Levels, Sources as _};
use clientc_report::plural;
use clientc_workspace::{Analysis, ConfigChoice, Globs, ProjectInput, Request, Stdin, Workspace};

use crate::args::InputArgs;
use crate::exit::Exit;
use crate::terminal::Terminal;

/// Opens what the arguments name.
pub(crate) fn open(args: &InputArgs, terminal: &Terminal) -> anyhow::Result<Workspace> {
    let reads_stdin = reads_stdin(args);
    if args.stdin_filename.is_some() && !reads_stdin {
        anyhow::bail!("--stdin-filename needs `-`, which reads standard input");
    }
    if reads_stdin && args.paths.len() > 1 {
        anyhow::bail!("`-` reads standard input and cannot be combined with other paths: remove them");
    }
    if let Some(file) = args.config.as_ref().filter(|file| !file.is_file()) {
        anyhow::bail!("--config: there is no file {}", file.display());
    }
    for pattern in &args.exclude {
        Globs::check_path(pattern)
            .map_err(|error| anyhow::anyhow!("--exclude: `{pattern}` is not a pattern: {error}"))?;
    }
    let request = request(args)?;
    let reading = terminal.progress(|| "Reading files".to_owned());
    let workspace = Workspace::open(&request);
    drop(reading);
    if let Some(profile) = &args.profile {
        knows_profile(&workspace, profile)?;
    }
    Ok(workspace)
}

/// Links and checks every project with these levels.
pub(crate) fn analyse(workspace: &Workspace, levels: &Levels, terminal: &Terminal) -> Analysis {
    let _checking = terminal.progress(|| {
        let files = workspace.inputs().map(|input| input.project().files.len()).sum::<usize>();
        let projects = plural(workspace.inputs().count() as u64, "project");
        format!("Checking {} of {projects}", plural(files as u64, "file"))
    });
    workspace.analyse_with(levels)
}

/// The request that the arguments describe.
pub(crate) fn request(args: &InputArgs) -> anyhow::Result<Request> {
    let stdin = if reads_stdin(args) { Some(read_stdin(args)?) } else { None };
    Ok(Request {
        working_folder: std::env::current_dir().context("cannot find the working folder")?,
        paths: args.paths.iter().filter(|path| *path != Path::new("-")).cloned().collect(),
        only_paths: false,
        stdin,
        config: match (&args.config, args.isolated) {
            (Some(file), _) => ConfigChoice::File(file.clone()),
            (None, true) => ConfigChoice::None,
            (None, false) => ConfigChoice::Nearest,
        },
        exclude: args.exclude.clone(),
        profile: args.profile.clone(),
        calls: None,
    })
}

/// Checks that every project has the profile that is asked for: one without it would silently be taken for another
/// deployment.
fn knows_profile(workspace: &Workspace, profile: &str) -> anyhow::Result<()> {
    let lacks = |input: &ProjectInput<'_>| {
        input.configs().iter().all(|config| config.text.profile(profile).is_none())
    };
    let lacking: Vec<&str> =
        workspace.inputs().filter(lacks).map(|input| &*input.project().display_root).collect();
    let Some(first) = lacking.first() else { return Ok(()) };
    let names: Vec<&str> = workspace.profiles().into_iter().collect();
    if names.is_empty() {
        anyhow::bail!("there is no profile `{profile}`: no clientc.toml has a `[profiles.{profile}]`");
    }
    if !names.contains(&profile) {
        let near = clientc_semantic::nearest(profile, names.iter().copied());
        let meant = near.first().map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        anyhow::bail!("there is no profile `{profile}`; {meant}there is `{}`", names.join("`, `"));
    }
    anyhow::bail!(
        "{} of the projects have no profile `{profile}`, {first} among them: add `[profiles.{profile}]`, which may be \
         empty, to their clientc.toml",
        lacking.len()
    )
}

/// Whether one file comes from standard input.
pub(crate) fn reads_stdin(args: &InputArgs) -> bool {
    args.paths.iter().any(|path| path == Path::new("-"))
}

fn read_stdin(args: &InputArgs) -> anyhow::Result<Stdin> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).context("cannot read standard input")?;
    Ok(Stdin { bytes, filename: args.stdin_filename.clone() })
}

/// Reports which projects were found and which settings they use.
fn describe(workspace: &Workspace, terminal: &Terminal) {
    for input in workspace.inputs() {
        let project = input.project();
        let configs: Vec<&str> =
            input.configs().iter().rev().map(|config| workspace.files().display_path(config.file)).collect();
        let settings =
            if configs.is_empty() { "no clientc.toml".to_owned() } else { configs.join(", on top of ") };
        let profile = workspace.profile().map(|profile| format!(", profile {profile}")).unwrap_or_default();
        let files = plural(project.files.len() as u64, "file");
        terminal.note(&format!("{}: {files}, settings: {settings}{profile}", project.display_root));
    }
}

/// Reports what went wrong with the run itself.
pub(crate) fn report_problems(workspace: &Workspace, terminal: &Terminal) -> Exit {
    for left_out in workspace.left_out() {
        let by = left_out.by.as_ref().map_or("--exclude".to_owned(), |by| format!("`exclude` in {by}"));
        terminal.note(&format!("{} is excluded by {by}", left_out.path));
    }
    if terminal.is_verbose {
        describe(workspace, terminal);
    }
    let problems = workspace.problems();
    for problem in &problems {
        terminal.problem(&problem.to_string());
    }
    if problems.is_empty() { Exit::Clean } else { Exit::Failure }
}
