use clientc_plan::providers::Provider;
use clientc_semantic::{ClientFacts, FileId, Property, Span, Value, ValueKind};
use clientc_syntax::TextRange;

use super::odd_env_name::is_variable;
use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::layout::offset;
use crate::core::rule::{Rule, Setting};
use crate::text::path::Path;
use crate::text::secret;
use crate::text::words::short;

pub(crate) static RULE: Rule = Rule {
    name: "hardcoded-secret",
    summary: "a key or a password in a file",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("hardcoded_secret.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    for file in context.files() {
        for client in &file.clients {
            for option in &client.options {
                let place = Place { context, file: file.file, client };
                place.look(&Path::of(&client.name.text).join(&option.key), option, &option.value, out);
            }
        }
    }
}

struct Place<'a> {
    context: &'a Context<'a>,
    file: FileId,
    client: &'a ClientFacts,
}

impl Place<'_> {
    /// Looks at a value and everything in it. The nesting is bounded, so the recursion is too.
    fn look(&self, path: &Path<'_>, property: &Property, value: &Value, out: &mut Findings) {
        match &value.kind {
            ValueKind::Text { text, .. } => out.found.extend(self.finding(path, property, value, text)),
            ValueKind::Map(properties) => {
                for inner in properties {
                    self.look(&path.join(&inner.key), inner, &inner.value, out);
                }
            }
            ValueKind::Array(members) => {
                members.iter().for_each(|member| self.look(path, property, member, out))
            }
            _ => {}
        }
    }

    fn finding(&self, path: &Path<'_>, property: &Property, value: &Value, text: &str) -> Option<Finding> {
        let subject = || path.to_string();
        let key = &*property.key;
        if secret::is_secret_name(key)
            && let Some(name) = variable_in_words(text)
        {
            let span = Span::new(self.file, value.range);
            let message = format!("`{}` is the string `{name}`, not the value of that variable", short(key));
            return Some(
                Finding::new(span, subject(), message)
                    .help(format!("write `env.{name}` without quotes"))
                    .write_variable(self.context, &format!("write `env.{name}`"), span, name),
            );
        }
        if text.len() < secret::SHORTEST {
            return None;
        }
        // The name of the option decides whether a value that only looks random is a secret.
        let start = property.key_range.start.min(value.range.start);
        let written = TextRange::new(start, value.range.end).slice(self.context.sources.text(self.file));
        let from = (value.range.start - start) as usize;
        let found = secret::find(written).into_iter().find(|found| found.word.start >= from)?;
        let inner = self.context.unquoted(Span::new(self.file, value.range)).range;
        let place = match secret::is_pem(text) {
            true => inner,
            false => TextRange::new(start + offset(found.word.start), start + offset(found.word.end)),
        };
        let span = Span::new(self.file, place);
        let finding = Finding::new(span, subject(), format!("`{}` contains a secret", short(key)));
        if inner != place {
            let help = "put the whole value in a variable, `env.NAME`, and revoke the secret if it was ever in a repository";
            return Some(finding.help(help));
        }
        let name = self.variable(key);
        Some(
            finding
                .help(format!("write `env.{name}`, and revoke it if it was ever in a repository"))
                .write_variable(
                    self.context,
                    &format!("write `env.{name}`"),
                    Span::new(self.file, value.range),
                    &name,
                ),
        )
    }

    /// A name for the variable of a secret: the usual one of the provider, else one made of the client's name.
    fn variable(&self, key: &str) -> String {
        let has_own_url = self.client.options.iter().any(|option| &*option.key == "base_url");
        let usual =
            self.client.provider.filter(|_| key == "api_key" && !has_own_url).and_then(usual_variable);
        match (usual, key) {
            (Some(usual), _) => usual.to_owned(),
            (None, "access_key_id" | "secret_access_key" | "session_token") => {
                format!("AWS_{}", key.to_uppercase())
            }
            _ => format!("{}_{}", capitals(&self.client.name.text), capitals(key)),
        }
    }
}

fn usual_variable(provider: &'static Provider) -> Option<&'static str> {
    provider.key_variable
}

/// `MyClient` as `MY_CLIENT`.
fn capitals(name: &str) -> String {
    let mut capitals = String::new();
    let mut was_small = false;
    for char in name.chars() {
        if was_small && char.is_ascii_uppercase() {
            capitals.push('_');
        }
        was_small = char.is_ascii_lowercase() || char.is_ascii_digit();
        capitals.push(if char.is_ascii_alphanumeric() { char.to_ascii_uppercase() } else { '_' });
    }
    capitals
}

/// The variable that a text names: `OPENAI_API_KEY`, `$OPENAI_API_KEY`, `${OPENAI_API_KEY}`.
fn variable_in_words(text: &str) -> Option<&str> {
    let text = text.trim();
    let dollar = text.strip_prefix('$');
    let name = dollar.unwrap_or(text);
    let braced = dollar.and_then(|name| name.strip_prefix('{')).and_then(|name| name.strip_suffix('}'));
    let name = braced.unwrap_or(name);
    if !is_variable(name) {
        return None;
    }
    let is_capital = !name.contains(|c: char| c.is_ascii_lowercase());
    let ends = ["_KEY", "_TOKEN", "_SECRET", "_PASSWORD", "_CREDENTIALS"];
    let placeholders =
        ["YOUR", "NO_", "NOT_", "DUMMY", "FAKE", "PLACEHOLDER", "CHANGE", "REPLACE", "INSERT", "EXAMPLE"];
    let is_placeholder = placeholders.iter().any(|word| name.contains(word));
    let is_named = is_capital && ends.iter().any(|end| name.ends_with(end)) && !is_placeholder;
    // A password may begin with a dollar, so small letters count as a name only in braces.
    (braced.is_some() || dollar.is_some() && is_capital || is_named).then_some(name)
}
