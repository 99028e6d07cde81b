use clientc_plan::Field;
use clientc_plan::providers::{HTTP_KEYS, Provider, http_key};
use clientc_semantic::{Fault, Span, nearest, nearest_free};
use clientc_syntax::TextRange;

use crate::context::Context;
use crate::core::diagnostic::{FileEdit, Safety};
use crate::core::finding::Finding;
use crate::core::rule::{Rule, Setting};
use crate::edits::wrap::explain_total;
use crate::facts::tables::limit_names::{Meaning, RETRIED, milliseconds, named};
use crate::text::quotes::unquoted;
use crate::text::words::{all_of, short, time};

pub(crate) static RULE: Rule = Rule {
    name: "unknown-http-field",
    summary: "a key that an http block does not have",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("unknown_http_field.md"),
};

pub(crate) fn finding(
    context: &Context<'_>,
    fault: &Fault,
    key: &str,
    provider: Option<&'static Provider>,
) -> Finding {
    let new = |message: String| Finding::of(fault, message);
    match http_key(key) {
        Some(known) if is_total_on_one(known.name, provider) => {
            explain_total(context, fault.span, new(misplaced(known.name, provider)))
        }
        Some(known) => new(misplaced(known.name, provider)).help(instead(provider)),
        None => unknown(context, fault.span, key, provider, new),
    }
}

fn is_total_on_one(key: &str, provider: Option<&'static Provider>) -> bool {
    key == Field::Total.key() && provider.is_some_and(|provider| !provider.kind.is_composite())
}

/// The finding of an unknown key: one that is nearly right, or a limit under the name that it has elsewhere.
fn unknown(
    context: &Context<'_>,
    span: Span,
    key: &str,
    provider: Option<&'static Provider>,
    new: impl Fn(String) -> Finding,
) -> Finding {
    if context.is_called_by_baml() && provider.is_some_and(|provider| provider.kind.is_composite()) {
        return new(format!("an `http` block has no `{}`", short(key))).help(
            "remove it: BAML enforces no limit of a fallback or round-robin; limits belong in the `http` blocks of \
             the clients that make requests",
        );
    }
    let names = allowed(context, provider);
    let has = all_of(names.iter().copied());
    let finding = new(format!("an `http` block has no `{}`", short(key))).help(format!("it has {has}"));
    if matches!(key, "streaming" | "stream" | "non_streaming" | "non_stream") {
        return finding.help(
            "a limit applies to calls with and without streaming; for a different request limit define another client \
             and use it where you stream",
        );
    }
    let near = nearest(key, names.iter().copied());
    let Some(named) = named(key).filter(|_| near.is_empty()) else {
        let http = context.client_around(span).and_then(|client| client.http.as_ref());
        let free = nearest_free(key, names.iter().copied(), |name| http.is_some_and(|http| http.has(name)));
        return finding.near_names(key, &free, span);
    };
    match named.meaning {
        Meaning::Limit(field) if names.contains(&field.key()) => {
            let value = written_behind(context, span);
            let ms = value.and_then(|value| milliseconds(context.text(value).trim_matches('"'), named.unit));
            let field = field.key();
            match (ms, value) {
                (Some(ms), Some(value)) => finding
                    .help(format!("it is `{field}` here, in milliseconds: write `{field} {ms}`, which is {}", time(ms)))
                    .fix(
                        Safety::Unsafe,
                        format!("write `{field} {ms}`"),
                        vec![
                            FileEdit::new(unquoted(context.text(span), span), field),
                            FileEdit::new(value, ms.to_string()),
                        ],
                    ),
                _ => finding.help(format!("it is `{field}` here, in milliseconds; an `http` block has {has}")),
            }
        }
        Meaning::Limit(Field::Total) if context.is_called_by_baml() => finding.help(TOTAL_IN_BAML),
        Meaning::Limit(Field::Total) => finding.help(
            "a total bounds a whole fallback or round-robin: write `total_timeout_ms` into the `http` block of one, \
             with this client as its member",
        ),
        Meaning::Retries | Meaning::Attempts | Meaning::Delay => finding.help(
            "retries are not limits: define `retry_policy Name { max_retries 2 }`, and write `retry_policy Name` \
             beside `provider`",
        ),
        Meaning::RetriedErrors => finding.help(RETRIED),
        _ => finding,
    }
}

/// A number or a text in quotes after a key, on its line.
fn written_behind(context: &Context<'_>, key: Span) -> Option<Span> {
    let text = context.sources.text(key.file);
    let rest = text.get(key.range.end as usize..)?;
    let line = rest.split(['\n', '\r']).next()?;
    let value = line.trim_start_matches([' ', '\t', ':']);
    let start = key.range.end as usize + (line.len() - value.len());
    let quoted = value.strip_prefix('"').and_then(|inner| inner.find('"')).map(|end| end + 2);
    let bare =
        || value.find(|char: char| !char.is_ascii_alphanumeric() && char != '.').unwrap_or(value.len());
    let length = quoted.unwrap_or_else(bare);
    (length > 0).then(|| Span::new(key.file, TextRange::of(start, start + length)))
}

/// What to write instead of a total where BAML makes the calls.
const TOTAL_IN_BAML: &str = "BAML enforces no total: `request_timeout_ms` bounds each attempt, and the whole call \
    takes no longer than their sum and the delays";

/// The keys that a client of a provider may have, without those that the runtime of the calls does not enforce.
fn allowed(context: &Context<'_>, provider: Option<&'static Provider>) -> Vec<&'static str> {
    let is_obeyed = |name: &&str| *name != Field::Total.key() || !context.is_called_by_baml();
    match provider {
        Some(provider) => provider.http_keys().map(|key| key.name).filter(is_obeyed).collect(),
        None => HTTP_KEYS.iter().map(|key| key.name).filter(is_obeyed).collect(),
    }
}

fn misplaced(key: &str, provider: Option<&'static Provider>) -> String {
    match provider {
        Some(provider) if provider.kind.is_composite() => {
            format!("`{key}` does not belong on a {}", provider.name)
        }
        Some(provider) if key == "total_timeout_ms" => {
            format!("`{key}` does not belong on a client of `{}`, which has no members", provider.name)
        }
        Some(provider) => format!("`{key}` does not belong on a client of `{}`", provider.name),
        None => format!("`{key}` does not belong here"),
    }
}

fn instead(provider: Option<&'static Provider>) -> String {
    match provider.filter(|provider| !provider.kind.is_composite()) {
        Some(provider) => format!("remove it: `{}` manages its own connections", provider.name),
        None => "remove it; connections belong to the members".into(),
    }
}
