//! The keys of `http` blocks, of clients, of retry policies and of their strategies.

use crate::field::Field;

/// The key that keeps connections for further requests.
pub const POOLING_KEY: &str = "enable_connection_pooling";

/// The words for `type` in a retry strategy.
pub const STRATEGY_TYPES: &[&str] = &["constant_delay", "exponential_backoff"];

/// A key of an `http` block.
#[derive(Debug, PartialEq, Eq)]
pub struct HttpKey {
    /// The key.
    pub name: &'static str,
    /// The limit that it sets, or `None` for the switch of connection pooling.
    pub field: Option<Field>,
    /// Whether leaves may have it.
    pub on_leaves: bool,
    /// Whether composites may have it.
    pub on_composites: bool,
    /// The providers of leaves that still may not have it.
    pub not_on: &'static [&'static str],
    /// One sentence for users.
    pub documentation: &'static str,
}

/// A key of a client block or of a retry policy.
#[derive(Debug, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What its value must be.
    pub value: KeyType,
    /// Whether it must be there.
    pub is_required: bool,
    /// One sentence for users.
    pub documentation: &'static str,
}

/// A key of a retry strategy.
#[derive(Debug, PartialEq, Eq)]
pub struct StrategyKey {
    /// The key.
    pub name: &'static str,
    /// What its value must be.
    pub value: KeyType,
    /// Whether it must be there.
    pub is_required: bool,
    /// Whether only the exponential backoff has it.
    pub only_exponential: bool,
    /// The value where the key is not there, as it would be written; empty for a key that must be there.
    pub default: &'static str,
    /// One sentence for users.
    pub documentation: &'static str,
}

/// What the value of a key must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyType {
    /// The name of a provider.
    Provider,
    /// The name of a retry policy.
    Policy,
    /// A map of options.
    Map,
    /// A retry strategy. Its keys are [`STRATEGY_KEYS`].
    Strategy,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A whole number from 0 to this one, both included.
    Integer {
        /// The largest number allowed.
        maximum: u64,
    },
    /// An exact decimal above 0 and up to 1000 with at most six digits after the point.
    Multiplier,
    /// `true` or `false`.
    Bool,
}

impl HttpKey {
    /// Whether a client of this provider may have the key.
    pub fn is_allowed(&self, provider: &str, is_composite: bool) -> bool {
        if is_composite { self.on_composites } else { self.on_leaves && !self.not_on.contains(&provider) }
    }
}

/// The key of an `http` block with this name, or `None` where there is none. The case matters.
pub fn http_key(name: &str) -> Option<&'static HttpKey> {
    HTTP_KEYS.iter().find(|key| key.name == name)
}

/// The key of a retry policy with this name, or `None` where there is none. The case matters.
pub fn policy_key(name: &str) -> Option<&'static Key> {
    POLICY_KEYS.iter().find(|key| key.name == name)
}

/// The key of a retry strategy with this name, or `None` where there is none. The case matters.
pub fn strategy_key(name: &str) -> Option<&'static StrategyKey> {
    STRATEGY_KEYS.iter().find(|key| key.name == name)
}

const fn limit(field: Field) -> HttpKey {
    HttpKey {
        name: field.key(),
        field: Some(field),
        on_leaves: field.is_attempt(),
        on_composites: true,
        not_on: &[],
        documentation: field.documentation(),
    }
}

/// The keys of an `http` block: the five limits and the switch of connection pooling.
pub static HTTP_KEYS: &[HttpKey] = &[
    limit(Field::Connect),
    limit(Field::TimeToFirstToken),
    limit(Field::Idle),
    limit(Field::Request),
    limit(Field::Total),
    HttpKey {
        name: POOLING_KEY,
        field: None,
        on_leaves: true,
        on_composites: false,
        not_on: &["aws-bedrock"],
        documentation: "Whether connections are kept for further requests. They are, unless it is `false`.",
    },
];

/// The keys of a client block.
pub static CLIENT_KEYS: &[Key] = &[
    Key {
        name: "provider",
        value: KeyType::Provider,
        is_required: true,
        documentation: "The provider, which decides which options there are.",
    },
    Key {
        name: "retry_policy",
        value: KeyType::Policy,
        is_required: false,
        documentation: "The policy that repeats the client. On a composite it repeats the whole composite.",
    },
    Key {
        name: "options",
        value: KeyType::Map,
        is_required: false,
        documentation: "The options of the provider.",
    },
];

/// The keys of a retry policy.
pub static POLICY_KEYS: &[Key] = &[
    Key {
        name: "max_retries",
        value: KeyType::Integer { maximum: crate::retry::MAX_RETRIES as u64 },
        is_required: true,
        documentation: "The number of further attempts after the first, from 0 to 100.",
    },
    Key {
        name: "strategy",
        value: KeyType::Strategy,
        is_required: false,
        documentation: "How long to wait between attempts. Without it 200 ms each time.",
    },
    Key {
        name: "options",
        value: KeyType::Map,
        is_required: false,
        documentation: "Allowed, but without effect.",
    },
];

/// The keys of a retry strategy.
pub static STRATEGY_KEYS: &[StrategyKey] = &[
    StrategyKey {
        name: "type",
        value: KeyType::Word(STRATEGY_TYPES),
        is_required: true,
        only_exponential: false,
        default: "",
        documentation: "Whether every delay is the same or each one is longer than the one before.",
    },
    StrategyKey {
        name: "delay_ms",
        value: KeyType::Integer { maximum: crate::retry::MAX_DELAY_MS },
        is_required: false,
        only_exponential: false,
        default: "200",
        documentation: "The first delay in milliseconds, from 0 to 86400000.",
    },
    StrategyKey {
        name: "multiplier",
        value: KeyType::Multiplier,
        is_required: false,
        only_exponential: true,
        default: "1.5",
        documentation: "What each delay is multiplied by for the next: above 0 and up to 1000, with at most six \
            decimals.",
    },
    StrategyKey {
        name: "max_delay_ms",
        value: KeyType::Integer { maximum: crate::retry::MAX_DELAY_MS },
        is_required: false,
        only_exponential: true,
        default: "10000",
        documentation: "The longest delay in milliseconds, from 0 to 86400000.",
    },
    StrategyKey {
        name: "jitter",
        value: KeyType::Bool,
        is_required: false,
        only_exponential: false,
        default: "false",
        documentation: "Whether each delay is drawn at random between 0 and its planned length.",
    },
];
