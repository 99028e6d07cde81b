//! Names of OpenTelemetry's conventions for generative AI, as of version 0.66 of its published names. Times under these
//! names are in seconds.
//!
//! The spans of this crate and the metrics of the gateway take their names from here.

/// `gen_ai.operation.name`: what is asked of a model.
pub const OPERATION_NAME: &str = "gen_ai.operation.name";
/// `gen_ai.provider.name`: who runs the model.
pub const PROVIDER_NAME: &str = "gen_ai.provider.name";
/// `gen_ai.request.model`: the model that is asked for.
pub const REQUEST_MODEL: &str = "gen_ai.request.model";
/// `gen_ai.request.stream`: whether the answer is asked for as a stream.
pub const REQUEST_STREAM: &str = "gen_ai.request.stream";
/// `gen_ai.response.id`: the provider's name of the answer.
pub const RESPONSE_ID: &str = "gen_ai.response.id";
/// `gen_ai.response.model`: the model that answered.
pub const RESPONSE_MODEL: &str = "gen_ai.response.model";
/// `gen_ai.response.finish_reasons`: why the answer ended.
pub const RESPONSE_FINISH_REASONS: &str = "gen_ai.response.finish_reasons";
/// `gen_ai.response.time_to_first_chunk`: the time to the first content, in seconds.
pub const RESPONSE_TIME_TO_FIRST_CHUNK: &str = "gen_ai.response.time_to_first_chunk";
/// `gen_ai.usage.input_tokens`: tokens of the prompt.
pub const USAGE_INPUT_TOKENS: &str = "gen_ai.usage.input_tokens";
/// `gen_ai.usage.output_tokens`: tokens of the answer.
pub const USAGE_OUTPUT_TOKENS: &str = "gen_ai.usage.output_tokens";
/// `gen_ai.usage.cache_read.input_tokens`: tokens of the prompt that the provider had in its cache.
pub const USAGE_CACHE_READ_INPUT_TOKENS: &str = "gen_ai.usage.cache_read.input_tokens";
/// `gen_ai.usage.reasoning.output_tokens`: tokens of thoughts.
pub const USAGE_REASONING_OUTPUT_TOKENS: &str = "gen_ai.usage.reasoning.output_tokens";
/// `gen_ai.token.type`: `input` or `output`.
pub const TOKEN_TYPE: &str = "gen_ai.token.type";
/// `error.type`: what failed.
pub const ERROR_TYPE: &str = "error.type";
/// `server.address`: the host that is called.
pub const SERVER_ADDRESS: &str = "server.address";
/// `server.port`: its port.
pub const SERVER_PORT: &str = "server.port";

/// The metric `gen_ai.client.operation.duration`, in seconds.
pub const OPERATION_DURATION: &str = "gen_ai.client.operation.duration";
/// The metric `gen_ai.client.operation.time_to_first_chunk`, in seconds.
pub const OPERATION_TIME_TO_FIRST_CHUNK: &str = "gen_ai.client.operation.time_to_first_chunk";
/// The metric `gen_ai.client.token.usage`, in tokens.
pub const TOKEN_USAGE: &str = "gen_ai.client.token.usage";

/// The attributes of spans and metrics.
pub const ATTRIBUTES: [&str; 16] = [
    OPERATION_NAME,
    PROVIDER_NAME,
    REQUEST_MODEL,
    REQUEST_STREAM,
    RESPONSE_ID,
    RESPONSE_MODEL,
    RESPONSE_FINISH_REASONS,
    RESPONSE_TIME_TO_FIRST_CHUNK,
    USAGE_INPUT_TOKENS,
    USAGE_OUTPUT_TOKENS,
    USAGE_CACHE_READ_INPUT_TOKENS,
    USAGE_REASONING_OUTPUT_TOKENS,
    TOKEN_TYPE,
    ERROR_TYPE,
    SERVER_ADDRESS,
    SERVER_PORT,
];

/// The metrics, with their units.
pub const METRICS: [(&str, &str); 3] =
    [(OPERATION_DURATION, "s"), (OPERATION_TIME_TO_FIRST_CHUNK, "s"), (TOKEN_USAGE, "{token}")];

/// Providers of clients whose name is another one in the conventions.
pub const PROVIDERS: [(&str, &str); 5] = [
    ("azure-openai", "azure.ai.openai"),
    ("google-ai", "gcp.gemini"),
    ("vertex-ai", "gcp.vertex_ai"),
    ("aws-bedrock", "aws.bedrock"),
    ("openai-responses", "openai"),
];

/// The name of a client's provider in the conventions, or its own where they have none.
#[must_use]
pub fn provider_name(provider: &str) -> &str {
    PROVIDERS.iter().find(|(ours, _)| *ours == provider).map_or(provider, |(_, theirs)| theirs)
}
