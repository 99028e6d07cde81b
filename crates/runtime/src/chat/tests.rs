use clientc_plan::json::{Value, json};

use super::*;

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
                {"type": "file", "file": {"file_data": "JVBE"}},
                {"type": "file", "file": {"file_data": "https://x.test/a.pdf"}},
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
    let at = |url: &str| MediaSource::Url { url: url.into(), media_type: None };
    let expected = [
        (MediaKind::Image, data("image/png", "AAAA")),
        (MediaKind::Image, at("https://x.test/a.png")),
        (MediaKind::Audio, data("audio/wav", "UklG")),
        (MediaKind::Pdf, data("application/pdf", "JVBE")),
        (MediaKind::Pdf, MediaSource::Id("file-1".into())),
        (MediaKind::Pdf, data("application/pdf", "JVBE")),
        (MediaKind::Pdf, at("https://x.test/a.pdf")),
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

#[test]
fn chunks_have_the_length_of_what_they_say_and_some_are_content() {
    let text = || String::from("four");
    let piece = Chunk::ToolCall {
        index: 0,
        id: Some("1".into()),
        name: Some("22".into()),
        arguments: "333".into(),
        signature: Some("55555".into()),
    };
    for (chunk, length, is_content) in [
        (Chunk::Start { id: Some("12".into()), model: Some("123".into()) }, 5, false),
        (Chunk::Start { id: None, model: None }, 0, false),
        (Chunk::Text(text()), 4, true),
        (Chunk::Reasoning(text()), 4, true),
        (Chunk::ReasoningSignature(text()), 4, false),
        (Chunk::Refusal(text()), 4, true),
        (piece, 11, true),
        (Chunk::Finish(FinishReason::Stop), 0, false),
        (Chunk::Usage(Usage::default()), 0, false),
        (Chunk::Logprobs(json!({})), 1024, false),
        (Chunk::Wire(text()), 4, false),
    ] {
        assert_eq!((chunk.content_len(), chunk.is_content()), (length, is_content), "{chunk:?}");
    }
}

#[test]
fn an_answer_has_content_where_something_is_said() {
    let said = |text: &str| Some(text.to_owned());
    let thought = |text: &str| vec![Reasoning { text: text.into(), signature: said("s") }];
    let empty =
        ChatResponse { id: said("a"), finish_reason: Some(FinishReason::Stop), ..ChatResponse::default() };
    let answers = [
        (empty.clone(), false),
        (ChatResponse { text: said("x"), ..empty.clone() }, true),
        (ChatResponse { text: said(""), refusal: said(""), reasoning: thought(""), ..empty.clone() }, false),
        (ChatResponse { refusal: said("x"), ..empty.clone() }, true),
        (ChatResponse { reasoning: thought("x"), ..empty.clone() }, true),
        (ChatResponse { tool_calls: vec![ToolCall::default()], ..empty.clone() }, true),
    ];
    for (answer, has_content) in answers {
        assert_eq!(answer.has_content(), has_content, "{answer:?}");
    }
    assert_eq!(empty.reasoning_text(), None);
    assert_eq!(ChatResponse { reasoning: thought("x"), ..empty }.reasoning_text().as_deref(), Some("x"));
}

#[test]
fn probabilities_of_a_stream_are_joined_by_their_lists() {
    let mut answer = ChatResponse::default();
    for more in [
        json!({"content": [1], "refusal": null}),
        json!({"content": [2, 3], "refusal": [4]}),
        json!({"content": null, "other": 5}),
    ] {
        answer.add(Chunk::Logprobs(more));
    }
    assert_eq!(answer.logprobs.unwrap(), json!({"content": [1, 2, 3], "refusal": [4], "other": 5}));
}

#[test]
fn words_of_openai_stand_for_reasons_and_kinds() {
    let reasons = [
        FinishReason::Stop,
        FinishReason::Length,
        FinishReason::ToolCalls,
        FinishReason::ContentFilter,
        FinishReason::Other("pause".into()),
    ];
    let words = reasons.each_ref().map(FinishReason::as_str);
    assert_eq!(words, ["stop", "length", "tool_calls", "content_filter", "pause"]);
    let kinds = [MediaKind::Image, MediaKind::Audio, MediaKind::Pdf, MediaKind::Video];
    assert_eq!(kinds.map(MediaKind::as_str), ["image", "audio", "pdf", "video"]);
    for role in ["system", "developer", "user", "assistant", "tool", "critic"] {
        assert_eq!(Role::from(role).as_str(), role);
    }
}

#[test]
fn only_a_plain_data_url_gives_bytes() {
    let bytes = |media_type: &str| MediaSource::Data { media_type: media_type.into(), data: "AA==".into() };
    assert!(MediaSource::from_url("data:image/png;base64,AA==".into()) == bytes("image/png"));
    for url in ["data:;base64,AA==", "data:a/b;x=1;base64,AA==", "data:a/b,AA", "https://x.test/a;base64,b"] {
        let expected = MediaSource::Url { url: url.into(), media_type: None };
        assert!(MediaSource::from_url(url.into()) == expected, "{url}");
    }
}

#[test]
fn logs_show_sizes_and_kinds_alone() {
    let parts = [
        (Part::text("abc"), "text of 3 bytes"),
        (Part::from(Content::Refusal("ab".into())), "refusal of 2 bytes"),
        (
            Part::from(Content::Reasoning { text: "a".into(), signature: Some("b".into()) }),
            "reasoning of 1 bytes",
        ),
        (Part::image_data("image/png", "AAAA"), "image"),
        (Part::image_url("https://x.test/secret"), "image"),
    ];
    for (part, shown) in &parts {
        assert_eq!(format!("{part:?}"), *shown);
        let (text, reasoning) = (part.content.as_text(), part.content.as_reasoning());
        let expected =
            (shown.starts_with("text").then_some("abc"), shown.starts_with("reasoning").then_some("a"));
        assert_eq!((text, reasoning), expected);
    }
    let shown = format!("{:?}", Message::system("Be kind."));
    assert_eq!(shown, "Message { role: System, content: [text of 8 bytes], tool_calls: 0, .. }");
}
