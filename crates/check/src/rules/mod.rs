//! One module and one page per rule.

use crate::context::Context;
use crate::core::finding::Findings;
use crate::core::rule::Rule;

/// The check of a rule.
pub(crate) type Check = fn(&Context<'_>, &mut Findings);

/// Declares the modules and lists them. A rule of `faults` words what other crates report, which the registry hands to
/// it; a rule with a `check` looks for itself.
macro_rules! rules {
    ($($module:ident: $kind:tt),* $(,)?) => {
        $(pub(crate) mod $module;)*
        /// All rules, grouped as the documentation groups them.
        pub(crate) static ALL: &[&Rule] = &[$(&$module::RULE),*];
        /// The check of each of them, where it has one.
        pub(crate) static CHECKS: &[Option<Check>] = &[$(rules!(@$kind $module)),*];
    };
    (@faults $module:ident) => { None };
    (@check $module:ident) => { Some($module::check) };
}

rules![
    syntax_error: faults,
    unterminated_string: faults,
    malformed_number: faults,
    misplaced_block: faults,
    file_encoding: check,
    nesting_too_deep: faults,
    invalid_config: check,
    unmatched_pattern: check,
    invalid_name: faults,
    duplicate_name: faults,
    duplicate_key: faults,
    unknown_client: faults,
    unknown_retry_policy: faults,
    client_cycle: faults,
    missing_provider: faults,
    unknown_provider: faults,
    unknown_property: faults,
    missing_option: check,
    invalid_option: check,
    invalid_strategy: faults,
    invalid_retry_policy: faults,
    unknown_http_field: faults,
    invalid_timeout: faults,
    invalid_http: faults,
    ttft_exceeds_request: check,
    effective_ttft_exceeds_request: check,
    too_many_routes: check,
    route_too_long: check,
    no_timeout: check,
    unbounded_worst_case: check,
    dead_timeout: check,
    shadowed_timeout: check,
    dead_fallback: check,
    truncated_fallback: check,
    dead_retry: check,
    total_too_small: check,
    duration_over_budget: check,
    retry_amplification: check,
    server_retries: check,
    platform_ceiling: check,
    nested_retries: check,
    too_many_retries: check,
    delay_exceeds_budget: check,
    retry_delay: check,
    duplicate_member: check,
    correlated_fallback: check,
    single_member: check,
    uneven_round_robin: check,
    weaker_fallback: check,
    backoff_before_fallback: check,
    reasoning_model_timeout: check,
    reasoning_model_advice: check,
    client_not_longer_than_server: check,
    unserved_client: check,
    slow_start: check,
    max_tokens_over_time: check,
    suspicious_unit: check,
    streaming_timeout_unused: check,
    misplaced_key: check,
    misspelt_key: check,
    odd_env_name: check,
    unsupported_parameter: check,
    number_from_env: check,
    base_url_path: check,
    finish_reason_unknown: check,
    unused_client: check,
    unused_retry_policy: check,
    hardcoded_secret: check,
    plain_http_url: check,
    baml_rejects: check,
    baml_ignores: check,
    baml_v1: check,
    unused_ignore: check,
    ignore_without_reason: check,
    unknown_rule: check,
];
