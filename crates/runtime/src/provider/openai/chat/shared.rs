//! What bodies that are rewritten and bodies that stay as they are have in common.

use clientc_plan::json::{Map, Value};

use crate::provider::http::Delivery;

/// BAML's limit for Azure where a client sets none (peer/baml-facts.md 2.2).
const AZURE_MAX_TOKENS: u64 = 4096;
/// The two names of the limit of tokens.
pub(super) const LIMITS: [&str; 2] = ["max_tokens", "max_completion_tokens"];

/// Sets BAML's limit where there is none. A `max_tokens` of null says that there shall be none.
pub(super) fn limit_azure(body: &mut Map<String, Value>) {
    if body.get("max_tokens").is_some_and(Value::is_null) {
        body.shift_remove("max_tokens");
    } else if LIMITS.iter().all(|limit| !body.contains_key(*limit)) {
        body.insert("max_tokens".into(), AZURE_MAX_TOKENS.into());
    }
}

/// Whether a stream is asked for its usage. A joined answer says it like a whole one; a client whose server does not know
/// the field writes `stream_options` itself.
pub(super) fn asks_for_usage(provider: &str, delivery: Delivery, has_options: bool) -> bool {
    provider == "openai" || delivery == Delivery::Joined && !has_options
}
