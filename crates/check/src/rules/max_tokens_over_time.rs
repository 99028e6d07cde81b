use std::collections::HashSet;

use clientc_plan::Field;

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::facts::answer_time::answer;
use crate::text::words::grouped;

pub(crate) static RULE: Rule = Rule {
    name: "max-tokens-over-time",
    summary: "a max_tokens that cannot arrive within the request limit",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("max_tokens_over_time.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    let plan = &context.project.plan;
    let leaves: Vec<_> =
        plan.ids().filter(|id| context.leaf(*id).is_some_and(|leaf| answer(&leaf).is_some())).collect();
    let mut seen = HashSet::new();
    context.walk_entry_routes(leaves, |route| {
        let Some(&id) = route.path.last() else { return };
        let Some((leaf, limit)) = context.leaf(id).zip(context.limit_of(route, Field::Request)) else { return };
        let Some(answer) = answer(&leaf) else { return };
        let needed_ms = answer.needed_ms();
        // A limit that is too short for the thinking alone is reported as that.
        let is_reported = context.thinker(id).is_some_and(|thinker| limit.ms < thinker.min_request_ms);
        if needed_ms <= limit.ms || is_reported || !seen.insert((id, limit.span)) {
            return;
        }
        let (client, setter) = (context.project.client_name(id), limit.setter());
        let given = grouped(limit.ms);
        let message = format!(
            "`{}` {} of `{client}` take {} ms at {} tokens a second, but {setter} ends a request after {given} ms",
            answer.key,
            grouped(answer.tokens),
            grouped(needed_ms),
            answer.tokens_a_second
        );
        let fitting = limit.ms.saturating_mul(answer.tokens_a_second) / 1000;
        let help = match fitting {
            0 => format!("raise `{}` to {needed_ms} or more", limit.field.key()),
            _ => format!(
                "raise `{}` to {needed_ms} or more, or lower `{}` to {fitting}, which fits; with an idle limit a long \
                 request limit does no harm",
                limit.field.key(),
                answer.key
            ),
        };
        out.push(
            Finding::new(leaf.span(answer.value), format!("{client}/{}", answer.key), message)
                .label(format!("{} ms or more", grouped(needed_ms)))
                .related(limit.span, format!("{given} ms"))
                .help(help),
        );
    });
}
