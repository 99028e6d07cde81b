//! Streams: readers who are slow, ends that get lost, and servers that do not stream.

use clientc_plan::Field;
use clientc_plan::record::AttemptOutcome;
use clientc_runtime::transport::memory::{End, Memory, Script};
use clientc_runtime::{
    ChatRequest, ChatResponse, Chunk, Client, Failure, ReportedIn, Runtime, Variables, Verbatim,
};
use futures_util::StreamExt as _;

use crate::calls::{always, client, document, drained, leaf, runtime};
use crate::stage::{self, ANSWER, DONE, KEY, ROLE, TEXT, ms};

/// Reads a stream to its end with a pause before each chunk.
async fn slowly(client: &Client, pause_ms: u64) -> (ChatResponse, Result<(), clientc_runtime::Error>) {
    let mut stream = client.stream(&stage::request()).await.unwrap();
    let mut answer = ChatResponse::default();
    loop {
        tokio::time::sleep(ms(pause_ms)).await;
        match stream.next().await {
            Some(Ok(chunk)) => answer.add(chunk),
            Some(Err(error)) => return (answer, Err(error)),
            None => return (answer, Ok(())),
        }
    }
}

const FINISH: &str =
    "data: {\"id\":\"a\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

#[tokio::test(start_paused = true)]
async fn what_arrived_in_time_is_not_late_because_it_is_read_late() {
    let limits = [(Field::Request, 300), (Field::Idle, 50), (Field::TimeToFirstToken, 40)];
    let mut events = vec![(5, TEXT); 6];
    events.push((5, DONE));
    let memory = always(stage::events(&events, End::Complete));
    let (answer, end) = slowly(&client(&leaf("A", &limits), "A", &memory), 80).await;
    assert!(end.is_ok(), "{end:?}");
    assert_eq!(answer.text.as_deref(), Some("HiHiHiHiHiHi"));
}

#[tokio::test(start_paused = true)]
async fn a_record_ends_when_the_last_byte_came_and_not_when_it_was_read() {
    let memory = always(stage::events(&[(5, TEXT), (5, TEXT), (10, DONE)], End::Complete));
    let client = client(&leaf("A", &[(Field::Request, 300)]), "A", &memory);
    let mut stream = client.stream(&stage::request()).await.unwrap();
    tokio::time::sleep(ms(5000)).await;
    while stream.next().await.is_some() {}
    assert_eq!(stream.record().unwrap().end_ms, 20);
}

/// A runtime that keeps few bytes of a stream.
fn narrow(limits: &[(Field, u64)], script: Script, bytes: usize) -> Client {
    let builder = Runtime::builder()
        .transport(always(script))
        .environment(Variables::from_iter([(KEY, "k")]))
        .stream_buffer(bytes);
    stage::runtime(builder, &document(&leaf("A", limits))).client("A").unwrap()
}

#[tokio::test(start_paused = true)]
async fn beyond_the_buffer_the_server_waits_and_its_idle_limit_too() {
    let mut events = vec![(5, TEXT); 20];
    events.push((5, DONE));
    // There is room for about two chunks.
    let client = narrow(&[(Field::Idle, 50)], stage::events(&events, End::Complete), 300);
    let (answer, end) = slowly(&client, 200).await;
    assert!(end.is_ok(), "{end:?}");
    assert_eq!(answer.text.unwrap().len(), 40);
    // It runs again as soon as there is room.
    let client = narrow(&[(Field::Idle, 50)], stage::events(&events[..20], End::Silent), 300);
    let (answer, end) = tokio::time::timeout(ms(60_000), slowly(&client, 200)).await.expect("a limit passes");
    assert_eq!(end.unwrap_err().timeout().unwrap().timeout_type.0, Field::Idle);
    assert_eq!(answer.text.unwrap().len(), 40);
    // What bounds the attempt does not wait.
    let client = narrow(&[(Field::Request, 1000)], stage::events(&events, End::Complete), 300);
    let (answer, end) = slowly(&client, 200).await;
    let error = end.unwrap_err();
    let timeout = error.timeout().unwrap();
    assert_eq!((timeout.timeout_type.0, timeout.elapsed_ms), (Field::Request, 1000));
    assert!(answer.text.is_some_and(|text| text.len() < 40));
}

#[tokio::test(start_paused = true)]
async fn an_idle_limit_still_passes_while_a_reader_is_slow_and_there_is_room() {
    let memory = always(stage::events(&[(5, TEXT), (5, TEXT)], End::Silent));
    let (answer, end) = slowly(&client(&leaf("A", &[(Field::Idle, 60)]), "A", &memory), 500).await;
    assert_eq!(end.unwrap_err().timeout().unwrap().timeout_type.0, Field::Idle);
    assert_eq!(answer.text.as_deref(), Some("HiHi"));
}

#[tokio::test(start_paused = true)]
async fn an_answer_with_its_finish_reason_is_whole_whatever_comes_after() {
    for (limits, end, end_ms) in [
        (vec![], End::Breaks(ms(30)), 45),
        (vec![], End::Silent, 5015),
        (vec![(Field::Idle, 100)], End::Silent, 115),
        (vec![(Field::Request, 200)], End::Silent, 200),
    ] {
        let memory = always(stage::events(&[(5, TEXT), (10, FINISH)], end));
        let client = client(&leaf("A", &limits), "A", &memory);
        let mut stream = client.stream(&stage::request()).await.unwrap();
        let mut answer = ChatResponse::default();
        while let Some(chunk) = stream.next().await {
            answer.add(chunk.unwrap());
        }
        assert_eq!(answer.text.as_deref(), Some("Hi"));
        let record = stream.record().unwrap();
        let attempt = &record.attempts[0];
        assert_eq!((record.end_ms, attempt.outcome), (end_ms, AttemptOutcome::Succeeded), "{end:?}");
        let note = attempt.message.as_deref().unwrap();
        assert!(note.starts_with("the answer was complete; "), "{note}");
    }
    let memory = always(stage::events(&[(5, TEXT)], End::Breaks(ms(30))));
    assert!(drained(&client(&leaf("A", &[]), "A", &memory)).await.is_err());
}

/// Some servers, such as those of old Gemini models, repeat the finish reason in every event.
#[tokio::test(start_paused = true)]
async fn content_after_a_finish_reason_belongs_to_the_answer() {
    let memory = always(stage::events(
        &[(5, TEXT), (5, FINISH), (4000, TEXT), (4000, TEXT), (4000, FINISH)],
        End::Silent,
    ));
    let client = client(&leaf("A", &[]), "A", &memory);
    let mut stream = client.stream(&stage::request()).await.unwrap();
    let mut answer = ChatResponse::default();
    while let Some(chunk) = stream.next().await {
        answer.add(chunk.unwrap());
    }
    assert_eq!(answer.text.as_deref(), Some("HiHiHi"));
    assert_eq!(stream.record().unwrap().end_ms, 13_010);
}

/// A caller whose body goes on as it is can ask for several choices. The answer is whole with the last of them.
#[tokio::test(start_paused = true)]
async fn another_choice_that_begins_after_the_first_ended_is_waited_for() {
    let other = |delta: &str, end: &str| {
        format!("data: {{\"choices\":[{{\"index\":1,\"delta\":{delta},\"finish_reason\":{end}}}]}}\n\n")
    };
    let [begin, more, end] =
        [("{\"role\":\"assistant\"}", "null"), ("{\"content\":\"Ho\"}", "null"), ("{}", "\"stop\"")]
            .map(|(delta, end)| other(delta, end));
    let events =
        [(5, TEXT), (5, FINISH), (5, &*begin), (9000, &*more), (9000, &*end), (0, "data: [DONE]\n\n")];
    let client = client(&leaf("A", &[]), "A", &always(stage::events(&events, End::Silent)));
    let body = br#"{"messages":[{"role":"user","content":"Hello"}],"n":2}"#;
    let request = ChatRequest::from_verbatim(Verbatim::parse(body).unwrap());
    let mut stream = client.stream(&request).await.unwrap();
    let mut sent = String::new();
    while let Some(chunk) = stream.next().await {
        if let Chunk::Wire(data) = chunk.unwrap() {
            sent += &data;
        }
    }
    assert!(sent.contains("Ho"), "{sent}");
    let record = stream.record().unwrap();
    assert_eq!((record.end_ms, record.attempts[0].message.as_deref()), (18_015, None));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_answers_a_stream_in_json_is_read_as_what_it_says() {
    let json = |body: &'static str, cut: usize| {
        let pieces = vec![(ms(5), body[..cut].into()), (ms(5), body[cut..].into())];
        always(Script {
            body: pieces,
            headers: vec![("content-type", "application/json".into())],
            ..Script::ok("")
        })
    };
    for cut in [0, 1, 30] {
        let chunks = drained(&client(&leaf("A", &[]), "A", &json(ANSWER, cut))).await.unwrap();
        let mut answer = ChatResponse::default();
        chunks.into_iter().for_each(|chunk| answer.add(chunk));
        assert_eq!((answer.text.as_deref(), answer.usage.unwrap().total_tokens), (Some("Hi"), 4));
    }
    let busy = r#"  {"error":{"message":"slow down","code":429}}"#;
    let (_, error) = drained(&client(&leaf("A", &[]), "A", &json(busy, 1))).await.unwrap_err();
    let Some(Failure::Http(failure)) = error.failure() else { panic!("{error}") };
    assert_eq!((failure.status, failure.reported_in), (429, ReportedIn::Body));
    assert_eq!(
        failure.to_string(),
        "client A: an error in an answer with a status of success, taken as 429 Too Many Requests: slow down"
    );
    let event = "event: error\ndata: {\"error\":{\"message\":\"no\",\"type\":\"server_error\"}}\n\n";
    let memory = always(stage::events(&[(5, ROLE), (5, event)], End::Silent));
    let (_, error) = drained(&client(&leaf("A", &[]), "A", &memory)).await.unwrap_err();
    assert_eq!(
        error.failure().unwrap().to_string(),
        "client A: an error event, taken as 500 Internal Server Error: server_error: no"
    );
    // The time to first token bounds such an answer too.
    let late = always(Script { body: vec![(ms(5), "{".into())], end: End::Silent, ..Script::ok("") });
    let (_, error) =
        drained(&client(&leaf("A", &[(Field::TimeToFirstToken, 100)]), "A", &late)).await.unwrap_err();
    assert_eq!(error.timeout().unwrap().timeout_type.0, Field::TimeToFirstToken);
}

#[tokio::test(start_paused = true)]
async fn a_running_stream_says_who_answers_and_what_failed_before() {
    let text = leaf("A", &[]) + &leaf("B", &[]) + &crate::calls::fallback("F", "A, B", &[]);
    let memory = Memory::new(|request| match request.headers()[stage::LEAF].to_str() {
        Ok("A") => Script::status(503, ms(10)),
        _ => Script { headers: vec![("x-request-id", "req-7".into())], ..stage::answers(10, true) },
    });
    let mut stream =
        runtime(&document(&text), &memory).client("F").unwrap().stream(&stage::request()).await.unwrap();
    let by = stream.answered_by();
    assert_eq!((&*by.client, by.route.join(">"), by.attempt), ("B", "F>B".to_owned(), 2));
    assert_eq!(
        (by.request_id.as_deref(), by.headers["x-request-id"].to_str().unwrap()),
        (Some("req-7"), "req-7")
    );
    assert_eq!((stream.failed_before().len(), stream.failed_before()[0].status), (1, Some(503)));
    assert!(matches!(stream.next().await, Some(Ok(Chunk::Start { .. }))));
    while stream.next().await.is_some() {}
    assert_eq!(stream.record().unwrap().attempts[1].request_id.as_deref(), Some("req-7"));
}

/// A stream is read on the runtime of tokio that it began on. Where that one ends, no reader waits for ever.
#[test]
fn a_stream_ends_with_the_runtime_that_reads_it() {
    let paused =
        || tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let memory = always(stage::events(&[(5, TEXT)], End::Silent));
    let client = client(&leaf("A", &[]), "A", &memory);
    let first = paused();
    let mut stream = first.block_on(client.stream(&stage::request())).unwrap();
    assert_eq!(memory.under_way(), 1);
    drop(first);
    assert_eq!(memory.under_way(), 0);
    let rest = async { while stream.next().await.is_some() {} };
    assert!(
        paused().block_on(async { tokio::time::timeout(ms(1000), rest).await }).is_ok(),
        "a reader waits"
    );
}

/// One letter after the other, so that everything that is kept for a reader is kept with bounds.
#[tokio::test(start_paused = true)]
async fn a_reader_who_stops_holds_a_bounded_part_of_the_stream() {
    let large = TEXT.replace("Hi", &"x".repeat(1000));
    let body = (0..10_000).map(|_| (ms(1), large.clone().into())).collect();
    let client = narrow(&[], Script { body, ..Script::ok("") }, 64 * 1024);
    let mut stream = client.stream(&stage::request()).await.unwrap();
    tokio::time::sleep(ms(60_000)).await;
    // What is here at once is what was kept; the rest comes as it is read.
    let mut kept = 0;
    // No time passes for a limit of zero, so only what needs no wait comes.
    while let Ok(Some(Ok(_))) = tokio::time::timeout(ms(0), stream.next()).await {
        kept += 1;
    }
    assert!((40..80).contains(&kept), "{kept} chunks of about 1 KB were kept in 64 KiB");
}
