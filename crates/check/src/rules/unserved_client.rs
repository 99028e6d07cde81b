use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::core::settings::Calls;
use crate::facts::leaf::Leaf;

pub(crate) static RULE: Rule = Rule {
    name: "unserved-client",
    summary: "a client that the runtime cannot call",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("unserved_client.md"),
};

/// The form of answers that no conversation has.
const TRANSCRIPTION: &str = "openai-transcription";

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    let project = context.project;
    let caller = match context.settings.calls_of(project) {
        Calls::Baml => return,
        Calls::Clientc => "clientc's runtime",
        Calls::Gateway => "the gateway",
    };
    for id in project.plan.ids() {
        let Some(leaf) = context.leaf(id) else { continue };
        let (Some(what), Some(place)) = (unserved(&leaf), project.client_place(id)) else { continue };
        let name = project.client_name(id);
        let message = format!("`{name}` can never be called: {caller} does not serve {what}");
        let help = "a call to it fails without a request, and a fallback moves on to its next member: remove the \
            client, or set `calls = \"baml\"` under `[runtime]` in clientc.toml if BAML makes the calls";
        out.push(Finding::new(place, name, message).help(help));
    }
}

/// What of a client cannot be served, if anything.
fn unserved(leaf: &Leaf<'_>) -> Option<String> {
    let form = leaf.value(&["client_response_type"]).and_then(|value| value.text());
    match form {
        _ if !leaf.provider.is_served => {
            Some(format!("`{}`, whose answers are not chat messages", leaf.provider.name))
        }
        Some(TRANSCRIPTION) => {
            Some(format!("answers of the form `{TRANSCRIPTION}`, which are not chat messages"))
        }
        _ => None,
    }
}
