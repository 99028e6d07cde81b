//! The names that people give to limits and retries: what each of them is called here, and its unit.
//!
//! They are those of the proposal for BAML, of SDKs (OpenAI, Anthropic, Vercel AI, LangChain, LiteLLM, httpx) and of
//! gateways (LiteLLM, TensorZero, Portkey, argo-proxy), as they are in issues and in configurations.

use clientc_plan::{Field, MAX_MS};

use crate::text::units::unit_ms;

/// What a name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// One of the five limits.
    Limit(Field),
    /// A time limit, but the name does not say which.
    SomeLimit,
    /// How many more attempts there are.
    Retries,
    /// How many attempts there are, the first included.
    Attempts,
    /// How long to wait between attempts.
    Delay,
    /// What is tried again.
    RetriedErrors,
    /// What is tried when it fails.
    Fallbacks,
    /// How often a member is used.
    Weight,
    /// How long a member is left out after failures.
    Cooldown,
}

/// The unit that a name itself says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Milliseconds,
    Seconds,
    Minutes,
}

impl Unit {
    /// How many milliseconds one has.
    const fn ms(self) -> u64 {
        match self {
            Self::Milliseconds => 1,
            Self::Seconds => 1000,
            Self::Minutes => 60_000,
        }
    }
}

/// A name that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) meaning: Meaning,
    pub(crate) unit: Option<Unit>,
}

use Meaning::{Attempts, Cooldown, Delay, Fallbacks, Limit, RetriedErrors, Retries, SomeLimit, Weight};

const CONNECT: Meaning = Limit(Field::Connect);
const FIRST_TOKEN: Meaning = Limit(Field::TimeToFirstToken);
const IDLE: Meaning = Limit(Field::Idle);
const REQUEST: Meaning = Limit(Field::Request);
const TOTAL: Meaning = Limit(Field::Total);

/// Names without unit and without words such as "timeout", which only say that it is a time. `is_bare` tells whether
/// the name means a time even without them.
const STEMS: &[(&str, Meaning, bool)] = &[
    ("connect", CONNECT, false),
    ("connection", CONNECT, false),
    ("conn", CONNECT, false),
    ("dial", CONNECT, false),
    ("handshake", CONNECT, false),
    ("tcp", CONNECT, false),
    ("tls", CONNECT, false),
    ("ttft", FIRST_TOKEN, true),
    ("ttfb", FIRST_TOKEN, true),
    ("to_first_token", FIRST_TOKEN, true),
    ("to_token", FIRST_TOKEN, true),
    ("first_token", FIRST_TOKEN, false),
    ("first_chunk", FIRST_TOKEN, false),
    ("first_byte", FIRST_TOKEN, false),
    ("first_event", FIRST_TOKEN, false),
    ("first_response", FIRST_TOKEN, false),
    ("to_first_byte", FIRST_TOKEN, true),
    ("to_first_chunk", FIRST_TOKEN, true),
    ("initial_response", FIRST_TOKEN, false),
    ("idle", IDLE, false),
    ("stream_idle", IDLE, false),
    ("chunk", IDLE, false),
    ("stream_chunk", IDLE, false),
    ("inter_chunk", IDLE, false),
    ("inter_token", IDLE, false),
    ("between_chunks", IDLE, false),
    ("between_tokens", IDLE, false),
    ("token", IDLE, false),
    ("read", IDLE, false),
    ("sock_read", IDLE, false),
    ("socket", IDLE, false),
    ("stall", IDLE, false),
    ("inactivity", IDLE, false),
    ("", REQUEST, false),
    ("request", REQUEST, false),
    ("response", REQUEST, false),
    ("call", REQUEST, false),
    ("attempt", REQUEST, false),
    ("api", REQUEST, false),
    ("http", REQUEST, false),
    ("client", REQUEST, false),
    ("llm", REQUEST, false),
    ("model", REQUEST, false),
    ("default", REQUEST, false),
    ("max", REQUEST, false),
    ("per_try", REQUEST, false),
    ("per_request", REQUEST, false),
    ("per_attempt", REQUEST, false),
    ("stream", REQUEST, false),
    ("completion", REQUEST, false),
    ("generation", REQUEST, false),
    ("inference", REQUEST, false),
    ("total", TOTAL, false),
    ("overall", TOTAL, false),
    ("global", TOTAL, false),
    ("whole", TOTAL, false),
    ("end_to_end", TOTAL, false),
    ("elapsed", TOTAL, false),
    ("duration", TOTAL, false),
    ("wall_clock", TOTAL, false),
    ("fallback", TOTAL, false),
];

/// Whole names.
const NAMES: &[(&str, Meaning)] = &[
    ("max_retries", Retries),
    ("max_retry", Retries),
    ("num_retries", Retries),
    ("n_retries", Retries),
    ("nb_retries", Retries),
    ("retries", Retries),
    ("retry", Retries),
    ("retry_count", Retries),
    ("retry_limit", Retries),
    ("number_of_retries", Retries),
    ("max_attempts", Attempts),
    ("retry_attempts", Attempts),
    ("num_attempts", Attempts),
    ("max_tries", Attempts),
    ("tries", Attempts),
    ("retry_delay", Delay),
    ("retry_interval", Delay),
    ("retry_wait", Delay),
    ("retry_backoff", Delay),
    ("retry_after", Delay),
    ("backoff", Delay),
    ("backoff_factor", Delay),
    ("backoff_multiplier", Delay),
    ("exponential_backoff", Delay),
    ("initial_backoff", Delay),
    ("max_backoff", Delay),
    ("initial_delay", Delay),
    ("max_delay", Delay),
    ("initial_retry_delay", Delay),
    ("max_retry_delay", Delay),
    ("retry_on", RetriedErrors),
    ("retry_if", RetriedErrors),
    ("retry_on_timeout", RetriedErrors),
    ("retry_status", RetriedErrors),
    ("retry_statuses", RetriedErrors),
    ("retry_codes", RetriedErrors),
    ("retry_status_codes", RetriedErrors),
    ("retry_on_status", RetriedErrors),
    ("retry_on_status_codes", RetriedErrors),
    ("retry_errors", RetriedErrors),
    ("retryable", RetriedErrors),
    ("retryable_errors", RetriedErrors),
    ("retryable_status_codes", RetriedErrors),
    ("status_codes_to_retry", RetriedErrors),
    ("fallback", Fallbacks),
    ("fallbacks", Fallbacks),
    ("fallback_client", Fallbacks),
    ("fallback_clients", Fallbacks),
    ("fallback_model", Fallbacks),
    ("fallback_models", Fallbacks),
    ("default_fallbacks", Fallbacks),
    ("context_window_fallbacks", Fallbacks),
    ("weight", Weight),
    ("weights", Weight),
    ("routing_weight", Weight),
    ("routing_weights", Weight),
    ("cooldown", Cooldown),
    ("cooldown_time", Cooldown),
    ("cooldown_period", Cooldown),
    ("allowed_fails", Cooldown),
    ("circuit_breaker", Cooldown),
    ("failure_threshold", Cooldown),
];

/// Words that say that a name is a time, at its beginning or end.
const TIME_WORDS: &[&str] = &["timeout", "timeouts", "deadline", "time_limit", "timelimit", "time_out"];

const UNITS: &[(&str, Unit)] = &[
    ("ms", Unit::Milliseconds),
    ("msec", Unit::Milliseconds),
    ("msecs", Unit::Milliseconds),
    ("millis", Unit::Milliseconds),
    ("millisecond", Unit::Milliseconds),
    ("milliseconds", Unit::Milliseconds),
    ("s", Unit::Seconds),
    ("sec", Unit::Seconds),
    ("secs", Unit::Seconds),
    ("second", Unit::Seconds),
    ("seconds", Unit::Seconds),
    ("min", Unit::Minutes),
    ("mins", Unit::Minutes),
    ("minute", Unit::Minutes),
    ("minutes", Unit::Minutes),
];

/// What retry policies repeat here, as the end of a help.
pub(crate) const RETRIED: &str = "what is retried is fixed: timeouts, connection failures, 408, 409, 429 and 5xx; every \
                                  failure moves a fallback on";

/// How a member is used more often than others, as a help.
pub(crate) const WEIGHTS: &str =
    "a round-robin uses each member once: name a member twice in its `strategy` to use it twice as often";

/// Numbers without a unit from this one on are milliseconds; smaller ones are seconds, as wherever such a key is read.
const FIRST_MILLISECONDS: f64 = 1000.0;

/// A number in milliseconds, written as `30`, `30s` or `500 ms` under a name with or without a unit; `None` where a
/// limit cannot have that value.
pub(crate) fn milliseconds(written: &str, unit: Option<Unit>) -> Option<u64> {
    let written = written.trim();
    let digits = written.trim_end_matches(|char: char| char.is_ascii_alphabetic());
    let number = digits.trim_end().parse::<f64>().ok()?;
    let without = if number < FIRST_MILLISECONDS { Unit::Seconds } else { Unit::Milliseconds };
    let unit_ms = match written.get(digits.len()..)? {
        "" => unit.unwrap_or(without).ms(),
        word => unit_ms(word)?,
    };
    let ms = (number * unit_ms as f64).round();
    // Limits are below 2^53, so that the conversion is exact.
    (1.0..=MAX_MS as f64).contains(&ms).then_some(ms as u64)
}

/// The meaning of a name for a limit or for retries, in any case and with any separator.
pub(crate) fn named(key: &str) -> Option<Named> {
    let name = snake(key);
    if let Some((_, meaning)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some(Named { meaning: *meaning, unit: None });
    }
    let (rest, unit) = without_unit(&name);
    if let Some((_, meaning)) = NAMES.iter().find(|(known, meaning)| *known == rest && takes_unit(*meaning)) {
        return Some(Named { meaning: *meaning, unit });
    }
    let (stem, is_time) = without_time_words(rest);
    let found = STEMS.iter().find(|(known, ..)| *known == stem);
    let is_meant = |is_bare: bool| is_time || is_bare || unit.is_some() && !stem.is_empty();
    if let Some((_, meaning, _)) = found.filter(|(_, _, is_bare)| is_meant(*is_bare)) {
        let is_deadline = rest == "deadline";
        return Some(Named { meaning: if is_deadline { TOTAL } else { *meaning }, unit });
    }
    is_time.then_some(Named { meaning: SomeLimit, unit })
}

/// Only times have units.
fn takes_unit(meaning: Meaning) -> bool {
    matches!(meaning, Delay | Cooldown)
}

/// The name in lower case with `_` between its words.
fn snake(key: &str) -> String {
    let mut name = String::with_capacity(key.len() + 4);
    let mut before = '_';
    for char in key.chars() {
        if char.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
            name.push('_');
        }
        name.push(if matches!(char, '-' | ' ' | '.') { '_' } else { char.to_ascii_lowercase() });
        before = char;
    }
    name
}

fn without_unit(name: &str) -> (&str, Option<Unit>) {
    let found = UNITS.iter().find_map(|(unit, is)| Some((name.strip_suffix(unit)?.strip_suffix('_')?, *is)));
    match found {
        Some((rest, unit)) => (rest.strip_suffix("_in").unwrap_or(rest), Some(unit)),
        None => (name, None),
    }
}

/// The name without words that only say that it is a time, and whether there were any.
fn without_time_words(name: &str) -> (&str, bool) {
    let behind = |word: &str| name.strip_suffix(word).filter(|rest| rest.is_empty() || rest.ends_with('_'));
    let before = |word: &str| name.strip_prefix(word).filter(|rest| rest.starts_with('_'));
    let cut = TIME_WORDS.iter().find_map(|word| behind(word).or_else(|| before(word)));
    let stem = cut.unwrap_or(name).trim_matches('_');
    let stem = stem.strip_prefix("max_").unwrap_or(stem);
    let stem = stem.strip_prefix("time_").unwrap_or(stem);
    (stem.strip_suffix("_time").unwrap_or(stem), cut.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(key: &str) -> Option<(Meaning, Option<Unit>)> {
        named(key).map(|named| (named.meaning, named.unit))
    }

    #[test]
    fn limits_under_every_name() {
        use Unit::{Milliseconds, Minutes, Seconds};
        for (key, field, unit) in [
            ("connection_timeout", CONNECT, None),
            ("connectTimeoutMs", CONNECT, Some(Milliseconds)),
            ("connect-timeout-seconds", CONNECT, Some(Seconds)),
            ("CONNECT_TIMEOUT", CONNECT, None),
            ("max-time-to-token", FIRST_TOKEN, None),
            ("ttft_ms", FIRST_TOKEN, Some(Milliseconds)),
            ("ttft", FIRST_TOKEN, None),
            ("first_chunk_ms", FIRST_TOKEN, Some(Milliseconds)),
            ("firstTokenTimeout", FIRST_TOKEN, None),
            ("time_to_first_token", FIRST_TOKEN, None),
            ("max_time_to_first_token_s", FIRST_TOKEN, Some(Seconds)),
            ("chunk_timeout", IDLE, None),
            ("idle_ms", IDLE, Some(Milliseconds)),
            ("read_timeout", IDLE, None),
            ("stream-idle-timeout", IDLE, None),
            ("timeout", REQUEST, None),
            ("timeoutMs", REQUEST, Some(Milliseconds)),
            ("timeout_seconds", REQUEST, Some(Seconds)),
            ("timeout_in_seconds", REQUEST, Some(Seconds)),
            ("TimeoutSec", REQUEST, Some(Seconds)),
            ("timeout_minutes", REQUEST, Some(Minutes)),
            ("requestTimeout", REQUEST, None),
            ("request_timeout_s", REQUEST, Some(Seconds)),
            ("response_timeout", REQUEST, None),
            ("request_timeout_ms", REQUEST, Some(Milliseconds)),
            ("total_ms", TOTAL, Some(Milliseconds)),
            ("total_timeout", TOTAL, None),
            ("deadline_ms", TOTAL, Some(Milliseconds)),
            ("deadline", TOTAL, None),
            ("overallTimeoutMs", TOTAL, Some(Milliseconds)),
            ("max_duration_ms", TOTAL, Some(Milliseconds)),
        ] {
            assert_eq!(meaning(key), Some((field, unit)), "{key}");
        }
        assert_eq!(meaning("weird_thing_timeout"), Some((SomeLimit, None)));
    }

    #[test]
    fn times_in_every_unit() {
        for (written, unit, ms) in [
            ("4", None, Some(4000)),
            ("30000", None, Some(30_000)),
            ("999", None, Some(999_000)),
            ("1000", None, Some(1000)),
            ("0.5", Some(Unit::Seconds), Some(500)),
            ("2", Some(Unit::Minutes), Some(120_000)),
            ("30s", None, Some(30_000)),
            ("500 ms", Some(Unit::Seconds), Some(500)),
            ("2 hours", None, Some(7_200_000)),
            ("250", Some(Unit::Milliseconds), Some(250)),
            ("0", None, None),
            ("-4", None, None),
            ("soon", None, None),
            ("4 days", None, None),
            ("1e300", None, None),
        ] {
            assert_eq!(milliseconds(written, unit), ms, "{written}");
        }
    }

    #[test]
    fn retries_and_what_belongs_to_them() {
        for (key, is) in [
            ("num_retries", Retries),
            ("maxRetries", Retries),
            ("max-retries", Retries),
            ("retries", Retries),
            ("max_attempts", Attempts),
            ("retryDelayMs", Delay),
            ("backoff", Delay),
            ("retry_on", RetriedErrors),
            ("fallbacks", Fallbacks),
            ("weights", Weight),
            ("weight", Weight),
            ("cooldown_time", Cooldown),
        ] {
            assert_eq!(meaning(key).map(|(meaning, _)| meaning), Some(is), "{key}");
        }
    }

    /// The fix that moves limits out of the options relies on it.
    #[test]
    fn nothing_that_a_provider_knows_is_named_like_a_limit() {
        let options = clientc_plan::providers::OPTIONS.iter().map(|option| option.name);
        for key in clientc_plan::providers::known_body_fields().chain(options) {
            let is_limit = named(key).is_some_and(|named| matches!(named.meaning, Limit(_) | SomeLimit));
            assert!(!is_limit, "{key}");
        }
    }

    #[test]
    fn names_of_other_things() {
        for key in [
            "model",
            "temperature",
            "max_tokens",
            "request",
            "total",
            "token",
            "http",
            "client",
            "read",
            "stream",
            "connection",
            "call",
            "min",
            "s",
            "api_version",
            "keep_alive",
            "max_time",
            "response_format",
            "min_p",
            "default_role",
            "max_tool_calls",
            "max_retries_ms",
            "chunk",
            "idle",
            "ms",
            "seconds",
            "time",
            "tools",
        ] {
            assert_eq!(meaning(key), None, "{key}");
        }
    }
}
