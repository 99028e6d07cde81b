//! The JSON Schema of `clientc.toml`, for editors of TOML.

use clientc_check::{Calls, LEVEL_WORDS, RULES, Rule};
use clientc_plan::json::{Map, Value, json};
use clientc_plan::{Field, MAX_MS};

/// The JSON Schema of `clientc.toml`. It allows what the reader of settings allows, and also patterns that are not
/// valid and names of clients that no project has, which it cannot judge.
#[must_use]
pub fn config_schema() -> Value {
    let mut properties = layer();
    let more = json!({
        "extend": path("Another clientc.toml that this one extends, relative to the folder of this file"),
        "exclude": strings("Folders and files to exclude, relative to the folder of this file"),
        "baseline": path("The baseline, a file of accepted findings, relative to the folder of this file"),
        "profiles": {
            "description": "Settings for one deployment each, chosen with --profile",
            "type": "object",
            "additionalProperties": table("Settings that also apply when this profile is chosen", Value::Object(layer())),
        },
        "gateway": table("What a gateway allows its callers; its command line takes precedence", json!({
            "listen": {"type": "string", "description": "The address to listen on, such as 127.0.0.1:44497"},
            "max_concurrent_calls": number("The most concurrent calls; default: 1000"),
            "max_connections": number("The most concurrent connections from callers; default: 4000"),
            "max_body_bytes": number("The largest body of a request, in bytes; default: 67108864"),
            "body_timeout_ms": number("How long a body may take to arrive; default: 30000"),
            "header_timeout_ms": number("How long a head may take to arrive; default: 30000"),
            "write_timeout_ms": number("How long a caller may leave a pending answer unread; default: 30000"),
            "drain_delay_ms": number("How long new calls are still accepted after SIGTERM; default: 3000"),
            "drain_timeout_ms": number("How long calls in progress may continue after that; default: as long as the plan allows, at least 30000"),
            "deadline_headers": {
                "type": "boolean",
                "description": "Whether headers in which callers state how long they wait lower the limits",
            },
            "otlp": {
                "type": "boolean",
                "description": "Whether metrics and spans are sent to an OpenTelemetry collector",
            },
            "stream_upstream": {
                "description": "Whether whole answers are assembled from streams, for all clients or for each; \
                    default: where a route has a first-token limit or an idle limit",
                "anyOf": [{"type": "boolean"}, {"type": "object", "additionalProperties": {"type": "boolean"}}],
            },
        })),
    });
    properties.extend(more.as_object().cloned().unwrap_or_default());
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "clientc.toml",
        "description": "Settings of clientc. All keys are optional.",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    })
}

/// The keys that the file and a profile have in common.
fn layer() -> Map<String, Value> {
    let layer = json!({
        "rules": rules("Levels of rules"),
        "overrides": overrides(),
        "entries": entries(),
        "defaults": defaults(),
        "limits": limits(),
        "models": tables("Further reasoning models", &["match"], json!({
            "match": strings("Names of models, with `*`"),
            "min-request-timeout-ms": number("The smallest request limit that they can work with, in milliseconds"),
            "min-ttft-timeout-ms": number("The smallest first-token limit, in milliseconds"),
        })),
        "servers": servers(json!({
            "base-url": {"type": "string", "description": "It must begin with http:// or https://"},
            "timeout-ms": number("After how many milliseconds the server gives up"),
            "retries": number("How often the server itself repeats a request that failed"),
        })),
        "platform": table("What the program runs on", json!({
            "ceiling-ms": number("After how many milliseconds it cuts the caller off"),
        })),
        "runtime": table("What makes the calls", json!({
            "calls": {"description": "\"baml\" where the project has a generator block, else \"clientc\"", "enum": Calls::WORDS},
            "baml-version": {"description": "The version of BAML; default: that of the generator block", "type": "string"},
        })),
        "peer": table("What BAML itself would do", json!({
            "baml": {"description": "Whether to report it: \"auto\" where the project has a generator block", "enum": ["auto", "off"]},
        })),
    });
    layer.as_object().cloned().unwrap_or_default()
}

fn overrides() -> Value {
    let description = "Settings for some paths; a later table wins over an earlier one. Levels apply to each file, \
        everything else to projects that are covered as a whole";
    let mut overrides = tables(
        description,
        &["paths"],
        json!({
            "paths": strings("Files, relative to the folder of this file; a folder covers what is in it"),
            "rules": rules("Levels for these files"),
            "entries": entries(),
            "defaults": defaults(),
            "limits": limits(),
        }),
    );
    let any = ["rules", "entries", "defaults", "limits"].map(|key| json!({"required": [key]}));
    overrides["items"]["anyOf"] = json!(any);
    overrides
}

fn entries() -> Value {
    table(
        "The clients that callers use",
        json!({
            "clients": {
                "description": "Names of clients, or \"all\"; default: those that functions name, else every client \
                    that is not a member",
                "anyOf": [{"const": "all"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
            },
        }),
    )
}

fn defaults() -> Value {
    table(
        "Limits for clients that set none",
        json!({
            "http": attempt_limits("Limits where no client on a route sets one"),
            "fix": attempt_limits("The limits that the fix of no-timeout writes"),
        }),
    )
}

fn limits() -> Value {
    table(
        "What a call to an entry may cost",
        json!({
            "max-requests": number("The most requests; default: 12"),
            "max-duration-ms": number("The longest time in milliseconds"),
        }),
    )
}

fn path(description: &str) -> Value {
    json!({"description": description, "type": "string", "minLength": 1})
}

fn rules(description: &str) -> Value {
    let level = |rule: &&Rule| {
        let words: &[&str] = if rule.is_fixed { &LEVEL_WORDS[..1] } else { &LEVEL_WORDS };
        let property = json!({"description": rule.summary, "enum": words});
        (rule.name.to_owned(), property)
    };
    let properties: Map<String, Value> = RULES.iter().map(level).collect();
    table(description, Value::Object(properties))
}

fn attempt_limits(description: &str) -> Value {
    let fields = Field::ALL.into_iter().filter(|field| *field != Field::Total);
    let property = |field: Field| (field.key().to_owned(), number("Milliseconds"));
    table(description, Value::Object(fields.map(property).collect()))
}

fn table(description: &str, properties: Value) -> Value {
    json!({"description": description, "type": "object", "additionalProperties": false, "properties": properties})
}

fn tables(description: &str, required: &[&str], properties: Value) -> Value {
    let table = json!({"type": "object", "additionalProperties": false, "required": required, "properties": properties});
    json!({"description": description, "type": "array", "items": table})
}

/// The forms of a server: it says how long it takes, or how often it repeats a request, or both.
fn servers(properties: Value) -> Value {
    let mut servers = tables("Servers with a limit or retries of their own", &["base-url"], properties);
    servers["items"]["anyOf"] = json!([{"required": ["timeout-ms"]}, {"required": ["retries"]}]);
    servers
}

fn number(description: &str) -> Value {
    json!({"description": description, "type": "integer", "minimum": 1, "maximum": MAX_MS})
}

fn strings(description: &str) -> Value {
    json!({"description": description, "type": "array", "items": {"type": "string"}})
}
