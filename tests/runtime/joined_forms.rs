//! A whole answer and the same one as a stream that is joined, for every form of answers: the same in each field.

use std::time::Duration;

use bytes::Bytes;
use clientc_runtime::transport::memory::{Memory, Script};
use clientc_runtime::{ChatRequest, ChatResponse, Runtime, StreamUpstream, Variables};
use clientc_tests::compiled::compile;
use http::Request;

use crate::providers::{Vault, frame};

/// How a provider says one answer, whole and as a stream.
struct Form {
    provider: &'static str,
    options: &'static str,
    whole: &'static str,
    stream: Vec<Vec<u8>>,
}

fn events(data: &[&str]) -> Vec<Vec<u8>> {
    data.iter().map(|data| format!("data: {data}\n\n").into_bytes()).collect()
}

const ANTHROPIC: &str = r#"{"id":"a","type":"message","role":"assistant","model":"m-1","content":[
    {"type":"thinking","thinking":"Hm.","signature":"proof"},
    {"type":"text","text":"Hi there"},
    {"type":"tool_use","id":"t","name":"f","input":{"x":1}}],
    "stop_reason":"tool_use","usage":{"input_tokens":3,"cache_read_input_tokens":1,"output_tokens":5}}"#;

fn anthropic() -> Vec<Vec<u8>> {
    events(&[
        r#"{"type":"message_start","message":{"id":"a","model":"m-1","usage":{"input_tokens":3,"cache_read_input_tokens":1,"output_tokens":1}}}"#,
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm."}}"#,
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"proof"}}"#,
        r#"{"type":"content_block_stop","index":0}"#,
        r#"{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}"#,
        r#"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Hi "}}"#,
        r#"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"there"}}"#,
        r#"{"type":"content_block_stop","index":1}"#,
        r#"{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}}"#,
        r#"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"x\""}}"#,
        r#"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":":1}"}}"#,
        r#"{"type":"content_block_stop","index":2}"#,
        r#"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":5}}"#,
        r#"{"type":"message_stop"}"#,
    ])
}

const GEMINI: &str = r#"{"responseId":"g","modelVersion":"m-1","candidates":[{"content":{"role":"model","parts":[
    {"text":"Hm.","thought":true},{"text":"Hi there"},{"functionCall":{"id":"t","name":"f","args":{"x":1}}}]},
    "finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":3,"cachedContentTokenCount":1,"candidatesTokenCount":5,
    "thoughtsTokenCount":2,"totalTokenCount":10}}"#;

fn gemini() -> Vec<Vec<u8>> {
    events(&[
        r#"{"responseId":"g","modelVersion":"m-1","candidates":[{"content":{"role":"model","parts":[{"text":"Hm.","thought":true}]}}]}"#,
        r#"{"responseId":"g","modelVersion":"m-1","candidates":[{"content":{"role":"model","parts":[{"text":"Hi "}]}}]}"#,
        r#"{"responseId":"g","modelVersion":"m-1","candidates":[{"content":{"role":"model","parts":[{"text":"there"}]}}]}"#,
        r#"{"responseId":"g","modelVersion":"m-1","candidates":[{"content":{"role":"model","parts":[{"functionCall":{"id":"t","name":"f","args":{"x":1}}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":3,"cachedContentTokenCount":1,"candidatesTokenCount":5,"thoughtsTokenCount":2,"totalTokenCount":10}}"#,
    ])
}

const RESPONSES: &str = r#"{"id":"r","model":"m-1","status":"completed","output":[
    {"type":"reasoning","summary":[{"type":"summary_text","text":"Hm."}]},
    {"type":"message","content":[{"type":"output_text","text":"Hi there"}]},
    {"type":"function_call","call_id":"t","name":"f","arguments":"{\"x\":1}"}],
    "usage":{"input_tokens":3,"input_tokens_details":{"cached_tokens":1},"output_tokens":5,
    "output_tokens_details":{"reasoning_tokens":2},"total_tokens":8}}"#;

fn responses() -> Vec<Vec<u8>> {
    events(&[
        r#"{"type":"response.created","response":{"id":"r","model":"m-1"}}"#,
        r#"{"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":0,"delta":"Hm."}"#,
        r#"{"type":"response.output_text.delta","output_index":1,"delta":"Hi "}"#,
        r#"{"type":"response.output_text.delta","output_index":1,"delta":"there"}"#,
        r#"{"type":"response.output_item.added","output_index":2,"item":{"type":"function_call","call_id":"t","name":"f","arguments":""}}"#,
        r#"{"type":"response.function_call_arguments.delta","output_index":2,"delta":"{\"x\""}"#,
        r#"{"type":"response.function_call_arguments.delta","output_index":2,"delta":":1}"}"#,
        r#"{"type":"response.completed","response":{"id":"r","model":"m-1","status":"completed","usage":{"input_tokens":3,"input_tokens_details":{"cached_tokens":1},"output_tokens":5,"output_tokens_details":{"reasoning_tokens":2},"total_tokens":8}}}"#,
    ])
}

const BEDROCK: &str = r#"{"output":{"message":{"role":"assistant","content":[
    {"reasoningContent":{"reasoningText":{"text":"Hm.","signature":"proof"}}},{"text":"Hi there"},
    {"toolUse":{"toolUseId":"t","name":"f","input":{"x":1}}}]}},"stopReason":"tool_use",
    "usage":{"inputTokens":3,"outputTokens":5,"totalTokens":8}}"#;

fn bedrock() -> Vec<Vec<u8>> {
    [
        ("messageStart", r#"{"role":"assistant"}"#),
        ("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"Hm."}}}"#),
        (
            "contentBlockDelta",
            r#"{"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"proof"}}}"#,
        ),
        ("contentBlockDelta", r#"{"contentBlockIndex":1,"delta":{"text":"Hi "}}"#),
        ("contentBlockDelta", r#"{"contentBlockIndex":1,"delta":{"text":"there"}}"#),
        ("contentBlockStart", r#"{"contentBlockIndex":2,"start":{"toolUse":{"toolUseId":"t","name":"f"}}}"#),
        ("contentBlockDelta", r#"{"contentBlockIndex":2,"delta":{"toolUse":{"input":"{\"x\""}}}"#),
        ("contentBlockDelta", r#"{"contentBlockIndex":2,"delta":{"toolUse":{"input":":1}"}}}"#),
        ("messageStop", r#"{"stopReason":"tool_use"}"#),
        ("metadata", r#"{"usage":{"inputTokens":3,"outputTokens":5,"totalTokens":8}}"#),
    ]
    .map(|(name, data)| frame(name, data))
    .into()
}

fn forms() -> Vec<Form> {
    let form = |provider, options, whole, stream| Form { provider, options, whole, stream };
    vec![
        form("anthropic", "model \"m\"", ANTHROPIC, anthropic()),
        form("vertex-ai", "model \"claude-m\"\n location \"europe-west1\"", ANTHROPIC, anthropic()),
        form("google-ai", "model \"m\"", GEMINI, gemini()),
        form("vertex-ai", "model \"m\"\n location \"europe-west1\"", GEMINI, gemini()),
        form("openai-responses", "model \"m\"", RESPONSES, responses()),
        form("aws-bedrock", "model \"m\"\n region \"eu-central-1\"", BEDROCK, bedrock()),
    ]
}

async fn answer(form: &Form, mode: StreamUpstream) -> (ChatResponse, u64) {
    let (whole, stream) = (form.whole, form.stream.clone());
    let is_streamed = mode == StreamUpstream::Always;
    let memory = Memory::new(move |_: &Request<Bytes>| match is_streamed {
        true => {
            let body = stream.iter().map(|piece| (Duration::from_millis(1), piece.clone().into())).collect();
            Script { body, ..Script::ok("") }
        }
        false => Script::ok(whole),
    });
    let text =
        format!("client<llm> A {{\n provider {}\n options {{\n {}\n }}\n}}\n", form.provider, form.options);
    let document = compile([("baml_src/main.baml", text)]).unwrap().document;
    let keys = ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY"];
    let runtime = Runtime::builder()
        .transport(memory.clone())
        .environment(Variables::from_iter(keys.map(|name| (name, "a-secret-key"))))
        .credentials(Vault(Duration::ZERO))
        .from_document(&document)
        .unwrap();
    let client = runtime.client("A").unwrap().with_stream_upstream(mode);
    let answer = client.chat(&ChatRequest::from_text("Hello")).await.unwrap();
    (answer.response, memory.requests())
}

#[tokio::test(start_paused = true)]
async fn the_joined_answer_of_every_form_is_the_whole_one_field_by_field() {
    for form in forms() {
        let (whole, _) = answer(&form, StreamUpstream::Never).await;
        let (joined, requests) = answer(&form, StreamUpstream::Always).await;
        assert_eq!(joined, whole, "{} {}", form.provider, form.options);
        assert_eq!(requests, 1);
        // Nothing is the same for want of being read.
        assert_eq!(whole.text.as_deref(), Some("Hi there"), "{}", form.provider);
        assert_eq!(whole.tool_calls[0].arguments, r#"{"x":1}"#, "{}", form.provider);
        assert_eq!(whole.reasoning[0].text, "Hm.", "{}", form.provider);
        let usage = whole.usage.unwrap();
        assert_eq!(
            (usage.completion_tokens, whole.finish_reason.unwrap().as_str()),
            (if form.whole == GEMINI { 7 } else { 5 }, "tool_calls")
        );
    }
}
