//! `clientc check`: what is wrong with the clients of one or more projects.

mod add_ignores;
mod baseline;
mod filter;
mod fix;
mod profiles;
mod settings;
mod watch;

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Context as _;
use clientc_check::{Diagnostic, Level, Levels, Setting, Sources as _};
use clientc_report::{
    Links, Options, Report, Scope, write_concise, write_explain_hint, write_full, write_github, write_gitlab,
    write_json, write_json_lines, write_junit, write_rdjson, write_sarif,
};
use clientc_workspace::{Analysis, Workspace, write_file};

use crate::args::{CheckArgs, CheckFormat};
use crate::commands::check::baseline::Baselines;
use crate::commands::check::filter::Filter;
use crate::commands::explain;
use crate::exit::Exit;
use crate::input;
use crate::terminal::Terminal;

pub(crate) fn run(args: &CheckArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let result = opened(args, terminal);
    if let Err(error) = &result {
        report_failure(error, args, terminal);
    }
    result
}

fn opened(args: &CheckArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let levels = levels(args)?;
    Filter::new(args)?;
    if args.unsafe_fixes && !args.fix && !args.fix_only && !args.diff {
        anyhow::bail!("--unsafe-fixes needs --fix, which applies fixes, or --diff, which shows them");
    }
    if let Some(reason) = &args.add_ignore {
        add_ignores::reason(reason)?;
    }
    if args.watch {
        return watch::run(args, terminal);
    }
    once(input::open(&args.input, terminal)?, args, &levels, terminal)
}

/// One run over what was opened.
fn once(
    mut workspace: Workspace,
    args: &CheckArgs,
    levels: &Levels,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    if args.show_files {
        return show_files(&workspace, terminal);
    }
    if args.show_settings {
        return settings::show(&workspace, levels, terminal);
    }
    let filter = Filter::new(args)?;
    let baselines = Baselines::read(&workspace, args)?;
    let problems = input::report_problems(&workspace, terminal);
    let mut saved = Exit::Clean;
    let mut analysis = if args.fix || args.fix_only || (args.diff && args.add_ignore.is_none()) {
        let mut fixed = fix::apply(&mut workspace, levels, args, &baselines, &filter);
        if args.diff {
            let failed = is_misconfigured(&fixed.analysis);
            return Ok(problems.max(failed).max(fix::show(&workspace, &fixed, terminal)?));
        }
        saved = fix::save(&mut workspace, &mut fixed, levels, args, terminal)?;
        if args.fix_only {
            return Ok(problems.max(saved).max(is_misconfigured(&fixed.analysis)));
        }
        fixed.analysis
    } else if args.all_profiles {
        profiles::analyse(&mut workspace, levels)
    } else {
        input::analyse(&workspace, levels, terminal)
    };
    let known = if args.write_baseline {
        baselines.clone().write(&mut analysis, terminal)?
    } else {
        baselines.take(levels, args.prune_baseline, &mut analysis, terminal)?
    };
    for project in &mut analysis.projects {
        project.diagnostics.retain(|diagnostic| filter.shows(diagnostic));
    }
    workspace.tell_mentions(&mut analysis);
    if let Some(reason) = &args.add_ignore {
        let failed = is_misconfigured(&analysis);
        let reason = add_ignores::reason(reason)?;
        let added = add_ignores::add_ignores(&mut workspace, analysis, levels, args, reason, terminal)?;
        return Ok(problems.max(added).max(failed));
    }
    let (diagnostics, scope) = findings(&workspace, analysis);
    let exit = problems.max(saved).max(exit(&diagnostics, args));
    let fixable = fix::count(&workspace, &diagnostics, levels, args, &baselines, &filter);
    let report = Report::new(&diagnostics, workspace.files(), Scope { known, fixable, ..scope });
    write_report(&report.with_problems(terminal.take_problems()), args, terminal)?;
    // The process ends here, and the system takes everything back at once; giving back each of a million small
    // pieces would take a tenth of the time of a large project.
    std::mem::forget((workspace, diagnostics));
    Ok(exit)
}

/// Reports in the formats for programs that the run failed before it could find anything: a missing or an old file
/// would look clean.
fn report_failure(error: &anyhow::Error, args: &CheckArgs, terminal: &Terminal) {
    let is_for_people = matches!(args.format, CheckFormat::Full | CheckFormat::Concise);
    if is_for_people || args.statistics || args.show_files || args.show_settings || args.watch || args.diff {
        return;
    }
    let mut problems = terminal.take_problems();
    problems.push(format!("{error:#}"));
    let files = clientc_workspace::Files::default();
    let report = Report::new(&[], &files, Scope::default()).with_problems(problems);
    // If this cannot be written either, standard error and the exit code still show the failure.
    let _ = write_report(&report, args, terminal);
}

fn is_misconfigured(analysis: &Analysis) -> Exit {
    let is_bad = analysis.projects.iter().any(|project| has_bad_configuration(&project.diagnostics));
    if is_bad { Exit::Failure } else { Exit::Clean }
}

/// Writes findings to where they should go. Where standard output has the fixed text of standard input, they go to
/// standard error.
fn write_report(report: &Report<'_>, args: &CheckArgs, terminal: &Terminal) -> anyhow::Result<()> {
    if let Some(path) = &args.output_file {
        let mut bytes = Vec::new();
        let options = Options { colour: false, links: Links::default(), ..terminal.options.clone() };
        write(
            &mut bytes,
            report,
            args,
            &options,
            Closing { is_terminal: false, is_quiet: terminal.is_quiet },
        )?;
        write_file(path, &bytes).with_context(|| format!("cannot write {}", path.display()))?;
        if !terminal.is_quiet {
            let mut out = terminal.out();
            report.summary().write_line(&mut out, &terminal.options)?;
            out.flush()?;
        }
        return Ok(());
    }
    let is_fixed_text = args.fix && input::reads_stdin(&args.input);
    let closing =
        Closing { is_terminal: !is_fixed_text && terminal.is_terminal, is_quiet: terminal.is_quiet };
    if is_fixed_text {
        let mut out = terminal.error_out();
        write(&mut out, report, args, &terminal.error_options, closing)?;
        return Ok(out.flush()?);
    }
    let mut out = terminal.out();
    write(&mut out, report, args, &terminal.options, closing)?;
    Ok(out.flush()?)
}

/// The levels of the command line, which win over those of `clientc.toml`.
fn levels(args: &CheckArgs) -> anyhow::Result<Levels> {
    let given = [
        (&args.error, Setting::Error),
        (&args.warn, Setting::Warn),
        (&args.info, Setting::Info),
        (&args.ignore, Setting::Ignore),
    ];
    let mut levels = Levels::new();
    for (names, setting) in given {
        for name in names {
            let rule = explain::find(name)?;
            let name = rule.name;
            if rule.is_fixed && setting != Setting::Error {
                anyhow::bail!(
                    "the rule `{name}` cannot be lowered or ignored: the plan cannot be resolved without it"
                );
            }
            if levels.insert(name.to_owned(), setting).is_some_and(|before| before != setting) {
                anyhow::bail!("the rule `{name}` is given two levels");
            }
        }
    }
    Ok(levels)
}

fn show_files(workspace: &Workspace, terminal: &Terminal) -> anyhow::Result<Exit> {
    let mut out = terminal.out();
    for file in workspace.projects().iter().flat_map(|project| &project.files) {
        writeln!(out, "{}", workspace.files().display_path(file.id))?;
    }
    out.flush()?;
    Ok(input::report_problems(workspace, terminal))
}

/// The findings of all projects in order; only those of one file, where standard input replaces it.
pub(crate) fn findings(workspace: &Workspace, analysis: Analysis) -> (Vec<Diagnostic>, Scope) {
    let mut scope = Scope { projects: analysis.projects.len() as u64, ..Scope::default() };
    let mut diagnostics = Vec::new();
    for mut project in analysis.projects {
        scope.files += project.files as u64;
        scope.clients += project.clients as u64;
        diagnostics.append(&mut project.diagnostics);
        std::mem::forget(project);
    }
    if let Some(focus) = workspace.focus() {
        let is_config = |diagnostic: &Diagnostic| diagnostic.rule == "invalid-config";
        diagnostics.retain(|diagnostic| diagnostic.primary.span.file == focus || is_config(diagnostic));
    }
    (diagnostics, scope)
}

/// Bad configuration is a failure even where findings do not matter.
fn exit(diagnostics: &[Diagnostic], args: &CheckArgs) -> Exit {
    if has_bad_configuration(diagnostics) {
        return Exit::Failure;
    }
    let counts = |diagnostic: &Diagnostic| match diagnostic.level {
        Level::Error => true,
        Level::Warning => args.error_on_warnings,
        Level::Info => false,
    };
    if !args.exit_zero && diagnostics.iter().any(counts) { Exit::Findings } else { Exit::Clean }
}

/// Whether a `clientc.toml` is faulty.
pub(crate) fn has_bad_configuration(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.rule == "invalid-config")
}

/// What decides whether a report ends with a summary.
#[derive(Debug, Clone, Copy)]
struct Closing {
    is_terminal: bool,
    is_quiet: bool,
}

fn write(
    out: &mut impl Write,
    report: &Report<'_>,
    args: &CheckArgs,
    options: &Options,
    closing: Closing,
) -> anyhow::Result<()> {
    if args.statistics {
        write_statistics(out, report)?;
        if !closing.is_quiet {
            report.summary().write_line(out, options)?;
        }
        return Ok(());
    }
    match args.format {
        CheckFormat::Full => write_full(&mut *out, report, options)?,
        CheckFormat::Concise => write_concise(&mut *out, report, options)?,
        CheckFormat::Json => write_json(&mut *out, report)?,
        CheckFormat::JsonLines => write_json_lines(&mut *out, report)?,
        CheckFormat::Sarif => write_sarif(&mut *out, report)?,
        CheckFormat::Github => write_github(&mut *out, report)?,
        CheckFormat::Gitlab => write_gitlab(&mut *out, report)?,
        CheckFormat::Junit => write_junit(&mut *out, report)?,
        CheckFormat::Rdjson => write_rdjson(&mut *out, report)?,
    }
    let is_full = args.format == CheckFormat::Full;
    let is_for_people = is_full || (args.format == CheckFormat::Concise && closing.is_terminal);
    // Where nothing could be read, standard error has said so, and a summary would look like success.
    let is_anything = report.summary().files > 0 || report.summary().findings() > 0;
    if is_for_people && !closing.is_quiet && is_anything {
        report.summary().write_line(&mut *out, options)?;
        if is_full {
            write_explain_hint(out, report, options)?;
        }
    }
    Ok(())
}

/// Writes how often each rule has found something, the most frequent first.
fn write_statistics(out: &mut impl Write, report: &Report<'_>) -> std::io::Result<()> {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for diagnostic in report.diagnostics() {
        *counts.entry((diagnostic.rule, diagnostic.level.name())).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|((rule, _), count)| (std::cmp::Reverse(*count), *rule));
    let width = counts.iter().map(|(_, count)| count.to_string().len()).max().unwrap_or(0);
    for ((rule, level), count) in counts {
        writeln!(out, "{count:width$}  {level:7}  {rule}")?;
    }
    Ok(())
}
