//! Proxies that the environment names. The environment belongs to a whole process, so each call is made in a process of
//! its own.

use std::process::Command;
use std::sync::{Arc, Mutex};

use clientc_runtime::{Runtime, Variables};
use clientc_tests::compiled::compile;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::network::{answer, leaf};
use crate::stage;
use crate::tls::{Authority, Reply, Secure};
use crate::upstream::{Act, Upstream};

const URL: &str = "CLIENTC_TEST_URL";
/// The connect limit of the call, in milliseconds. Without it the machine may be as slow as it likes.
const CONNECT: &str = "CLIENTC_TEST_CONNECT_MS";
const OUTCOME: &str = "CLIENTC_TEST_OUTCOME";
const PASSWORD: &str = "open-sesame";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    Carries,
    Silent,
    Denies,
}

/// A proxy. It ends with the value.
struct Proxy {
    port: u16,
    /// The heads of the requests that came to it.
    heads: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Proxy {
    async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&heads);
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, manner, Arc::clone(&shared)));
            }
        });
        Self { port, heads, task }
    }

    fn url(&self) -> String {
        format!("http://someone:{PASSWORD}@127.0.0.1:{}", self.port)
    }

    fn first_lines(&self) -> Vec<String> {
        let heads = self.heads.lock().unwrap();
        heads.iter().filter_map(|head| Some(head.lines().next()?.to_owned())).collect()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, manner: Manner, heads: Arc<Mutex<Vec<String>>>) {
    let (mut read, mut buffer) = (Vec::new(), [0; 4096]);
    let end = loop {
        match stream.read(&mut buffer).await {
            Ok(count @ 1..) => read.extend_from_slice(&buffer[..count]),
            _ => return,
        }
        if let Some(end) = read.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8_lossy(&read[..end]).into_owned();
    let target =
        head.split(' ').nth(1).unwrap().trim_start_matches("http://").split('/').next().unwrap().to_owned();
    let is_tunnel = head.starts_with("CONNECT ");
    heads.lock().unwrap().push(head);
    match manner {
        Manner::Silent => std::future::pending().await,
        Manner::Denies => {
            let denial = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
            let _ = stream.write_all(denial.as_bytes()).await;
        }
        Manner::Carries => {
            let mut server = TcpStream::connect(target).await.unwrap();
            match is_tunnel {
                true => stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await.unwrap(),
                false => server.write_all(&read).await.unwrap(),
            }
            let _ = tokio::io::copy_bidirectional(&mut stream, &mut server).await;
        }
    }
}

/// Makes a call in a process with these variables, and returns what came of it as JSON.
async fn call(url: &str, variables: Vec<(&'static str, String)>) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let outcome = folder.path().join("outcome.json");
    let mut command = Command::new(std::env::current_exe().unwrap());
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUEST_METHOD"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command.args(["proxies::in_a_process_of_its_own", "--exact", "--ignored"]);
    command.env(URL, url).env(OUTCOME, &outcome).envs(variables);
    let run = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = std::fs::read_to_string(&outcome).unwrap_or_else(|_| panic!("{run:?}"));
    assert!(!text.contains(PASSWORD), "{text}");
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
#[ignore = "the tests of this file run it in a process of its own"]
async fn in_a_process_of_its_own() {
    let (Ok(url), Ok(outcome)) = (std::env::var(URL), std::env::var(OUTCOME)) else { return };
    let connect_ms = std::env::var(CONNECT).unwrap_or_else(|_| "60000".into());
    let text = leaf("A", &format!("connect_timeout_ms {connect_ms}\n"));
    let document = compile([("baml_src/main.baml", &*text)]).unwrap().document;
    let builder = Runtime::builder().environment(Variables::from_iter([(stage::KEY, "k")]));
    let runtime = builder.from_document(&stage::directed(&document, &url)).unwrap();
    let made = runtime.client("A").unwrap().chat(&stage::request()).await;
    let written = match &made {
        Ok(answer) => serde_json::to_value(&answer.record).unwrap(),
        Err(error) => serde_json::to_value(error).unwrap(),
    };
    std::fs::write(outcome, written.to_string()).unwrap();
}

#[tokio::test]
async fn carry_plain_requests() {
    let server = Upstream::start(vec![Act::Read, answer()]).await;
    let proxy = Proxy::start(Manner::Carries).await;
    let record = call(&server.url("http"), vec![("HTTP_PROXY", proxy.url())]).await;
    assert_eq!((&record["end"], server.requests()), (&"succeeded".into(), 1));
    let url = server.url("http");
    assert_eq!(proxy.first_lines(), [format!("POST {url}/chat/completions HTTP/1.1")]);
    let head = proxy.heads.lock().unwrap()[0].to_lowercase();
    assert!(head.contains("proxy-authorization: basic "), "{head}");
}

#[tokio::test]
async fn carry_tls_through_a_tunnel_that_the_authorities_of_the_environment_vouch_for() {
    let authority = Authority::new();
    let server = Secure::http_2(&authority, Reply::Answers).await;
    let proxy = Proxy::start(Manner::Carries).await;
    let folder = tempfile::tempdir().unwrap();
    let pem = folder.path().join("authority.pem");
    std::fs::write(&pem, &authority.pem).unwrap();
    let authorities = ("SSL_CERT_FILE", pem.display().to_string());
    let record = call(&server.url(), vec![("HTTPS_PROXY", proxy.url()), authorities.clone()]).await;
    assert_eq!((&record["end"], server.counts()), (&"succeeded".into(), (1, 1)), "{record}");
    let target = server.url().replace("https://", "").replace("/v1", "");
    assert_eq!(proxy.first_lines(), [format!("CONNECT {target} HTTP/1.1")]);

    let around = vec![("HTTPS_PROXY", proxy.url()), ("NO_PROXY", "127.0.0.1".into()), authorities];
    let record = call(&server.url(), around).await;
    assert_eq!((&record["end"], server.counts()), (&"succeeded".into(), (2, 2)), "{record}");
    assert_eq!(proxy.first_lines().len(), 1);
}

#[tokio::test]
async fn are_left_out_where_the_environment_says_so() {
    let server = Upstream::start(vec![Act::Read, answer()]).await;
    let proxy = Proxy::start(Manner::Denies).await;
    let variables = |none: &str| vec![("HTTP_PROXY", proxy.url()), ("NO_PROXY", none.to_owned())];
    let record = call(&server.url("http"), variables("example.com, 127.0.0.1")).await;
    assert_eq!((&record["end"], proxy.first_lines().len()), (&"succeeded".into(), 0));
    let error = call(&server.url("http"), variables("example.com")).await;
    assert_eq!((&error["http"]["status"], proxy.first_lines().len()), (&407.into(), 1), "{error}");
}

#[tokio::test]
async fn that_stay_silent_are_no_connection_in_time() {
    let proxy = Proxy::start(Manner::Silent).await;
    let error =
        call("https://127.0.0.1:9/v1", vec![("HTTPS_PROXY", proxy.url()), (CONNECT, "400".into())]).await;
    let limit = &error["timeout"];
    assert_eq!(limit["timeout_type"], "connect_timeout_ms", "{error}");
    assert!(limit["elapsed_ms"].as_u64().unwrap() >= 400, "{error}");
    assert_eq!(proxy.first_lines(), ["CONNECT 127.0.0.1:9 HTTP/1.1"]);
}

#[tokio::test]
async fn that_deny_a_tunnel_are_no_connection() {
    let proxy = Proxy::start(Manner::Denies).await;
    let error = call("https://127.0.0.1:9/v1", vec![("HTTPS_PROXY", proxy.url())]).await;
    assert_eq!((&error["kind"], proxy.first_lines().len()), (&"connection".into(), 1), "{error}");
}
