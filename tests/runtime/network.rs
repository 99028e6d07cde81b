//! Connections: kept or not, shared between limits, never used twice for one attempt, and closed when the caller
//! leaves.

use clientc_runtime::transport::{Connection, Network, Transport as _};
use clientc_runtime::{Failure, Runtime, Timeouts, Variables};
use clientc_tests::compiled::compile;
use futures_util::StreamExt as _;
use tokio::time::{Instant, sleep, timeout};

use crate::stage::{self, ANSWER, DONE, TEXT, ms};
use crate::upstream::{Act, Upstream, send};

fn runtime(text: &str, url: &str) -> Runtime {
    let document = compile([("baml_src/main.baml", text)]).unwrap().document;
    let environment = Variables::from_iter([(stage::KEY, "k")]);
    Runtime::builder().environment(environment).from_document(&stage::directed(&document, url)).unwrap()
}

pub(crate) fn leaf(name: &str, http: &str) -> String {
    format!(
        "client<llm> {name} {{\n provider openai\n options {{\n model \"m\"\n http {{ {http} }}\n }}\n}}\n"
    )
}

/// An answer after which the connection stays.
pub(crate) fn answer() -> Act {
    send(&format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{ANSWER}", ANSWER.len()))
}

/// Waits until the server has seen its connections close. The clock is paused, so this takes no time by itself.
pub(crate) async fn left(server: &Upstream) -> u128 {
    let start = Instant::now();
    while server.open() > 0 {
        assert!(start.elapsed() < ms(100), "a connection is still open");
        sleep(ms(1)).await;
    }
    start.elapsed().as_millis()
}

#[tokio::test(start_paused = true)]
async fn are_kept_and_shared_by_clients_with_other_connect_limits() {
    let server = Upstream::start(vec![Act::Read, answer(), Act::Read, answer(), Act::Read, answer()]).await;
    let text = leaf("A", "connect_timeout_ms 100")
        + &leaf("B", "connect_timeout_ms 5000")
        + &leaf("C", "request_timeout_ms 9000");
    let runtime = runtime(&text, &server.url("http"));
    for name in ["A", "B", "C"] {
        runtime.client(name).unwrap().chat(&stage::request()).await.unwrap();
        assert_eq!(server.open(), 1, "{name}");
    }
    assert_eq!(server.requests(), 3);
}

#[tokio::test(start_paused = true)]
async fn are_not_kept_where_pooling_is_off() {
    let server = Upstream::start(vec![Act::Read, answer(), Act::Read, answer()]).await;
    let runtime = runtime(&leaf("A", "enable_connection_pooling false"), &server.url("http"));
    for _ in 0..3 {
        runtime.client("A").unwrap().chat(&stage::request()).await.unwrap();
        left(&server).await;
    }
    assert_eq!(server.requests(), 3);
}

#[tokio::test(start_paused = true)]
async fn that_break_under_a_request_are_not_used_again_in_silence() {
    let server = Upstream::start(vec![Act::Read, answer(), Act::Read, Act::Reset]).await;
    let runtime = runtime(&leaf("A", "request_timeout_ms 1000"), &server.url("http"));
    let client = runtime.client("A").unwrap();
    client.chat(&stage::request()).await.unwrap();
    let error = client.chat(&stage::request()).await.unwrap_err();
    assert!(matches!(error.failure(), Some(Failure::Connection(_))), "{error}");
    assert_eq!((server.requests(), error.record().unwrap().requests), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn close_at_once_when_the_caller_leaves() {
    let server = Upstream::start(vec![Act::Read, Act::Silence]).await;
    let runtime = runtime(&leaf("A", "request_timeout_ms 60000"), &server.url("http"));
    let client = runtime.client("A").unwrap();
    assert!(timeout(ms(50), client.chat(&stage::request())).await.is_err());
    assert!(left(&server).await <= 2);

    let head = send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99999\r\n\r\n");
    let server = Upstream::start(vec![Act::Read, head, send(TEXT), Act::Drip(10, TEXT.into())]).await;
    let runtime = self::runtime(&leaf("A", "request_timeout_ms 60000"), &server.url("http"));
    let mut stream = runtime.client("A").unwrap().stream(&stage::request()).await.unwrap();
    for _ in 0..5 {
        stream.next().await.unwrap().unwrap();
    }
    drop(stream);
    assert!(left(&server).await <= 2);
}

#[tokio::test(start_paused = true)]
async fn carry_a_stream_to_its_end() {
    let head =
        send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
    let chunk = |text: &str| send(&format!("{:x}\r\n{text}\r\n", text.len()));
    let acts = vec![
        Act::Read,
        head,
        Act::Wait(30),
        chunk(TEXT),
        Act::Wait(20),
        chunk(TEXT),
        chunk(DONE),
        send("0\r\n\r\n"),
    ];
    let server = Upstream::start(acts).await;
    let runtime = runtime(&leaf("A", "idle_timeout_ms 100\n request_timeout_ms 1000\n"), &server.url("http"));
    let mut stream = runtime.client("A").unwrap().stream(&stage::request()).await.unwrap();
    let mut response = clientc_runtime::ChatResponse::default();
    while let Some(chunk) = stream.next().await {
        response.add(chunk.unwrap());
    }
    assert_eq!(response.text.as_deref(), Some("HiHi"));
    let record = stream.record().unwrap();
    assert_eq!((record.first_token_ms, record.end_ms, record.requests), (Some(30), 50, 1));
}

#[tokio::test(start_paused = true)]
async fn are_not_made_for_a_client_whose_variable_is_missing() {
    let server = Upstream::start(vec![Act::Read, answer()]).await;
    let text = leaf("A", "request_timeout_ms 1000")
        + &leaf("B", "request_timeout_ms 1000")
        + "client<llm> F {\n provider fallback\n options {\n strategy [A, B]\n }\n}\n";
    let mut document =
        stage::directed(&compile([("baml_src/main.baml", text)]).unwrap().document, &server.url("http"));
    if let clientc_plan::document::ResolvedKind::Leaf { options, .. } = &mut document.clients["A"].kind {
        options.insert("api_key".into(), clientc_plan::Value::Env("NOT_SET".into()));
    }
    let environment = Variables::from_iter([(stage::KEY, "k")]);
    let runtime = Runtime::builder().environment(environment).from_document(&document).unwrap();
    let answer = runtime.client("F").unwrap().chat(&stage::request()).await.unwrap();
    let first = &answer.record.attempts[0];
    assert_eq!((answer.record.requests, server.requests(), first.end_ms), (1, 1, 0));
    assert!(first.message.as_ref().unwrap().contains("NOT_SET"), "{first:?}");
    let error = runtime.client("A").unwrap().chat(&stage::request()).await.unwrap_err();
    assert!(error.to_string().contains("NOT_SET") && error.record().unwrap().requests == 0, "{error}");
}

/// A label of a name has at most 63 letters, so no server of names is asked for this one.
#[tokio::test]
async fn are_not_made_to_a_name_that_leads_nowhere() {
    let runtime = runtime(&leaf("A", ""), &format!("http://{}.test/v1", "a".repeat(64)));
    let error = runtime.client("A").unwrap().chat(&stage::request()).await.unwrap_err();
    assert!(matches!(error.failure(), Some(Failure::Connection(_))), "{error}");
    let words = error.to_string();
    assert!(words.starts_with("client A: no connection: "), "{words}");
    // That a request failed is known; only the causes below that are worth words.
    assert!(!words.contains("error sending request") && !words.contains("client error"), "{words}");
}

#[tokio::test]
async fn that_the_library_refuses_say_its_word() {
    let mut request = http::Request::new(bytes::Bytes::new());
    *request.uri_mut() = "http://127.0.0.1:9/".parse().unwrap();
    *request.version_mut() = http::Version::HTTP_09;
    let sent = Network::new().unwrap().send(request, Connection::default()).await;
    let words = sent.unwrap_err().to_string();
    assert_eq!(words, "the connection broke: client error (UserUnsupportedVersion)");
}

/// Real time, and a machine that may be busy: how late limits fire exactly is measured by `scripts/runtime_load.sh`.
#[tokio::test]
async fn are_given_up_in_time_when_time_is_real() {
    let server = Upstream::start(vec![Act::Read, Act::Silence]).await;
    let runtime = runtime(&leaf("A", "request_timeout_ms 60000"), &server.url("http"));
    let client = runtime.client("A").unwrap();
    let calls = (0..60).map(|call| {
        let limit_ms = 50 + call * 5;
        let timeouts = Timeouts { request_timeout_ms: Some(limit_ms), ..Timeouts::NONE };
        let client = client.clone().with_timeouts(&timeouts).unwrap();
        async move {
            let error = client.chat(&stage::request()).await.unwrap_err();
            let passed = error.timeout().expect("a limit passed");
            assert_eq!(passed.configured_value_ms, limit_ms);
            assert!(passed.elapsed_ms >= limit_ms, "{limit_ms} {}", passed.elapsed_ms);
        }
    });
    futures_util::future::join_all(calls).await;
}

#[tokio::test]
async fn offer_http_2_where_there_is_tls() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/v1", listener.local_addr().unwrap());
    let runtime = runtime(&leaf("A", "request_timeout_ms 60000"), &url);
    let client = runtime.client("A").unwrap();
    let request = stage::request();
    let hello = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut hello = vec![0; 4096];
        let length = tokio::io::AsyncReadExt::read(&mut stream, &mut hello).await.unwrap();
        hello.truncate(length);
        hello
    };
    let hello = tokio::select! {
        hello = hello => hello,
        made = client.chat(&request) => panic!("the handshake cannot end: {made:?}"),
    };
    // The protocols of a TLS greeting stand in it as they are, each after its length.
    let has = |protocol: &[u8]| hello.windows(protocol.len()).any(|bytes| bytes == protocol);
    assert!(has(b"\x02h2\x08http/1.1"), "the greeting offers other protocols");
}
