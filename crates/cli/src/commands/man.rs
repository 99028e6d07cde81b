//! `clientc man`: manual pages.

use std::io::Write as _;

use anyhow::Context as _;
use clap::CommandFactory as _;
use clap_mangen::Man;
use clientc_workspace::write_file;

use crate::args::{Cli, ManArgs};
use crate::exit::Exit;
use crate::terminal::Terminal;
use crate::version::{RELEASED, VERSION};

pub(crate) fn run(args: &ManArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let pages = pages()?;
    if let Some(folder) = &args.folder {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        for (name, page) in &pages {
            let path = folder.join(format!("{name}.1"));
            write_file(&path, page).with_context(|| format!("cannot write {}", path.display()))?;
        }
        return Ok(Exit::Clean);
    }
    let wanted = args.command.as_ref().map_or("clientc".to_owned(), |command| format!("clientc-{command}"));
    let Some((_, page)) = pages.iter().find(|(name, _)| *name == wanted) else {
        let names: Vec<&str> = pages.iter().filter_map(|(name, _)| name.strip_prefix("clientc-")).collect();
        anyhow::bail!("there is no page `{wanted}`; there are pages for {}", names.join(", "));
    };
    let mut out = terminal.out();
    out.write_all(page)?;
    out.flush()?;
    Ok(Exit::Clean)
}

/// The page of the program and of each command, by name. They name the release and its date.
fn pages() -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut command = Cli::command().disable_help_subcommand(true);
    // This gives each command its full name.
    command.build();
    let commands = command.get_subcommands().filter(|one| !one.is_hide_set()).cloned();
    let pages = std::iter::once(command.clone()).chain(commands);
    let render = |command: clap::Command| {
        let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
        let mut page = Vec::new();
        Man::new(command).date(RELEASED).source(format!("clientc {VERSION}")).render(&mut page)?;
        Ok((name, page))
    };
    pages.map(render).collect()
}
