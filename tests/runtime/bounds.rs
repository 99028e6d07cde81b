//! Calls with very many attempts, tickets that many calls share, and delays with jitter.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clientc_plan::document::ResolvedKind;
use clientc_plan::replay::replay;
use clientc_plan::{Field, Value};
use clientc_runtime::transport::memory::{End, Memory, Script};
use clientc_runtime::{Failure, Runtime, Variables};
use futures_util::StreamExt as _;

use crate::calls::{client, document, drained, fallback, leaf, runtime};
use crate::stage::{self, ANSWER, DONE, KEY, ROLE, TEXT, ms};

/// A fallback whose members are `width` times the level below, `depth` levels above the leaf A.
fn tower(width: usize, depth: usize) -> String {
    let levels = (0..depth).map(|level| {
        let below = if level == 0 { "A".to_owned() } else { format!("L{}", level - 1) };
        fallback(&format!("L{level}"), &vec![below; width].join(", "), &[])
    });
    leaf("A", &[]) + &levels.collect::<String>()
}

/// The tower of 21 times 21 times 21 routes, with as many rounds of the whole again.
fn rounds(max_retries: u32) -> String {
    let policy = format!(
        "retry_policy P {{\n max_retries {max_retries}\n strategy {{\n type constant_delay\n delay_ms 0\n }}\n}}\n"
    );
    let top = "client<llm> L2 {\n provider fallback";
    policy + &tower(21, 3).replace(top, &format!("{top}\n retry_policy P"))
}

const ROUTES: u64 = 21 * 21 * 21;

#[tokio::test]
async fn a_call_whose_members_cannot_be_built_leaves_others_their_turn() {
    // Only the first member of each round makes a request, and its server answers at once.
    let text = rounds(100).replacen("strategy [A, ", "strategy [B, ", 1) + &leaf("B", &[]);
    let memory = Memory::new(|_| Script::status(500, ms(0)));
    let mut document = stage::directed(&document(&text), "http://upstream.test/v1");
    if let ResolvedKind::Leaf { options, .. } = &mut document.clients["A"].kind {
        options.insert("api_key".into(), Value::Env("NOT_SET".into()));
    }
    let builder = Runtime::builder().transport(memory).environment(Variables::from_iter([(KEY, "k")]));
    let client = builder.from_document(&document).unwrap().client("L2").unwrap();
    let request = stage::request();
    // Another task on the same thread gets its turn long before the call is through its million attempts.
    let other = tokio::spawn(tokio::task::yield_now());
    tokio::select! {
        biased;
        _ = other => {}
        made = client.chat(&request) => panic!("nobody else got a turn: {:?}", made.is_ok()),
    }
    let error = client.with_deadline(ms(50)).chat(&request).await.unwrap_err();
    assert!(error.record().unwrap().stopped_by.is_some(), "{}", error.failure().unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_record_keeps_the_first_and_the_last_of_very_many_attempts() {
    let text = rounds(1);
    let memory = Memory::new(|_| Script::status(500, ms(0)));
    let error = client(&text, "L2", &memory).chat(&stage::request()).await.unwrap_err();
    let record = error.record().unwrap();
    let made = ROUTES * 2;
    assert_eq!((record.requests, record.attempts_made(), memory.requests()), (made, made, made));
    assert_eq!((record.attempts.len(), record.left_out), (10_000, made - 10_000));
    let numbers: Vec<_> = record.numbered().map(|(number, _)| number).collect();
    assert_eq!((numbers[9_899], numbers[9_900], numbers[9_999]), (9_900, made - 99, made));
    let words = error.to_string();
    assert!(words.contains(&format!("All {made} attempts")), "{}", &words[..300]);
    assert!(words.contains(&format!("\n  … {} attempts that were not recorded\n", made - 10_000)));
    let document = stage::directed(&document(&text), "http://upstream.test/v1");
    let judged = replay(&document, record, 10).unwrap();
    assert!(judged.is_obeyed && judged.attempts.len() == 9_900, "{:?}", judged.end);
    assert!(judged.end[0].message.contains("8522 attempts are left out"), "{:?}", judged.end);
    let written = serde_json::to_value(record).unwrap();
    assert_eq!(written["left_out"], made - 10_000);
}

#[tokio::test(start_paused = true)]
async fn a_round_robin_takes_turns_over_all_its_calls() {
    let turns = "client<llm> R {\n provider round-robin\n options {\n strategy [A, B, C]\n start 1\n }\n}\n";
    let text = leaf("A", &[]) + &leaf("B", &[]) + &leaf("C", &[]) + turns;
    let runtime = runtime(&document(&text), &Memory::new(|_| stage::answers(10, false)));
    let clones = [runtime.clone(), runtime];
    let mut called = Vec::new();
    for call in 0..7 {
        let client = clones[call % 2].client("R").unwrap();
        let record = client.chat(&stage::request()).await.unwrap().record;
        assert_eq!(record.tickets[0].ticket, call as u64);
        called.push(record.attempts[0].path[1].to_string());
    }
    assert_eq!(called.concat(), "BCABCAB");
    let client = clones[0].client("R").unwrap();
    let request = stage::request();
    let calls = futures_util::future::join_all((0..30).map(|_| client.chat(&request))).await;
    let mut counts = std::collections::BTreeMap::new();
    for answer in calls {
        *counts.entry(answer.unwrap().record.attempts[0].path[1].clone()).or_insert(0) += 1;
    }
    assert!(counts.values().all(|&count| count == 10), "{counts:?}");
}

const JITTER: &str = "retry_policy P {\n max_retries 3\n strategy {\n type exponential_backoff\n delay_ms 100\n multiplier 2\n max_delay_ms 300\n jitter true\n }\n}\n";

#[tokio::test(start_paused = true)]
async fn jitter_draws_from_nothing_to_the_planned_delay() {
    let text =
        JITTER.to_owned() + &leaf("A", &[]).replace("provider openai", "provider openai\n retry_policy P");
    if document(&text).clients["A"].retry.as_ref().is_none_or(|retry| !retry.jitter) {
        panic!("the policy has jitter");
    }
    let memory = Memory::new(|_| Script::status(503, ms(0)));
    let planned = Arc::new(AtomicU64::new(0));
    for draws_above in [false, true] {
        let seen = Arc::clone(&planned);
        let draw = move |planned: Duration| {
            seen.fetch_add(planned.as_millis() as u64, Ordering::SeqCst);
            if draws_above { planned * 9 } else { Duration::ZERO }
        };
        let environment = Variables::from_iter([(KEY, "k")]);
        let builder = Runtime::builder().transport(memory.clone()).environment(environment).draw(draw);
        let client = stage::runtime(builder, &document(&text)).client("A").unwrap();
        let error = client.chat(&stage::request()).await.unwrap_err();
        let drawn_ms = &error.record().unwrap().drawn_ms;
        assert_eq!(drawn_ms, if draws_above { &[100, 200, 300] } else { &[0, 0, 0] });
        assert_eq!(error.record().unwrap().end_ms, drawn_ms.iter().sum::<u64>());
    }
    // The next delay grows from the planned one, whatever was drawn.
    assert_eq!(planned.load(Ordering::SeqCst), 1200);
    let mut longest_ms = 0;
    for _ in 0..50 {
        let error = client(&text, "A", &memory).chat(&stage::request()).await.unwrap_err();
        let drawn_ms = &error.record().unwrap().drawn_ms;
        assert!(
            drawn_ms.iter().zip([100, 200, 300]).all(|(&drawn, planned)| drawn <= planned),
            "{drawn_ms:?}"
        );
        longest_ms = longest_ms.max(drawn_ms[2]);
    }
    assert!(longest_ms > 0, "nothing but zero was drawn, 50 times");
}

#[tokio::test(start_paused = true)]
async fn the_nearest_limit_is_the_one_that_passed() {
    let limits =
        [(Field::Connect, 90), (Field::TimeToFirstToken, 150), (Field::Idle, 100), (Field::Request, 400)];
    let text = leaf("A", &limits);
    for (script, field, used_ms) in [
        (Script { connect: None, ..Script::ok("") }, Field::Connect, 90),
        (Script::hang(), Field::TimeToFirstToken, 150),
        (stage::events(&[(20, TEXT), (30, TEXT)], End::Silent), Field::Idle, 100),
        (stage::events(&[(80, TEXT); 9], End::Silent), Field::Request, 400),
    ] {
        let memory = Memory::new(move |_| script.clone());
        let (_, error) = drained(&client(&text, "A", &memory)).await.unwrap_err();
        let nearest = error.record().unwrap().nearest_limit.as_ref().unwrap();
        assert_eq!((nearest.timeout_type.0, nearest.used_ms, nearest.attempt), (field, used_ms, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn the_nearest_limit_of_an_answer_is_the_one_of_which_most_was_used() {
    let limits =
        [(Field::Connect, 100), (Field::TimeToFirstToken, 200), (Field::Idle, 100), (Field::Request, 1000)];
    let stream = |waits: &[u64]| {
        let mut all: Vec<_> = waits.iter().map(|wait| (*wait, TEXT)).collect();
        all.push((0, DONE));
        stage::events(&all, End::Complete)
    };
    for (total_ms, script, field, used_ms) in [
        (5000, Script { connect: Some(ms(90)), ..stream(&[0]) }, Field::Connect, 90),
        (5000, stream(&[190]), Field::TimeToFirstToken, 190),
        (5000, stream(&[10, 95]), Field::Idle, 95),
        (5000, stream(&[80; 12]), Field::Request, 960),
        (300, stream(&[58; 5]), Field::Total, 290),
    ] {
        let text = leaf("A", &limits) + &fallback("F", "A", &[(Field::Total, total_ms)]);
        let memory = Memory::new(move |_| script.clone());
        let mut stream = client(&text, "F", &memory).stream(&stage::request()).await.unwrap();
        while stream.next().await.is_some() {}
        let nearest = stream.record().unwrap().nearest_limit.as_ref().unwrap();
        assert_eq!((nearest.timeout_type.0, nearest.used_ms), (field, used_ms));
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_as_long_as_the_builder_says_and_no_longer() {
    let streamed = [ROLE, TEXT, DONE].map(|event| (1, event));
    for (script, length, is_streaming) in [
        (Script::ok(ANSWER), ANSWER.len(), false),
        (stage::events(&streamed, End::Silent), ROLE.len() + TEXT.len() + DONE.len(), true),
    ] {
        for (most, is_read) in [(length + 1, true), (length, true), (length - 1, false)] {
            let script = script.clone();
            let builder = Runtime::builder()
                .transport(Memory::new(move |_| script.clone()))
                .environment(Variables::from_iter([(KEY, "k")]))
                .max_answer(most);
            let client = stage::runtime(builder, &document(&leaf("A", &[]))).client("A").unwrap();
            let made = match is_streaming {
                true => drained(&client).await.map(drop).map_err(|(_, error)| error),
                false => client.chat(&stage::request()).await.map(drop),
            };
            assert_eq!(made.is_ok(), is_read, "{most} of {length}: {made:?}");
            let said = made.map_or_else(|error| error.to_string(), |()| format!("longer than {most} bytes"));
            assert!(said.contains(&format!("longer than {most} bytes")), "{said}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_large_events_in_small_pieces_is_read_in_a_time_that_fits_its_length() {
    // Eight times the length takes some eight times as long; it would be 64 times if each piece were looked at again.
    let (short, long) = (time_to_read(1 << 19).await, time_to_read(1 << 22).await);
    assert!(long < short * 32, "{short:?} {long:?}");
}

/// The best of three, since other programs take time too.
async fn time_to_read(length: usize) -> Duration {
    let large = format!(
        "data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{}\"}}}}]}}\n\n{DONE}",
        "x".repeat(length)
    );
    let pieces: Vec<_> = large.as_bytes().chunks(512).map(|piece| (ms(0), piece.to_vec().into())).collect();
    let memory = Memory::new(move |_| Script { body: pieces.clone(), ..Script::ok("") });
    let client = client(&leaf("A", &[]), "A", &memory);
    let mut times = Vec::new();
    for _ in 0..3 {
        let start = Instant::now();
        drained(&client).await.unwrap();
        times.push(start.elapsed());
    }
    times.into_iter().min().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_base_url_that_cannot_be_called_is_no_request() {
    for url in
        ["ftp://a.test/v1", "file:///etc", "a.test/v1", "http://", "http://a b/v1", "http://a.test:99999/v1"]
    {
        let document = stage::directed(&document(&leaf("A", &[])), url);
        let builder = Runtime::builder().environment(Variables::from_iter([(KEY, "k")]));
        let client = builder.from_document(&document).unwrap().client("A").unwrap();
        let error = client.chat(&stage::request()).await.unwrap_err();
        assert!(matches!(error.failure(), Some(Failure::Unbuildable(_))), "{url}: {error}");
        assert_eq!(error.record().unwrap().requests, 0);
    }
}
