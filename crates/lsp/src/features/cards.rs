//! The hover texts of clients and policies, in Markdown.

use clientc_plan::{
    BAML_VERSION, ClientId, ClientKind, Field, Origin, Plan, RetryPolicy, RetryStrategy, Routes, RunTime,
    WorstCase, WorstCases, is_measured_version,
};
use clientc_report::{duration, plural};
use clientc_semantic::Span;

use super::arithmetic;
use super::names::{self, Role};
use crate::scene::Scene;

/// How many routes a card lists.
const MOST_ROUTES: usize = 8;
/// How many names of users a card lists.
const MOST_USERS: usize = 6;

/// The card of a client: what it is, its worst case with the arithmetic, and the effective limits of each route with
/// what sets them.
pub(crate) fn client(scene: &Scene, id: ClientId) -> String {
    let plan = &scene.project.plan;
    let Some(client) = plan.client(id) else { return String::new() };
    let provider = scene.project.provider(id).map_or("unknown provider", |provider| provider.name);
    let model = scene.project.client_facts(id).and_then(|(_, facts)| {
        let names = ["model", "model_id", "deployment_id"];
        let option = facts.options.iter().find(|option| names.contains(&&*option.key))?;
        option.value.text().map(|model| format!(" `{model}`"))
    });
    let kind = match &client.kind {
        ClientKind::Leaf => format!("{provider}{}", model.unwrap_or_default()),
        ClientKind::Fallback { members } => format!("fallback of {}", plural(members.len() as u64, "member")),
        ClientKind::RoundRobin { members, .. } => {
            format!("round-robin of {}", plural(members.len() as u64, "member"))
        }
    };
    let mut card = format!("**client `{}`** — {kind}", client.name);
    if let Some(policy) = plan.policy(client) {
        let name = &policy.name;
        card.push_str(&format!(", repeated by `{name}`"));
    }
    let worst = WorstCases::new(plan).of(id);
    let maker = maker(scene);
    card.push_str(&format!("\n\nWorst case{maker}: **{}**", arithmetic::in_short(worst)));
    let told = arithmetic::told(scene, id);
    if !told.is_empty() {
        card.push_str(&format!("  \n{told}"));
    }
    card.push_str(&through_clientc(scene, id, worst));
    card.push_str(&routes(scene, id));
    card.push_str(&users(scene, &client.name));
    card
}

/// The line that says that BAML makes the calls, where it does. It names the measured version where the project names
/// another minor version.
fn maker(scene: &Scene) -> String {
    if scene.project.plan.run_time() != RunTime::Baml {
        return String::new();
    }
    match scene.project.baml_version.as_deref().is_some_and(|version| !is_measured_version(version)) {
        true => format!(" through BAML (measured with {BAML_VERSION})"),
        false => " through BAML".to_owned(),
    }
}

/// The worst case of a call through clientc in a project whose calls BAML makes, where it differs.
fn through_clientc(scene: &Scene, id: ClientId, worst: WorstCase) -> String {
    let other = WorstCases::new(scene.project.written_plan()).of(id);
    if other == worst {
        return String::new();
    }
    format!("  \nThrough clientc's gateway or library: **{}**", arithmetic::in_short(other))
}

/// A table with a row for each route.
fn routes(scene: &Scene, id: ClientId) -> String {
    let plan = &scene.project.plan;
    let counts = clientc_plan::RouteCounts::new(plan).of(id);
    if !counts.is_within() {
        return "\n\nThere are too many routes to list.".to_owned();
    }
    let mut rows = Vec::new();
    let (mut has_total, mut is_bare) = (false, true);
    let mut all = Routes::new(plan, id);
    while let Some(route) = all.next() {
        if rows.len() == MOST_ROUTES {
            break;
        }
        let names: Vec<&str> = route.path.iter().map(|id| scene.project.client_name(*id)).collect();
        let cells = Field::ALL.map(|field| {
            let Some(limit) = route.limits.get(field) else {
                let own = plan.run_time().default_ms(field);
                return own.map_or("–".to_owned(), |ms| {
                    format!("{} *({})*", duration(ms), plan.run_time().name())
                });
            };
            is_bare = false;
            has_total |= field == Field::Total;
            match limit.origin {
                Origin::Defaults => format!("{} *(defaults)*", duration(limit.ms)),
                origin => {
                    let setter =
                        origin.place().and_then(|place| names.get(place.index())).copied().unwrap_or("");
                    if names.len() == 1 {
                        duration(limit.ms)
                    } else {
                        format!("{} *({setter})*", duration(limit.ms))
                    }
                }
            }
        });
        rows.push((names.join(" → "), cells));
    }
    if is_bare {
        let all = if rows.len() > 1 { "on any route" } else { "here" };
        let own = plan.run_time().default_ms(Field::Request);
        let own =
            own.map(|ms| format!(" {} ends each attempt after {}.", plan.run_time().name(), duration(ms)));
        return format!("\n\nNo limit is set {all}.{}", own.unwrap_or_default());
    }
    let fields = if has_total { &Field::ALL[..] } else { &Field::ATTEMPT[..] };
    let mut table = String::from("\n\n| route |");
    fields.iter().for_each(|field| table.push_str(&format!(" {} |", field.label())));
    table.push_str("\n|---|");
    table.push_str(&"--:|".repeat(fields.len()));
    let shown = rows.len() as u64;
    for (path, cells) in rows {
        table.push_str(&format!("\n| {} |", path.replace('|', "\\|")));
        cells.iter().take(fields.len()).for_each(|cell| table.push_str(&format!(" {cell} |")));
    }
    let left = counts.routes.saturating_sub(shown);
    if left > 0 {
        table.push_str(&format!("\n\n… and {}", plural(left, "more route")));
    }
    table
}

fn users(scene: &Scene, name: &str) -> String {
    let mut users: Vec<String> = Vec::new();
    for mention in names::everywhere(scene, name) {
        let Some(facts) = scene.facts(mention.span.file) else { continue };
        let user = match mention.role {
            Role::Member(index) | Role::PolicyOf(index) => {
                facts.clients.get(index).map(|client| format!("`{}`", client.name.text))
            }
            Role::ClientOf(index) => {
                facts.functions.get(index).map(|function| format!("function `{}`", function.name.text))
            }
            _ => None,
        };
        users.extend(user.filter(|user| !users.contains(user)));
    }
    if users.is_empty() {
        return String::new();
    }
    let more = users.len().saturating_sub(MOST_USERS);
    users.truncate(MOST_USERS);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("\n\nUsed by {}{more}", users.join(", "))
}

/// The card of a retry policy: its attempts and its delays.
pub(crate) fn policy(scene: &Scene, name: &str) -> Option<String> {
    let plan: &Plan<Span> = &scene.project.plan;
    let policy = plan.policies().iter().find(|policy| &*policy.name == name)?;
    let mut card = format!("**retry_policy `{name}`** — {}", attempts(policy));
    card.push_str(&format!("\n\n{}", delays(policy, plan.run_time(), &maker(scene))));
    if !plan.run_time().delays(policy).eq(policy.delays()) {
        let through = " through clientc's gateway or library";
        card.push_str(&format!("  \n{}", delays(policy, RunTime::Clientc, through)));
    }
    card.push_str(&users(scene, name));
    Some(card)
}

fn attempts(policy: &RetryPolicy) -> String {
    match policy.max_retries {
        0 => "no retry".to_owned(),
        1 => "1 retry".to_owned(),
        retries => format!("{retries} retries"),
    }
}

/// The delays one by one, and their sum, as a runtime waits.
fn delays(policy: &RetryPolicy, run_time: RunTime, through: &str) -> String {
    let shown: Vec<String> = run_time.delays(policy).take(MOST_USERS).map(duration).collect();
    let more = if policy.max_retries as usize > shown.len() { ", …" } else { "" };
    let kind = match policy.strategy {
        RetryStrategy::ConstantDelay { .. } => "constant delay",
        RetryStrategy::ExponentialBackoff { .. } => "exponential backoff",
    };
    if shown.is_empty() {
        return format!("{kind}, never waited");
    }
    let is_drawn = policy.jitter && run_time.differences().adapts_delays;
    let at_most = if is_drawn { ", each drawn evenly from 0 up to this" } else { "" };
    format!(
        "Delays{through} ({kind}): {}{more}{at_most}. Together {}.",
        shown.join(", "),
        duration(run_time.delays(policy).fold(0, u64::saturating_add))
    )
}
