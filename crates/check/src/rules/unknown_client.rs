use clientc_semantic::{Fault, UnknownClient};

use crate::context::Context;
use crate::core::diagnostic::Safety;
use crate::core::finding::Finding;
use crate::core::rule::{Rule, Setting};
use crate::text::words::short;

pub(crate) static RULE: Rule = Rule {
    name: "unknown-client",
    summary: "a client that is not defined",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("unknown_client.md"),
};

pub(crate) fn finding(
    context: &Context<'_>,
    fault: &Fault,
    name: &str,
    why: UnknownClient,
    near: &[Box<str>],
) -> Finding {
    let shown = short(name);
    let new = |message: String| Finding::of(fault, message);
    match why {
        UnknownClient::NotDefined if name.is_empty() => {
            new("this name is empty".into()).help("write the name of a client, or remove it")
        }
        UnknownClient::NotDefined => {
            let finding = new(format!("there is no client `{shown}`")).help(
                "define it in a file of this project, or write `provider/model`, such as `openai/gpt-4o`",
            );
            finding.near_names(name, near, context.unquoted(fault.span))
        }
        UnknownClient::IsPolicy(place) => new(format!("`{shown}` is a retry policy and not a client"))
            .related(place, "defined here")
            .help("name a client here; a retry policy is attached with `retry_policy`"),
        UnknownClient::CompositeShorthand => new(format!("`{shown}` names no model"))
            .help("`provider/model` is for providers of models; name the fallback or round-robin itself"),
        UnknownClient::SeveralNames => several_names(context, fault, name),
        UnknownClient::NotText(noun) => new(format!("the client of a function is a name, not {noun}"))
            .help("write the name of a client, or `provider/model`, such as `\"openai/gpt-4o\"`"),
    }
}

fn several_names(context: &Context<'_>, fault: &Fault, name: &str) -> Finding {
    let finding = Finding::new(fault.span, &*fault.subject, format!("`{}` is read as one name", short(name)));
    let members: Vec<&str> = name.split_whitespace().collect();
    let listed = members.join(", ");
    let is_quoted = context.text(fault.span).starts_with(['"', '#']);
    if is_quoted {
        return finding.help("a name has no spaces");
    }
    finding.help(format!("separate members with commas: `{}`", short(&listed))).replace(
        Safety::Unsafe,
        "add commas",
        fault.span,
        listed,
    )
}
