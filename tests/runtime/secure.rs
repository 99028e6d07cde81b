//! Calls over TLS: HTTP/2 where the server chooses it, HTTP/1.1 where it knows nothing else, and the same limits.

use clientc_plan::Field;
use clientc_runtime::transport::Network;
use clientc_runtime::{ChatResponse, Client, Error, Failure, Runtime, Variables};
use clientc_tests::compiled::compile;
use futures_util::StreamExt as _;
use tokio::time::{sleep, timeout};

use crate::network::{answer, leaf, left};
use crate::stage::{self, DONE, ROLE, TEXT, ms};
use crate::tls::{Authority, Reply, Secure};
use crate::upstream::{Act, Upstream, send};

/// A client that trusts an authority.
fn client(authority: &Authority, text: &str, url: &str) -> Client {
    let network = Network::with_root_certificates(authority.pem.as_bytes()).unwrap();
    let document = compile([("baml_src/main.baml", text)]).unwrap().document;
    let environment = Variables::from_iter([(stage::KEY, "k")]);
    let builder = Runtime::builder().transport(network).environment(environment);
    builder.from_document(&stage::directed(&document, url)).unwrap().client("A").unwrap()
}

async fn streamed(client: &Client) -> Result<ChatResponse, Error> {
    let mut stream = client.stream(&stage::request()).await?;
    let mut response = ChatResponse::default();
    while let Some(chunk) = stream.next().await {
        response.add(chunk?);
    }
    Ok(response)
}

/// Waits until the server has seen so many streams reset. The clock is paused, so this takes no time by itself.
async fn reset(server: &Secure, count: usize) {
    for _ in 0..20 {
        if server.resets().len() >= count {
            break;
        }
        sleep(ms(1)).await;
    }
    assert_eq!(server.resets(), vec![h2::Reason::CANCEL; count]);
}

#[tokio::test(start_paused = true)]
async fn http_2_carries_answers_and_streams_over_one_connection() {
    let authority = Authority::new();
    let server = Secure::http_2(&authority, Reply::Answers).await;
    let client = self::client(&authority, &leaf("A", "request_timeout_ms 1000"), &server.url());
    for _ in 0..3 {
        let answer = client.chat(&stage::request()).await.unwrap();
        assert_eq!(answer.response.text.as_deref(), Some("Hi"));
    }
    assert_eq!(server.counts(), (1, 3));

    let events = vec![(10, ROLE), (20, TEXT), (20, TEXT), (0, DONE)];
    let server = Secure::http_2(&authority, Reply::Streams(events)).await;
    let client = self::client(&authority, &leaf("A", "idle_timeout_ms 100"), &server.url());
    for _ in 0..2 {
        assert_eq!(streamed(&client).await.unwrap().text.as_deref(), Some("HiHi"));
    }
    assert_eq!(server.counts(), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn http_2_makes_a_connection_each_where_pooling_is_off() {
    let authority = Authority::new();
    let server = Secure::http_2(&authority, Reply::Answers).await;
    let client = self::client(&authority, &leaf("A", "enable_connection_pooling false"), &server.url());
    for _ in 0..2 {
        client.chat(&stage::request()).await.unwrap();
    }
    assert_eq!(server.counts(), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn http_1_is_spoken_where_the_server_knows_nothing_else() {
    let authority = Authority::new();
    let plain = Upstream::start(vec![Act::Read, answer(), Act::Read, answer()]).await;
    let server = Secure::http_1(&authority, &plain).await;
    let client = self::client(&authority, &leaf("A", "request_timeout_ms 1000"), &server.url());
    for _ in 0..2 {
        assert_eq!(client.chat(&stage::request()).await.unwrap().response.text.as_deref(), Some("Hi"));
    }
    assert_eq!((server.counts().0, plain.requests()), (1, 2));

    let head = send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99999\r\n\r\n");
    let plain =
        Upstream::start(vec![Act::Read, head, send(TEXT), Act::Wait(30), send(TEXT), Act::Silence]).await;
    let server = Secure::http_1(&authority, &plain).await;
    let client = self::client(&authority, &leaf("A", "idle_timeout_ms 100"), &server.url());
    let error = streamed(&client).await.unwrap_err();
    let limit = error.timeout().unwrap();
    assert_eq!((limit.timeout_type.0, limit.elapsed_ms), (Field::Idle, 100));
    assert_eq!(error.record().unwrap().end_ms, 130);
    left(&plain).await;
}

#[tokio::test(start_paused = true)]
async fn limits_fire_over_http_2_and_reset_the_stream_alone() {
    let authority = Authority::new();
    let limits = "time_to_first_token_timeout_ms 150\n idle_timeout_ms 100\n request_timeout_ms 400\n";
    let steady: Vec<_> = std::iter::repeat_n((60, TEXT), 20).collect();
    for (reply, is_streaming, field, elapsed_ms, end_ms) in [
        (Reply::Silent, false, Field::Request, 400, 400),
        (Reply::Stalls(Vec::new()), false, Field::Request, 400, 400),
        (Reply::Silent, true, Field::TimeToFirstToken, 150, 150),
        (Reply::Stalls(Vec::new()), true, Field::TimeToFirstToken, 150, 150),
        (Reply::Stalls(vec![(20, ROLE), (20, TEXT), (20, TEXT)]), true, Field::Idle, 100, 160),
        (Reply::Stalls(steady), true, Field::Request, 400, 400),
    ] {
        let what = format!("{reply:?}");
        let server = Secure::http_2(&authority, reply).await;
        let client = self::client(&authority, &leaf("A", limits), &server.url());
        for call in 1..=2 {
            let error = match is_streaming {
                true => streamed(&client).await.unwrap_err(),
                false => client.chat(&stage::request()).await.unwrap_err(),
            };
            let limit = error.timeout().unwrap();
            assert_eq!((limit.timeout_type.0, limit.elapsed_ms), (field, elapsed_ms), "{what}");
            assert_eq!(error.record().unwrap().end_ms, end_ms, "{what}");
            assert_eq!(server.counts(), (1, call), "{what}");
            reset(&server, call).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_leaves_resets_the_stream() {
    let authority = Authority::new();
    let server = Secure::http_2(&authority, Reply::Silent).await;
    let client = self::client(&authority, &leaf("A", "request_timeout_ms 60000"), &server.url());
    for call in 1..=2 {
        assert!(timeout(ms(50), client.chat(&stage::request())).await.is_err());
        reset(&server, call).await;
    }
    assert_eq!(server.counts(), (1, 2));

    let server = Secure::http_2(&authority, Reply::Stalls(vec![(10, TEXT)])).await;
    let client = self::client(&authority, &leaf("A", "request_timeout_ms 60000"), &server.url());
    let mut stream = client.stream(&stage::request()).await.unwrap();
    stream.next().await.unwrap().unwrap();
    drop(stream);
    reset(&server, 1).await;
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_refused_is_tried_again_by_the_plan_alone() {
    let authority = Authority::new();
    let once = leaf("A", "request_timeout_ms 1000");
    let twice = "retry_policy P {\n max_retries 1\n}\n".to_owned()
        + &once.replace("provider openai", "provider openai\n retry_policy P");
    for reply in [Reply::Refuses, Reply::GoesAway] {
        for (text, requests) in [(&once, 1), (&twice, 2)] {
            let server = Secure::http_2(&authority, reply.clone()).await;
            let client = self::client(&authority, text, &server.url());
            for call in 1..=2 {
                let error = client.chat(&stage::request()).await.unwrap_err();
                assert!(matches!(error.failure(), Some(Failure::Connection(_))), "{error}");
                let record = error.record().unwrap();
                assert_eq!(
                    (server.counts().1, record.requests),
                    (call * requests, requests as u64),
                    "{reply:?}"
                );
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_nobody_vouches_for_is_no_connection() {
    let server = Secure::http_2(&Authority::new(), Reply::Answers).await;
    let client = self::client(&Authority::new(), &leaf("A", "request_timeout_ms 1000"), &server.url());
    let error = client.chat(&stage::request()).await.unwrap_err();
    assert!(matches!(error.failure(), Some(Failure::Connection(_))), "{error}");
    assert!(error.to_string().contains("certificate") && server.counts().1 == 0, "{error}");
}

#[test]
fn what_holds_no_certificate_cannot_be_trusted() {
    for pem in ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let error = Network::with_root_certificates(pem.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("certificate"), "{error}");
    }
}
