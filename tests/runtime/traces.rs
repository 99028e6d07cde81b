//! What every call leaves behind: one record, and nothing else.

use std::sync::{Arc, Mutex};

use clientc_plan::Field;
use clientc_plan::record::{AttemptOutcome, CallEnd, CallRecord};
use clientc_plan::replay::replay;
use clientc_runtime::transport::memory::{End, Memory, Script};
use clientc_runtime::{Client, Runtime, Variables};
use futures_util::StreamExt as _;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::calls::{document, fallback, leaf};
use crate::stage::{self, DONE, KEY, TEXT, ms};

type Records = Arc<Mutex<Vec<CallRecord>>>;

const POLICY: &str =
    "retry_policy P {\n max_retries 2\n strategy {\n type constant_delay\n delay_ms 100\n }\n}\n";

fn text() -> String {
    let retried =
        leaf("A", &[(Field::Request, 500)]).replace("provider openai", "provider openai\n retry_policy P");
    let turns = "client<llm> R {\n provider round-robin\n options {\n strategy [A, B]\n }\n}\n";
    POLICY.to_owned() + &retried + &leaf("B", &[(Field::Idle, 200)]) + turns + &fallback("F", "R, B", &[])
}

fn observed(memory: &Memory) -> (Client, Records) {
    let records = Records::default();
    let seen = Arc::clone(&records);
    let builder = Runtime::builder()
        .transport(memory.clone())
        .environment(Variables::from_iter([(KEY, "k")]))
        .on_end(move |record| seen.lock().unwrap().push(record.clone()));
    (stage::runtime(builder, &document(&text())).client("F").unwrap(), records)
}

#[tokio::test(start_paused = true)]
async fn the_hook_is_given_what_the_caller_is_given() {
    let memory = Memory::new(|_| stage::answers(10, false));
    let (client, records) = observed(&memory);
    let answer = client.chat(&stage::request()).await.unwrap();
    assert_eq!(*records.lock().unwrap(), [answer.record]);
    let (client, records) = observed(&Memory::new(|_| Script::status(400, ms(5))));
    let error = client.chat(&stage::request()).await.unwrap_err();
    assert_eq!(records.lock().unwrap().as_slice(), std::slice::from_ref(error.record().unwrap()));
    let (client, records) = observed(&Memory::new(|_| stage::answers(10, true)));
    let mut stream = client.stream(&stage::request()).await.unwrap();
    while stream.next().await.is_some() {}
    assert_eq!(records.lock().unwrap().as_slice(), std::slice::from_ref(stream.record().unwrap()));
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_leaves_is_recorded_wherever_the_call_is() {
    // Half way through an attempt, in the delay after it, and in a stream.
    for (after_ms, attempts, requests, outcome) in [
        (250, 1, 1, Some(AttemptOutcome::Cancelled)),
        (550, 1, 1, Some(AttemptOutcome::Timeout)),
        (700, 2, 2, Some(AttemptOutcome::Cancelled)),
    ] {
        let memory = Memory::new(|_| Script::hang());
        let (client, records) = observed(&memory);
        let request = stage::request();
        assert!(tokio::time::timeout(ms(after_ms), client.chat(&request)).await.is_err());
        let records = records.lock().unwrap();
        let [record] = &records[..] else { panic!("{records:?}") };
        assert_eq!((record.end, record.end_ms), (CallEnd::Cancelled, after_ms));
        assert_eq!((record.attempts.len(), record.requests), (attempts, requests), "{after_ms}");
        assert_eq!(record.attempts.last().map(|attempt| attempt.outcome), outcome, "{after_ms}");
        assert_eq!((memory.under_way(), record.tickets.len()), (0, 1));
        let plan = stage::directed(&document(&text()), "http://upstream.test/v1");
        let judged = replay(&plan, record, 0).unwrap();
        assert!(judged.is_obeyed, "{after_ms}: {judged:#?}");
    }
    let memory = Memory::new(|_| stage::events(&[(30, TEXT), (30, TEXT), (30, DONE)], End::Silent));
    let (client, records) = observed(&memory);
    let stream = client.stream(&stage::request()).await.unwrap();
    assert!(records.lock().unwrap().is_empty() && memory.under_way() == 1);
    drop(stream);
    assert_eq!(memory.under_way(), 0);
    let records = records.lock().unwrap();
    assert_eq!(
        (records[0].end, records[0].end_ms, records[0].first_token_ms),
        (CallEnd::Cancelled, 30, Some(30))
    );
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_calls_that_are_dropped_leave_one_record_each_and_no_request() {
    const CALLS: u64 = 10_000;
    let memory = Memory::new(|request| match request.body().len() % 3 {
        _ if request.body().windows(13).any(|bytes| bytes == b"\"stream\":true") => {
            stage::events(&[(20, TEXT), (40, TEXT), (40, DONE)], End::Complete)
        }
        0 => Script::hang(),
        _ => Script::status(503, ms(40)),
    });
    let (client, records) = observed(&memory);
    let mut random = fastrand::Rng::with_seed(7);
    let calls = (0..CALLS).map(|call| {
        let (client, leave_ms) = (client.clone(), random.u64(0..1500));
        tokio::spawn(async move {
            let request = stage::request();
            let made = async {
                if call % 2 == 0 {
                    return drop(client.chat(&request).await);
                }
                if let Ok(mut stream) = client.stream(&request).await {
                    while stream.next().await.is_some() {
                        tokio::time::sleep(ms(30)).await;
                    }
                }
            };
            let _ = tokio::time::timeout(ms(leave_ms), made).await;
        })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap();
    }
    let records = records.lock().unwrap();
    assert_eq!((records.len() as u64, memory.under_way()), (CALLS, 0));
    assert_eq!(records.iter().map(|record| record.requests).sum::<u64>(), memory.requests());
    let left = records.iter().filter(|record| record.end == CallEnd::Cancelled).count();
    assert!(left > 1_000 && left < CALLS as usize, "{left} were left");
}

#[tokio::test(start_paused = true)]
async fn headers_of_a_call_are_sent_and_those_of_the_plan_are_refused() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let memory = Memory::new(move |request| {
        let value = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        log.lock().unwrap().push((value("traceparent"), value("authorization")));
        stage::answers(0, false)
    });
    let (client, _) = observed(&memory);
    let header = |name: &'static str, value: &'static str| {
        HeaderMap::from_iter([(HeaderName::from_static(name), HeaderValue::from_static(value))])
    };
    let traced = client.clone().with_headers(header("traceparent", "00-1-2-01")).unwrap();
    traced.chat(&stage::request()).await.unwrap();
    assert_eq!(*seen.lock().unwrap(), [(Some("00-1-2-01".to_owned()), Some("Bearer k".to_owned()))]);
    let error = client.with_headers(header("authorization", "Bearer other")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the header authorization cannot be added: the plan alone sets who calls, whom, and with which body"
    );
}
