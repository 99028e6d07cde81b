//! Random projects and layouts. They have no errors: a client's first-token limit is at most 400, a request limit at
//! least that.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::model::{Client, Limits, Model, Policy, Shape};
use crate::naive;
use crate::text::{Layout, Style};

/// A client has no more routes than this.
const MOST_ROUTES: usize = 120;

/// Any project.
pub(crate) fn model() -> impl Strategy<Value = Model> {
    let leaves = vec((limits(false), option::of(any::<Index>()), prop::bool::weighted(0.2)), 1..5);
    let composites = vec(composite(), 0..6);
    let functions = vec(any::<Index>(), 0..3);
    (prop_oneof![2 => Just([None; 5]), 1 => defaults()], vec(policy(), 0..4), leaves, composites, functions)
        .prop_map(|(defaults, policies, leaves, composites, functions)| {
            let mut model = Model { defaults, policies, clients: Vec::new(), functions: Vec::new() };
            for (limits, policy, is_shorthand) in leaves {
                add_leaf(&mut model, limits, policy, is_shorthand);
            }
            for composite in composites {
                add_composite(&mut model, composite);
            }
            model.functions = functions.iter().map(|index| index.index(model.clients.len())).collect();
            model
        })
}

fn add_leaf(model: &mut Model, limits: Limits, policy: Option<Index>, is_shorthand: bool) {
    let index = model.clients.len();
    model.clients.push(if is_shorthand {
        let name = format!("openai/m{index}");
        Client { name, shape: Shape::Shorthand, limits: [None; 5], policy: None }
    } else {
        let policy = choice(policy, model.policies.len());
        Client { name: format!("Leaf{index}"), shape: Shape::Leaf, limits, policy }
    });
}

fn choice(index: Option<Index>, count: usize) -> Option<usize> {
    index.filter(|_| count > 0).map(|index| index.index(count))
}

#[derive(Debug, Clone)]
struct Composite {
    members: Vec<Index>,
    start: Option<u64>,
    limits: Limits,
    policy: Option<Index>,
}

fn add_composite(model: &mut Model, composite: Composite) {
    let index = model.clients.len();
    // Members are counted from the end, so that a project that shrinks keeps its depth.
    let mut members: Vec<usize> =
        composite.members.iter().map(|member| index - 1 - member.index(index)).collect();
    let routes: Vec<usize> = members.iter().map(|&member| naive::routes(model, member).len()).collect();
    let mut sum = 0;
    let mut fits = routes.iter().map(|count| {
        sum += count;
        sum <= MOST_ROUTES
    });
    members.retain(|_| fits.next().unwrap_or(false));
    if members.is_empty() {
        members.push(0);
    }
    let shape = match composite.start {
        None => Shape::Fallback(members),
        Some(start) => Shape::RoundRobin(members, start),
    };
    let policy = choice(composite.policy, model.policies.len());
    model.clients.push(Client { name: format!("Group{index}"), shape, limits: composite.limits, policy });
}

fn composite() -> impl Strategy<Value = Composite> {
    let start = option::weighted(0.3, select(vec![0, 0, 1, 2, 5, 2_147_483_647]));
    (vec(any::<Index>(), 1..4), start, limits(true), option::of(any::<Index>()))
        .prop_map(|(members, start, limits, policy)| Composite { members, start, limits, policy })
}

/// Few different times, so that ties are frequent.
fn limits(is_composite: bool) -> impl Strategy<Value = Limits> {
    let time = |times: Vec<u64>, weight: f64| option::weighted(weight, select(times));
    let weight = if is_composite { 0.25 } else { 0.5 };
    (
        time(vec![1, 20, 20, 300, 86_400_000], weight),
        time(vec![1, 100, 100, 400], weight),
        time(vec![5, 50, 50, 5000], weight),
        time(vec![400, 1000, 1000, 1001, 2000, 3600], weight),
        time(vec![1, 700, 1000, 1000, 3000, 9000], 0.35),
    )
        .prop_map(move |(connect, first_token, idle, request, total)| {
            [connect, first_token, idle, request, total.filter(|_| is_composite)]
        })
}

/// A default first-token limit may be above the request limit of a route, but not above the default one.
fn defaults() -> impl Strategy<Value = Limits> {
    let first_token = option::of(select(vec![100, 999, 1000, 1001, 1500]));
    let request = option::of(select(vec![1500, 1000, 4000]));
    (option::of(Just(10)), first_token, option::of(Just(60)), request).prop_map(
        |(connect, first_token, idle, request)| {
            let first_token = first_token.filter(|ms| request.is_none_or(|request| *ms <= request));
            [connect, first_token, idle, request, None]
        },
    )
}

fn policy() -> impl Strategy<Value = Policy> {
    let multipliers = select(vec!["1.15", "1.5", "2", "0.5", "1", "1000", "0.000001", "3.333333"]);
    let growth = option::of((multipliers, select(vec![0, 99, 700, 10_000])));
    let retries = prop_oneof![20 => 0usize..4, 1 => Just(100)];
    (retries, select(vec![0, 1, 100, 200, 201, 999, 3000]), growth, any::<bool>())
        .prop_map(|(retries, delay, growth, jitter)| Policy { retries, delay, growth, jitter })
}

/// Any layout.
pub(crate) fn layout() -> impl Strategy<Value = Layout> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let style = (flags, 0u8..4, 0u8..4).prop_map(|(flags, header, indent)| {
        let (is_v1, is_quoted, has_comments, is_short, options_first) = flags;
        Style { is_v1, is_quoted, has_comments, is_short, options_first, header, indent }
    });
    (vec((0u8..4, any::<u8>()), 1..17), vec(style, 1..17))
        .prop_map(|(places, styles)| Layout { places, styles })
}
