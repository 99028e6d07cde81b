//! One module and one page a rule.

use crate::context::Context;
use crate::core::finding::Findings;
use crate::core::rule::Rule;

macro_rules! rules {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*
        /// All rules, grouped as the documentation groups them.
        pub(crate) static ALL: &[&Rule] = &[$(&$module::RULE),*];
        /// What each of them does.
        pub(crate) static CHECKS: &[fn(&Context<'_>, &mut Findings)] = &[$($module::check),*];
    };
}

rules![
    syntax_error,
    unterminated_string,
    malformed_number,
    file_encoding,
    nesting_too_deep,
    invalid_config,
    invalid_name,
    duplicate_name,
    duplicate_key,
    unknown_client,
    unknown_retry_policy,
    client_cycle,
    missing_provider,
    unknown_provider,
    unknown_property,
    missing_option,
    invalid_option,
    invalid_strategy,
    invalid_retry_policy,
    unknown_http_field,
    invalid_timeout,
    invalid_http,
    ttft_exceeds_request,
    effective_ttft_exceeds_request,
    too_many_routes,
    route_too_long,
    no_timeout,
    unbounded_worst_case,
    dead_timeout,
    shadowed_timeout,
    dead_fallback,
    truncated_fallback,
    dead_retry,
    total_too_small,
    duration_over_budget,
    retry_amplification,
    server_retries,
    platform_ceiling,
    nested_retries,
    too_many_retries,
    delay_exceeds_budget,
    retry_delay,
    duplicate_member,
    correlated_fallback,
    single_member,
    uneven_round_robin,
    weaker_fallback,
    backoff_before_fallback,
    reasoning_model_timeout,
    reasoning_model_advice,
    client_not_longer_than_server,
    slow_start,
    max_tokens_over_time,
    suspicious_unit,
    streaming_timeout_unused,
    misplaced_key,
    misspelt_key,
    odd_env_name,
    unsupported_parameter,
    number_from_env,
    base_url_path,
    finish_reason_unknown,
    unused_client,
    unused_retry_policy,
    hardcoded_secret,
    plain_http_url,
    baml_rejects,
    baml_ignores,
    unused_ignore,
    ignore_without_reason,
    unknown_rule,
];
