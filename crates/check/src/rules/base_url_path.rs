use clientc_plan::providers::Family;
use clientc_semantic::Value;

use crate::context::Context;
use crate::core::diagnostic::Safety;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::facts::endpoint::{Base, Url};
use crate::facts::leaf::Leaf;
use crate::facts::tables::paths::{LM_STUDIO_PORT, OLLAMA_PORT, added, doubled, server};
use crate::text::quotes::unquoted;
use crate::text::words::short;

pub(crate) static RULE: Rule = Rule {
    name: "base-url-path",
    summary: "a base URL that ends in what the provider adds, or lacks what it needs",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("base_url_path.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    for id in context.project.plan.ids() {
        let Some(leaf) = context.leaf(id) else { continue };
        let Some((base, value)) = leaf.written_base().and_then(|base| Some((base, base.value?))) else {
            continue;
        };
        let Some(added) = added(leaf.provider) else { continue };
        if let Some(right) = right_path(&leaf, &base) {
            out.push(finding(context, &leaf, context.project.client_name(id), (base, value), added, &right));
        }
    }
}

/// What is wrong with a path, and the right one.
struct Right {
    path: String,
    /// Whether the path ends in what is added anyway; else something is missing.
    is_doubled: bool,
    /// Whether the host leaves no doubt.
    is_known: bool,
}

/// The path that is meant, where the written one cannot be.
fn right_path(leaf: &Leaf<'_>, base: &Base<'_>) -> Option<Right> {
    let path = base.url.path;
    let known = server(&base.url, leaf.provider);
    if let Some(known) = known {
        if known.paths.contains(&path) {
            return None;
        }
        let stripped = strip(path, doubled(leaf.provider));
        let is_doubled = stripped.is_some_and(|stripped| known.paths.contains(&stripped));
        let right = stripped.filter(|_| is_doubled).unwrap_or(known.paths.first()?);
        // Another path of a known server may be an API that the table does not know.
        let is_start = right.starts_with(path) || is_doubled;
        return is_start.then(|| Right { path: right.to_owned(), is_doubled, is_known: true });
    }
    if let Some(stripped) = strip(path, doubled(leaf.provider)) {
        return Some(Right { path: stripped.to_owned(), is_doubled: true, is_known: false });
    }
    let needs_v1 = path.is_empty() || path == "/api";
    let is_right = !needs_v1 || !speaks_openai_below_v1(leaf, &base.url);
    if !is_right {
        return Some(Right { path: "/v1".to_owned(), is_doubled: false, is_known: false });
    }
    azure_path(leaf, &base.url)
}

/// Whether a server has its API for OpenAI's clients below `/v1`, and another one at its root.
fn speaks_openai_below_v1(leaf: &Leaf<'_>, url: &Url<'_>) -> bool {
    let is_lm_studio = url.port == Some(LM_STUDIO_PORT) && url.is_this_machine();
    let is_local = url.port == Some(OLLAMA_PORT) || is_lm_studio || url.is_host("ollama.com");
    leaf.provider.name == "ollama" || leaf.provider.family == Family::OpenAi && is_local
}

/// On Azure the path names the deployment, or the new API without one.
fn azure_path(leaf: &Leaf<'_>, url: &Url<'_>) -> Option<Right> {
    let is_azure = leaf.provider.name == "azure-openai" && url.is_within("openai.azure.com");
    if !is_azure || !matches!(url.path, "" | "/openai" | "/openai/deployments") {
        return None;
    }
    let deployment = leaf.option("deployment_id").or_else(|| leaf.option("model"));
    let name = deployment.and_then(|option| option.value.text()).unwrap_or("NAME");
    let path = format!("/openai/deployments/{name}");
    Some(Right { path, is_doubled: false, is_known: true })
}

fn strip<'p>(path: &'p str, ends: &[&str]) -> Option<&'p str> {
    ends.iter().find_map(|end| path.strip_suffix(end)).map(|rest| rest.trim_end_matches('/'))
}

fn finding(
    context: &Context<'_>,
    leaf: &Leaf<'_>,
    client: &str,
    (base, value): (Base<'_>, &Value),
    added: &str,
    right: &Right,
) -> Finding {
    let origin = base.url.origin();
    let model = leaf.models().next().map_or("MODEL", |model| model.text);
    let added = added.replace("{model}", model);
    let called = format!("{origin}{}{added}", base.url.path);
    let wanted = format!("{origin}{}", right.path);
    let provider = leaf.provider.name;
    let why = match right.is_doubled {
        true => format!("`{provider}` adds `{added}` itself"),
        false => match right.path.strip_prefix(base.url.path) {
            Some(missing) => format!("`{}` is missing", short(missing)),
            None => format!("the API is under `{}`", short(&right.path)),
        },
    };
    let message = format!("`{client}` calls {called}: {why}");
    let span = leaf.span(value);
    let finding = Finding::new(span, format!("{client}/base_url"), message)
        .help(format!("write \"{wanted}\", so that {wanted}{added} is called"));
    let inner = unquoted(context.text(span), span);
    // A template or an escape in the text differs from its value, and the user in a URL would be lost.
    if context.text(inner) != base.text || base.text.contains('@') || wanted.ends_with("/NAME") {
        return finding;
    }
    let safety = if right.is_known { Safety::Safe } else { Safety::Unsafe };
    finding.replace(safety, format!("write \"{wanted}\""), inner, wanted)
}
