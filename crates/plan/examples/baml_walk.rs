//! Follows calls through BAML's run time as the plan says them, for `scripts/baml_run_time.py`.
//!
//! Each line of the standard input is a JSON object with a resolved `document` as text, the `client` that is called, how
//! many `calls` follow each other in one run time, and the `fates` of its leaves: after how many milliseconds an attempt
//! is over by itself (`null`: never), and whether it has then succeeded. For each line one is written: for each call its
//! attempts with the leaf and the start, whether it succeeded, and when it ended.

#![allow(clippy::print_stdout, reason = "the output is what the example is for")]

use std::collections::HashMap;
use std::error::Error;
use std::io::BufRead as _;

use clientc_plan::document::Resolved;
use clientc_plan::{ClientId, ClientKind, End, Outcome, Plan, RunTime, Step, Tickets, Walk, WalkOptions};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Question {
    document: String,
    client: String,
    calls: usize,
    fates: HashMap<String, Fate>,
}

/// What becomes of every attempt of a leaf.
#[derive(Deserialize)]
struct Fate {
    after_ms: Option<u64>,
    succeeds: bool,
}

#[derive(Serialize)]
struct Call {
    attempts: Vec<(String, u64)>,
    succeeds: bool,
    end_ms: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    for line in std::io::stdin().lock().lines() {
        let question: Question = serde_json::from_str(&line?)?;
        let plan = Resolved::read(&question.document)?.plan()?.under(RunTime::Baml);
        let client =
            plan.ids().find(|id| name(&plan, *id) == question.client).ok_or("there is no such client")?;
        let mut used = HashMap::new();
        let calls = (0..question.calls).map(|_| call(&plan, client, &question.fates, &mut used));
        println!("{}", serde_json::to_string(&calls.collect::<Vec<_>>())?);
    }
    Ok(())
}

fn name<P>(plan: &Plan<P>, id: ClientId) -> &str {
    plan.client(id).map_or("", |client| &client.name)
}

/// Follows one call. `used` counts the attempts through each round-robin so far: so far its counter has moved.
fn call<P>(
    plan: &Plan<P>,
    client: ClientId,
    fates: &HashMap<String, Fate>,
    used: &mut HashMap<ClientId, u64>,
) -> Call {
    let mut tickets = Tickets::new();
    used.iter().for_each(|(id, count)| tickets.set(*id, *count));
    let is_turn = |id: ClientId| {
        plan.client(id).is_some_and(|client| matches!(client.kind, ClientKind::RoundRobin { .. }))
    };
    let mut walk = Walk::new(plan, client, tickets, WalkOptions::default());
    let (mut now_ms, mut outcome, mut attempts) = (0, None, Vec::new());
    let end = loop {
        match walk.next(now_ms, outcome.take()) {
            Step::Attempt(attempt) => {
                attempt.path().filter(|id| is_turn(*id)).for_each(|id| *used.entry(id).or_default() += 1);
                let leaf = attempt.path().last().map_or("", |leaf| name(plan, leaf)).to_owned();
                let limit_ms = attempt.cut.map_or(u64::MAX, |cut| cut.ms);
                let fate = fates.get(&leaf);
                let after_ms = fate.and_then(|fate| fate.after_ms).unwrap_or(u64::MAX);
                let succeeds = after_ms < limit_ms && fate.is_some_and(|fate| fate.succeeds);
                attempts.push((leaf, attempt.start_ms));
                now_ms += after_ms.min(limit_ms);
                outcome = Some(match succeeds {
                    true => Outcome::Succeeded,
                    false => Outcome::Failed { retryable: true, retry_after_ms: None },
                });
            }
            Step::Sleep { ms, .. } => now_ms += ms,
            Step::Done(end) => break end,
        }
    };
    Call { attempts, succeeds: matches!(end, End::Succeeded), end_ms: now_ms }
}
