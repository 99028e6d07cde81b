use clientc_plan::providers::{is_number, may_hold_numbers};
use clientc_semantic::{FileId, Property, Span, ValueKind};

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::text::path::Path;

pub(crate) static RULE: Rule = Rule {
    name: "number-from-env",
    summary: "a number from the environment, which BAML sends as a string",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("number_from_env.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    for file in context.files() {
        for client in &file.clients {
            let is_leaf = client.provider.is_some_and(|provider| !provider.kind.is_composite());
            let path = Path::of(&client.name.text);
            for option in client.options.iter().filter(|_| is_leaf) {
                look(file.file, &client.name.text, &path, option, out);
            }
        }
    }
}

/// Looks at an option and at the blocks of numbers in it. The nesting is bounded, so the recursion is too.
fn look(file: FileId, client: &str, path: &Path<'_>, option: &Property, out: &mut Findings) {
    let path = path.join(&option.key);
    match &option.value.kind {
        ValueKind::Map(inner) if may_hold_numbers(&option.key) => {
            inner.iter().for_each(|property| look(file, client, &path, property, out));
        }
        ValueKind::Env(variable) if is_number(&option.key) => {
            let key = &option.key;
            let message = format!(
                "BAML sends the value of `{variable}` as a string, but `{key}` is a number: the provider rejects or \
                 drops it"
            );
            let help = format!(
                "write the number in `{client}`, with one client for each value, or set `{key}` in the client \
                 registry at run time"
            );
            let span = Span::new(file, option.value.range);
            out.push(Finding::new(span, path.to_string(), message).help(help));
        }
        _ => {}
    }
}
