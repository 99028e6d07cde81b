use std::collections::HashSet;

use clientc_plan::{ClientId, Field};
use clientc_semantic::ValueKind;

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::facts::endpoint::Url;
use crate::facts::entry_routes::SetLimit;
use crate::facts::leaf::Leaf;
use crate::facts::models::without_vendor;
use crate::facts::tables::paths::{LM_STUDIO_PORT, OLLAMA_PORT};
use crate::text::urls;
use crate::text::words::grouped;

pub(crate) static RULE: Rule = Rule {
    name: "slow-start",
    summary: "a limit that is too short for a server that loads its model first",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("slow_start.md"),
};

/// How long a server on this machine may need until a model is loaded, in milliseconds. Reports are of 15 seconds for
/// a small model on a fast card (rsynnot/magic-lists-for-navidrome#34) up to minutes (ollama/ollama#4131).
const LOADING_MS: u64 = 60_000;

/// Beginnings of names that vendors serve themselves. Behind an address of this machine they mean a relay.
const HOSTED: [&str; 11] =
    ["gpt-3", "gpt-4", "gpt-5", "chatgpt", "o1", "o3", "o4", "claude", "gemini", "grok", "argo:"];

/// A server that loads models when it is asked for them.
#[derive(Clone, Copy)]
enum Server {
    Ollama,
    LmStudio,
    ThisMachine,
}

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    let servers: Vec<ClientId> =
        context.project.plan.ids().filter(|id| server_of(context, *id).is_some()).collect();
    let mut seen = HashSet::new();
    context.walk_entry_routes(servers, |route| {
        let Some(&id) = route.path.last() else { return };
        let Some((server, leaf)) = server_of(context, id).zip(context.leaf(id)) else { return };
        let shortest = [Field::TimeToFirstToken, Field::Request]
            .into_iter()
            .filter(|field| *field == Field::Request || streams(&leaf))
            .filter_map(|field| context.limit_of(route, field))
            .filter(|limit| limit.ms < LOADING_MS && !is_reported(context, id, limit));
        for limit in shortest {
            if seen.insert(limit.span) {
                out.push(finding(context, id, server, &limit));
            }
        }
    });
}

/// A model that also thinks needs more than that, which the rule on such models says at the same place.
fn is_reported(context: &Context<'_>, id: ClientId, limit: &SetLimit<'_>) -> bool {
    context.thinker(id).is_some_and(|thinker| match limit.field {
        Field::TimeToFirstToken => limit.ms < thinker.min_ttft_ms,
        _ => limit.ms < thinker.min_request_ms,
    })
}

fn streams(leaf: &Leaf<'_>) -> bool {
    leaf.value(&["supports_streaming"]).is_none_or(|value| value.kind != ValueKind::Bool(false))
}

fn server_of(context: &Context<'_>, id: ClientId) -> Option<Server> {
    let leaf = context.leaf(id)?;
    let is_ollama = leaf.provider.name == "ollama";
    if !is_ollama && !matches!(leaf.provider.name, "openai" | "openai-generic") {
        return None;
    }
    let base = leaf.base();
    let found = if is_ollama { Server::Ollama } else { by_port(&base?.url)? };
    // Whoever describes a server in the settings knows how long it takes.
    let is_described =
        |text: &str| context.settings.servers.iter().any(|server| urls::are_same(&server.base_url, text));
    if base.is_some_and(|base| is_described(base.text) || base.url.is_within("ollama.com")) {
        return None;
    }
    if is_ollama {
        return Some(found);
    }
    let is_hosted = leaf.models().any(|model| {
        let name = without_vendor(model.text);
        HOSTED
            .iter()
            .any(|hosted| name.to_ascii_lowercase().starts_with(hosted) || model.text.starts_with(hosted))
    });
    (!is_hosted && leaf.models().next().is_some()).then_some(found)
}

fn by_port(url: &Url<'_>) -> Option<Server> {
    match url.port {
        Some(OLLAMA_PORT) => Some(Server::Ollama),
        Some(LM_STUDIO_PORT) if url.is_this_machine() => Some(Server::LmStudio),
        _ => url.is_this_machine().then_some(Server::ThisMachine),
    }
}

fn finding(context: &Context<'_>, id: ClientId, server: Server, limit: &SetLimit<'_>) -> Finding {
    let (client, given) = (context.project.client_name(id), grouped(limit.ms));
    let server = match server {
        Server::Ollama => "Ollama",
        Server::LmStudio => "LM Studio",
        Server::ThisMachine => "a server on this machine",
    };
    let gives = match limit.field {
        Field::TimeToFirstToken => format!("waits {given} ms for the first token"),
        _ => format!("ends a request after {given} ms"),
    };
    let whose = match limit.client {
        Some(setter) if setter == client => String::new(),
        _ => format!(" for `{client}`"),
    };
    let message = format!(
        "{} {gives}, but {server} may first have to load the model{whose}: a caller that gives up stops the loading, \
         so no retry helps",
        limit.setter()
    );
    let key = limit.field.key();
    let help = match limit.client {
        None => {
            format!("set `{key}` in `{client}` itself to {LOADING_MS} or more, or load the model beforehand")
        }
        Some(_) => {
            format!("raise `{key}` to {LOADING_MS} or more, or load the model beforehand and keep it loaded")
        }
    };
    Finding::new(limit.span, limit.subject(), message).label(format!("{given} ms")).help(help)
}
