//! A server that speaks HTTP by hand and misbehaves as it is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::stage::ms;

/// What the server does with a connection, step by step.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Read a request with its body.
    Read,
    /// Wait, in milliseconds.
    Wait(u64),
    /// Send this.
    Send(Vec<u8>),
    /// Send this over and over, each time after this wait in milliseconds.
    Drip(u64, Vec<u8>),
    /// Say nothing more until the other side leaves.
    Silence,
    /// Close the connection so that the other side sees a reset.
    Reset,
}

/// A server on a port of its own. It ends with the value.
#[derive(Debug)]
pub(crate) struct Upstream {
    port: u16,
    counts: Arc<Counts>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Counts {
    requests: AtomicUsize,
    open: AtomicUsize,
}

impl Upstream {
    /// Starts a server that does the same with every connection.
    pub(crate) async fn start(acts: Vec<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let counts = Arc::new(Counts::default());
        let shared = Arc::clone(&counts);
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                let (acts, counts) = (acts.clone(), Arc::clone(&shared));
                tokio::spawn(async move {
                    counts.open.fetch_add(1, Ordering::SeqCst);
                    serve(stream, &acts, &counts).await;
                    counts.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { port, counts, task }
    }

    pub(crate) fn url(&self, scheme: &str) -> String {
        format!("{scheme}://127.0.0.1:{}/v1", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn requests(&self) -> usize {
        self.counts.requests.load(Ordering::SeqCst)
    }

    /// The connections that the other side has not closed.
    pub(crate) fn open(&self) -> usize {
        self.counts.open.load(Ordering::SeqCst)
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Returns the address of a port on which nobody listens.
pub(crate) async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}/v1", listener.local_addr().unwrap())
}

async fn serve(mut stream: TcpStream, acts: &[Act], counts: &Counts) {
    for act in acts {
        let is_there = match act {
            Act::Read => {
                let is_there = read(&mut stream).await;
                counts.requests.fetch_add(usize::from(is_there), Ordering::SeqCst);
                is_there
            }
            Act::Wait(wait) => until_left(&mut stream, sleep(ms(*wait))).await,
            Act::Send(bytes) => stream.write_all(bytes).await.is_ok(),
            Act::Drip(wait, bytes) => {
                while until_left(&mut stream, sleep(ms(*wait))).await && stream.write_all(bytes).await.is_ok()
                {
                }
                false
            }
            Act::Silence => until_left(&mut stream, std::future::pending()).await,
            Act::Reset => {
                let _ = stream.set_zero_linger();
                false
            }
        };
        if !is_there {
            return;
        }
    }
    // Without this the other side might see a reset in place of the last bytes.
    let _ = stream.shutdown().await;
    until_left(&mut stream, std::future::pending()).await;
}

/// Waits, and returns false where the other side leaves meanwhile.
async fn until_left(stream: &mut TcpStream, wait: impl Future<Output = ()>) -> bool {
    let mut buffer = [0; 1024];
    tokio::pin!(wait);
    loop {
        tokio::select! {
            () = &mut wait => return true,
            read = stream.read(&mut buffer) => if !matches!(read, Ok(1..)) { return false },
        }
    }
}

/// Reads a head and the body that its length names.
async fn read(stream: &mut TcpStream) -> bool {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer).await {
            Ok(count @ 1..) => request.extend_from_slice(&buffer[..count]),
            _ => return false,
        }
        let text = String::from_utf8_lossy(&request);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
        });
        if body.len() >= length.unwrap_or(0) {
            return true;
        }
    }
}

/// The head of an answer whose body follows in pieces, up to the end of the connection.
pub(crate) fn head(status: &str, headers: &str) -> Act {
    Act::Send(format!("HTTP/1.1 {status}\r\n{headers}Connection: close\r\n\r\n").into_bytes())
}

/// Text on the wire.
pub(crate) fn send(text: &str) -> Act {
    Act::Send(text.as_bytes().to_vec())
}
