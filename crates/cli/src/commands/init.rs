//! `clientc init`: a `clientc.toml` with every key explained.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};

use anyhow::Context as _;

use crate::args::InitArgs;
use crate::exit::Exit;
use crate::terminal::Terminal;

/// What is written. Every value in it is a comment, so that it changes nothing.
const TEMPLATE: &str = include_str!("init.toml");

pub(crate) fn run(args: &InitArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let path = args.folder.join("clientc.toml");
    let shown = path.strip_prefix(".").unwrap_or(&path).display();
    let mut file = match OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            anyhow::bail!("{shown} exists already and was left as it is");
        }
        Err(error) => return Err(error).with_context(|| format!("{shown} cannot be written")),
    };
    file.write_all(TEMPLATE.as_bytes()).with_context(|| format!("{shown} cannot be written"))?;
    terminal.note(&format!("wrote {shown}; `clientc check` obeys it in this folder and below"));
    Ok(Exit::Clean)
}
