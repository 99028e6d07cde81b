//! How a retry policy is written in JSON.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json::Number;
use crate::retry::{Multiplier, RetryPolicy, RetryStrategy};

#[derive(Serialize)]
struct WrittenPolicy<'p> {
    policy: &'p str,
    max_retries: u32,
    strategy: WrittenStrategy,
}

#[derive(Serialize)]
struct WrittenStrategy {
    r#type: &'static str,
    delay_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    multiplier: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_delay_ms: Option<u64>,
    jitter: bool,
}

#[derive(Deserialize)]
struct ReadPolicy {
    policy: Box<str>,
    max_retries: u32,
    strategy: ReadStrategy,
}

#[derive(Deserialize)]
struct ReadStrategy {
    r#type: Box<str>,
    delay_ms: u64,
    multiplier: Option<f64>,
    max_delay_ms: Option<u64>,
    jitter: bool,
}

impl Serialize for RetryPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (delay_ms, multiplier, max_delay_ms) = match self.strategy {
            RetryStrategy::ConstantDelay { delay_ms } => (delay_ms, None, None),
            RetryStrategy::ExponentialBackoff { delay_ms, multiplier, max_delay_ms } => {
                (delay_ms, Number::parse(&multiplier.to_string()), Some(max_delay_ms))
            }
        };
        let strategy = WrittenStrategy {
            r#type: self.strategy.keyword(),
            delay_ms,
            multiplier,
            max_delay_ms,
            jitter: self.jitter,
        };
        WrittenPolicy { policy: &self.name, max_retries: self.max_retries, strategy }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RetryPolicy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let ReadPolicy { policy, max_retries, strategy: read } = ReadPolicy::deserialize(deserializer)?;
        let strategy = match &*read.r#type {
            "constant_delay" => RetryStrategy::ConstantDelay { delay_ms: read.delay_ms },
            "exponential_backoff" => RetryStrategy::ExponentialBackoff {
                delay_ms: read.delay_ms,
                multiplier: {
                    let number = read.multiplier.ok_or_else(|| D::Error::missing_field("multiplier"))?;
                    Multiplier::parse(&number.to_string()).map_err(D::Error::custom)?
                },
                max_delay_ms: read.max_delay_ms.ok_or_else(|| D::Error::missing_field("max_delay_ms"))?,
            },
            other => {
                return Err(D::Error::unknown_variant(other, &["constant_delay", "exponential_backoff"]));
            }
        };
        let policy = Self { name: policy, max_retries, strategy, jitter: read.jitter };
        policy.check().map_err(D::Error::custom)?;
        Ok(policy)
    }
}
