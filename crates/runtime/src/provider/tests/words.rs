//! Words of providers and what they stand for, one after the other.

use super::*;
use crate::chat::FinishReason;
use crate::provider::error::ReadError;
use crate::provider::{media, problem};

#[test]
fn words_for_errors_stand_for_a_status() {
    let rows = [
        (400, "invalid_request_error"),
        (400, "validationException"),
        (401, "authentication_error"),
        (403, "permission_error"),
        (403, "accessDeniedException"),
        (404, "not_found_error"),
        (404, "resourceNotFoundException"),
        (408, "modelTimeoutException"),
        (413, "request_too_large"),
        (429, "rate_limit_error"),
        (429, "rate_limit_exceeded"),
        (429, "insufficient_quota"),
        (429, "throttlingException"),
        (500, "api_error"),
        (500, "server_error"),
        (500, "internal_error"),
        (500, "internalServerException"),
        (503, "serviceUnavailableException"),
        (504, "timeout_error"),
        (529, "overloaded_error"),
    ];
    for (expected, word) in rows {
        for key in ["type", "code"] {
            let answer = json!({"error": {key: word, "message": "no"}});
            let Some(ReadError::Provider { status, .. }) = problem::in_answer(&answer) else {
                panic!("{word} is not found");
            };
            assert_eq!(status, Some(expected), "{word}");
        }
    }
    let answer = json!({"error": {"type": "something_else"}});
    let found = problem::in_answer(&answer);
    assert!(matches!(found, Some(ReadError::Provider { status: None, .. })), "{found:?}");
}

#[test]
fn an_error_beside_an_answer_is_none() {
    let with = |choices: Value| json!({"error": {"message": "a note"}, "choices": choices});
    assert!(problem::in_answer(&with(json!([{"index": 0}]))).is_none());
    assert!(problem::in_answer(&with(json!([]))).is_some());
    assert!(problem::in_answer(&json!({"error": null})).is_none());
}

#[test]
fn names_of_files_stand_for_a_media_type() {
    let rows = [
        ("a.png", "image/png"),
        ("a.jpg", "image/jpeg"),
        ("a.jpeg", "image/jpeg"),
        ("a.gif", "image/gif"),
        ("a.webp", "image/webp"),
        ("a.heic", "image/heic"),
        ("a.heif", "image/heif"),
        ("a.pdf", "application/pdf"),
        ("a.mp3", "audio/mpeg"),
        ("a.wav", "audio/wav"),
        ("a.ogg", "audio/ogg"),
        ("a.flac", "audio/flac"),
        ("a.mp4", "video/mp4"),
        ("a.mov", "video/quicktime"),
        ("a.webm", "video/webm"),
        ("a.PNG?size=3#x.gif", "image/png"),
    ];
    for (name, expected) in rows {
        assert_eq!(media::type_of_name(&format!("https://files.test/{name}")), Some(expected), "{name}");
    }
    assert_eq!(media::type_of_name("https://files.test/a.txt"), None);
}

#[test]
fn a_field_that_says_what_holds_without_it_is_left_out_where_it_is_not_known() {
    for (name, nothing, something) in [
        ("n", json!(1), json!(2)),
        ("service_tier", json!("auto"), json!("flex")),
        ("service_tier", json!("default"), json!("priority")),
        ("logprobs", json!(false), json!(true)),
        ("frequency_penalty", json!(0), json!(0.5)),
        ("logit_bias", json!({}), json!({"5": 1})),
    ] {
        let body = body("aws-bedrock", json!({}), asking(json!({name: nothing})));
        assert!(body.get(name).is_none(), "{name}");
        let refused = refusal("aws-bedrock", json!({}), asking(json!({name: something})));
        assert!(refused.contains(name), "{refused}");
    }
}

#[test]
fn an_answer_without_calls_that_ended_by_itself_has_stopped() {
    let content = json!({"role": "model", "parts": [{"text": "Hi"}]});
    let message =
        json!({"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hi"}]});
    for (provider, answer) in [
        ("google-ai", json!({"candidates": [{"content": content, "finishReason": "STOP"}]})),
        ("openai-responses", json!({"status": "completed", "output": [message]})),
    ] {
        let read = response(&leaf(provider, needed(provider)), answer.to_string().as_bytes(), false).unwrap();
        assert_eq!(read.finish_reason, Some(FinishReason::Stop), "{provider}");
    }
}

#[test]
fn a_developer_is_the_system_where_only_that_is_allowed() {
    let role = |allowed: Value| {
        let chat = json!({"messages": [{"role": "developer", "content": "Be short."}]});
        let body = body("openai", json!({"allowed_roles": allowed}), chat);
        body["messages"][0]["role"].clone()
    };
    assert_eq!(role(json!(["developer", "system", "user"])), "developer");
    assert_eq!(role(json!(["system", "user"])), "system");
    assert_eq!(role(json!(["user", "assistant"])), "user");
    let refused = refusal("openai", json!({"allowed_role_metadata": "some"}), asking(json!({})));
    assert!(refused.contains("`allowed_role_metadata` must be `all`, `none`"), "{refused}");
}
