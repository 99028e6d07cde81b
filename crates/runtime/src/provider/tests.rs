mod answers;
mod difference;
mod oracle;
mod requests;
mod streams;

use super::*;
use crate::environment::Variables;
use serde_json::Value;

/// Makes a client out of the JSON of its options.
fn leaf(provider: &str, options: Value) -> Leaf {
    let options = serde_json::from_value(options).unwrap();
    Leaf { name: "Client".into(), provider: provider.into(), options }
}

/// An environment with every key.
fn keys() -> Variables {
    let names = [
        "OPENAI_API_KEY",
        "AZURE_OPENAI_API_KEY",
        "OPENROUTER_API_KEY",
        "ANTHROPIC_API_KEY",
        "GOOGLE_API_KEY",
    ];
    names.iter().map(|name| (*name, "a-secret-key")).collect()
}

/// What a provider needs beside a key.
fn needed(provider: &str) -> Value {
    match provider {
        "openai-generic" => serde_json::json!({"model": "m", "base_url": "http://llm.test/v1"}),
        "azure-openai" => serde_json::json!({"resource_name": "r", "deployment_id": "d"}),
        _ => serde_json::json!({"model": "m"}),
    }
}

const PROVIDERS: [&str; 8] = [
    "openai",
    "openai-generic",
    "openai-responses",
    "azure-openai",
    "ollama",
    "openrouter",
    "anthropic",
    "google-ai",
];
