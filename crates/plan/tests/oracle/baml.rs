//! The plan under BAML's run time against a naive model of it: the list of attempts is built up front, and then run.

use std::collections::HashMap;

use clientc_plan::{
    ClientId, MAX_ATTEMPTS, RunTime, Schedule, ScheduleEnd, Tickets, WalkOptions, WorstCases,
};
use proptest::prelude::*;

use crate::driver;
use crate::model::{Fate, FateKind, Model, Policy, REQUEST, Shape, fates, model};
use crate::naive::{End, Event, elapsed};

/// What an attempt of BAML has where its leaf sets no limit, in milliseconds.
const REQUEST_MS: u64 = 300_000;

/// An attempt of the list: its path, and the delay that each policy around it has, from the outermost to the innermost.
#[derive(Debug, Clone)]
struct Listed {
    path: Vec<usize>,
    delays: Vec<u64>,
}

/// The delays of a policy: the multiplier applies before the first one, in single precision.
fn delays(policy: &Policy) -> Vec<u64> {
    let mut delays = Vec::new();
    let mut last = policy.delay as u32;
    for _ in 0..policy.retries {
        if let Some((millionths, longest)) = policy.growth {
            let factor = (millionths as f64 / 1_000_000.0) as f32;
            last = ((last as f32 * factor) as u32).min(longest as u32);
        }
        delays.push(u64::from(last));
    }
    delays
}

/// Lists the attempts of a client. `used` counts how often each round-robin was asked so far.
fn list(model: &Model, node: usize, used: &mut HashMap<usize, u64>) -> Vec<Listed> {
    let this = &model.nodes[node];
    let mut rounds = this.policy.map_or(Vec::new(), |policy| delays(&model.policies[policy]));
    rounds.push(0);
    let mut all = Vec::new();
    for delay in rounds {
        let once: Vec<Listed> = match &this.shape {
            Shape::Leaf => vec![Listed { path: Vec::new(), delays: Vec::new() }],
            Shape::Fallback(members) => {
                members.iter().flat_map(|&member| list(model, member, used)).collect()
            }
            Shape::RoundRobin(members, start) => {
                let asked = used.entry(node).or_insert(0);
                let index = (u128::from(*start) + u128::from(*asked)) % members.len() as u128;
                *asked += 1;
                list(model, members[index as usize], used)
            }
        };
        all.extend(once.into_iter().map(|listed| Listed {
            path: [vec![node], listed.path].concat(),
            delays: [vec![delay], listed.delays].concat(),
        }));
    }
    all
}

fn request_ms(model: &Model, leaf: usize) -> u64 {
    model.nodes[leaf].limits[REQUEST].unwrap_or(REQUEST_MS)
}

/// Runs the list. Returns what happened, how it ended, when, and how many requests were made.
fn run(model: &Model, node: usize, fates: &[Fate]) -> (Vec<Event>, End, u64, u64) {
    let (mut events, mut now) = (Vec::new(), 0);
    let all = list(model, node, &mut HashMap::new());
    for (number, listed) in all.iter().enumerate() {
        let leaf = listed.path[listed.path.len() - 1];
        let limit = request_ms(model, leaf);
        let is_written = model.nodes[leaf].limits[REQUEST].is_some();
        let by =
            if is_written { format!("own@{}", listed.path.len() - 1) } else { "own@run time".to_owned() };
        events.push(Event::Attempt {
            path: listed.path.clone(),
            start: now,
            limit: Some(limit),
            by: Some(by),
        });
        let fate = fates[number % fates.len()];
        now += elapsed(fate, Some(limit));
        let made = number as u64 + 1;
        match fate.kind {
            FateKind::Success => return (events, End::Success, now, made),
            FateKind::Cancelled => return (events, End::Cancelled, now, made),
            FateKind::Unbuildable => return (events, End::Failed, now, made - 1),
            FateKind::Timeout | FateKind::Retryable | FateKind::Refused | FateKind::HandedOn => {}
        }
        if let Some(&wait) = listed.delays.iter().rev().find(|&&delay| delay > 0) {
            events.push(Event::Wait(wait));
            now += wait;
        }
    }
    let made = all.len() as u64;
    (events, End::Failed, now, made)
}

/// The most requests and the longest time of a client whose policies above have this delay. Every ticket of
/// every round-robin is tried at every place.
fn worst_case(model: &Model, node: usize, above: u64) -> (u64, u64) {
    let this = &model.nodes[node];
    let mut rounds = this.policy.map_or(Vec::new(), |policy| delays(&model.policies[policy]));
    rounds.push(0);
    let delay = |round: usize| if rounds[round] > 0 { rounds[round] } else { above };
    let sum = |member: &dyn Fn(usize) -> (u64, u64)| {
        (0..rounds.len()).map(member).fold((0, 0), |sum, cost| (sum.0 + cost.0, sum.1 + cost.1))
    };
    match &this.shape {
        Shape::Leaf => sum(&|round| (1, request_ms(model, node) + delay(round))),
        Shape::Fallback(members) => sum(&|round| {
            let costs = members.iter().map(|&member| worst_case(model, member, delay(round)));
            costs.fold((0, 0), |sum, cost| (sum.0 + cost.0, sum.1 + cost.1))
        }),
        Shape::RoundRobin(members, _) => {
            let first = |first: usize| {
                sum(&|round| worst_case(model, members[(first + round) % members.len()], delay(round)))
            };
            let all: Vec<_> = (0..members.len()).map(first).collect();
            (all.iter().map(|cost| cost.0).max().unwrap(), all.iter().map(|cost| cost.1).max().unwrap())
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1200))]

    #[test]
    fn calls_go_as_the_list_of_baml_goes(model in model(), fates in fates()) {
        let plan = model.plan().under(RunTime::Baml);
        let root = driver::root(&model);
        let (events, end, now, requests) = run(&model, root, &fates);
        let ran = driver::run(&plan, root, &fates, 0, WalkOptions::default(), |_, _, _| {});
        prop_assert_eq!(&ran.events, &events);
        prop_assert_eq!((ran.end, ran.now, ran.requests), (end, now, requests));
    }

    #[test]
    fn worst_cases_are_those_of_the_naive_model(model in model()) {
        let plan = model.plan().under(RunTime::Baml);
        let mut worst_cases = WorstCases::new(&plan);
        for node in 0..model.nodes.len() {
            let found = worst_cases.of(ClientId(node as u32));
            let (requests, ms) = worst_case(&model, node, 0);
            prop_assert_eq!((found.requests, found.duration_ms), (requests, Some(ms.min(clientc_plan::MAX_MS))));
        }
    }

    #[test]
    fn a_schedule_is_a_call_in_which_everything_times_out(model in model(), first in 0u64..7) {
        let plan = model.plan().under(RunTime::Baml);
        let root = ClientId(driver::root(&model) as u32);
        let mut tickets = Tickets::new();
        for id in plan.ids() {
            tickets.set(id, first);
        }
        let schedule = Schedule::with_tickets(&plan, root, tickets);
        let worst = WorstCases::new(&plan).of(root);
        prop_assert!(schedule.attempts.len() as u64 <= worst.requests);
        if schedule.end == ScheduleEnd::NotFollowed {
            // Policies on many levels make more attempts than a schedule follows.
            prop_assert_eq!(schedule.attempts.len(), MAX_ATTEMPTS);
            return Ok(());
        }
        prop_assert_eq!(schedule.end, ScheduleEnd::Completed);
        prop_assert!(schedule.end_ms <= worst.duration_ms);
        let has_turns = model.nodes.iter().any(|node| matches!(node.shape, Shape::RoundRobin(..)));
        if !has_turns {
            prop_assert_eq!((schedule.attempts.len() as u64, schedule.end_ms), (worst.requests, worst.duration_ms));
        }
    }
}
