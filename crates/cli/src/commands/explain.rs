//! `clientc explain`: the page of a rule, or the list of all rules.

use std::io::Write as _;

use clientc_check::{RULES, Rule};
use clientc_report::page_address;
use serde_json::json;

use crate::args::{ExplainArgs, ExplainFormat};
use crate::exit::Exit;
use crate::terminal::Terminal;

/// The version of the JSON that is written.
pub(crate) const RULES_VERSION: u32 = 1;

pub(crate) fn run(args: &ExplainArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let one = args.rule.as_deref().map(find).transpose()?;
    let mut out = terminal.out();
    match (args.format, one) {
        (ExplainFormat::Json, one) => {
            let rules: Vec<_> = one.map_or(RULES.to_vec(), |rule| vec![rule]);
            let rules: Vec<_> = rules.into_iter().map(object).collect();
            let document = json!({ "schema": "clientc.rules", "version": RULES_VERSION, "rules": rules });
            serde_json::to_writer_pretty(&mut out, &document)?;
            writeln!(out)?;
        }
        (ExplainFormat::Text, Some(rule)) => out.write_all(rule.page.as_bytes())?,
        (ExplainFormat::Text, None) => {
            let width = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
            for rule in RULES {
                writeln!(out, "{:width$}  {:6} {}", rule.name, level(rule), rule.summary)?;
            }
        }
    }
    out.flush()?;
    Ok(Exit::Clean)
}

fn object(rule: &Rule) -> serde_json::Value {
    json!({
        "name": rule.name,
        "level": rule.level.word(),
        "is_fixed": rule.is_fixed,
        "summary": rule.summary,
        "url": page_address(rule.name),
        "page": rule.page,
    })
}

fn level(rule: &Rule) -> String {
    let fixed = if rule.is_fixed { "!" } else { "" };
    format!("{}{fixed}", rule.level.word())
}

/// The rule that a person means: case, `_` and spaces are ignored, and so are the brackets of `error[rule]`.
///
/// # Errors
/// Where there is no such rule; it names the nearest one.
pub(crate) fn find(name: &str) -> anyhow::Result<&'static Rule> {
    let inner =
        name.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map_or(name, |(inner, _)| inner);
    let plain = inner.trim().to_lowercase().replace(['_', ' '], "-");
    clientc_check::rule(&plain).ok_or_else(|| anyhow::anyhow!("{}", unknown(name, &plain)))
}

fn unknown(name: &str, plain: &str) -> String {
    let near = clientc_semantic::nearest(plain, RULES.iter().map(|rule| rule.name));
    match near.first() {
        Some(near) => format!("there is no rule `{name}`; did you mean `{near}`?"),
        None => format!("there is no rule `{name}`; `clientc explain` lists all rules"),
    }
}
