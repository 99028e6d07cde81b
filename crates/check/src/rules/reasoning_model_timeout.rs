use std::collections::HashMap;

use clientc_plan::Field;
use clientc_semantic::ValueKind;

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::facts::answer_time::answer;
use crate::facts::entry_routes::SetLimit;
use crate::facts::models::Thinker;
use crate::text::words::grouped;

pub(crate) static RULE: Rule = Rule {
    name: "reasoning-model-timeout",
    summary: "a limit that is too short for a reasoning model",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("reasoning_model_timeout.md"),
};

/// A limit that is too short, and the first model that it is too short for.
struct Cause<'a> {
    limit: SetLimit<'a>,
    min_ms: u64,
    /// What the longest answers behind the limit take, in milliseconds.
    answer_ms: u64,
    thinker: Thinker<'a>,
}

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    let mut causes: Vec<Cause<'_>> = Vec::new();
    let mut places = HashMap::new();
    context.walk_entry_routes(context.thinkers(), |route| {
        let Some(thinker) = route.path.last().and_then(|leaf| context.thinker(*leaf)) else { return };
        let min_ttft_ms = streams(&thinker).then_some(thinker.min_ttft_ms);
        for (field, min_ms) in
            [(Field::Request, Some(thinker.min_request_ms)), (Field::TimeToFirstToken, min_ttft_ms)]
        {
            let limit = context.limit_of(route, field);
            let (Some(min_ms), Some(limit)) = (min_ms, limit) else { continue };
            if limit.ms >= min_ms {
                continue;
            }
            let answer = context.leaf(thinker.client).and_then(|leaf| answer(&leaf));
            let answer_ms = match field {
                Field::Request => answer.map_or(0, |answer| answer.needed_ms()),
                _ => 0,
            };
            let at = *places.entry(limit.span).or_insert(causes.len());
            match causes.get_mut(at) {
                None => causes.push(Cause { limit, min_ms, answer_ms, thinker }),
                Some(cause) => {
                    cause.min_ms = cause.min_ms.max(min_ms);
                    cause.answer_ms = cause.answer_ms.max(answer_ms);
                }
            }
        }
    });
    out.found.extend(causes.iter().map(|cause| finding(context, cause)));
}

fn streams(thinker: &Thinker<'_>) -> bool {
    !matches!(
        thinker.leaf.value(&["supports_streaming"]).map(|value| &value.kind),
        Some(ValueKind::Bool(false))
    )
}

fn finding(context: &Context<'_>, cause: &Cause<'_>) -> Finding {
    let Cause { limit, min_ms, answer_ms, thinker } = cause;
    let (client, model) = (context.project.client_name(thinker.client), thinker.model.text);
    let (given, needed) = (grouped(limit.ms), grouped(*min_ms));
    let gives = match limit.field {
        Field::TimeToFirstToken => format!("waits {given} ms for the first token"),
        _ => format!("ends a request after {given} ms"),
    };
    let (noun, source, label) = match thinker.thinks {
        true => ("reasoning model", "", "a reasoning model"),
        false => ("model", ", as set under `[[models]]` in clientc.toml", "needs more time"),
    };
    let whose = match limit.client {
        Some(setter) if setter == client => format!("its {noun} `{model}`"),
        _ => format!("`{model}`, the {noun} of `{client}`,"),
    };
    let setter = limit.setter();
    let message = format!("{setter} {gives}, but {whose} needs {needed} ms or more{source}");
    let key = limit.field.key();
    let (enough_ms, why) = match answer_ms > min_ms {
        true => (answer_ms, ", which its longest answer takes"),
        false => (min_ms, ""),
    };
    let help = match limit.client {
        None => format!("set `{key}` in `{client}` itself to {enough_ms} or more{why}"),
        Some(_) => format!("raise `{key}` to {enough_ms} or more{why}"),
    };
    Finding::new(limit.span, limit.subject(), message)
        .label(format!("{given} ms"))
        .related(thinker.model.span, label)
        .help(help)
}
