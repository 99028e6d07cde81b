//! `clientc schema`: the JSON Schema of an output.

use std::io::Write as _;

use clientc_plan::json::Value;

use crate::args::{SchemaArgs, SchemaName};
use crate::exit::Exit;
use crate::terminal::Terminal;

pub(crate) fn run(args: &SchemaArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let schema: Value = match args.name {
        SchemaName::Resolved => clientc_plan::document::schema().to_value().into(),
        SchemaName::Diagnostics => clientc_report::diagnostics_schema().to_value().into(),
        SchemaName::Diff => clientc_report::plan_diff_schema().to_value().into(),
        SchemaName::Call => clientc_plan::record::schema().to_value().into(),
        SchemaName::Config => clientc_workspace::config_schema(),
    };
    let mut out = terminal.out();
    serde_json::to_writer_pretty(&mut out, &schema)?;
    writeln!(out)?;
    out.flush()?;
    Ok(Exit::Clean)
}
