//! `clientc explain`: the page of a rule, or the list of all rules.

use std::io::Write as _;

use clientc_check::{RULES, Rule};

use crate::args::ExplainArgs;
use crate::exit::Exit;
use crate::terminal::Terminal;

pub(crate) fn run(args: &ExplainArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let mut out = terminal.out();
    match &args.rule {
        Some(name) => match clientc_check::rule(name) {
            Some(rule) => out.write_all(rule.page.as_bytes())?,
            None => anyhow::bail!("{}", unknown(name)),
        },
        None => {
            let width = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
            for rule in RULES {
                writeln!(out, "{:width$}  {:6} {}", rule.name, level(rule), rule.summary)?;
            }
        }
    }
    out.flush()?;
    Ok(Exit::Clean)
}

fn level(rule: &Rule) -> String {
    let fixed = if rule.is_fixed { "!" } else { "" };
    format!("{}{fixed}", rule.level.word())
}

/// Says that there is no such rule, with the nearest name.
pub(crate) fn unknown(name: &str) -> String {
    let near = clientc_semantic::nearest(name, RULES.iter().map(|rule| rule.name));
    match near.first() {
        Some(near) => format!("there is no rule `{name}`; did you mean `{near}`?"),
        None => format!("there is no rule `{name}`; `clientc explain` lists all rules"),
    }
}
