//! `clientc replay`: whether a call followed its plan, and which line decided what it did.

use std::io::{Read as _, Write as _};
use std::path::Path;

use anyhow::Context as _;
use clientc_plan::document::Resolved;
use clientc_plan::record::CallRecord;
use serde_json::Value;

use crate::args::{ReplayArgs, ReplayFormat};
use crate::exit::Exit;
use crate::terminal::Terminal;

pub(crate) fn run(args: &ReplayArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let plan = args.plan.display();
    let text = std::fs::read_to_string(&args.plan).with_context(|| format!("cannot read {plan}"))?;
    let document = Resolved::read(&text).with_context(|| format!("{plan} is not a resolved plan"))?;
    let record =
        record(&read(&args.call)?).with_context(|| format!("{} contains no call", args.call.display()))?;
    let replay = clientc_plan::replay::replay(&document, &record, args.tolerance)
        .with_context(|| format!("cannot compare the call with {plan}"))?;
    let mut out = terminal.out();
    match args.format {
        ReplayFormat::Text => clientc_report::write_replay(&mut out, &record, &replay, &terminal.options)?,
        ReplayFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &replay)?;
            writeln!(out)?;
        }
    }
    out.flush()?;
    Ok(if replay.is_obeyed { Exit::Clean } else { Exit::Findings })
}

fn read(path: &Path) -> anyhow::Result<String> {
    if path != Path::new("-") {
        return std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()));
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("cannot read standard input")?;
    Ok(text)
}

/// Whether each of the first lines, and not the text as a whole, is JSON.
fn has_several(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let is_json = |line: &str| serde_json::from_str::<Value>(line).is_ok();
    lines.next().is_some_and(is_json) && lines.next().is_some_and(is_json)
}

/// Takes the record out of an error, an answer or a line of the gateway's log, or reads the text as a record itself. In
/// a line of the log `error` is a sentence.
fn record(text: &str) -> anyhow::Result<CallRecord> {
    let mut value: Value = match serde_json::from_str(text) {
        Err(_) if has_several(text) => {
            anyhow::bail!(
                "these are several lines of a log, and one call is read: choose a line, as with `tail -n 1`"
            )
        }
        read => read.context("this is not JSON")?,
    };
    if let Some(error) = value.get_mut("error").filter(|error| error.is_object()) {
        value = error.take();
    }
    if let Some(record) = value.get_mut("record") {
        value = record.take();
    }
    serde_json::from_value(value).context("a call needs a `client`, its `attempts` and how it ended")
}
