//! Requests that cannot be built, and what none of them shows.

use super::*;

#[test]
fn wrong_options_are_named() {
    let rows = [
        ("openai", json!({"api_key": 5}), "`api_key` must be a string"),
        ("openai", json!({"headers": {"X": 5}}), "`headers.X` must be a string"),
        ("openai", json!({"headers": {"X Y": "z"}}), "`headers.X Y` must be under a valid header name"),
        (
            "openai",
            json!({"headers": {"X": "a\nb"}}),
            "`headers.X` must be a string on one line that is valid in a header",
        ),
        ("openai", json!({"query_params": []}), "`query_params` must be a map of strings"),
        ("openai", json!({"allowed_roles": "user"}), "`allowed_roles` must be an array of strings"),
        (
            "openai",
            json!({"base_url": "ftp://x"}),
            "`base_url` must be a URL that begins with http:// or https:// and names a host",
        ),
        (
            "azure-openai",
            json!({"resource_name": "evil.test/"}),
            "`resource_name` must be a name of letters, digits and hyphens",
        ),
        ("google-ai", json!({"model": null}), "`model` is missing; google-ai needs it"),
        ("openai-generic", json!({"base_url": null}), "`base_url` is missing; openai-generic needs it"),
        (
            "openai",
            json!({"headers": {"X-Team": {"$env": "NOT_THERE"}}}),
            "the environment variable NOT_THERE is not set; `headers.X-Team` needs it",
        ),
    ];
    for (provider, options, expected) in rows {
        assert_eq!(refusal(provider, options, asking(json!({}))), expected);
    }
    let leaf = leaf("openai-transcriptions", json!({}));
    let error = request(&leaf, &ChatRequest::from_text("Hi"), false, &keys()).unwrap_err();
    assert_eq!(error.to_string(), "the provider openai-transcriptions is not served yet");
}

/// The compiler speaks of clients that cannot be called by that table.
#[test]
fn the_table_of_providers_says_which_are_served() {
    for provider in clientc_plan::providers::PROVIDERS {
        let is_leaf = provider.kind == clientc_plan::providers::ProviderKind::Leaf;
        let is_served = crate::provider::is_served(provider.name);
        assert_eq!(is_served, is_leaf && provider.is_served, "{}", provider.name);
    }
}

#[test]
fn wrong_messages_are_named() {
    let lonely = json!({"messages": [{"role": "tool", "tool_call_id": "x", "content": "y"}]});
    let expected = "`messages[0].tool_call_id` must be the id of a call in an earlier message";
    assert_eq!(refusal("google-ai", json!({}), lonely), expected);
    for provider in PROVIDERS {
        let nameless =
            json!({"messages": [{"role": "user", "content": "a"}, {"role": "tool", "content": "y"}]});
        let error = refusal(provider, json!({}), nameless);
        assert!(error.starts_with("`messages[1].tool_call_id` must be the id of"), "{provider}: {error}");
    }
    let call = json!([{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{"}}]);
    let broken = json!({"messages": [{"role": "assistant", "content": null, "tool_calls": call}]});
    for provider in ["anthropic", "google-ai"] {
        let expected = "`messages[0].tool_calls[0].function.arguments` must be the text of a JSON object";
        assert_eq!(refusal(provider, json!({}), broken.clone()), expected, "{provider}");
    }
}

#[test]
fn a_request_shows_no_secret() {
    for provider in PROVIDERS {
        let options = json!({"api_key": "the-secret", "headers": {"X-Token": "another-secret"}});
        let request = built(provider, options, asking(json!({"user": null})), false).unwrap();
        let shown = format!("{request:?}");
        assert!(shown.starts_with("POST http"), "{shown}");
        for secret in ["secret", "Hi"] {
            assert!(!shown.contains(secret), "{provider}: {shown}");
        }
        let said = request.redact("Incorrect key the-secret and token another-secret.");
        assert_eq!(said, "Incorrect key *** and token ***.");
    }
}

#[test]
fn an_own_authorization_is_enough() {
    let options = json!({"model": "m", "headers": {"Authorization": "Basic abc"}});
    for provider in ["openai", "anthropic", "google-ai"] {
        let leaf = leaf(provider, options.clone());
        let request = request(&leaf, &ChatRequest::from_text("Hi"), false, &Variables::default()).unwrap();
        assert_eq!(request.headers["authorization"], "Basic abc");
    }
}
