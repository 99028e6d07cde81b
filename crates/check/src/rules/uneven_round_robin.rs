use clientc_plan::{ClientId, ClientKind, Field, MAX_NAMES, WorstCase, WorstCases};
use clientc_semantic::Span;

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::text::words::{counted, grouped};

pub(crate) static RULE: Rule = Rule {
    name: "uneven-round-robin",
    summary: "a round-robin with a member that can cost more than five times as much as another",
    level: Setting::Info,
    is_fixed: false,
    page: include_str!("uneven_round_robin.md"),
};

/// Worst cases that differ more often than this are reported.
const MOST: u64 = 5;

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    let plan = &context.project.plan;
    if !plan.clients().iter().any(|client| matches!(client.kind, ClientKind::RoundRobin { .. })) {
        return;
    }
    let left = context.entry_routes().ms_left(Field::Request);
    let totals = context.entry_routes().ms_left(Field::Total);
    let mut worst_cases = WorstCases::new(plan);
    let (mut names, mut costs) = (0, Vec::new());
    for (id, client) in plan.ids().zip(plan.clients()) {
        let (ClientKind::RoundRobin { members, .. }, Some(above)) = (&client.kind, left[id.index()]) else {
            continue;
        };
        let counts = context.counts().of(id);
        if !context.project.is_sound[id.index()] || !counts.is_within() {
            continue;
        }
        names += counts.names;
        if names > MAX_NAMES {
            return;
        }
        let request_ms = client.limits.ms(Field::Request).map_or(above, |own| own.min(above));
        let request_ms = (request_ms != u64::MAX).then_some(request_ms);
        costs.clear();
        // No member takes longer than the totals above it leave.
        let above_ms = totals[id.index()].unwrap_or(u64::MAX);
        let total_ms = client.limits.ms(Field::Total).map_or(above_ms, |own| own.min(above_ms));
        costs.extend(members.iter().map(|member| {
            let worst = worst_cases.below(*member, request_ms);
            let ms = worst.duration_ms.unwrap_or(u64::MAX).min(total_ms);
            WorstCase { duration_ms: (ms != u64::MAX).then_some(ms), ..worst }
        }));
        out.found.extend(uneven(&costs).and_then(|uneven| finding(context, id, members, &uneven)));
    }
}

/// The positions of two members, the cheaper one first, and how their costs differ.
struct Uneven {
    low: usize,
    high: usize,
    costs: String,
}

fn uneven(costs: &[WorstCase]) -> Option<Uneven> {
    if let Some(((few, low), (many, high))) = differ(costs.iter().map(|cost| cost.requests)) {
        let words = format!("makes at most {}, {{}} up to {}", counted(few, "request"), grouped(many));
        return Some(Uneven { low, high, costs: words });
    }
    // A member that is not bounded at all is for another rule.
    if costs.iter().any(|cost| cost.duration_ms.is_none()) {
        return None;
    }
    let ((short, low), (long, high)) = differ(costs.iter().filter_map(|cost| cost.duration_ms))?;
    let words = format!("takes at most {} ms, {{}} up to {} ms", grouped(short), grouped(long));
    Some(Uneven { low, high, costs: words })
}

type Cost = (u64, usize);

/// The first of the smallest and the first of the largest with their positions, where they differ too much.
fn differ(costs: impl Iterator<Item = u64> + Clone) -> Option<(Cost, Cost)> {
    let costs = costs.zip(0..);
    let low = costs.clone().min()?;
    let high = costs.min_by_key(|(cost, _)| std::cmp::Reverse(*cost))?;
    (high.0 > low.0.saturating_mul(MOST)).then_some((low, high))
}

fn finding(context: &Context<'_>, id: ClientId, members: &[ClientId], uneven: &Uneven) -> Option<Finding> {
    let project = context.project;
    let places = project.member_places.get(&id)?;
    let place = |position: usize| -> Option<(Span, &str)> {
        Some((*places.get(position)?, project.client_name(*members.get(position)?)))
    };
    let ((low_place, low), (high_place, high)) = (place(uneven.low)?, place(uneven.high)?);
    let name = project.client_name(id);
    let costs = uneven.costs.replace("{}", &format!("one to `{high}`"));
    let message = format!("the calls through `{name}` are very unequal: one to `{low}` {costs}");
    let help = format!("give `{high}` and `{low}` limits and retries that are closer to each other");
    Some(
        Finding::new(high_place, format!("{name}/strategy/{high}"), message)
            .related(low_place, format!("`{low}` costs the least"))
            .help(help),
    )
}
