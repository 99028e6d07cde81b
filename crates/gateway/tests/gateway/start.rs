//! How the program starts, what it refuses to start with, and how it ends.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use axum::Router;
use axum::routing::post;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;

use crate::program::{Program, command, serve};
use crate::stage::{asking, leaf};

const LIMIT: &str = "request_timeout_ms 5000";
const KEYS: &str = "CLIENTC_GATEWAY_API_KEYS";

/// Files for the commands below.
fn files(folder: &Path) {
    let write = |path: &str, text: &str| {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("good/baml_src/a.baml", &leaf("Chat", "x", LIMIT));
    write("wrong/baml_src/a.baml", "client<llm> Chat {\n  provider opnai\n}\n");
    write("two/a/baml_src/a.baml", &leaf("A", "x", LIMIT));
    write("two/b/baml_src/b.baml", &leaf("B", "x", LIMIT));
    write("none/baml_src/a.baml", "class Only {\n  a string\n}\n");
    for (name, settings) in [
        ("address", "listen = \"localhost:1\""),
        ("client", "stream_upstream = { Chatt = true }"),
        ("key", "max_body_byte = 5"),
        ("zero", "max_concurrent_calls = 0"),
        ("type", "otlp = \"yes\""),
    ] {
        write(&format!("{name}/baml_src/a.baml"), &leaf("Chat", "x", LIMIT));
        write(&format!("{name}/clientc.toml"), &format!("[gateway]\n{settings}\n"));
    }
    write("no-keys", "# nothing\n\n");
    write("text.json", "no JSON");
    write("other.json", "{\"schema\": \"clientc.diagnostics\", \"version\": 1}");
    fs::create_dir(folder.join("empty")).unwrap();
}

/// What the program says to its arguments, with its exit code.
async fn said(folder: &Path, arguments: &str, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clientc-gateway"));
    command.env_clear().envs(variables.iter().copied()).current_dir(folder).kill_on_drop(true);
    let run = command.args(arguments.split_whitespace()).output().await.unwrap();
    let (out, err) = (String::from_utf8(run.stdout).unwrap(), String::from_utf8(run.stderr).unwrap());
    assert_eq!(out, "", "the log is there: {arguments}");
    format!("{err}exit code {}\n", run.status.code().unwrap())
}

#[tokio::test]
async fn is_refused_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    files(folder.path());
    let mut table = String::new();
    for (arguments, variables) in [
        ("missing", &[][..]),
        ("empty", &[]),
        ("none", &[]),
        ("wrong", &[]),
        ("two", &[]),
        ("good --resolved text.json", &[]),
        ("--resolved missing.json", &[]),
        ("--resolved text.json", &[]),
        ("--resolved other.json", &[]),
        ("--resolved good", &[]),
        ("good --config missing.toml", &[]),
        ("good --profile prod", &[]),
        ("good --listen localhost:44497", &[]),
        ("good --listen 44497", &[]),
        ("good --listen 127.0.0.1", &[]),
        ("good --listen ::1", &[]),
        ("good --listen 127.0.0.1:70000", &[]),
        // An address of the documentation's network, which no machine has.
        ("good --listen 192.0.2.1:44497 --insecure", &[]),
        ("good --listen 0.0.0.0:44497", &[]),
        ("good --listen [::]:44497", &[]),
        ("good --listen 0.0.0.0:44497", &[(KEYS, "")]),
        ("good --listen 0.0.0.0:44497", &[(KEYS, " \n# none\n")]),
        ("good --api-keys missing", &[]),
        ("good --api-keys no-keys", &[(KEYS, "a-key")]),
        ("good --max-concurrent-calls 0", &[]),
        ("good --max-connections 0", &[]),
        ("good --max-body-bytes 0", &[]),
        ("good --body-timeout-ms 0", &[]),
        ("good --header-timeout-ms 0", &[]),
        ("good --write-timeout-ms 0", &[]),
        ("good --threads 0", &[]),
        ("good --max-body-bytes -1", &[]),
        ("good --drain-delay-ms 1.5", &[]),
        ("good --log everything", &[]),
        ("good --no-such-flag", &[]),
        ("address", &[]),
        ("client", &[]),
        ("key", &[]),
        ("zero", &[]),
        ("type", &[]),
    ] {
        let said = said(folder.path(), arguments, variables).await;
        let variables: String = variables.iter().map(|(name, value)| format!("{name}={value:?} ")).collect();
        writeln!(table, "$ {variables}clientc-gateway {arguments}\n{said}").unwrap();
    }
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn is_refused_where_another_one_listens() {
    let folder = tempfile::tempdir().unwrap();
    files(folder.path());
    let other = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = other.local_addr().unwrap();
    let said = said(folder.path(), &format!("good --listen {address}"), &[]).await;
    assert!(
        said.starts_with(&format!("error: cannot listen on {address}: Address already in use")),
        "{said}"
    );
    assert!(said.ends_with("exit code 2\n"), "{said}");
}

#[tokio::test]
async fn takes_the_addresses_that_nobody_else_reaches_without_keys() {
    for address in ["127.0.0.1:0", "127.1.2.3:0", "[::1]:0"] {
        // A machine may have no IPv6.
        if std::net::TcpListener::bind(address).is_err() {
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        files(folder.path());
        let host = address.trim_end_matches(":0");
        let mut command = Command::new(env!("CARGO_BIN_EXE_clientc-gateway"));
        command.env_clear().current_dir(folder.path()).args(["good", "--listen", address]).kill_on_drop(true);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let program = Program::start_in(folder, command).await;
        let health = program.send("GET /health", "", "").await;
        assert!(health.starts_with("HTTP/1.1 200 OK"), "{host}: {health}");
        program.stop().await;
    }
}

/// The others can be called, so it starts; but the first caller should not be who finds out.
#[tokio::test]
async fn names_the_variables_that_are_not_set_and_the_keys_that_are_empty() {
    let folder = tempfile::tempdir().unwrap();
    let other = leaf("Other", "x", LIMIT).replace("    api_key env.KEY\n", "");
    let nested =
        leaf("Nested", "x", LIMIT).replace("env.KEY", "env.KEY\n    headers {\n      x-team env.TEAM\n    }");
    let local = leaf("Local", "x", LIMIT)
        .replace("provider openai", "provider openai-generic")
        .replace("env.KEY", "\"k\"");
    let sources = leaf("Chat", "x", LIMIT) + &other + &nested + &local;
    fs::write(folder.path().join("clients.baml"), sources).unwrap();
    let path = folder.path().display().to_string();
    let mut warned = Vec::new();
    for variables in [&[][..], &[("KEY", "k"), ("OPENAI_API_KEY", "")], &[("KEY", ""), ("TEAM", "")]] {
        let mut command = command(&[], variables);
        command.arg(&path);
        let mut child = command.spawn().unwrap();
        let mut lines = tokio::io::BufReader::new(child.stderr.take().unwrap()).lines();
        let mut said = Vec::new();
        while let Some(line) = lines.next_line().await.unwrap() {
            if line.contains(" serves ") {
                break;
            }
            said.extend(line.strip_prefix("warning: the environment variable ").map(String::from));
        }
        warned.push(said);
    }
    assert_eq!(
        warned,
        [
            vec![
                "KEY is not set, so calls to Chat, Nested will fail",
                "OPENAI_API_KEY is not set, so calls to Other will fail",
                "TEAM is not set, so calls to Nested will fail",
            ],
            vec![
                "OPENAI_API_KEY is empty, so calls to Other will fail where the server needs a key",
                "TEAM is not set, so calls to Nested will fail",
            ],
            vec![
                "KEY is empty, so calls to Chat, Nested will fail where the server needs a key",
                "OPENAI_API_KEY is not set, so calls to Other will fail",
            ],
        ]
    );
}

/// A program with a call under way that never ends, and its connection.
async fn hung(arguments: &[&str]) -> (Program, TcpStream) {
    let hang = post(std::future::pending::<String>);
    let upstream = serve(Router::new().route("/x/chat/completions", hang)).await;
    let sources =
        leaf("Chat", "x", LIMIT).replace("upstream.test", &upstream.to_string()).replace("5000", "3600000");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("clients.baml"), sources).unwrap();
    let mut command = command(arguments, &[("KEY", "k")]);
    command.arg(folder.path()).stdout(Stdio::piped());
    let program = Program::start_in(folder, command).await;
    let mut stream = TcpStream::connect(program.address()).await.unwrap();
    let body = asking("Chat");
    let head =
        format!("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all((head + &body).as_bytes()).await.unwrap();
    while !program.send("GET /metrics", "", "").await.contains("clientc_gateway_calls_under_way 1\n") {}
    (program, stream)
}

#[tokio::test]
async fn ends_at_a_signal_when_its_time_to_drain_is_over() {
    for signal in ["INT", "TERM"] {
        let (program, mut stream) = hung(&["--drain-delay-ms", "10", "--drain-timeout-ms", "50"]).await;
        program.signal(signal).await;
        let said = "Stopping: 1 call in progress. Another signal cuts it off.\nStopped: 1 call cut off.\n";
        assert_eq!(program.ends().await, said, "{signal}");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("cut_off"), "{answer}");
    }
}

/// What was under way is in the log, however soon after it the program ends.
#[tokio::test]
async fn ends_with_the_log_of_the_calls_that_it_cut_off() {
    let (mut program, _stream) = hung(&["--drain-timeout-ms", "1"]).await;
    let log = program.log();
    program.signal("INT").await;
    program.ends().await;
    let log = log.await.unwrap();
    let line: serde_json::Value = serde_json::from_str(log.trim_end()).unwrap();
    assert_eq!((&line["outcome"], &line["client"]), (&"cut_off".into(), &"Chat".into()), "{log}");
}

#[tokio::test]
async fn ends_at_once_at_a_second_signal() {
    let (mut program, _stream) = hung(&["--drain-timeout-ms", "3600000"]).await;
    program.signal("TERM").await;
    assert_eq!(program.says().await, "Stopping: 1 call in progress. Another signal cuts it off.");
    // Sooner it would be the same one.
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    program.signal("INT").await;
    assert_eq!(program.ends().await, "Stopped: 1 call cut off.\n");
}

#[tokio::test]
async fn warns_where_a_stop_may_cut_off_a_call_that_the_plan_allows() {
    for (set, is_warned) in [("4999", true), ("5000", false)] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("clients.baml"), leaf("Chat", "x", LIMIT)).unwrap();
        let mut command = command(&["--drain-timeout-ms", set], &[("KEY", "k")]);
        command.arg(folder.path());
        let mut child = command.spawn().unwrap();
        let mut lines = tokio::io::BufReader::new(child.stderr.take().unwrap()).lines();
        let mut said = String::new();
        while !said.contains("http://") {
            said += &lines.next_line().await.unwrap().unwrap();
            said.push('\n');
        }
        let warning = "warning: drain_timeout_ms is 4999, and a call to Chat may take 5000 ms, so a stop may cut it off\n";
        assert_eq!(said.contains(warning), is_warned, "{said}");
    }
}
