//! `clientc check --show-settings`: the effective settings of each project, in the words of `clientc.toml`.

use std::io::{self, Write};

use clientc_check::{Budget, Configured, Entries, Levels, RULES, Setting, Sources as _};
use clientc_plan::{Field, Limits};
use clientc_workspace::{ProjectAnalysis, ProjectInput, Workspace};

use crate::exit::Exit;
use crate::input;
use crate::terminal::Terminal;

pub(super) fn show(workspace: &Workspace, levels: &Levels, terminal: &Terminal) -> anyhow::Result<Exit> {
    let analysis = workspace.analyse_with(levels);
    let mut out = terminal.out();
    for (position, (input, project)) in workspace.inputs().zip(&analysis.projects).enumerate() {
        if position > 0 {
            writeln!(out)?;
        }
        write_project(&mut out, workspace, &input, project)?;
    }
    out.flush()?;
    Ok(input::report_problems(workspace, terminal).max(super::is_misconfigured(&analysis)))
}

fn write_project(
    out: &mut impl Write,
    workspace: &Workspace,
    input: &ProjectInput<'_>,
    project: &ProjectAnalysis,
) -> io::Result<()> {
    let configs = input.configs();
    let paths: Vec<&str> =
        configs.iter().rev().map(|config| workspace.files().display_path(config.file)).collect();
    let source = if paths.is_empty() { "no clientc.toml".to_owned() } else { paths.join(", on top of ") };
    let name = Some(&*project.label).filter(|label| !label.is_empty()).unwrap_or(".");
    let profile = workspace.profile().map(|profile| format!(", profile {profile}")).unwrap_or_default();
    writeln!(out, "# {name}: settings from {source}{profile}")?;
    for config in &configs {
        let exclude: Vec<&str> =
            config.text.exclude.patterns().iter().map(|pattern| &*pattern.value).collect();
        if !exclude.is_empty() {
            writeln!(out, "exclude = {exclude:?}")?;
        }
    }
    if let Some(baseline) = configs.iter().rev().find_map(|config| config.text.baseline.as_ref()) {
        writeln!(out, "baseline = {:?}", baseline.value)?;
    }
    write_rules(out, project)?;
    write_entries(out, project)?;
    write_limits(out, "defaults.http", &project.settings.defaults)?;
    write_limits(out, "defaults.fix", &project.settings.fix)?;
    let Budget { max_requests, max_duration_ms, ceiling_ms } = project.settings.budget;
    let value = |number: Option<Configured>| number.map(|number| number.value);
    writeln!(out, "\n[limits]")?;
    writeln!(out, "max-requests = {}", value(max_requests).unwrap_or(Budget::MAX_REQUESTS))?;
    write_number(out, "max-duration-ms", value(max_duration_ms))?;
    writeln!(out, "\n[platform]")?;
    write_number(out, "ceiling-ms", value(ceiling_ms))?;
    for model in &project.settings.models {
        writeln!(out, "\n[[models]]\nmatch = {:?}", model.patterns)?;
        write_number(out, "min-request-timeout-ms", model.min_request_ms)?;
        write_number(out, "min-ttft-timeout-ms", model.min_ttft_ms)?;
    }
    for server in &project.settings.servers {
        writeln!(out, "\n[[servers]]\nbase-url = {:?}", server.base_url)?;
        write_number(out, "timeout-ms", value(server.timeout))?;
        write_number(out, "retries", value(server.retries))?;
    }
    let has_generator = project.project.files.iter().any(|file| file.has_generator);
    let (word, why) = match (project.settings.peer_is_off(), has_generator) {
        (true, _) => ("off", "no findings about BAML"),
        (false, true) => ("auto", "on: the project has a generator block"),
        (false, false) => ("auto", "off: the project has no generator block"),
    };
    writeln!(out, "\n[peer]\nbaml = {word:?} # {why}")?;
    let calls = project.settings.calls_of(&project.project);
    let why = match (project.settings.calls, has_generator && !project.settings.peer_is_off()) {
        (Some(_), _) => "as set",
        (None, true) => "the project has a generator block",
        (None, false) => "BAML does not read the project",
    };
    writeln!(out, "\n[runtime]\ncalls = {:?} # {why}", calls.word())
}

fn write_rules(out: &mut impl Write, project: &ProjectAnalysis) -> io::Result<()> {
    writeln!(out, "[rules] # {} rules; those not listed keep their default level", RULES.len())?;
    for rule in RULES {
        let set = project.settings.rules.get(rule.name).filter(|set| **set != rule.level && !rule.is_fixed);
        if let Some(set) = set {
            writeln!(out, "{} = {:?} # default: {}", rule.name, set.word(), rule.level.word())?;
        }
    }
    for set in project.settings.overrides.iter().filter(|set| !set.files.is_empty()) {
        writeln!(out, "# an override for {} of its files:", set.files.len())?;
        for (rule, level) in &set.rules {
            writeln!(out, "# {rule} = {:?}", Setting::word(*level))?;
        }
    }
    Ok(())
}

fn write_entries(out: &mut impl Write, project: &ProjectAnalysis) -> io::Result<()> {
    let names: Vec<&str> = project.entries.iter().map(|id| project.project.client_name(*id)).collect();
    let any_function = project.project.functions.iter().any(|function| function.client.is_some());
    let why = match project.settings.entries {
        Entries::Named(_) => "as written",
        Entries::All => "all clients",
        Entries::Found if any_function => "the clients that functions name",
        Entries::Found => "every client that is not a member",
    };
    writeln!(out, "\n[entries]\nclients = {names:?} # {why}")
}

fn write_limits<O>(out: &mut impl Write, section: &str, limits: &Limits<O>) -> io::Result<()> {
    writeln!(out, "\n[{section}]")?;
    for field in Field::ALL {
        write_number(out, field.key(), limits.ms(field))?;
    }
    Ok(())
}

fn write_number(out: &mut impl Write, key: &str, number: Option<u64>) -> io::Result<()> {
    number.map_or(Ok(()), |number| writeln!(out, "{key} = {number}"))
}
