//! What becomes of every kind of failure: whether it is retried, and how long a server may ask to wait.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use clientc_plan::Field;
use clientc_plan::record::{AttemptOutcome, CallRecord};
use clientc_runtime::Chunk;
use clientc_runtime::transport::memory::{End, Memory, Script};

use crate::calls::{client, drained, fallback, leaf};
use crate::stage::{self, ANSWER, DONE, ROLE, TEXT, ms};

/// A client with one retry after 200 ms, and its limits.
fn retried(limits: &[(Field, u64)]) -> String {
    let policy =
        "retry_policy P {\n max_retries 1\n strategy {\n type constant_delay\n delay_ms 200\n }\n}\n";
    policy.to_owned() + &leaf("A", limits).replace("provider openai", "provider openai\n retry_policy P")
}

/// A server that does this with the first request and answers the others.
fn first(script: Script, is_streaming: bool) -> Memory {
    let count = AtomicUsize::new(0);
    Memory::new(move |_| match count.fetch_add(1, Ordering::SeqCst) {
        0 => script.clone(),
        _ => stage::answers(0, is_streaming),
    })
}

/// Calls A, and returns the record of the call and the number of requests.
async fn called(text: &str, script: Script) -> (CallRecord, u64) {
    let memory = first(script, false);
    let made = client(text, "A", &memory).chat(&stage::request()).await;
    let record = match &made {
        Ok(answer) => answer.record.clone(),
        Err(error) => error.record().unwrap().clone(),
    };
    (record, memory.requests())
}

#[tokio::test(start_paused = true)]
async fn of_each_status_is_retried_or_not() {
    for status in (300..600).filter(|status| http::StatusCode::from_u16(*status).is_ok()) {
        let (record, requests) = called(&retried(&[]), Script::status(status, ms(10))).await;
        let is_retried = matches!(status, 408 | 409 | 429 | 500..);
        assert_eq!((requests, record.requests), if is_retried { (2, 2) } else { (1, 1) }, "{status}");
        let attempt = &record.attempts[0];
        assert_eq!((attempt.outcome, attempt.status), (AttemptOutcome::Http, Some(status)));
        assert_eq!(attempt.delay_ms, if is_retried { 200 } else { 0 }, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_cannot_be_read_is_retried_whatever_its_status_of_success() {
    for status in [200, 201, 202, 204, 206] {
        for body in ["", "{", "[]", "null", "{\"choices\":[]}", "<html></html>", "data: x\n\n"] {
            let (record, requests) = called(&retried(&[]), Script { status, ..Script::ok(body) }).await;
            assert_eq!(
                (requests, record.attempts[0].outcome),
                (2, AttemptOutcome::Connection),
                "{status} {body}"
            );
        }
    }
}

/// Compression is never asked for, and a server that does it all the same is named: its bytes alone say nothing.
#[tokio::test(start_paused = true)]
async fn an_answer_that_is_compressed_says_so() {
    for (coding, named) in [
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("x-gzip", "x-gzip"),
        ("deflate", "deflate"),
        ("identity, br", "br"),
    ] {
        let headers = vec![("content-encoding", coding.to_owned())];
        let script = Script { headers, ..Script::ok(&b"\x1f\x8b\x08\x00"[..]) };
        let (record, requests) = called(&retried(&[]), script).await;
        let attempt = &record.attempts[0];
        assert_eq!((requests, attempt.outcome), (2, AttemptOutcome::Connection), "{coding}");
        let expected = format!("client A: the answer is compressed with {named}, which was not asked for");
        assert_eq!(attempt.message.as_deref(), Some(&*expected));
    }
    // What is not compressed is read, whatever else the header says.
    for coding in ["", "identity", "utf-8"] {
        let headers = vec![("content-encoding", coding.to_owned())];
        let script = Script { headers, ..stage::answers(0, false) };
        assert_eq!(called(&retried(&[]), script).await.1, 1, "{coding}");
    }
    // An error still has its status.
    let headers = vec![("content-encoding", "gzip".to_owned())];
    let script = Script { headers, status: 400, ..Script::ok(&b"\x1f\x8b\x08\x00"[..]) };
    assert_eq!(called(&retried(&[]), script).await.0.attempts[0].status, Some(400));
}

/// Some servers write a byte order mark before their JSON.
#[tokio::test(start_paused = true)]
async fn an_answer_after_a_mark_is_read() {
    let marked = |body: &str| format!("\u{feff}{body}");
    let (record, requests) = called(&retried(&[]), Script::ok(marked(ANSWER))).await;
    assert_eq!((requests, record.attempts[0].outcome), (1, AttemptOutcome::Succeeded));
    let memory = first(Script::ok(marked(ANSWER)), true);
    let chunks = drained(&client(&retried(&[]), "A", &memory)).await.unwrap();
    assert!(chunks.contains(&Chunk::Text("Hi".into())) && memory.requests() == 1, "{chunks:?}");
    let body = marked(r#"{"error":{"message":"No such model.","code":"model_not_found"}}"#);
    let (record, _) = called(&retried(&[]), Script { status: 404, ..Script::ok(body) }).await;
    let message = record.attempts[0].message.as_deref().unwrap();
    assert!(message.ends_with("404 Not Found: model_not_found: No such model."), "{message}");
}

#[tokio::test(start_paused = true)]
async fn an_error_in_a_stream_counts_as_its_status_or_as_a_broken_connection() {
    let http = |status| (AttemptOutcome::Http, Some(status));
    let broken = (AttemptOutcome::Connection, None);
    for (event, expected, is_retried) in [
        ("data: {\"error\":{\"message\":\"busy\"}}\n\n", broken, true),
        ("event: error\ndata: {\"message\":\"busy\"}\n\n", broken, true),
        ("data: {\"error\":{\"message\":\"busy\",\"code\":503}}\n\n", http(503), true),
        ("data: {\"error\":{\"message\":\"no\",\"code\":400}}\n\n", http(400), false),
        ("data: {\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\"}}\n\n", http(400), false),
        (
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"m\"}}\n\n",
            http(529),
            true,
        ),
        ("data: {\"error\":{\"message\":\"m\",\"code\":9999}}\n\n", broken, true),
        ("data: no JSON\n\n", broken, true),
    ] {
        let memory = first(stage::events(&[(5, ROLE), (5, event)], End::Silent), true);
        let mut stream = match client(&retried(&[]), "A", &memory).stream(&stage::request()).await {
            Ok(stream) => Some(stream),
            Err(error) => {
                let attempt = &error.record().unwrap().attempts[0];
                assert_eq!(((attempt.outcome, attempt.status), is_retried), (expected, false), "{event}");
                None
            }
        };
        assert_eq!((stream.is_some(), memory.requests()), (is_retried, 1 + u64::from(is_retried)), "{event}");
        if let Some(stream) = &mut stream {
            while futures_util::StreamExt::next(stream).await.is_some() {}
            let attempt = &stream.record().unwrap().attempts[0];
            assert_eq!((attempt.outcome, attempt.status), expected, "{event}");
        }
        let memory = first(stage::events(&[(5, TEXT), (5, event)], End::Silent), true);
        let (chunks, error) = drained(&client(&retried(&[]), "A", &memory)).await.unwrap_err();
        let attempt = &error.record().unwrap().attempts[0];
        assert_eq!((attempt.outcome, attempt.status), expected, "{event}");
        assert!(chunks > 0 && attempt.handed_on && memory.requests() == 1, "{event}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_any_content_is_a_broken_connection() {
    let empty = r#"{"id":"a","choices":[{"message":{"content":""},"finish_reason":"stop"}]}"#;
    for (script, is_streaming) in
        [(stage::events(&[(5, ROLE), (5, DONE)], End::Silent), true), (Script::ok(empty), false)]
    {
        let memory = first(script.clone(), is_streaming);
        let client = client(&retried(&[]), "A", &memory);
        let made = if is_streaming {
            drained(&client).await.map(drop).map_err(|(_, error)| error)
        } else {
            client.chat(&stage::request()).await.map(drop)
        };
        assert!(made.is_ok() && memory.requests() == 2, "{made:?}");
        let memory = Memory::new(move |_| script.clone());
        let client = crate::calls::client(&crate::calls::leaf("A", &[]), "A", &memory);
        let error = if is_streaming {
            drained(&client).await.unwrap_err().1
        } else {
            client.chat(&stage::request()).await.unwrap_err()
        };
        assert_eq!(
            error.failure().unwrap().to_string(),
            "client A: cannot read the answer: it has no content"
        );
    }
}

/// The delay after a 429 at 100 ms with these headers; nothing where there is no retry.
async fn delay(limits: &[(Field, u64)], headers: &[(&'static str, &str)]) -> Option<u64> {
    let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    let (record, requests) =
        called(&retried(limits), Script { headers, ..Script::status(429, ms(100)) }).await;
    (requests == 2).then_some(record.attempts[0].delay_ms)
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_asked_for_is_slept_where_it_fits() {
    let limited = [(Field::Request, 1000)];
    // 100 ms have passed, and 1000 + 200 ms may pass.
    assert_eq!(delay(&limited, &[("retry-after-ms", "1100")]).await, Some(1100));
    assert_eq!(delay(&limited, &[("retry-after-ms", "1101")]).await, None);
    assert_eq!(delay(&limited, &[("retry-after-ms", "200")]).await, Some(200));
    assert_eq!(delay(&limited, &[("retry-after-ms", "50")]).await, Some(200));
    assert_eq!(delay(&limited, &[("retry-after", "1")]).await, Some(1000));
    assert_eq!(delay(&limited, &[("retry-after", "60"), ("retry-after-ms", "900")]).await, Some(900));
    assert_eq!(delay(&limited, &[("retry-after", "soon")]).await, Some(200));
    assert_eq!(delay(&[], &[("retry-after", "60")]).await, Some(60_000));
    assert_eq!(delay(&[], &[("retry-after-ms", "60001")]).await, None);
    let past = httpdate::fmt_http_date(SystemTime::now() - Duration::from_secs(50));
    assert_eq!(delay(&limited, &[("retry-after", &past)]).await, Some(200));
    let soon = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(30));
    let waited_ms = delay(&[], &[("retry-after", &soon)]).await.unwrap();
    assert!((28_000..=30_000).contains(&waited_ms), "{waited_ms}");
    assert_eq!(delay(&limited, &[("retry-after", &soon)]).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_wait_is_given_up_where_a_deadline_leaves_no_time_and_a_fallback_moves_on() {
    let text =
        retried(&[(Field::Request, 1000)]) + &leaf("B", &[]) + &fallback("F", "A, B", &[(Field::Total, 900)]);
    for (asked, delay_ms, members) in [("799", 799, ["A", "A"]), ("800", 0, ["A", "B"])] {
        let headers = vec![("retry-after-ms", asked.to_owned())];
        let memory = first(Script { headers, ..Script::status(503, ms(100)) }, false);
        let answer = client(&text, "F", &memory).chat(&stage::request()).await.unwrap();
        let attempts = &answer.record.attempts;
        let called: Vec<_> = attempts.iter().map(|attempt| &**attempt.path.last().unwrap()).collect();
        assert_eq!((attempts[0].delay_ms, called), (delay_ms, members.to_vec()), "{asked}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_policy_of_a_composite_heeds_no_wait() {
    let text = retried(&[]).replace("\n retry_policy P", "")
        + &fallback("F", "A", &[]).replace("provider fallback", "provider fallback\n retry_policy P");
    let headers = vec![("retry-after-ms", "5000".to_owned())];
    let memory = first(Script { headers, ..Script::status(503, ms(100)) }, false);
    let answer = client(&text, "F", &memory).chat(&stage::request()).await.unwrap();
    assert_eq!((answer.record.attempts[0].delay_ms, answer.record.end_ms), (200, 300));
}

#[tokio::test(start_paused = true)]
async fn a_passed_inner_total_is_a_failure_that_is_retried() {
    let policy =
        "retry_policy P {\n max_retries 1\n strategy {\n type constant_delay\n delay_ms 200\n }\n}\n";
    // 400 is not retried by itself; the total of the inner fallback passes before its second member is done.
    let text = policy.to_owned()
        + &leaf("A", &[])
        + &leaf("B", &[])
        + &fallback("I", "A, B", &[(Field::Total, 300)])
        + &fallback("F", "I", &[]).replace("provider fallback", "provider fallback\n retry_policy P");
    let memory = Memory::new(|request| match request.headers()[stage::LEAF].to_str() {
        Ok("A") => Script::status(400, ms(100)),
        _ => Script::hang(),
    });
    let error = client(&text, "F", &memory).chat(&stage::request()).await.unwrap_err();
    let record = error.record().unwrap();
    let times: Vec<_> = record.attempts.iter().map(|attempt| (attempt.start_ms, attempt.end_ms)).collect();
    assert_eq!(times, [(0, 100), (100, 300), (500, 600), (600, 800)]);
    let timeout = error.timeout().unwrap();
    // The total runs from the moment at which the inner fallback was entered, 500 ms after the start of the call.
    assert_eq!((&*timeout.client, timeout.timeout_type.0), ("I", Field::Total));
    assert_eq!((timeout.configured_value_ms, timeout.elapsed_ms, record.end_ms), (300, 300, 800));
}

#[tokio::test(start_paused = true)]
async fn the_body_of_an_error_that_breaks_off_is_still_that_error() {
    let cut = |end| Script { body: vec![(ms(5), "{\"error\":".into())], end, ..Script::status(400, ms(10)) };
    let limited = retried(&[(Field::Request, 1000)]);
    let (record, requests) = called(&limited, cut(End::Breaks(ms(5)))).await;
    let attempt = &record.attempts[0];
    assert_eq!((requests, attempt.outcome, attempt.status), (1, AttemptOutcome::Http, Some(400)));
    let (record, requests) = called(&limited, cut(End::Silent)).await;
    assert_eq!((requests, record.attempts[0].outcome), (2, AttemptOutcome::Timeout));
}

/// An error event has no headers of its own; those of the stream were sent before anything went wrong.
#[tokio::test(start_paused = true)]
async fn an_error_in_a_stream_asks_for_no_wait() {
    let event = "data: {\"error\":{\"message\":\"busy\",\"code\":503}}\n\n";
    let headers = vec![("retry-after", "5".to_owned())];
    let memory = first(Script { headers, ..stage::events(&[(5, event)], End::Silent) }, true);
    let mut stream = client(&retried(&[]), "A", &memory).stream(&stage::request()).await.unwrap();
    while futures_util::StreamExt::next(&mut stream).await.is_some() {}
    assert_eq!(stream.record().unwrap().attempts[0].delay_ms, 200);
}
