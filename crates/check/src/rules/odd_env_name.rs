use clientc_semantic::{FileId, Span, Value, ValueKind};
use clientc_syntax::TextRange;

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::text::path::Path;

pub(crate) static RULE: Rule = Rule {
    name: "odd-env-name",
    summary: "a reference to an environment variable that is read as something else",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("odd_env_name.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    for file in context.files() {
        for client in &file.clients {
            let path = Path::of(&client.name.text);
            for option in &client.options {
                look(context, file.file, &path.join(&option.key), &option.value, out);
            }
        }
    }
}

/// Looks at a value and everything in it. The nesting is bounded, so the recursion is too.
fn look(context: &Context<'_>, file: FileId, path: &Path<'_>, value: &Value, out: &mut Findings) {
    match &value.kind {
        ValueKind::Map(properties) => {
            for property in properties {
                look(context, file, &path.join(&property.key), &property.value, out);
            }
        }
        ValueKind::Array(members) => members.iter().for_each(|member| look(context, file, path, member, out)),
        _ => out.found.extend(finding(context, file, path, value)),
    }
}

fn finding(context: &Context<'_>, file: FileId, path: &Path<'_>, value: &Value) -> Option<Finding> {
    let subject = || path.to_string();
    let span = Span::new(file, value.range);
    match &value.kind {
        ValueKind::Env(name) if !is_variable(name) => {
            Some(odd(context, span, subject(), name, "is read as part of the variable's name"))
        }
        ValueKind::Text { text, quoted: false } => {
            if let Some(name) = other_case(text) {
                let message = format!("`{text}` is a string, not a reference to a variable: case matters");
                return Some(
                    Finding::new(span, subject(), message)
                        .help(format!("write `env.{name}`"))
                        .write_variable(context, &format!("write `env.{name}`"), span, name),
                );
            }
            let name = text.strip_prefix("env.")?;
            Some(odd(context, span, subject(), name, "makes it a string, and no variable is read"))
        }
        ValueKind::Text { text, quoted: true } => {
            let (template, plain) = (in_template(text), text.strip_prefix("env."));
            let name = template.or(plain).filter(|name| is_variable(name))?;
            let (message, help, title) = match template {
                Some(_) => (
                    format!("a template in an option is never filled in, so `env.{name}` is not read"),
                    format!("write `env.{name}` without the quotes and braces"),
                    "remove the quotes and braces",
                ),
                None => (
                    format!("`env.{name}` in quotes is a string, not a reference to a variable"),
                    format!("write `env.{name}` without quotes"),
                    "remove the quotes",
                ),
            };
            Some(Finding::new(span, subject(), message).help(help).write_variable(context, title, span, name))
        }
        ValueKind::Template(text) => {
            let name =
                text.trim_matches(['{', '}']).trim().strip_prefix("env.").filter(|name| is_variable(name))?;
            let message = format!("a template in an option is never filled in, so `env.{name}` is not read");
            Some(
                Finding::new(span, subject(), message)
                    .help(format!("write `env.{name}` without the braces"))
                    .write_variable(context, "remove the braces", span, name),
            )
        }
        _ => None,
    }
}

/// The variable of a text that is a template and nothing else: `{{ env.NAME }}`.
fn in_template(text: &str) -> Option<&str> {
    text.trim().strip_prefix("{{")?.strip_suffix("}}")?.trim().strip_prefix("env.")
}

/// The variable of a reference in the wrong case: `ENV.NAME`.
fn other_case(text: &str) -> Option<&str> {
    let (first, name) = text.split_once('.')?;
    (first != "env" && first.eq_ignore_ascii_case("env") && is_variable(name)).then_some(name)
}

/// A reference that begins well. What comes after the name is not shown: it may be a key.
fn odd(context: &Context<'_>, span: Span, subject: String, written: &str, effect: &str) -> Finding {
    let length = written.find(|c: char| !is_name_part(c)).unwrap_or(written.len());
    let (name, rest) = written.split_at(length);
    if name.is_empty() {
        return Finding::new(span, subject, "`env.` is not followed by the name of a variable")
            .help("write `env.NAME`: letters, digits and `_`");
    }
    let start = span.range.start + context.text(span).find(written).map_or(0, crate::core::layout::offset);
    let place =
        Span::new(span.file, TextRange::new(start + crate::core::layout::offset(length), span.range.end));
    let has_default = rest.trim_start().starts_with(['?', '|', ':']);
    let message = if has_default {
        format!("`env.{name}` has no default: what follows {effect}")
    } else {
        format!("what follows `env.{name}` {effect}")
    };
    let help = if has_default {
        format!("write `env.{name}`, and set the variable where the program starts")
    } else {
        "the name of a variable has only letters, digits and `_`, and its value cannot be part of a longer one".into()
    };
    let finding = Finding::new(place, subject, message).help(help);
    if has_default && is_variable(name) {
        return finding.write_variable(context, &format!("write `env.{name}`"), span, name);
    }
    finding
}

fn is_name_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Whether a program can have a variable of this name on every system.
pub(super) fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.chars().all(is_name_part)
}
