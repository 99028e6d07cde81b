use clientc_plan::{ClientId, Field};
use clientc_semantic::{Span, ValueKind};

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};

pub(crate) static RULE: Rule = Rule {
    name: "streaming-timeout-unused",
    summary: "a limit for streams where nothing streams",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("streaming_timeout_unused.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    let switches = Switches::of(context);
    for id in context.project.plan.ids() {
        let Some(switch) = switches.of_client[id.index()] else { continue };
        let Some((file, client)) = context.project.client_facts(id) else { continue };
        let Some(http) = &client.http else { continue };
        for field in [Field::TimeToFirstToken, Field::Idle] {
            let Some(limit) = http.limits.get(field) else { continue };
            let (name, key) = (&client.name.text, field.key());
            let is_own = context.project.plan.members(id).is_empty();
            // BAML rejects it there in any case (peer/baml-facts.md 3.1).
            if !is_own && context.is_called_by_baml() {
                continue;
            }
            let message = if is_own {
                format!("`{key}` never applies: `{name}` does not stream")
            } else {
                format!("`{key}` never applies: no client below `{name}` streams")
            };
            out.push(
                Finding::new(Span::new(file, limit.key), format!("{name}/http/{key}"), message)
                    .related(
                        switch,
                        if is_own {
                            "switched off here"
                        } else {
                            "switched off here, as in every other leaf"
                        },
                    )
                    .help("remove it, or bound the whole attempt with `request_timeout_ms`"),
            );
        }
    }
}

/// For each client, where streaming is switched off, if it is so for everything that the client leads to.
pub(super) struct Switches {
    pub(super) of_client: Vec<Option<Span>>,
}

impl Switches {
    pub(super) fn of(context: &Context<'_>) -> Self {
        let plan = &context.project.plan;
        let mut of_client = vec![None; plan.clients().len()];
        // Members come before the clients that name them.
        for &id in plan.order() {
            of_client[id.index()] = match plan.members(id) {
                [] => switch(context, id),
                members if context.project.is_whole[id.index()] => {
                    let every: Option<Vec<Span>> =
                        members.iter().map(|member| of_client[member.index()]).collect();
                    every.and_then(|switches| switches.first().copied())
                }
                _ => None,
            };
        }
        Self { of_client }
    }
}

fn switch(context: &Context<'_>, id: ClientId) -> Option<Span> {
    let (file, client) = context.project.client_facts(id)?;
    let is_leaf = client.provider.is_some_and(|provider| !provider.kind.is_composite());
    let option = client.options.iter().find(|option| &*option.key == "supports_streaming")?;
    let range = option.key_range.cover(option.value.range);
    (is_leaf && option.value.kind == ValueKind::Bool(false)).then(|| Span::new(file, range))
}
