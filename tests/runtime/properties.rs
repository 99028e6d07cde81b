//! What holds for every call, whatever the plan, the servers and the overrides are.

use std::sync::Mutex;

use clientc_plan::Field;
use clientc_plan::document::Resolved;
use clientc_plan::record::CallRecord;
use clientc_plan::replay::replay;
use clientc_runtime::transport::memory::{End, Memory, Script};
use clientc_runtime::{Client, ClientRegistry, Runtime, Timeouts, Variables};
use clientc_tests::compiled::compile;
use futures_util::StreamExt as _;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseError};
use tokio::time::Instant;

use crate::stage::{self, COMMENT, DONE, ROLE, TEXT, ms};
use crate::{random, text};

const LONG: u64 = 1 << 41;

fn config(cases: u32) -> Config {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    Config { cases: asked.unwrap_or(cases), failure_persistence: None, ..Config::default() }
}

fn wait() -> impl Strategy<Value = u64> {
    prop_oneof![
        4 => Just(0),
        4 => 0u64..400,
        2 => select(vec![999, 1000, 1001, 5000, 20_000, 60_000, 100_000]),
    ]
}

fn sometimes(wait: impl Strategy<Value = u64>) -> impl Strategy<Value = Option<u64>> {
    wait.prop_flat_map(|wait| prop_oneof![9 => Just(Some(wait)), 1 => Just(None)])
}

fn end() -> impl Strategy<Value = End> {
    prop_oneof![3 => Just(End::Complete), 2 => wait().prop_map(|wait| End::Breaks(ms(wait))), 1 => Just(End::Silent)]
}

/// What a server does with one request.
fn script() -> impl Strategy<Value = Script> {
    let status = select(vec![200, 200, 200, 408, 409, 429, 500, 503, 529, 400, 401, 404, 301]);
    let pieces = select(vec![ROLE, TEXT, TEXT, COMMENT, DONE, stage::ANSWER, "data: {", "\u{feff}garbage"]);
    let body = prop::collection::vec((wait(), pieces), 0..5);
    let retry_after =
        prop::option::of(prop_oneof![0u64..400, select(vec![1000, 20_000, 59_999, 60_000, 60_001])]);
    (sometimes(wait()), sometimes(wait()), status, body, end(), retry_after).prop_map(
        |(connect, head, status, body, end, retry_after)| Script {
            connect: connect.map(ms),
            head: head.map(ms),
            status,
            headers: retry_after.map(|ms| ("retry-after-ms", ms.to_string())).into_iter().collect(),
            body: body.into_iter().map(|(wait, text)| (ms(wait), text.into())).collect(),
            end,
        },
    )
}

/// What the caller asks for besides the plan.
#[derive(Debug, Clone)]
struct Asked {
    client: prop::sample::Index,
    overrides: Vec<(prop::sample::Index, Field, u64)>,
    deadline_ms: Option<u64>,
    is_streaming: bool,
    draw_percent: u64,
    leaves_after_ms: Option<u64>,
}

fn asked() -> impl Strategy<Value = Asked> {
    let lowered = (any::<prop::sample::Index>(), select(Field::ALL.to_vec()), 1u64..3000);
    let overrides = prop::collection::vec(lowered, 0..3);
    let rare = |range: std::ops::Range<u64>| prop_oneof![3 => Just(None), 1 => range.prop_map(Some)];
    (any::<prop::sample::Index>(), overrides, rare(1..20_000), any::<bool>(), 0u64..=100, rare(0..20_000))
        .prop_map(|(client, overrides, deadline_ms, is_streaming, draw_percent, leaves_after_ms)| Asked {
            client,
            overrides,
            deadline_ms,
            is_streaming,
            draw_percent,
            leaves_after_ms,
        })
}

/// Makes a call to its end. Returns its record, and what it handed on.
async fn made(client: &Client, is_streaming: bool) -> (CallRecord, usize) {
    let request = stage::request();
    let failed =
        |error: clientc_runtime::Error, chunks| (error.record().expect("the call was made").clone(), chunks);
    if !is_streaming {
        return match client.chat(&request).await {
            Ok(answer) => (answer.record, 1),
            Err(error) => failed(error, 0),
        };
    }
    let mut stream = match client.stream(&request).await {
        Ok(stream) => stream,
        Err(error) => return failed(error, 0),
    };
    let mut chunks = 0;
    while let Some(chunk) = stream.next().await {
        match chunk {
            Ok(_) => chunks += 1,
            Err(error) => return failed(error, chunks),
        }
    }
    (stream.record().expect("the stream has ended").clone(), chunks)
}

fn client(runtime: &Runtime, document: &Resolved, asked: &Asked) -> Client {
    let names: Vec<_> = document.clients.keys().collect();
    let mut registry = ClientRegistry::new();
    for (index, field, ms) in &asked.overrides {
        let name = names[index.index(names.len())];
        if *field == Field::Total && document.clients[name].members().is_empty() {
            continue;
        }
        let mut timeouts = Timeouts::NONE;
        timeouts.set(*field, *ms);
        registry.override_timeouts(&**name, timeouts);
    }
    let runtime = runtime.with_registry(&registry).unwrap();
    let client = runtime.client(names[asked.client.index(names.len())]).unwrap();
    match asked.deadline_ms {
        Some(deadline_ms) => client.with_deadline(ms(deadline_ms)),
        None => client,
    }
}

/// The limits of the client that was called, in milliseconds: everything that no call through it outlives.
fn bounds(document: &Resolved, client: &Client, asked: &Asked) -> Vec<u64> {
    let resolved = &document.clients[client.name()];
    let names: Vec<_> = document.clients.keys().collect();
    let lowered = asked.overrides.iter().filter(|(index, field, _)| {
        *field == Field::Total
            && &**names[index.index(names.len())] == client.name()
            && !resolved.members().is_empty()
    });
    let fixed = [resolved.timeouts.total_timeout_ms, resolved.worst_case.duration_ms, asked.deadline_ms];
    fixed.into_iter().flatten().chain(lowered.map(|(_, _, ms)| *ms)).collect()
}

/// A record that no call by the plan can have, or nothing where it has no attempt.
fn tampered(mut record: CallRecord, way: usize) -> Option<CallRecord> {
    let count = record.attempts.len();
    let attempt = record.attempts.get_mut(way.checked_rem(count)?)?;
    match way % 6 {
        0 => attempt.limit_ms = Some(attempt.limit_ms.map_or(1, |ms| ms + 1)),
        1 => attempt.path.push("Another".into()),
        2 => drop(record.attempts.pop()),
        3 => record.requests += 1,
        4 => {
            attempt.limits.connect_timeout_ms = Some(attempt.limits.connect_timeout_ms.map_or(1, |ms| ms + 1))
        }
        _ => record.end_ms += 1,
    }
    Some(record)
}

async fn check(document: &Resolved, scripts: Vec<Script>, asked: &Asked) -> Result<(), TestCaseError> {
    let left = Mutex::new(scripts.into_iter().cycle());
    let memory = Memory::new(move |_| left.lock().unwrap().next().unwrap());
    let percent = asked.draw_percent;
    let builder = Runtime::builder()
        .transport(memory.clone())
        .environment(Variables::from_iter([(stage::KEY, "k")]))
        .draw(move |planned| ms((planned.as_millis() as u64).saturating_mul(percent) / 100));
    let runtime = stage::runtime(builder, document);
    let client = client(&runtime, document, asked);
    let most = document.clients[client.name()].worst_case.requests;
    let start = Instant::now();
    let patience = asked.leaves_after_ms.unwrap_or(LONG);
    let made = tokio::time::timeout(ms(patience), made(&client, asked.is_streaming)).await;
    let elapsed = start.elapsed().as_millis() as u64;
    prop_assert_eq!(memory.under_way(), 0, "a request outlives its call");
    prop_assert!(memory.requests() <= most, "{} requests, at most {}", memory.requests(), most);
    let bounds = bounds(document, &client, asked);
    prop_assert!(bounds.iter().all(|&bound| elapsed <= bound.max(1)), "{elapsed} {bounds:?}");
    if let Ok((record, _)) = made {
        prop_assert_eq!(record.requests, memory.requests());
        prop_assert_eq!(record.end_ms, elapsed);
        prop_assert!(record.attempts.iter().is_sorted_by_key(|attempt| attempt.start_ms));
        let text = serde_json::to_string(&record).unwrap();
        let again: CallRecord = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&again, &record);
        let replayed = replay(document, &record, 0).unwrap();
        prop_assert!(replayed.is_obeyed, "{replayed:#?}\n{record:#?}");
        let other = tampered(record, asked.draw_percent as usize);
        if let Some(other) = other {
            prop_assert!(!replay(document, &other, 0).unwrap().is_obeyed, "{other:#?}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn no_call_outlives_its_bounds_or_makes_more_requests_or_leaves_one_behind(
        model in random::model(),
        layout in random::layout(),
        scripts in prop::collection::vec(script(), 1..12),
        asked in asked(),
    ) {
        let written = text::write(&model, &layout);
        let files = written.files.iter().map(|(path, text)| (path, text.as_str()));
        let document = compile(files).map_err(TestCaseError::fail)?.document;
        prop_assume!(!document.clients.is_empty());
        // Towers of policies can ask for millions of requests, which say nothing more.
        let called = &document.clients[asked.client.index(document.clients.len())];
        prop_assume!(called.worst_case.requests <= 2_000);
        let paused = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        paused.block_on(check(&document, scripts, &asked))?;
    }
}
