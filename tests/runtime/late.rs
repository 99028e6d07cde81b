//! Timers that are late: what counts as on time, and which limit is named where only lateness made the call too long,
//! or where several have passed meanwhile. And dials that begin late.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use clientc_plan::Field;
use clientc_plan::record::SetBy;
use clientc_plan::replay::replay;
use clientc_runtime::transport::{Answer, Answering, Connection, Transport, TransportError};
use clientc_runtime::{Error, Runtime, Variables};
use futures_util::FutureExt as _;
use http::{HeaderMap, Request, StatusCode};

use crate::calls::{document, fallback, leaf};
use crate::stage::{self, DONE, KEY, TEXT, ms};

/// A server that never answers, on a machine that sleeps through the first request for this long.
struct Sleepy {
    asleep_ms: u64,
    requests: AtomicU64,
}

impl Transport for Sleepy {
    fn send(&self, _: Request<Bytes>, connection: Connection) -> Answering {
        let is_first = self.requests.fetch_add(1, Ordering::SeqCst) == 0;
        let asleep = ms(self.asleep_ms);
        Box::pin(async move {
            connection.dial.begin();
            connection.dial.finish();
            if is_first {
                tokio::time::advance(asleep).await;
            }
            std::future::pending().await
        })
    }
}

const POLICY: &str =
    "retry_policy P {\n max_retries 1\n strategy {\n type constant_delay\n delay_ms 200\n }\n}\n";

async fn failed(text: &str, name: &str, asleep_ms: u64) -> Error {
    let builder = Runtime::builder()
        .transport(Sleepy { asleep_ms, requests: AtomicU64::new(0) })
        .environment(Variables::from_iter([(KEY, "k")]));
    let document = document(text);
    let client = stage::runtime(builder, &document).client(name).unwrap();
    let error = client.chat(&stage::request()).await.unwrap_err();
    let plan = stage::directed(&document, "http://upstream.test/v1");
    let judged = replay(&plan, error.record().unwrap(), asleep_ms).unwrap();
    assert!(judged.is_obeyed, "{judged:#?}");
    error
}

fn retried(limits: &[(Field, u64)]) -> String {
    POLICY.to_owned() + &leaf("A", limits).replace("provider openai", "provider openai\n retry_policy P")
}

#[tokio::test(start_paused = true)]
async fn ten_milliseconds_late_is_on_time_and_eleven_are_not() {
    for (late_ms, first_end_ms, second_start_ms) in [(0, 1000, 1200), (10, 1000, 1200), (11, 1011, 1211)] {
        let error = failed(&retried(&[(Field::Request, 1000)]), "A", 1000 + late_ms).await;
        let attempts = &error.record().unwrap().attempts;
        assert_eq!((attempts[0].end_ms, attempts[1].start_ms), (first_end_ms, second_start_ms), "{late_ms}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_only_lateness_made_too_long_names_the_limit_that_the_plan_meant() {
    let error = failed(&retried(&[(Field::Request, 1000)]), "A", 1030).await;
    let (timeout, record) = (error.timeout().unwrap(), error.record().unwrap());
    assert_eq!(
        (timeout.timeout_type.0, &*timeout.client, timeout.set_by),
        (Field::Request, "A", SetBy::WorstCase)
    );
    assert_eq!((timeout.configured_value_ms, timeout.elapsed_ms, record.end_ms), (1000, 970, 2200));
    assert_eq!(
        timeout.message,
        "client A: the answer was not complete within what was left of the worst case of A, which no call exceeds \
         (970 ms passed). The machine woke late, so there was less than request_timeout_ms of 1000 ms left, set at \
         main.baml:14:2"
    );
    // Without a request limit it is the total whose second round had no more time.
    let text = POLICY.to_owned()
        + &leaf("A", &[])
        + &fallback("I", "A", &[(Field::Total, 1000)])
        + &fallback("F", "I", &[]).replace("provider fallback", "provider fallback\n retry_policy P");
    let error = failed(&text, "F", 1030).await;
    let timeout = error.timeout().unwrap();
    assert_eq!(
        (timeout.timeout_type.0, &*timeout.client, timeout.set_by),
        (Field::Total, "I", SetBy::WorstCase)
    );
    assert_eq!((timeout.configured_value_ms, error.record().unwrap().end_ms), (1000, 2200));
    // A machine that sleeps through the whole call leaves nothing to go on with.
    let error = failed(&retried(&[(Field::Request, 1000)]), "A", 5000).await;
    let record = error.record().unwrap();
    let stop = record.stopped_by.as_ref().unwrap();
    assert_eq!(
        (record.attempts.len(), stop.set_by, stop.timeout_type.0),
        (1, SetBy::WorstCase, Field::Request)
    );
    assert!(
        error.to_string().contains("the worst case of A, reached since timers were late, left no time"),
        "{error}"
    );
}

/// Moves the clock within one step of a program, as where the machine is late and everything is there at once.
fn pass(time: Duration) {
    let _ = tokio::time::advance(time).now_or_never();
}

/// A server that has answered when the machine wakes, after this time.
struct Unseen(Duration);

impl Transport for Unseen {
    fn send(&self, _: Request<Bytes>, _: Connection) -> Answering {
        let asleep = self.0;
        Box::pin(async move {
            pass(asleep);
            let body = Bytes::from(format!("{TEXT}{DONE}"));
            let body = futures_util::stream::once(std::future::ready(Ok(body)));
            Ok(Answer::new(StatusCode::OK, HeaderMap::new(), Box::pin(body)))
        })
    }
}

#[tokio::test(start_paused = true)]
async fn of_two_limits_that_passed_before_an_answer_was_seen_the_earlier_is_named() {
    use Field::{TimeToFirstToken, Total};
    for (token_ms, deadline_ms, expected) in [
        (50, 100, Some(TimeToFirstToken)),
        (100, 50, Some(Total)),
        (70, 70, Some(TimeToFirstToken)),
        (70, 300, Some(TimeToFirstToken)),
        (300, 70, Some(Total)),
        (200, 200, None),
    ] {
        let builder =
            Runtime::builder().transport(Unseen(ms(200))).environment(Variables::from_iter([(KEY, "k")]));
        let runtime = stage::runtime(builder, &document(&leaf("A", &[(TimeToFirstToken, token_ms)])));
        let client = runtime.client("A").unwrap().with_deadline(ms(deadline_ms));
        let made = client.stream(&stage::request()).await;
        let passed = made.as_ref().err().and_then(Error::timeout).map(|timeout| timeout.timeout_type.0);
        assert_eq!(passed, expected, "{token_ms} {deadline_ms}");
    }
}

/// A server that is dialled so long after the attempt began, and never takes the connection.
struct Dialled(Duration);

impl Transport for Dialled {
    fn send(&self, _: Request<Bytes>, connection: Connection) -> Answering {
        let before = self.0;
        Box::pin(async move {
            pass(before);
            connection.dial.begin();
            let limit = connection.connect_timeout.unwrap_or(Duration::MAX);
            let _ = tokio::time::timeout(limit, std::future::pending::<()>()).await;
            Err(TransportError::ConnectTimeout)
        })
    }
}

async fn unconnected(before: Duration, connect_ms: u64, total_ms: u64) -> Error {
    let builder =
        Runtime::builder().transport(Dialled(before)).environment(Variables::from_iter([(KEY, "k")]));
    let text = leaf("A", &[(Field::Connect, connect_ms)]) + &fallback("F", "A", &[(Field::Total, total_ms)]);
    let client = stage::runtime(builder, &document(&text)).client("F").unwrap();
    client.chat(&stage::request()).await.unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn the_connect_limit_runs_from_the_dial() {
    for (before_ms, end_ms) in [(0, 50), (30, 80)] {
        let error = unconnected(ms(before_ms), 50, 1000).await;
        let timeout = error.timeout().unwrap();
        assert_eq!((timeout.timeout_type.0, timeout.elapsed_ms), (Field::Connect, 50));
        assert_eq!(error.record().unwrap().end_ms, end_ms);
    }
}

/// The timer of the connect limit then wakes later than that of the total, if only by a part of a millisecond.
#[tokio::test(start_paused = true)]
async fn a_dial_within_the_first_millisecond_ties_with_a_total_of_the_same_length() {
    for (before, expected) in [(Duration::from_micros(500), Field::Connect), (ms(1), Field::Total)] {
        let error = unconnected(before, 100, 100).await;
        assert_eq!(error.timeout().unwrap().timeout_type.0, expected, "{before:?}");
    }
}
