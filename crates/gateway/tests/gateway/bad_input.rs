//! Requests that no call is made of: each is refused before anything is sent, and says why.

use std::fmt::Write;

use axum::body::Body;
use clientc_gateway::{CallSettings, Keys};
use http::Request;

use crate::stage::{Stage, leaf};

/// Bodies for a client whose messages go on as they are.
const BODIES: &[&str] = &[
    "",
    " ",
    "null",
    "true",
    "5",
    "\"text\"",
    "[]",
    "[{}]",
    "{",
    "}",
    "{]",
    "{\"model\"}",
    "{\"model\":}",
    "{\"model\":\"Chat\",}",
    "{'model':'Chat'}",
    "{model:\"Chat\"}",
    "{\"model\":\"Chat\"} x",
    "{\"model\":\"Chat\"}{}",
    "{\"model\":\"Chat\" \"messages\":[]}",
    "{\"model\":\"Chat\",\"messages\":[\u{1}]}",
    "{\"model\":\"Ch\\xat\"}",
    "{\"model\":\"Chat",
    "{\"model\":01}",
    "{\"model\":NaN}",
    "{\"model\":.5}",
    "// {}\n{}",
    "{}",
    "{\"messages\":[{}]}",
    "{\"model\":null,\"messages\":[{}]}",
    "{\"model\":5,\"messages\":[{}]}",
    "{\"model\":[\"Chat\"],\"messages\":[{}]}",
    "{\"model\":{},\"messages\":[{}]}",
    "{\"model\":true,\"messages\":[{}]}",
    "{\"model\":\"\",\"messages\":[{}]}",
    "{\"model\":\"chat\",\"messages\":[{}]}",
    "{\"model\":\"Chatt\",\"messages\":[{}]}",
    "{\"model\":\"Nothing like it\",\"messages\":[{}]}",
    "{\"model\":\"gpt-4o\",\"messages\":[{}]}",
    "{\"model\":\"Ch\\u00e4t\",\"messages\":[{}]}",
    "{\"model\":\"Chat\"}",
    "{\"model\":\"Chat\",\"messages\":null}",
    "{\"model\":\"Chat\",\"messages\":[]}",
    "{\"model\":\"Chat\",\"messages\":[ ]}",
    "{\"model\":\"Chat\",\"messages\":{}}",
    "{\"model\":\"Chat\",\"messages\":\"Hi\"}",
    "{\"model\":\"Chat\",\"messages\":5}",
    "{\"model\":\"Chat\",\"messages\":false}",
    "{\"model\":\"Chat\",\"prompt\":\"Hi\"}",
    "{\"model\":\"Chat\",\"messages\":[{}],\"stream\":\"true\"}",
    "{\"model\":\"Chat\",\"messages\":[{}],\"stream\":1}",
    "{\"model\":\"Chat\",\"messages\":[{}],\"stream\":{}}",
    "{\"model\":\"Chat\",\"messages\":[{}],\"stream\":[]}",
    "{\"model\":\"Chat\",\"messages\":[{}],\"stream_options\":{\"include_usage\":true}}",
    "{\"model\":\"Chat\",\"messages\":[{}],\"stream\":true,\"stream_options\":true}",
    "{\"model\":\"Chat\",\"messages\":[{}],\"stream\":true,\"stream_options\":[]}",
    "{\"model\":\"Chat\",\"messages\":[{}],\"stream\":true,\"stream_options\":\"usage\"}",
    "{\"model\":\"Chat\",\"messages\":[{}],\"stream\":true,\"stream_options\":{\"include_usage\":\"yes\"}}",
    "{\"model\":\"Chat\",\"messages\":[{}],\"timeout\":0}",
    "{\"model\":\"Chat\",\"messages\":[{}],\"timeout\":0.0}",
    "{\"model\":\"Chat\",\"messages\":[{}],\"timeout\":-0}",
    "{\"model\":\"Chat\",\"messages\":[{}],\"timeout\":-1}",
    "{\"model\":\"Chat\",\"messages\":[{}],\"timeout\":-0.5}",
    "{\"model\":\"Chat\",\"messages\":[{}],\"timeout\":-1e999}",
    "{\"model\":\"Chat\",\"messages\":[{}],\"timeout\":\"5\"}",
    "{\"model\":\"Chat\",\"messages\":[{}],\"timeout\":\"5s\"}",
    "{\"model\":\"Chat\",\"messages\":[{}],\"timeout\":\"\"}",
    "{\"model\":\"Chat\",\"messages\":[{}],\"timeout\":true}",
    "{\"model\":\"Chat\",\"messages\":[{}],\"timeout\":false}",
    "{\"model\":\"Chat\",\"messages\":[{}],\"timeout\":[5]}",
    "{\"model\":\"Chat\",\"messages\":[{}],\"timeout\":{\"request\":5}}",
    "{\"model\":\"Chat\",\"messages\":[{}],\"timeout\":Infinity}",
    "{\"model\":\"Chat\",\"messages\":[{}],\"timeout\":5s}",
];

/// What is wrong within messages, for a client whose provider has another form.
const INNER: &[&str] = &[
    "\"messages\":[5]",
    "\"messages\":[null]",
    "\"messages\":[\"Hi\"]",
    "\"messages\":[[]]",
    "\"messages\":[{}]",
    "\"messages\":[{\"role\":5,\"content\":\"x\"}]",
    "\"messages\":[{\"role\":\"user\",\"content\":5}]",
    "\"messages\":[{\"role\":\"user\",\"content\":{}}]",
    "\"messages\":[{\"role\":\"user\",\"content\":[5]}]",
    "\"messages\":[{\"role\":\"user\",\"content\":[{}]}]",
    "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}]",
    "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"hologram\"}]}]",
    "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]",
    "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":1}}]}]",
    "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{}}]}]",
    "\"messages\":[{\"role\":\"assistant\",\"tool_calls\":{}}]",
    "\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{}]}]",
    "\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"a\",\"function\":{}}]}]",
    "\"messages\":[{\"role\":\"tool\",\"content\":\"x\"}]",
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"tools\":{}",
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"tools\":[5]",
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"tools\":[{\"type\":\"function\"}]",
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"tools\":[{\"type\":\"function\",\"function\":{}}]",
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"tool_choice\":\"maybe\"",
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"response_format\":\"json\"",
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"response_format\":{}",
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"n\":2",
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"audio\":{}",
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"functions\":[]",
    "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"logprobs\":true",
];

fn stage() -> Stage {
    let other = "client<llm> Claude {\n provider anthropic\n options {\n model \"claude\"\n api_key env.KEY\n max_tokens 9\n http {\n request_timeout_ms 5000\n }\n }\n}\n";
    Stage::new(&(leaf("Chat", "x", "request_timeout_ms 5000") + other), |_| panic!("nothing is sent"))
}

#[tokio::test(start_paused = true)]
async fn is_refused_with_its_reason() {
    let stage = stage();
    let mut table = String::new();
    let inner = INNER.iter().map(|inner| format!("{{\"model\":\"Claude\",{inner}}}"));
    let bodies: Vec<String> = BODIES.iter().map(|body| (*body).to_owned()).chain(inner).collect();
    assert!(bodies.len() >= 100, "{}", bodies.len());
    for body in bodies {
        let answered = stage.post(body.clone()).await;
        let error = answered.json()["error"].clone();
        assert!((400..500).contains(&answered.status), "{body}: {}", answered.text());
        assert_eq!(error["type"], "invalid_request_error", "{body}");
        let shown = body.replace('\u{1}', "\\u0001").replace('\n', "\\n");
        writeln!(
            table,
            "{shown}\n  {} {}: {}",
            answered.status,
            error["param"],
            error["message"].as_str().unwrap()
        )
        .unwrap();
    }
    assert_eq!(stage.gateway.calls(), 0);
    insta::assert_snapshot!(table);
}

#[tokio::test(start_paused = true)]
async fn bytes_that_are_no_text_are_refused() {
    let stage = stage();
    for body in [&b"\xff\xfe"[..], b"{\"model\":\"\xc3\x28\"}", b"\x1f\x8b\x08", &[0; 64]] {
        assert_eq!(stage.post(body.to_vec()).await.status, 400, "{body:?}");
    }
    assert_eq!(stage.post_with(&[("content-encoding", "gzip")], "{}").await.status, 415);
    for plain in ["", "identity", "Identity"] {
        let answered = stage.post_with(&[("content-encoding", plain)], "{}").await;
        assert_eq!(answered.json()["error"]["param"], "model", "{plain}");
    }
    // The mark that some editors write is no part of the text.
    assert_eq!(stage.post("\u{feff}{}").await.json()["error"]["param"], "model");
    let deep =
        format!("{{\"model\":\"Claude\",\"messages\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(stage.post(deep).await.status, 400);
}

/// The search for a name that was meant takes a thread from all other calls, so it has an end.
#[tokio::test(start_paused = true)]
async fn a_model_with_a_very_long_name_is_not_searched_for() {
    let clients: String =
        (0..50).map(|number| leaf(&format!("Chat{number}"), "x", "request_timeout_ms 5000")).collect();
    let stage = Stage::new(&clients, |_| panic!("nothing is sent"));
    let message = async |name: String| {
        let body = serde_json::json!({"model": name, "messages": [{"role": "user", "content": "Hi"}]});
        stage.post(body.to_string()).await.json()["error"]["message"].as_str().unwrap().to_owned()
    };
    let near = "there is no client \"chat-1\"; did you mean \"Chat1\"? GET /v1/models lists them.";
    assert_eq!(message("chat-1".into()).await, near);
    let long = format!("there is no client \"{}…\". GET /v1/models lists them.", "ä".repeat(100));
    assert_eq!(message("ä".repeat(10_000_000)).await, long);
    // It would be near without the dashes.
    let dashes = format!("there is no client \"{}…\". GET /v1/models lists them.", "-".repeat(100));
    assert_eq!(message("-".repeat(256) + "Chat1").await, dashes);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_too_long_is_not_read() {
    let settings = CallSettings { max_body_bytes: 100, ..CallSettings::default() };
    let stage = Stage::with(
        &leaf("Chat", "x", "request_timeout_ms 5000"),
        |_| panic!("nothing is sent"),
        settings,
        Keys::default(),
    );
    for headers in [&[][..], &[("content-length", "101")]] {
        let answered = stage.post_with(headers, " ".repeat(101)).await;
        assert_eq!((answered.status, answered.header("connection")), (413, "close"));
        assert_eq!(answered.header("x-should-retry"), "false");
    }
}

#[tokio::test(start_paused = true)]
async fn a_path_that_is_nearly_right_is_named() {
    let stage = stage();
    for (path, meant) in [
        ("/chat/completions", "/v1/chat/completions"),
        ("/v1/chat/completions/", "/v1/chat/completions"),
        ("/v1//chat/completions", "/v1/chat/completions"),
        ("/v1/v1/chat/completions", "/v1/chat/completions"),
        ("/models", "/v1/models"),
        ("/v1/models/", "/v1/models"),
    ] {
        let answered = stage.get(path).await;
        let message = answered.json()["error"]["message"].as_str().unwrap().to_owned();
        assert_eq!(answered.status, 404, "{path}");
        assert!(
            message.contains(&format!("did you mean {meant}? The base URL must end in /v1")),
            "{message}"
        );
    }
    for path in ["/", "/v1", "/v1/embeddings", "/v1/responses", "/v1/completions"] {
        let answered = stage.get(path).await;
        assert!(answered.status == 404 && !answered.text().contains("did you mean"), "{path}: {answered:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_method_that_is_not_meant_is_told_which_is() {
    let stage = stage();
    for (method, path, allowed) in [
        ("OPTIONS", "/v1/chat/completions", "POST"),
        ("GET", "/v1/chat/completions", "POST"),
        ("POST", "/v1/models", "GET,HEAD"),
        ("DELETE", "/v1/models/Claude", "GET,HEAD"),
    ] {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let answered = stage.send(request).await;
        let allow = answered.headers()["allow"].to_str().unwrap();
        assert_eq!((answered.status().as_u16(), allow), (405, allowed), "{method} {path}");
    }
    for path in ["/health", "/ready", "/metrics", "/v1/models", "/v1/models/Claude"] {
        let request = Request::head(path).body(Body::empty()).unwrap();
        assert_eq!(stage.send(request).await.status(), 200, "{path}");
    }
}
