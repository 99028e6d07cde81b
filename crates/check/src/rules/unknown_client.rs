use clientc_semantic::{Fault, FaultKind, Span, UnknownClient};
use clientc_syntax::TextRange;

use crate::diagnostic::Safety;
use crate::finding::{Finding, Findings};
use crate::input::Input;
use crate::rule::Rule;
use crate::settings::Setting;
use crate::words::short;

pub(super) static RULE: Rule = Rule {
    name: "unknown-client",
    summary: "a client that nobody defines",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("unknown_client.md"),
    check,
};

fn check(input: &Input<'_>, out: &mut Findings) {
    for fault in input.faults() {
        if let FaultKind::UnknownClient { name, why, near } = &fault.kind {
            out.push(finding(input, fault, name, *why, near));
        }
    }
}

fn finding(input: &Input<'_>, fault: &Fault, name: &str, why: UnknownClient, near: &[Box<str>]) -> Finding {
    let shown = short(name);
    let new = |message: String| Finding::new(fault.span, &*fault.subject, message);
    match why {
        UnknownClient::NotDefined if name.is_empty() => {
            new("this name is empty".into()).help("write the name of a client, or remove it")
        }
        UnknownClient::NotDefined => {
            let finding = new(format!("there is no client `{shown}`")).help(
                "define it in a file of this project, or write `provider/model`, such as `openai/gpt-4o`",
            );
            finding.near_names(name, near, unquoted(input, fault.span))
        }
        UnknownClient::IsPolicy(place) => new(format!("`{shown}` is a retry policy and not a client"))
            .related(place, "defined here")
            .help("name a client here; a retry policy is attached with `retry_policy`"),
        UnknownClient::CompositeShorthand => new(format!("`{shown}` names no model"))
            .help("`provider/model` is for providers of models; name the fallback or round-robin itself"),
        UnknownClient::SeveralNames => several_names(input, fault, name),
        UnknownClient::NotText(noun) => new(format!("the client of a function is a name, not {noun}"))
            .help("write the name of a client, or `provider/model`, such as `\"openai/gpt-4o\"`"),
    }
}

fn several_names(input: &Input<'_>, fault: &Fault, name: &str) -> Finding {
    let finding = Finding::new(fault.span, &*fault.subject, format!("`{}` is read as one name", short(name)));
    let members: Vec<&str> = name.split_whitespace().collect();
    let listed = members.join(", ");
    let is_quoted = input.text(fault.span).starts_with(['"', '#']);
    if is_quoted {
        return finding.help("a name has no blanks");
    }
    finding.help(format!("separate members with commas: `{}`", short(&listed))).replace(
        Safety::Unsafe,
        "add commas",
        fault.span,
        listed,
    )
}

/// The name inside its quotes.
pub(super) fn unquoted(input: &Input<'_>, span: Span) -> Span {
    let text = input.text(span);
    let hashes = text.bytes().take_while(|byte| *byte == b'#').count();
    let inset = match text.as_bytes().get(hashes) {
        Some(b'"') => u32::try_from(hashes + 1).unwrap_or(0),
        _ => 0,
    };
    let range = span.range;
    Span::new(span.file, TextRange::new(range.start + inset, range.end.saturating_sub(inset)))
}
