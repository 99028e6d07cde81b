use super::*;
use crate::field::Field;

#[test]
fn names_and_aliases_lead_to_one_provider() {
    assert_eq!(provider("baml-openai-chat").map(|provider| provider.name), Some("openai"));
    assert_eq!(provider("round-robin").map(|provider| provider.kind), Some(ProviderKind::RoundRobin));
    for unknown in ["azure", "round_robin", "OpenAI", "baml-google-chat", ""] {
        assert_eq!(provider(unknown), None, "{unknown}");
    }
    let mut all: Vec<_> = names().collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), names().count());
}

#[test]
fn a_provider_has_at_most_one_row_for_an_option() {
    for provider in all() {
        let mut names: Vec<_> = provider.options().map(|option| option.name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count, "{}", provider.name);
        for name in provider.required() {
            assert!(provider.option(name).is_some(), "{} {name}", provider.name);
        }
    }
}

#[test]
fn owners_name_providers_that_exist() {
    for option in OPTIONS {
        if let Owners::Providers(names) = option.owners {
            assert!(names.iter().all(|name| provider(name).is_some_and(|provider| provider.name == *name)));
        }
        assert!(option.documentation.ends_with('.'), "{}", option.name);
    }
    assert!(all().iter().all(|provider| !provider.name.is_empty() && provider.documentation.ends_with('.')));
}

#[test]
fn closed_lists_are_those_that_are_documented() {
    let options = |name| provider(name).unwrap().options().map(|option| option.name).collect::<Vec<_>>();
    assert_eq!(options("fallback"), ["strategy", "http"]);
    assert_eq!(options("round-robin"), ["strategy", "start", "http"]);
    let bedrock = options("aws-bedrock");
    for refused in ["temperature", "api_key", "headers", "base_url"] {
        assert!(!bedrock.contains(&refused));
    }
    assert!(!provider("aws-bedrock").unwrap().is_open && provider("openai").unwrap().is_open);
}

#[test]
fn http_keys_depend_on_the_provider() {
    let keys = |name| provider(name).unwrap().http_keys().map(|key| key.name).collect::<Vec<_>>();
    let attempt: Vec<_> = Field::ATTEMPT.into_iter().map(Field::key).collect();
    let every: Vec<_> = Field::ALL.into_iter().map(Field::key).collect();
    assert_eq!(keys("openai"), [attempt.clone(), vec![POOLING_KEY]].concat());
    assert_eq!(keys("aws-bedrock"), attempt);
    assert_eq!(keys("fallback"), every);
    assert_eq!(http_key("idle_timeout_ms").and_then(|key| key.field), Some(Field::Idle));
    assert_eq!(policy_key("max_retries").map(|key| key.is_required), Some(true));
    assert_eq!(strategy_key("multiplier").map(|key| key.default), Some("1.5"));
}

/// Where requests go and which variable holds the key, as the reference says it.
const ENDPOINTS: [(&str, Option<&str>, Option<&str>); 11] = [
    ("openai", Some("https://api.openai.com/v1"), Some("OPENAI_API_KEY")),
    ("openai-responses", Some("https://api.openai.com/v1"), Some("OPENAI_API_KEY")),
    ("openai-transcriptions", Some("https://api.openai.com/v1"), Some("OPENAI_API_KEY")),
    ("openai-generic", None, None),
    ("azure-openai", None, Some("AZURE_OPENAI_API_KEY")),
    ("ollama", Some("http://localhost:11434/v1"), None),
    ("openrouter", Some("https://openrouter.ai/api/v1"), Some("OPENROUTER_API_KEY")),
    ("anthropic", Some("https://api.anthropic.com"), Some("ANTHROPIC_API_KEY")),
    ("google-ai", Some("https://generativelanguage.googleapis.com/v1beta"), Some("GOOGLE_API_KEY")),
    ("vertex-ai", None, None),
    ("aws-bedrock", None, None),
];

#[test]
fn leaves_have_the_address_and_the_variable_of_the_reference() {
    let leaves = all().iter().filter(|provider| !provider.kind.is_composite());
    let found: Vec<_> =
        leaves.map(|provider| (provider.name, provider.default_base_url, provider.key_variable)).collect();
    assert_eq!(found, ENDPOINTS);
    let unserved: Vec<_> = all().iter().filter(|provider| !provider.is_served).map(|it| it.name).collect();
    assert_eq!(unserved, ["openai-transcriptions"]);
}
