//! Timers that are late: what counts as on time, and which limit is named where only lateness made the call too long.

use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use clientc_plan::Field;
use clientc_plan::record::SetBy;
use clientc_plan::replay::replay;
use clientc_runtime::transport::{Answering, Connection, Transport};
use clientc_runtime::{Error, Runtime, Variables};
use http::Request;

use crate::calls::{document, fallback, leaf};
use crate::stage::{self, KEY, ms};

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
