use super::*;
use clientc_plan::json::{Value, json};

fn read(message: Value) -> Result<Message, FormError> {
    let body = json!({"messages": [message]});
    ChatRequest::from_json(body).map(|chat| chat.messages.into_iter().next().unwrap())
}

#[test]
fn a_body_is_read_into_messages_tools_and_fields() {
    let body = json!({
        "model": "MyClient",
        "messages": [
            {"role": "system", "content": "Be kind."},
            {"role": "user", "name": "Ann", "content": [
                {"type": "text", "text": "Look", "cache_control": {"type": "ephemeral"}},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA", "detail": "low"}},
                {"type": "image_url", "image_url": {"url": "https://x.test/a.png"}},
                {"type": "input_audio", "input_audio": {"data": "UklG", "format": "wav"}},
                {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBE"}},
                {"type": "file", "file": {"file_id": "file-1"}},
            ]},
        ],
        "tools": [
            {"type": "function", "function": {"name": "f", "strict": true}},
            {"type": "web_search", "size": 1},
        ],
        "tool_choice": {"type": "function", "function": {"name": "f"}},
        "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object"}}},
        "temperature": 0.5,
    });
    let chat = ChatRequest::from_json(body.clone()).unwrap();
    assert_eq!(chat.messages[0], Message::system("Be kind."));
    let user = &chat.messages[1];
    assert_eq!(user.name.as_deref(), Some("Ann"));
    assert_eq!(user.content[0].metadata["cache_control"], json!({"type": "ephemeral"}));
    let media: Vec<_> = user
        .content
        .iter()
        .filter_map(|part| match &part.content {
            Content::Media(media) => Some((media.kind, media.source.clone())),
            _ => None,
        })
        .collect();
    let data =
        |media_type: &str, data: &str| MediaSource::Data { media_type: media_type.into(), data: data.into() };
    let expected = [
        (MediaKind::Image, data("image/png", "AAAA")),
        (MediaKind::Image, MediaSource::Url { url: "https://x.test/a.png".into(), media_type: None }),
        (MediaKind::Audio, data("audio/wav", "UklG")),
        (MediaKind::Pdf, data("application/pdf", "JVBE")),
        (MediaKind::Pdf, MediaSource::Id("file-1".into())),
    ];
    assert!(media == expected);
    assert_eq!(chat.tools[0].to_json(), body["tools"][0]);
    assert_eq!(chat.tools[1].to_json(), body["tools"][1]);
    assert_eq!(chat.tool_choice.as_ref().unwrap().to_json(), body["tool_choice"]);
    assert_eq!(chat.response_format.as_ref().unwrap().to_json(), body["response_format"]);
    assert_eq!(chat.fields, *json!({"model": "MyClient", "temperature": 0.5}).as_object().unwrap());
    let shown = format!("{chat:?}");
    assert!(!shown.contains("kind.") && !shown.contains("AAAA"), "{shown}");
}

#[test]
fn calls_results_and_thoughts_are_read() {
    let call = json!({"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"},
        "extra_content": {"google": {"thought_signature": "proof"}}});
    let message = read(json!({"role": "assistant", "content": null, "tool_calls": [call]})).unwrap();
    assert!(message.content.is_empty());
    assert_eq!(message.tool_calls[0].to_json(), call);
    let result = read(json!({"role": "tool", "tool_call_id": "a", "content": "x"})).unwrap();
    assert_eq!(result, Message::tool("a", "x"));
    let thought = read(json!({"role": "assistant", "content": "x", "reasoning_content": "Hm."})).unwrap();
    assert_eq!(thought.content[0].content.as_reasoning(), Some("Hm."));
    let blocks = json!([{"type": "thinking", "thinking": "Hm.", "signature": "proof"}]);
    let signed = read(json!({"role": "assistant", "content": "x", "thinking_blocks": blocks})).unwrap();
    let expected = Content::Reasoning { text: "Hm.".into(), signature: Some("proof".into()) };
    assert!(signed.content[0].content == expected);
}

#[test]
fn what_is_wrong_is_named_by_its_path() {
    let wrong = |message: Value| read(message).unwrap_err().to_string();
    assert_eq!(wrong(json!(5)), "`messages[0]` must be an object");
    assert_eq!(wrong(json!({})), "`messages[0].role` is missing");
    assert_eq!(wrong(json!({"role": 5})), "`messages[0].role` must be a string");
    assert_eq!(
        wrong(json!({"role": "user", "content": 5})),
        "`messages[0].content` must be a string or an array of parts"
    );
    assert_eq!(
        wrong(json!({"role": "user", "content": [{"type": "smell"}]})),
        "`messages[0].content[0].type` is `smell`; known are text, image_url, input_audio, file and refusal"
    );
    let body = |fields: Value| ChatRequest::from_json(fields).unwrap_err().to_string();
    assert_eq!(body(json!({})), "`messages` is missing");
    assert_eq!(body(json!({"messages": {}})), "`messages` must be an array");
    assert_eq!(body(json!({"messages": [], "tools": [{}]})), "`tools[0].function` is missing");
    assert_eq!(
        body(json!({"messages": [], "tool_choice": "maybe"})),
        "`tool_choice` must be auto, none, required or an object that names a function"
    );
}

#[test]
fn an_answer_is_the_sum_of_its_chunks() {
    let answer = ChatResponse {
        id: Some("a".into()),
        model: Some("m".into()),
        text: Some("Hi".into()),
        reasoning: vec![
            Reasoning { text: "One.".into(), signature: Some("1".into()) },
            Reasoning { text: "Two.".into(), signature: None },
        ],
        refusal: Some("No.".into()),
        tool_calls: vec![ToolCall {
            id: "x".into(),
            name: "f".into(),
            arguments: "{}".into(),
            signature: None,
        }],
        finish_reason: Some(FinishReason::ToolCalls),
        usage: Some(Usage { prompt_tokens: 1, ..Usage::default() }),
        logprobs: Some(json!({"content": [1]})),
        wire: Vec::new(),
    };
    let mut sum = ChatResponse::default();
    answer.clone().into_chunks().into_iter().for_each(|chunk| sum.add(chunk));
    assert_eq!(sum, answer);
    assert_eq!(sum.reasoning_text().as_deref(), Some("One.\n\nTwo."));
}

#[test]
fn pieces_of_calls_that_never_began_are_left_out() {
    let piece =
        |index| Chunk::ToolCall { index, id: None, name: None, arguments: "x".into(), signature: None };
    let mut answer = ChatResponse::default();
    answer.add(piece(usize::MAX));
    assert!(answer.tool_calls.is_empty());
    answer.add(piece(0));
    assert_eq!(answer.tool_calls.len(), 1);
}

#[test]
fn further_fields_of_a_message_are_kept() {
    let message =
        read(json!({"role": "assistant", "content": "x", "audio": null, "annotations": [], "prefix": true}));
    assert_eq!(message.unwrap().extra, *json!({"prefix": true}).as_object().unwrap());
}
