//! Servers behind TLS, with certificates of an authority of their own: one that speaks HTTP/2 frame by frame, and one
//! that hands HTTP/1.1 on to a plain server.

use std::future::poll_fn;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use h2::server::SendResponse;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{ServerConfig, version::TLS13};

use crate::stage::{ANSWER, ms};
use crate::upstream::Upstream;

/// An authority, and what a server needs that it vouches for.
pub(crate) struct Authority {
    /// The certificate of the authority.
    pub(crate) pem: String,
    config: ServerConfig,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        let key = KeyPair::generate().unwrap();
        let served = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
        let certificate = served.signed_by(&key, &issuer).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(&[&TLS13])
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::Pkcs8(key.serialize_der().into()),
            )
            .unwrap();
        Self { pem, config }
    }

    fn acceptor(&self, protocol: &str) -> TlsAcceptor {
        let mut config = self.config.clone();
        config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
        TlsAcceptor::from(Arc::new(config))
    }
}

/// What the server does with every request over HTTP/2.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// It answers.
    Answers,
    /// It sends a head and these events, each after a wait in milliseconds, and is then silent.
    Stalls(Vec<(u64, &'static str)>),
    /// The same, and then the stream ends.
    Streams(Vec<(u64, &'static str)>),
    /// It takes the request and says nothing.
    Silent,
    /// It resets the stream and says that it did nothing with it.
    Refuses,
    /// It calls the connection off.
    GoesAway,
}

/// What the server saw.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) connections: usize,
    pub(crate) requests: usize,
    /// The reasons for which the other side reset streams.
    pub(crate) resets: Vec<h2::Reason>,
}

/// A server behind TLS. It ends with the value.
pub(crate) struct Secure {
    port: u16,
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

impl Secure {
    /// Starts a server that speaks HTTP/2 alone.
    pub(crate) async fn http_2(authority: &Authority, reply: Reply) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (acceptor, shared) = (authority.acceptor("h2"), Arc::clone(&seen));
        Self::start(seen, move |stream| {
            let (acceptor, reply, seen) = (acceptor.clone(), reply.clone(), Arc::clone(&shared));
            async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
                let Ok(mut connection) = h2::server::handshake(stream).await else { return };
                while let Some(Ok((request, mut respond))) = connection.accept().await {
                    assert_eq!(request.version(), http::Version::HTTP_2);
                    seen.lock().unwrap().requests += 1;
                    match reply {
                        Reply::Refuses => respond.send_reset(h2::Reason::REFUSED_STREAM),
                        Reply::GoesAway => connection.abrupt_shutdown(h2::Reason::NO_ERROR),
                        _ => drop(tokio::spawn(answer(respond, reply.clone(), Arc::clone(&seen)))),
                    }
                }
            }
        })
        .await
    }

    /// Starts a server that knows HTTP/1.1 alone and hands everything on to a plain one.
    pub(crate) async fn http_1(authority: &Authority, plain: &Upstream) -> Self {
        let (acceptor, port) = (authority.acceptor("http/1.1"), plain.port());
        Self::start(Arc::default(), move |stream| {
            let acceptor = acceptor.clone();
            async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
                let mut plain = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                plain.set_nodelay(true).unwrap();
                let _ = tokio::io::copy_bidirectional(&mut stream, &mut plain).await;
            }
        })
        .await
    }

    async fn start<S, F>(seen: Arc<Mutex<Seen>>, serve: S) -> Self
    where
        S: Fn(TcpStream) -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                // Otherwise small pieces wait for the other side's system, in real time, while the clock goes on.
                stream.set_nodelay(true).unwrap();
                shared.lock().unwrap().connections += 1;
                tokio::spawn(serve(stream));
            }
        });
        Self { port, seen, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://127.0.0.1:{}/v1", self.port)
    }

    /// The connections and the requests so far.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let seen = self.seen.lock().unwrap();
        (seen.connections, seen.requests)
    }

    pub(crate) fn resets(&self) -> Vec<h2::Reason> {
        self.seen.lock().unwrap().resets.clone()
    }
}

impl Drop for Secure {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Answers one request, and notes where the other side resets its stream.
async fn answer(mut respond: SendResponse<Bytes>, reply: Reply, seen: Arc<Mutex<Seen>>) {
    let (events, is_complete) = match &reply {
        Reply::Silent => return note(poll_fn(|context| respond.poll_reset(context)).await, &seen),
        Reply::Stalls(events) => (events.as_slice(), false),
        Reply::Streams(events) => (events.as_slice(), true),
        _ => ([(0, ANSWER)].as_slice(), true),
    };
    let head = http::Response::builder().status(200).body(()).unwrap();
    let mut body = respond.send_response(head, false).unwrap();
    for &(wait, event) in events {
        tokio::select! {
            reset = poll_fn(|context| body.poll_reset(context)) => return note(reset, &seen),
            () = sleep(ms(wait)) => {}
        }
        let _ = body.send_data(Bytes::from_static(event.as_bytes()), false);
    }
    match is_complete {
        true => drop(body.send_data(Bytes::new(), true)),
        false => note(poll_fn(|context| body.poll_reset(context)).await, &seen),
    }
}

fn note(reset: Result<h2::Reason, h2::Error>, seen: &Mutex<Seen>) {
    seen.lock().unwrap().resets.extend(reset);
}
