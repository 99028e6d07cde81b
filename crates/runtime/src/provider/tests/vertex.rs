//! Requests to models on Vertex AI. Their answers are those of Gemini and of Anthropic.

use super::*;
use crate::chat::FinishReason;
use crate::provider::http::Auth;

const PROVIDER: &str = "vertex-ai";

#[test]
fn a_model_of_google_is_called_where_it_is() {
    let url = |options: Value, is_streaming: bool| {
        built(PROVIDER, options, asking(json!({})), is_streaming).unwrap().url.to_string()
    };
    assert_eq!(
        url(json!({}), false),
        "https://europe-west1-aiplatform.googleapis.com/v1/projects/p/locations/europe-west1/publishers/google/models/\
         gemini-2.5-pro:generateContent"
    );
    assert_eq!(
        url(json!({"location": "global"}), true),
        "https://aiplatform.googleapis.com/v1/projects/p/locations/global/publishers/google/models/\
         gemini-2.5-pro:streamGenerateContent?alt=sse"
    );
    let own = json!({"location": null, "base_url": "http://localhost:8080/models"});
    assert_eq!(url(own, false), "http://localhost:8080/models/gemini-2.5-pro:generateContent");
    assert!(url(json!({"project_id": null}), false).contains(PROJECT));
    assert_eq!(
        refusal(PROVIDER, json!({"location": null}), asking(json!({}))),
        "`location` is missing; vertex-ai needs it"
    );
    for wrong in ["", "evil.test/", "europe-west1.evil.test"] {
        assert_eq!(
            refusal(PROVIDER, json!({"location": wrong}), asking(json!({}))),
            "`location` must be a name of letters, digits and hyphens"
        );
    }
    let query = json!({"query_params": {"a": "b c"}});
    assert!(url(query.clone(), false).ends_with(":generateContent?a=b+c"));
    assert!(url(query, true).ends_with(":streamGenerateContent?alt=sse&a=b+c"));
    let google = body("google-ai", json!({"temperature": 1}), asking(json!({"max_tokens": 5})));
    assert_eq!(body(PROVIDER, json!({"temperature": 1}), asking(json!({"max_tokens": 5}))), google);
}

#[test]
fn a_url_goes_with_its_media_type() {
    let image = |url: &str| {
        let part = json!({"type": "image_url", "image_url": {"url": url}});
        json!({"messages": [{"role": "user", "content": [part]}]})
    };
    let sent = body(PROVIDER, json!({}), image("gs://bucket/cat.JPG?x=1.y"));
    assert_eq!(
        sent["contents"][0]["parts"][0],
        json!({"fileData": {"fileUri": "gs://bucket/cat.JPG?x=1.y", "mimeType": "image/jpeg"}})
    );
    assert_eq!(
        refusal(PROVIDER, json!({}), image("https://x.test/cat")),
        "vertex-ai cannot express an image at a URL whose file extension does not give its type; send its bytes"
    );
}

#[test]
fn a_model_of_anthropic_has_its_version_in_the_body() {
    let options = json!({"model": "claude-sonnet-4-5@20250929", "anthropic_version": "vertex-2023-10-16"});
    let request = built(PROVIDER, options.clone(), asking(json!({})), true).unwrap();
    assert_eq!(
        request.url.path(),
        "/v1/projects/p/locations/europe-west1/publishers/anthropic/models/claude-sonnet-4-5@20250929:streamRawPredict"
    );
    let sent: Value = Value::from_slice(&request.body).unwrap();
    assert_eq!((&sent["anthropic_version"], &sent["stream"]), (&json!("vertex-2023-10-16"), &json!(true)));
    assert_eq!((&sent["max_tokens"], sent.get("model")), (&json!(4096), None));
    assert!(request.headers.get("anthropic-version").is_none());
    let answer = json!({"content": [{"type": "text", "text": "Hi"}], "stop_reason": "end_turn"});
    let mut all = needed(PROVIDER);
    all.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
    let read = response(&leaf(PROVIDER, all), answer.to_string().as_bytes(), false).unwrap();
    assert_eq!((read.text.as_deref(), read.finish_reason), (Some("Hi"), Some(FinishReason::Stop)));
}

#[test]
fn credentials_are_taken_from_where_they_are_written() {
    let wanted = |options: Value, variables: &Variables| {
        let mut all = needed(PROVIDER);
        all.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
        let chat = ChatRequest::from_text("Hi");
        let built = request(&leaf(PROVIDER, all), &chat, false, variables).unwrap();
        assert!(!String::from_utf8_lossy(&built.body).contains("private_key"));
        match built.auth {
            Auth::Google { wanted } => wanted.credentials.map(String::from),
            _ => None,
        }
    };
    let none = Variables::default();
    assert_eq!(wanted(json!({}), &none), None);
    assert_eq!(wanted(json!({"credentials": "/etc/key.json"}), &none).as_deref(), Some("/etc/key.json"));
    let map = json!({"credentials": {"private_key": "k"}});
    assert_eq!(wanted(map, &none).as_deref(), Some("{\"private_key\":\"k\"}"));
    assert_eq!(wanted(json!({"credentials_content": "{}"}), &none).as_deref(), Some("{}"));
    let variables = Variables::from_iter([("GOOGLE_APPLICATION_CREDENTIALS", "/run/key.json")]);
    assert_eq!(wanted(json!({}), &variables).as_deref(), Some("/run/key.json"));
    let own = json!({"headers": {"Authorization": "Bearer t"}});
    let mut all = needed(PROVIDER);
    all.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
    let built = request(&leaf(PROVIDER, all.clone()), &ChatRequest::from_text("Hi"), false, &none).unwrap();
    assert!(matches!(built.auth, Auth::None));
    all["project_id"] = Value::Null;
    let chat = ChatRequest::from_text("Hi");
    let refused = request(&leaf(PROVIDER, all.clone()), &chat, false, &none).unwrap_err();
    assert_eq!(refused.to_string(), "`project_id` is missing; vertex-ai needs it");
    all["credentials"] = json!({"project_id": "p-of-the-key"});
    let built = request(&leaf(PROVIDER, all), &chat, false, &none).unwrap();
    assert!(built.url.path().starts_with("/v1/projects/p-of-the-key/"), "{}", built.url);
}
