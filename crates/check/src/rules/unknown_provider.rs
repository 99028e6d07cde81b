use clientc_plan::providers;
use clientc_semantic::{Fault, Span, nearest};
use clientc_syntax::TextRange;

use crate::context::Context;
use crate::core::diagnostic::Safety;
use crate::core::finding::Finding;
use crate::core::rule::{Rule, Setting};
use crate::text::words::{all_of, short};

pub(crate) static RULE: Rule = Rule {
    name: "unknown-provider",
    summary: "a provider that does not exist",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("unknown_provider.md"),
};

pub(crate) fn finding(context: &Context<'_>, fault: &Fault, provider: &str, shorthand: bool) -> Finding {
    let written = context.unquoted(fault.span);
    let span = if shorthand { first_bytes(written, provider.len()) } else { written };
    unknown(span, &fault.subject, provider, shorthand)
}

pub(crate) fn not_text(fault: &Fault, found: &str) -> Finding {
    Finding::of(fault, format!("a provider is a name, not {found}"))
        .help(format!("the providers are {}", names()))
}

fn unknown(span: Span, subject: &str, provider: &str, shorthand: bool) -> Finding {
    let shown = short(provider);
    if !shorthand && provider.is_empty() {
        return Finding::new(span, subject, "the provider is empty")
            .help(format!("the providers are {}", names()));
    }
    if shorthand && provider.is_empty() {
        return Finding::new(span, subject, "there is no provider before the `/`")
            .help("write `provider/model`, such as `openai/gpt-4o`");
    }
    let finding = Finding::new(span, subject, format!("there is no provider `{shown}`"));
    if !shorthand
        && let Some((first, model)) = provider.split_once('/')
        && providers::provider(first).is_some()
    {
        return finding
            .help(format!("write `provider {first}` and, among the options, `model \"{}\"`", short(model)));
    }
    if let Some(known) = providers::provider(provider.trim()) {
        return finding.help(format!("remove the spaces: `{}`", known.name)).replace(
            Safety::Safe,
            "remove the spaces",
            span,
            provider.trim(),
        );
    }
    if let Some((first, rest)) = provider.split_once([' ', '\t'])
        && providers::provider(first).is_some()
    {
        return finding.label("a value without quotes runs to the end of its line").help(format!(
            "write `provider {first}` on a line of its own, without `{}`",
            short(rest.trim_start())
        ));
    }
    let near = nearest(provider, providers::all().iter().map(|known| known.name));
    finding
        .help(format!(
            "the providers are {}; an OpenAI-compatible service is `openai-generic` with a `base_url`",
            names()
        ))
        .near_names(provider, &near, span)
}

fn names() -> String {
    all_of(providers::all().iter().map(|provider| provider.name))
}

fn first_bytes(span: Span, length: usize) -> Span {
    let end = span.range.start.saturating_add(u32::try_from(length).unwrap_or(0));
    Span::new(span.file, TextRange::new(span.range.start, end.min(span.range.end)))
}
