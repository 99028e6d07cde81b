//! What can be wrong with names and values, as data. The words are found elsewhere.

use clientc_plan::Field;
use clientc_plan::providers::Provider;

use crate::span::Span;

/// One fault with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// The offending token.
    pub span: Span,
    /// What it is about, independent of lines: `MyFallback/http/request_timeout_ms`.
    pub subject: String,
}

/// What a block defines or an entry belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// A client.
    Client,
    /// A retry policy.
    Policy,
}

/// Why a number is not one of the numbers allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NumberProblem {
    /// It is 0 where 0 is not allowed.
    Zero,
    /// It is below 0.
    Negative,
    /// It has a fraction.
    Fraction,
    /// It is above the largest.
    TooLarge,
    /// It has more decimals than allowed.
    TooManyDecimals,
    /// It is text that holds a number: `"5000"`.
    QuotedNumber,
    /// It is an environment variable.
    Env,
    /// It is something else; the noun says what.
    NotANumber(&'static str),
}

/// The numbers of retry policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberKey {
    /// `max_retries`
    MaxRetries,
    /// `delay_ms`
    Delay,
    /// `max_delay_ms`
    MaxDelay,
    /// `multiplier`
    Multiplier,
}

/// The kinds of semantic faults.
#[derive(Debug, Clone, PartialEq)]
pub enum FaultKind {
    /// A name with a form that is not allowed.
    InvalidName {
        /// The name as written.
        name: Box<str>,
        /// What it names.
        owner: Owner,
    },
    /// A block at the top of a file that nothing reads.
    MisplacedBlock {
        /// Why.
        what: Misplaced,
        /// Its first word, with what is in angle brackets behind it.
        word: Box<str>,
    },
    /// A name that is defined already.
    DuplicateName {
        /// The name.
        name: Box<str>,
        /// What the later definition defines.
        owner: Owner,
        /// The first definition.
        first: Span,
        /// What the first definition defines.
        first_owner: Owner,
    },
    /// A key that is in the block already.
    DuplicateKey {
        /// The key.
        key: Box<str>,
        /// The first one.
        first: Span,
    },
    /// A client block without a provider.
    MissingProvider {
        /// The client.
        client: Box<str>,
    },
    /// A provider that is not text.
    ProviderNotText {
        /// What it is.
        found: &'static str,
    },
    /// A provider that nobody knows.
    UnknownProvider {
        /// The provider as written.
        provider: Box<str>,
        /// Whether it is the first half of a `provider/model`.
        shorthand: bool,
    },
    /// A key that a client or policy block does not have.
    UnknownProperty {
        /// The key.
        key: Box<str>,
        /// The block.
        owner: Owner,
        /// The provider of the client, where it is known.
        provider: Option<&'static Provider>,
    },
    /// `options` is not a block.
    OptionsNotBlock {
        /// What it is.
        found: &'static str,
    },
    /// `retry_policy` is not a name.
    PolicyNotName {
        /// What it is.
        found: &'static str,
    },
    /// A composite without `strategy`.
    MissingStrategy {
        /// The client.
        client: Box<str>,
    },
    /// `strategy []`
    EmptyStrategy,
    /// `strategy` is not an array.
    StrategyNotArray {
        /// What it is.
        found: &'static str,
    },
    /// A member that is not a name.
    MemberNotName {
        /// What it is.
        found: &'static str,
    },
    /// `start` is not one of the numbers allowed.
    InvalidStart {
        /// Why.
        problem: NumberProblem,
        /// The value as written.
        written: Box<str>,
    },
    /// A map whose only key is `$env`: in the resolved JSON it would be an environment variable.
    EnvMap,
    /// `http` is not a block.
    HttpNotBlock {
        /// What it is.
        found: &'static str,
    },
    /// A key that an `http` block does not have, here or at all.
    UnknownHttpField {
        /// The key.
        key: Box<str>,
        /// The provider of the client, where it is known.
        provider: Option<&'static Provider>,
    },
    /// A limit that is not a positive integer of milliseconds.
    InvalidTimeout {
        /// The field.
        field: Field,
        /// Why.
        problem: NumberProblem,
        /// The value as written.
        written: Box<str>,
    },
    /// `enable_connection_pooling` is not a boolean.
    InvalidPooling {
        /// What it is.
        found: &'static str,
    },
    /// A policy without `max_retries`.
    MissingMaxRetries {
        /// The policy.
        policy: Box<str>,
    },
    /// A number of a policy that is not one of the numbers allowed.
    InvalidPolicyNumber {
        /// Which.
        key: NumberKey,
        /// Why.
        problem: NumberProblem,
        /// The value as written.
        written: Box<str>,
    },
    /// The strategy of a policy is not a block.
    PolicyStrategyNotBlock {
        /// What it is.
        found: &'static str,
    },
    /// The strategy of a policy has no `type`.
    MissingStrategyType,
    /// The `type` of a policy's strategy is none of the two.
    UnknownStrategyType {
        /// The type as written.
        written: Box<str>,
    },
    /// A key that only exponential backoff has, beside constant delay.
    NotForConstantDelay {
        /// The key.
        key: &'static str,
    },
    /// `jitter` is not a boolean.
    InvalidJitter {
        /// What it is.
        found: &'static str,
    },
    /// A client that nobody defines.
    UnknownClient {
        /// The name as written.
        name: Box<str>,
        /// Why it cannot be resolved.
        why: UnknownClient,
        /// Names that are near, the nearest first.
        near: Vec<Box<str>>,
    },
    /// A policy that nobody defines.
    UnknownPolicy {
        /// The name as written.
        name: Box<str>,
        /// A client of that name, if there is one.
        is_client: Option<Span>,
        /// Names that are near, the nearest first.
        near: Vec<Box<str>>,
    },
    /// Composites that contain themselves.
    Cycle {
        /// The clients of the cycle, from the first and back to it, each with the place that leads on.
        steps: Vec<(Box<str>, Span)>,
    },
}

/// Why nothing reads a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misplaced {
    /// Its first word is nearly the keyword of this.
    Keyword(Owner),
    /// Angle brackets follow its first word.
    Brackets,
    /// It is a part of a client: `options`, `http`, `strategy` or `provider`.
    Entry,
}

/// Why a client cannot be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownClient {
    /// Nothing has that name.
    NotDefined,
    /// It is the name of a retry policy, defined there.
    IsPolicy(Span),
    /// `fallback/X` or `round-robin/X`: a composite names no model.
    CompositeShorthand,
    /// Several names without a comma between them.
    SeveralNames,
    /// It is not text; the noun says what.
    NotText(&'static str),
}
