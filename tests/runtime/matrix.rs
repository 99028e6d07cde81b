//! Every limit, for streams and whole answers, against every way in which a server misbehaves: the type of the error,
//! its fields and its time. The server is on the same thread, so that time is exact.

use clientc_plan::Field;
use clientc_plan::document::Resolved;
use clientc_plan::record::{CallEnd, SetBy};
use clientc_runtime::transport::Network;
use clientc_runtime::{ChatRequest, Client, Error, Failure, Runtime, Variables};
use clientc_tests::compiled::compile;
use futures_util::StreamExt as _;
use tokio::time::{Instant, timeout};

use crate::stage::{self, ANSWER, COMMENT, ROLE, TEXT, ms};
use crate::upstream::{self, Act, Upstream, head, send};

const CONNECT_MS: u64 = 50;
const TOKEN_MS: u64 = 150;
const IDLE_MS: u64 = 100;
const REQUEST_MS: u64 = 400;
const TOTAL_MS: u64 = 300;
const DEADLINE_MS: u64 = 250;

/// The way in which a server misbehaves, or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Refuses,
    /// Takes the connection, and leaves the TLS handshake without an answer.
    NoHandshake,
    Silent,
    HeadThenSilent,
    /// Goes on for ever: a byte, or an event with content, every 60 ms.
    Drips,
    /// Sends a comment every 60 ms for ever.
    Comments,
    /// A role after 20 ms, content after 40 and 60 ms, then nothing.
    Stalls,
    /// A role after 20 ms, then nothing.
    RoleThenSilent,
    /// Half of an answer after 20 ms, and the end of the connection after 40 ms.
    Cut,
    /// The same, but with content before, and with a reset.
    Reset,
    /// 503 with `Retry-After` after 30 ms.
    Status,
    /// The head of a 503 after 30 ms, and no body.
    StatusThenSilent,
    /// 307 to itself after 30 ms.
    Redirects,
    /// No HTTP after 30 ms.
    Garbage,
    /// HTTP after 30 ms whose body is no answer.
    GarbageBody,
}

const FAULTS: [Fault; 15] = [
    Fault::Refuses,
    Fault::NoHandshake,
    Fault::Silent,
    Fault::HeadThenSilent,
    Fault::Drips,
    Fault::Comments,
    Fault::Stalls,
    Fault::RoleThenSilent,
    Fault::Cut,
    Fault::Reset,
    Fault::Status,
    Fault::StatusThenSilent,
    Fault::Redirects,
    Fault::Garbage,
    Fault::GarbageBody,
];

/// A bound on the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    Of(Field),
    Deadline,
}

const BOUNDS: [Bound; 6] = [
    Bound::Of(Field::Connect),
    Bound::Of(Field::TimeToFirstToken),
    Bound::Of(Field::Idle),
    Bound::Of(Field::Request),
    Bound::Of(Field::Total),
    Bound::Deadline,
];

/// How a call must end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// The bound passes at this time; content was handed on before or not.
    Timeout {
        at: u64,
        handed_on: bool,
    },
    Status {
        at: u64,
        status: u16,
    },
    Connection {
        at: u64,
        handed_on: bool,
    },
    Never,
}

/// What the server does where its answer is whole.
fn whole(fault: Fault) -> Vec<Act> {
    let body = ANSWER.len();
    let json = format!("Content-Type: application/json\r\nContent-Length: {body}\r\n");
    match fault {
        Fault::Drips | Fault::Comments => {
            vec![Act::Read, head("200 OK", "Content-Length: 100000\r\n"), Act::Drip(60, b"{".to_vec())]
        }
        Fault::Stalls | Fault::RoleThenSilent => {
            vec![Act::Read, Act::Wait(20), head("200 OK", &json), send(&ANSWER[..20]), Act::Silence]
        }
        Fault::Cut => {
            vec![Act::Read, Act::Wait(20), head("200 OK", &json), send(&ANSWER[..20]), Act::Wait(20)]
        }
        Fault::Reset => {
            vec![
                Act::Read,
                Act::Wait(20),
                head("200 OK", &json),
                send(&ANSWER[..20]),
                Act::Wait(20),
                Act::Reset,
            ]
        }
        Fault::HeadThenSilent => vec![Act::Read, head("200 OK", &json), Act::Silence],
        other => both(other),
    }
}

/// What the server does where its answer is a stream.
fn streamed(fault: Fault) -> Vec<Act> {
    let events = head("200 OK", "Content-Type: text/event-stream\r\n");
    let drip = |text: &str| vec![Act::Read, events.clone(), Act::Drip(60, text.as_bytes().to_vec())];
    match fault {
        Fault::Drips => drip(TEXT),
        Fault::Comments => drip(COMMENT),
        Fault::HeadThenSilent => vec![Act::Read, events, Act::Silence],
        Fault::RoleThenSilent => vec![Act::Read, events, Act::Wait(20), send(ROLE), Act::Silence],
        Fault::Stalls => vec![
            Act::Read,
            events,
            Act::Wait(20),
            send(ROLE),
            Act::Wait(20),
            send(TEXT),
            Act::Wait(20),
            send(TEXT),
            Act::Silence,
        ],
        Fault::Cut => vec![Act::Read, events, Act::Wait(20), send(&TEXT[..30]), Act::Wait(20)],
        Fault::Reset => {
            let chunked = head("200 OK", "Content-Type: text/event-stream\r\nContent-Length: 9999\r\n");
            vec![Act::Read, chunked, Act::Wait(20), send(TEXT), Act::Wait(20), Act::Reset]
        }
        other => both(other),
    }
}

fn both(fault: Fault) -> Vec<Act> {
    let after = |acts: Vec<Act>| [vec![Act::Read, Act::Wait(30)], acts].concat();
    match fault {
        Fault::NoHandshake => vec![Act::Silence],
        Fault::Status => after(vec![
            head("503 Service Unavailable", "Retry-After: 7\r\nContent-Length: 28\r\n"),
            send(r#"{"error":{"message":"busy"}}"#),
        ]),
        Fault::StatusThenSilent => {
            after(vec![head("503 Service Unavailable", "Content-Length: 27\r\n"), Act::Silence])
        }
        Fault::Redirects => {
            after(vec![head("307 Temporary Redirect", "Location: /v1/again\r\nContent-Length: 0\r\n")])
        }
        Fault::Garbage => after(vec![send("SSH-2.0-OpenSSH_9.2\r\n\r\n")]),
        Fault::GarbageBody => after(vec![head("200 OK", "Content-Length: 15\r\n"), send("<html>no</html>")]),
        _ => vec![Act::Read, Act::Silence],
    }
}

/// How a call with this one bound must end.
fn expected(fault: Fault, bound: Bound, is_streaming: bool) -> Expected {
    // What happens by itself, and when; the moments of the first event, of the first content and of the last event.
    let (end, first_event, first_content, last_event) = match (fault, is_streaming) {
        (Fault::Refuses, _) => (Expected::Connection { at: 0, handed_on: false }, None, None, None),
        (Fault::Cut, _) | (Fault::Reset, false) => {
            (Expected::Connection { at: 40, handed_on: false }, None, None, None)
        }
        (Fault::Reset, true) => {
            (Expected::Connection { at: 40, handed_on: true }, Some(20), Some(20), Some(20))
        }
        (Fault::Status, _) => (Expected::Status { at: 30, status: 503 }, None, None, None),
        (Fault::Redirects, _) => (Expected::Status { at: 30, status: 307 }, None, None, None),
        (Fault::Garbage | Fault::GarbageBody, _) => {
            (Expected::Connection { at: 30, handed_on: false }, None, None, None)
        }
        (Fault::Drips, true) => (Expected::Never, Some(60), Some(60), None),
        (Fault::Stalls, true) => (Expected::Never, Some(20), Some(40), Some(60)),
        (Fault::RoleThenSilent, true) => (Expected::Never, Some(20), None, Some(20)),
        _ => (Expected::Never, None, None, None),
    };
    let at = match bound {
        Bound::Of(Field::Connect) => (fault == Fault::NoHandshake).then_some(CONNECT_MS),
        Bound::Of(Field::TimeToFirstToken) => {
            (is_streaming && first_content.is_none_or(|at| at > TOKEN_MS)).then_some(TOKEN_MS)
        }
        // Where the server goes on for ever in time, there is no last event.
        Bound::Of(Field::Idle) => last_event.filter(|_| is_streaming).map(|at| at + IDLE_MS),
        Bound::Of(Field::Request) => Some(REQUEST_MS),
        Bound::Of(Field::Total) => Some(TOTAL_MS),
        Bound::Deadline => Some(DEADLINE_MS),
    };
    let _ = first_event;
    let handed_on = |at: u64| first_content.is_some_and(|content| content < at);
    match (end, at) {
        (Expected::Never, Some(at)) => Expected::Timeout { at, handed_on: handed_on(at) },
        (end, _) => end,
    }
}

/// A fallback over one leaf, with one limit.
fn document(bound: Bound) -> Resolved {
    let limit = |field, ms| match bound {
        Bound::Of(set) if set == field => format!("http {{ {} {ms} }}", field.key()),
        _ => String::new(),
    };
    let limits = [
        limit(Field::Connect, CONNECT_MS),
        limit(Field::TimeToFirstToken, TOKEN_MS),
        limit(Field::Idle, IDLE_MS),
        limit(Field::Request, REQUEST_MS),
    ];
    let (leaf, total) = (limits.concat(), limit(Field::Total, TOTAL_MS));
    let text = format!(
        "client<llm> Leaf {{\n provider openai\n options {{\n model \"m\"\n {leaf}\n }}\n}}\n\
         client<llm> Outer {{\n provider fallback\n options {{\n strategy [Leaf]\n {total}\n }}\n}}\n"
    );
    compile([("baml_src/main.baml", text)]).unwrap().document
}

fn client(network: &Network, document: &Resolved, url: &str, bound: Bound) -> Client {
    let environment = Variables::from_iter([(stage::KEY, "sk-a-secret-key")]);
    let builder = Runtime::builder().transport(network.clone()).environment(environment);
    let runtime = builder.from_document(&stage::directed(document, url)).unwrap();
    let client = runtime.client("Outer").unwrap();
    if bound == Bound::Deadline { client.with_deadline(ms(DEADLINE_MS)) } else { client }
}

async fn call(client: &Client, is_streaming: bool) -> Error {
    let request = ChatRequest::from_text("a secret prompt");
    if !is_streaming {
        return client.chat(&request).await.expect_err("no server answers");
    }
    match client.stream(&request).await {
        Err(error) => error,
        Ok(mut stream) => loop {
            match stream.next().await {
                Some(Ok(_)) => {}
                Some(Err(error)) => return error,
                None => panic!("the stream ended well"),
            }
        },
    }
}

async fn check(network: &Network, fault: Fault, bound: Bound, is_streaming: bool) {
    let name = format!("{fault:?} with {bound:?}, streaming {is_streaming}");
    let acts = if is_streaming { streamed(fault) } else { whole(fault) };
    let server = Upstream::start(acts).await;
    let url = match fault {
        Fault::Refuses => upstream::nobody().await,
        Fault::NoHandshake => server.url("https"),
        _ => server.url("http"),
    };
    let client = client(network, &document(bound), &url, bound);
    let expected = expected(fault, bound, is_streaming);
    let start = Instant::now();
    let made = timeout(ms(20_000), call(&client, is_streaming)).await;
    let elapsed = start.elapsed().as_millis() as u64;
    let Ok(error) = made else {
        assert_eq!(expected, Expected::Never, "{name}");
        wait_until_left(&server, &name).await;
        return;
    };
    let record = error.record().expect("the call was made").clone();
    let attempt = &record.attempts[0];
    assert_eq!(record.attempts.len(), 1, "{name}");
    assert_eq!(attempt.end_ms, elapsed, "{name}");
    let shown = format!("{error} {error:?} {}", serde_json::to_string(&error).unwrap());
    assert!(!shown.contains("secret"), "{name}: {shown}");
    match (expected, error.failure().expect("the call was made")) {
        (Expected::Timeout { at, handed_on }, Failure::Timeout(timeout)) => {
            let (field, client, set_by) = match bound {
                Bound::Of(Field::Total) => (Field::Total, "Outer", SetBy::Client),
                Bound::Of(field) => (field, "Leaf", SetBy::Client),
                Bound::Deadline => (Field::Total, "Outer", SetBy::Caller),
            };
            let configured_ms = match bound {
                Bound::Of(Field::Connect) => CONNECT_MS,
                Bound::Of(Field::TimeToFirstToken) => TOKEN_MS,
                Bound::Of(Field::Idle) => IDLE_MS,
                Bound::Of(Field::Request) => REQUEST_MS,
                Bound::Of(Field::Total) => TOTAL_MS,
                Bound::Deadline => DEADLINE_MS,
            };
            assert_eq!((elapsed, attempt.handed_on), (at, handed_on), "{name}");
            assert_eq!(
                (timeout.timeout_type.0, &*timeout.client, timeout.set_by),
                (field, client, set_by),
                "{name}"
            );
            assert_eq!(
                (timeout.configured_value_ms, timeout.elapsed_ms),
                (configured_ms, configured_ms),
                "{name}"
            );
            assert_eq!((timeout.attempt, timeout.route.join(" ")), (1, "Outer Leaf".into()), "{name}");
            assert_eq!(timeout.origin.is_some(), set_by == SetBy::Client, "{name}");
            let end = if handed_on { CallEnd::HandedOn } else { CallEnd::Failed };
            assert_eq!(record.end, end, "{name}");
        }
        (Expected::Status { at, status }, Failure::Http(error)) => {
            assert_eq!((elapsed, error.status), (at, status), "{name}");
            if status == 503 {
                assert_eq!(
                    (error.retry_after, error.message.as_deref()),
                    (Some(ms(7000)), Some("busy")),
                    "{name}"
                );
            }
        }
        (Expected::Connection { at, handed_on }, Failure::Connection(_)) => {
            assert_eq!((elapsed, attempt.handed_on), (at, handed_on), "{name}");
        }
        (expected, failure) => panic!("{name}: expected {expected:?}, found {failure:?} after {elapsed} ms"),
    }
    let requests = usize::from(!matches!(fault, Fault::Refuses | Fault::NoHandshake));
    assert_eq!(server.requests(), requests, "{name}");
    wait_until_left(&server, &name).await;
}

/// Nothing may run upstream after the answer.
async fn wait_until_left(server: &Upstream, name: &str) {
    for _ in 0..100 {
        if server.open() == 0 {
            return;
        }
        tokio::task::yield_now().await;
        tokio::time::sleep(ms(1)).await;
    }
    panic!("{name}: a connection is still open");
}

#[tokio::test(start_paused = true)]
async fn every_limit_names_itself_whatever_the_server_does() {
    let network = Network::new().unwrap();
    for fault in FAULTS {
        for bound in BOUNDS {
            for is_streaming in [false, true] {
                check(&network, fault, bound, is_streaming).await;
            }
        }
    }
}
