use clientc_plan::{ClientId, ClientKind};
use clientc_semantic::{Property, Span, ValueKind};
use clientc_syntax::TextRange;

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::facts::leaf::Leaf;
use crate::text::urls;

pub(crate) static RULE: Rule = Rule {
    name: "correlated-fallback",
    summary: "a fallback whose members all share provider, endpoint, key and model",
    level: Setting::Info,
    is_fixed: false,
    page: include_str!("correlated_fallback.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    let plan = &context.project.plan;
    let is_fallback =
        |kind: &ClientKind| matches!(kind, ClientKind::Fallback { members } if members.len() > 1);
    if !plan.clients().iter().any(|client| is_fallback(&client.kind)) {
        return;
    }
    let common = common_leaves(context);
    let mut is_covered = vec![false; plan.clients().len()];
    let mut found = Vec::new();
    // Composites come before their members, so that only the outermost of nested fallbacks is reported.
    for id in plan.order().iter().rev() {
        let Some(client) = plan.client(*id) else { continue };
        let leaf =
            common[id.index()].filter(|_| is_fallback(&client.kind) && context.project.is_sound[id.index()]);
        // What no entry leads to may be left over.
        let is_reached = context.route_facts().marks[id.index()].is_reached;
        let is_reported = leaf.is_some() && is_reached && !context.has_duplicates(*id);
        if let (Some(leaf), true, false) = (leaf, is_reported, is_covered[id.index()]) {
            found.push((*id, leaf));
        }
        if is_reported || is_covered[id.index()] {
            client.kind.members().iter().for_each(|member| is_covered[member.index()] = true);
        }
    }
    out.found.extend(found.into_iter().filter_map(|(id, leaf)| finding(context, id, leaf)));
}

/// For each client a leaf that stands for all that it reaches, where they share provider, endpoint, key and model.
fn common_leaves(context: &Context<'_>) -> Vec<Option<ClientId>> {
    let plan = &context.project.plan;
    let mut common: Vec<Option<ClientId>> = vec![None; plan.clients().len()];
    for id in plan.order() {
        common[id.index()] = match plan.members(*id).split_first() {
            None => Some(*id),
            Some((one, others)) => common[one.index()].filter(|leaf| {
                others
                    .iter()
                    .all(|other| common[other.index()].is_some_and(|other| share(context, *leaf, other)))
            }),
        };
    }
    common
}

/// What else decides where a request goes and who pays for it, beside the base URL and the key.
const OTHERS: [&str; 11] = [
    "resource_name",
    "location",
    "project_id",
    "credentials",
    "credentials_content",
    "region",
    "access_key_id",
    "profile",
    "endpoint_url",
    "headers",
    "query_params",
];

fn share(context: &Context<'_>, first: ClientId, second: ClientId) -> bool {
    if first == second {
        return true;
    }
    let (Some(first), Some(second)) = (context.leaf(first), context.leaf(second)) else { return false };
    first.provider.family == second.provider.family
        && same_key(&first, &second)
        && same_endpoint(&first, &second)
        && same_model(&first, &second)
        && OTHERS.iter().all(|name| match (first.option(name), second.option(name)) {
            (None, None) => true,
            (Some(first), Some(second)) => first.value.to_json() == second.value.to_json(),
            _ => false,
        })
}

/// An option as it takes effect.
#[derive(PartialEq)]
enum Effective<'a> {
    Nothing,
    Text(&'a str),
    Variable(&'a str),
}

fn effective<'a>(option: Option<&'a Property>, default: Effective<'a>) -> Option<Effective<'a>> {
    match option.map(|property| &property.value.kind) {
        None => Some(default),
        Some(ValueKind::Text { text, .. }) => Some(Effective::Text(text)),
        Some(ValueKind::Env(name)) => Some(Effective::Variable(name)),
        Some(_) => None,
    }
}

fn same_key(first: &Leaf<'_>, second: &Leaf<'_>) -> bool {
    matches!((key(first), key(second)), (Some(first), Some(second)) if first == second)
}

fn key<'a>(leaf: &Leaf<'a>) -> Option<Effective<'a>> {
    let default = leaf.provider.key_variable.map_or(Effective::Nothing, Effective::Variable);
    effective(leaf.option("api_key"), default)
}

/// Whether two clients name the same model, written out or as the same variable.
fn same_model(first: &Leaf<'_>, second: &Leaf<'_>) -> bool {
    const NAMES: [&str; 4] = ["model", "model_id", "deployment_id", "deployment"];
    let written = |leaf: &Leaf<'_>| {
        let variables =
            NAMES.iter().filter_map(|name| leaf.option(name)).filter(|option| option.value.text().is_none());
        let variables: Vec<_> = variables.map(|option| option.value.to_json()).collect();
        (leaf.models().map(|model| model.text.to_owned()).collect::<Vec<_>>(), variables)
    };
    written(first) == written(second)
}

fn same_endpoint(first: &Leaf<'_>, second: &Leaf<'_>) -> bool {
    match (endpoint(first), endpoint(second)) {
        (Some(Effective::Text(first)), Some(Effective::Text(second))) => urls::are_same(first, second),
        (Some(first), Some(second)) => first == second,
        _ => false,
    }
}

fn endpoint<'a>(leaf: &Leaf<'a>) -> Option<Effective<'a>> {
    let default = leaf.provider.default_base_url.map_or(Effective::Nothing, Effective::Text);
    effective(leaf.option("base_url"), default)
}

fn finding(context: &Context<'_>, id: ClientId, leaf: ClientId) -> Option<Finding> {
    let project = context.project;
    let places = project.member_places.get(&id)?;
    let (first, last) = (places.first()?, places.last()?);
    let members = Span::new(first.file, TextRange::new(first.range.start, last.range.end));
    let name = project.client_name(id);
    let leaf = context.leaf(leaf)?;
    let provider = leaf.provider.name;
    let has_key = leaf.option("api_key").is_some() || leaf.provider.key_variable.is_some();
    let (key, stops, help) = if has_key {
        (
            " with the same key",
            "an outage, a rate limit or a rejected key stops all of them",
            "add a member of another provider, in another region or with a key of another account; another model at \
             the same endpoint helps only where the model is at fault",
        )
    } else {
        (
            "",
            "what stops that server stops all of them",
            "add a member on another server or of another provider; another model on the same server helps only where \
             the model is at fault",
        )
    };
    let message = format!(
        "all members of `{name}` call the same model of `{provider}` at the same endpoint{key}: {stops}"
    );
    Some(Finding::new(members, format!("{name}/strategy"), message).help(help))
}
