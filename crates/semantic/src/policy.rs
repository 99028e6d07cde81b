//! Retry policy blocks to policies.

use clientc_plan::retry::{DEFAULT_DELAY_MS, DEFAULT_MAX_DELAY_MS, MAX_DELAY_MS, MAX_RETRIES};
use clientc_plan::{Multiplier, RetryPolicy, RetryStrategy};
use clientc_syntax::{Block, TextRange};

use crate::facts::{Name, PolicyFacts};
use crate::fault::{FaultKind, NumberKey, NumberProblem, Owner};
use crate::near::is_misspelling;
use crate::number;
use crate::value::{Property, Value, ValueKind};
use crate::value_reader::ValueReader;

/// The keys of a policy block.
pub const POLICY_KEYS: [&str; 3] = ["max_retries", "strategy", "options"];

pub(crate) fn read(reader: &mut ValueReader<'_>, block: Block<'_>, name: Name) -> PolicyFacts {
    let is_whole = block.body().is_some_and(|body| !body.is_broken());
    let path = name.text.clone();
    let mut policy = RetryPolicy {
        name: name.text.as_str().into(),
        max_retries: 0,
        strategy: RetryStrategy::default(),
        jitter: false,
    };
    let (mut written_strategy, mut keys) = (Vec::new(), Vec::new());
    let mut has_max_retries = !is_whole;
    for property in reader.properties(block.entries()) {
        let known = POLICY_KEYS.into_iter().find(|key| *key == &*property.key);
        keys.extend(known.map(|key| (key, property.key_range)));
        match &*property.key {
            "max_retries" => {
                has_max_retries = true;
                let max = u64::from(MAX_RETRIES);
                let retries = integer(reader, &property.value, NumberKey::MaxRetries, max, &path);
                policy.max_retries = retries.and_then(|retries| u32::try_from(retries).ok()).unwrap_or(0);
            }
            "strategy" => written_strategy = strategy(reader, property.value, &mut policy, &path),
            "options" => {
                let found = property.value.noun();
                if !matches!(property.value.kind, ValueKind::Map(_) | ValueKind::Broken) {
                    let kind = FaultKind::OptionsNotBlock { found };
                    reader.fault(kind, property.value.range, format!("{path}/options"));
                }
            }
            _ if property.value.kind == ValueKind::Broken => {}
            _ => {
                // What is plainly a misspelling of it is reported once, where it is.
                has_max_retries |= is_misspelling(&property.key, "max_retries");
                let kind = FaultKind::UnknownProperty {
                    key: property.key.as_str().into(),
                    owner: Owner::Policy,
                    provider: None,
                };
                reader.fault(kind, property.key_range, format!("{path}/{}", property.key));
            }
        }
    }
    if !has_max_retries {
        let kind = FaultKind::MissingMaxRetries { policy: name.text.as_str().into() };
        reader.fault(kind, name.range, format!("{path}/max_retries"));
    }
    PolicyFacts { name, range: block.node().range(), policy, strategy: written_strategy, keys }
}

/// A policy of which nothing but the name is known.
pub(crate) fn unread(name: Name, range: TextRange) -> PolicyFacts {
    let policy = RetryPolicy {
        name: name.text.as_str().into(),
        max_retries: 0,
        strategy: RetryStrategy::default(),
        jitter: false,
    };
    PolicyFacts { name, range, policy, strategy: Vec::new(), keys: Vec::new() }
}

/// Reads the strategy into the policy, and returns its entries.
fn strategy(
    reader: &mut ValueReader<'_>,
    value: Value,
    policy: &mut RetryPolicy,
    path: &str,
) -> Vec<Property> {
    let path = format!("{path}/strategy");
    let found = value.noun();
    let range = value.range;
    let properties = match value.kind {
        ValueKind::Map(properties) => properties,
        ValueKind::Broken => return Vec::new(),
        _ => {
            reader.fault(FaultKind::PolicyStrategyNotBlock { found }, range, path);
            return Vec::new();
        }
    };
    let find = |key: &str| properties.iter().find(|property| &*property.key == key);
    let Some(written_type) = find("type") else {
        if !properties.iter().any(|property| property.value.kind == ValueKind::Broken) {
            reader.fault(FaultKind::MissingStrategyType, range, path);
        }
        return properties;
    };
    let delay_ms = delay(reader, find("delay_ms"), NumberKey::Delay, DEFAULT_DELAY_MS, &path);
    let max_delay_ms = delay(reader, find("max_delay_ms"), NumberKey::MaxDelay, DEFAULT_MAX_DELAY_MS, &path);
    let multiplier = growth(reader, find("multiplier"), &path);
    policy.jitter = jitter(reader, find("jitter"), &path);
    match written_type.value.text() {
        Some("constant_delay") => {
            for key in ["multiplier", "max_delay_ms"] {
                if let Some(property) = find(key) {
                    let kind = FaultKind::NotForConstantDelay { key };
                    reader.fault(kind, property.key_range, format!("{path}/{key}"));
                }
            }
            policy.strategy = RetryStrategy::ConstantDelay { delay_ms };
        }
        Some("exponential_backoff") => {
            policy.strategy = RetryStrategy::ExponentialBackoff { delay_ms, multiplier, max_delay_ms };
        }
        _ if written_type.value.kind == ValueKind::Broken => {}
        _ => {
            let range = written_type.value.range;
            let kind = FaultKind::UnknownStrategyType { written: range.slice(reader.text).into() };
            reader.fault(kind, range, format!("{path}/type"));
        }
    }
    properties
}

fn delay(
    reader: &mut ValueReader<'_>,
    property: Option<&Property>,
    key: NumberKey,
    default_ms: u64,
    path: &str,
) -> u64 {
    let value = property.map(|property| &property.value);
    value.and_then(|value| integer(reader, value, key, MAX_DELAY_MS, path)).unwrap_or(default_ms)
}

fn growth(reader: &mut ValueReader<'_>, property: Option<&Property>, path: &str) -> Multiplier {
    let Some(value) = property.map(|property| &property.value) else { return Multiplier::default() };
    match number::multiplier(value) {
        Ok(multiplier) => return multiplier,
        Err(problem) => fault(reader, value, NumberKey::Multiplier, problem, path),
    }
    Multiplier::default()
}

fn jitter(reader: &mut ValueReader<'_>, property: Option<&Property>, path: &str) -> bool {
    match property.map(|property| &property.value) {
        Some(Value { kind: ValueKind::Bool(jitter), .. }) => *jitter,
        Some(value) if value.kind != ValueKind::Broken => {
            reader.fault(
                FaultKind::InvalidJitter { found: value.noun() },
                value.range,
                format!("{path}/jitter"),
            );
            false
        }
        _ => false,
    }
}

fn integer(reader: &mut ValueReader<'_>, value: &Value, key: NumberKey, max: u64, path: &str) -> Option<u64> {
    match number::integer(value, max) {
        Ok(number) => Some(number),
        Err(problem) => {
            fault(reader, value, key, problem, path);
            None
        }
    }
}

fn fault(reader: &mut ValueReader<'_>, value: &Value, key: NumberKey, problem: NumberProblem, path: &str) {
    if value.kind == ValueKind::Broken {
        return;
    }
    let written = value.range.slice(reader.text).into();
    let subject = format!("{path}/{}", key.name());
    reader.fault(FaultKind::InvalidPolicyNumber { key, problem, written }, value.range, subject);
}

impl NumberKey {
    /// The key as written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MaxRetries => "max_retries",
            Self::Delay => "delay_ms",
            Self::MaxDelay => "max_delay_ms",
            Self::Multiplier => "multiplier",
        }
    }
}
