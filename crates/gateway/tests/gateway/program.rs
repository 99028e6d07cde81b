//! The program itself, with a server and a collector on loopback.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, ChildStderr, Command};
use tokio::task::JoinHandle;

/// How long it may be silent where something is to be said.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program, which listens.
pub(crate) struct Program {
    child: Child,
    said: Lines<BufReader<ChildStderr>>,
    address: String,
    folder: TempDir,
}

impl Program {
    /// Starts the program on a project.
    pub(crate) async fn start(sources: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("clients.baml"), sources).unwrap();
        let mut command = command(arguments, variables);
        command.arg(folder.path());
        Self::start_in(folder, command).await
    }

    /// Starts a command that runs the program, and keeps the folder until it ends.
    pub(crate) async fn start_in(folder: TempDir, mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut all = String::new();
        let address = loop {
            let line = said.next_line().await.unwrap().unwrap_or_else(|| panic!("it ended: {all}"));
            all.push_str(&line);
            if let Some((_, rest)) = line.split_once("http://") {
                break rest.trim_end_matches("/v1").to_owned();
            }
        };
        Self { child, said, address, folder }
    }

    /// The next line that it says.
    pub(crate) async fn says(&mut self) -> String {
        let line = tokio::time::timeout(PATIENCE, self.said.next_line()).await;
        line.expect("it says nothing").unwrap().unwrap_or_default()
    }

    /// All that it writes into its log until it ends.
    pub(crate) fn log(&mut self) -> JoinHandle<String> {
        let mut out = self.child.stdout.take().unwrap();
        tokio::spawn(async move {
            let mut text = String::new();
            out.read_to_string(&mut text).await.unwrap();
            text
        })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The folder that is kept for it.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Sends it a signal.
    pub(crate) async fn signal(&self, name: &str) {
        let id = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().await.unwrap().success());
    }

    /// Sends a request and returns the answer with its head. These headers are lines.
    pub(crate) async fn send(&self, head: &str, headers: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        let length = body.len();
        let text = format!(
            "{head} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    /// Stops it as Ctrl-C does, and returns what it said meanwhile.
    pub(crate) async fn stop(self) -> String {
        self.signal("INT").await;
        self.ends().await
    }

    /// Waits until it has ended well, and returns what it said meanwhile.
    pub(crate) async fn ends(mut self) -> String {
        let mut rest = String::new();
        while let Some(line) = self.said.next_line().await.unwrap() {
            rest.push_str(&line);
            rest.push('\n');
        }
        assert!(self.child.wait().await.unwrap().success(), "{rest}");
        rest
    }
}

/// Makes a command that runs the program. Nothing of the environment of the test is in it.
pub(crate) fn command(arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clientc-gateway"));
    command.env_clear().envs(variables.iter().copied()).args(["--listen", "127.0.0.1:0"]).args(arguments);
    command.stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// Serves routes on loopback.
pub(crate) async fn serve(routes: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    address
}

/// A collector, with all that it was sent.
#[derive(Clone, Default)]
pub(crate) struct Collector {
    pub(crate) taken: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    pub(crate) spans: Arc<Mutex<Vec<Bytes>>>,
    pub(crate) is_broken: Arc<Mutex<bool>>,
}

impl Collector {
    pub(crate) async fn start() -> (Self, String) {
        let collector = Self::default();
        let routes = Router::new().route("/v1/metrics", post(metrics)).route("/v1/traces", post(spans));
        let address = serve(routes.with_state(collector.clone())).await;
        (collector, format!("http://{address}"))
    }

    fn status(&self) -> StatusCode {
        if *self.is_broken.lock().unwrap() { StatusCode::NOT_FOUND } else { StatusCode::OK }
    }
}

async fn metrics(State(collector): State<Collector>, headers: HeaderMap, body: Bytes) -> StatusCode {
    collector.taken.lock().unwrap().push((headers, body));
    collector.status()
}

async fn spans(State(collector): State<Collector>, body: Bytes) -> StatusCode {
    collector.spans.lock().unwrap().push(body);
    collector.status()
}
