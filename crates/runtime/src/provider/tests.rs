mod answers;
#[cfg(feature = "bedrock")]
mod bedrock;
mod difference;
mod fields;
mod oracle;
mod properties;
mod streams;
mod tools;
mod verbatim;
mod vertex;
mod words;
mod wrong;

use clientc_plan::json::{Value, json};

use super::*;
use crate::chat::{ChatRequest, ChatResponse};
use crate::environment::{Environment, Variables};
use crate::leaf::Leaf;

/// Makes a client out of the JSON of its options.
fn leaf(provider: &str, options: Value) -> Leaf {
    let Value::Object(options) = options else { panic!("options are an object") };
    let options = clientc_plan::value::object(options);
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

/// Builds a request, whole or as a stream.
fn request(
    leaf: &Leaf,
    chat: &ChatRequest,
    is_streaming: bool,
    environment: &dyn Environment,
) -> Result<HttpRequest, BuildError> {
    let delivery = if is_streaming { Delivery::Streamed } else { Delivery::Whole };
    super::request(leaf, chat, delivery, environment, None)
}

/// What a provider needs beside a key.
fn needed(provider: &str) -> Value {
    match provider {
        "openai-generic" => json!({"model": "m", "base_url": "http://llm.test/v1"}),
        "azure-openai" => json!({"resource_name": "r", "deployment_id": "d"}),
        "vertex-ai" => json!({"model": "gemini-2.5-pro", "location": "europe-west1", "project_id": "p"}),
        "aws-bedrock" => json!({"model": "amazon.nova-pro-v1:0", "region": "eu-central-1"}),
        _ => json!({"model": "m"}),
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

/// The providers whose credentials have to be fetched.
const CLOUDS: [&str; 2] = ["vertex-ai", "aws-bedrock"];

fn built(provider: &str, options: Value, body: Value, is_streaming: bool) -> Result<HttpRequest, BuildError> {
    let mut all = needed(provider);
    all.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
    request(&leaf(provider, all), &ChatRequest::from_json(body).unwrap(), is_streaming, &keys())
}

fn body(provider: &str, options: Value, chat: Value) -> Value {
    Value::from_slice(&built(provider, options, chat, false).unwrap().body).unwrap()
}

fn refusal(provider: &str, options: Value, chat: Value) -> String {
    built(provider, options, chat, false).unwrap_err().to_string()
}

fn asking(fields: Value) -> Value {
    let mut body = json!({"messages": [{"role": "user", "content": "Hi"}]});
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    body
}
