//! Callers over HTTP/2 whose connection is well, and who take nothing of one answer.

use std::net::SocketAddr;
use std::time::Duration;

use http::Request;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::sockets::{endless, serving};
use crate::stage::streaming;

/// A client of HTTP/2 that asks for a stream and takes what its windows hold of it, but opens them no further.
async fn stalling(address: SocketAddr) -> (h2::RecvStream, JoinHandle<Result<(), h2::Error>>) {
    let stream = TcpStream::connect(address).await.unwrap();
    let (client, mut connection) = h2::client::handshake(stream).await.unwrap();
    let mut pings = connection.ping_pong().unwrap();
    let connection = tokio::spawn(connection);
    let mut client = client.ready().await.unwrap();
    let request = Request::post("http://x/v1/chat/completions").body(()).unwrap();
    let (response, mut body) = client.send_request(request, false).unwrap();
    body.send_data(streaming("Chat").into(), true).unwrap();
    let response = response.await.unwrap();
    // Its connection is alive and well.
    pings.ping(h2::Ping::opaque()).await.unwrap();
    (response.into_body(), connection)
}

#[tokio::test]
async fn a_stream_whose_window_stays_shut_is_given_up_and_its_request_ends() {
    let (stage, served) = serving(endless, Duration::from_secs(60)).await;
    let (mut body, connection) = stalling(served.address).await;
    assert_eq!((stage.upstream.under_way(), stage.gateway.calls()), (1, 1));
    let start = Instant::now();
    while stage.gateway.calls() > 0 {
        assert!(start.elapsed() < Duration::from_secs(10), "it is still held");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(start.elapsed() >= Duration::from_millis(500), "{:?}", start.elapsed());
    assert_eq!(stage.upstream.under_way(), 0);
    assert!(!connection.is_finished(), "the others of its connection go on");
    let numbers = stage.get("/metrics").await.text();
    assert!(numbers.contains("clientc_gateway_slow_readers_total 1"), "{numbers}");
    // Who takes something after all learns that this was not the end.
    let error = loop {
        match body.data().await.expect("the answer has no end") {
            Ok(piece) => body.flow_control().release_capacity(piece.len()).unwrap(),
            Err(error) => break error,
        }
    };
    assert_eq!(error.reason(), Some(h2::Reason::INTERNAL_ERROR));
    connection.abort();
    served.stop.send(false).unwrap();
    assert_eq!(served.cut_off.await.unwrap(), 0);
}

#[tokio::test]
async fn a_stream_that_is_taken_slowly_goes_on() {
    let (stage, served) = serving(endless, Duration::from_secs(60)).await;
    let (mut body, connection) = stalling(served.address).await;
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(2500) {
        tokio::time::sleep(Duration::from_millis(5)).await;
        let piece = body.data().await.unwrap().unwrap();
        body.flow_control().release_capacity(piece.len()).unwrap();
    }
    assert_eq!((stage.upstream.under_way(), stage.gateway.calls()), (1, 1));
    drop(body);
    connection.abort();
    while stage.gateway.calls() > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    served.stop.send(false).unwrap();
    assert_eq!(served.cut_off.await.unwrap(), 0);
}
