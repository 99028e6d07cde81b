//! The record of a call, as plain data: the runtime writes it, and [`mod@crate::replay`] judges it.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[cfg(feature = "schema")]
use crate::document::schema::Nullable;
use crate::document::{ResolvedOrigin, Timeouts};
use crate::field::Field;

/// The value of `schema`.
pub const SCHEMA: &str = "clientc.call";
/// The value of `version`.
pub const VERSION: u32 = 1;
/// The most attempts that a record contains. Of a call with more it contains the first ones, and [`LAST_ATTEMPTS`] of
/// the last.
pub const MAX_ATTEMPTS: usize = 10_000;
/// How many of the last attempts a record contains where it does not contain all.
pub const LAST_ATTEMPTS: usize = 100;
/// The most tickets and the most drawn delays that a record contains: the first ones.
pub const MAX_GIVEN: usize = 100_000;

/// A call from its start to its end. All times are in whole milliseconds from the start of the call.
///
/// It contains everything that the plan did not decide: the tickets, the drawn delays, the overrides and what the
/// attempts did. So the call can be replayed. It contains no key, no header and no text of a message, but for what servers
/// repeat in their errors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(title = "clientc call, version 1"))]
pub struct CallRecord {
    /// Always `clientc.call`.
    pub schema: Box<str>,
    /// Always 1. Additions keep the version, so keys that a reader does not know are to be ignored.
    pub version: u32,
    /// The label of the project.
    pub project: Box<str>,
    /// The client that was called.
    pub client: Box<str>,
    /// Whether the answer was asked for as a stream.
    pub is_streaming: bool,
    /// The time that the caller gave the whole call, in milliseconds.
    #[cfg_attr(feature = "schema", schemars(with = "Nullable<u64>"))]
    pub deadline_ms: Option<u64>,
    /// The limits that were set for this call besides those of the plan.
    pub overrides: Vec<OverrideRecord>,
    /// The tickets that were taken, in order, at most the first 100,000.
    pub tickets: Vec<TicketRecord>,
    /// The delays that were drawn because of jitter, in order, in milliseconds, at most the first 100,000.
    pub drawn_ms: Vec<u64>,
    /// The attempts in the order of their start. Of more than 10,000 these are the first 9,900 and the last 100.
    pub attempts: Vec<AttemptRecord>,
    /// How many attempts are left out before the last 100; absent where none are.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out: u64,
    /// How the call ended.
    pub end: CallEnd,
    /// When it ended, in milliseconds.
    pub end_ms: u64,
    /// The number of requests that were made.
    pub requests: u64,
    /// The deadline that kept the call from going on, or null where everything was tried.
    #[cfg_attr(feature = "schema", schemars(with = "Nullable<LimitRecord>"))]
    pub stopped_by: Option<LimitRecord>,
    /// When the first event with content came, in milliseconds; null where none did.
    #[cfg_attr(feature = "schema", schemars(with = "Nullable<u64>"))]
    pub first_token_ms: Option<u64>,
    /// The limit of which the largest part was used.
    #[cfg_attr(feature = "schema", schemars(with = "Nullable<NearestLimit>"))]
    pub nearest_limit: Option<NearestLimit>,
}

/// An attempt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AttemptRecord {
    /// The names from the client of the call to the leaf that was called.
    pub path: Vec<Box<str>>,
    /// The number of the attempt in its leaf: 0 for the first, above it for retries.
    pub round: u32,
    /// When the attempt started, in milliseconds.
    pub start_ms: u64,
    /// When it ended, in milliseconds.
    pub end_ms: u64,
    /// The effective limits of the attempt, overrides included, before any deadline cut them.
    pub limits: Timeouts,
    /// The time that the attempt had, in milliseconds; null where nothing bounded it.
    #[cfg_attr(feature = "schema", schemars(with = "Nullable<u64>"))]
    pub limit_ms: Option<u64>,
    /// What bounded the attempt: its request limit or a deadline; null where nothing did.
    #[cfg_attr(feature = "schema", schemars(with = "Nullable<LimitRecord>"))]
    pub limited_by: Option<LimitRecord>,
    /// The wait after the attempt, in milliseconds.
    pub delay_ms: u64,
    /// The client whose policy asked for the wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delayed_by: Option<Box<str>>,
    /// How it ended.
    pub outcome: AttemptOutcome,
    /// Whether content had been passed on to the caller before it failed.
    pub handed_on: bool,
    /// The status of the answer, where it was an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The wait that the server asked for, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// The provider's name for the request, where it gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<Box<str>>,
    /// Whether a whole answer was asked for as a stream and joined, so that the limits of streams bounded it; absent
    /// where it was not.
    #[serde(default, skip_serializing_if = "is_false")]
    pub joined: bool,
    /// The limit that passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<TimeoutError>,
    /// What went wrong, in words. Of an attempt that succeeded, what was lost of the end of its stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Whether the message has words of the server; absent where it does not. Some servers repeat the prompt in theirs, so
    /// such a message belongs in no log.
    #[serde(default, skip_serializing_if = "is_false")]
    pub quotes_server: bool,
}

/// A limit that passed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[error("{message}")]
pub struct TimeoutError {
    /// The leaf that was called, or the composite of a total.
    pub client: Box<str>,
    /// The limit that passed.
    pub timeout_type: TimeoutType,
    /// The limit as it is set, in milliseconds.
    pub configured_value_ms: u64,
    /// The time that passed from the start of what the limit bounds, in milliseconds.
    pub elapsed_ms: u64,
    /// The same in words, with the fix.
    pub message: String,
    /// The names from the client of the call to the leaf.
    pub route: Vec<Box<str>>,
    /// The number of the request in the call, from 1.
    pub attempt: u64,
    /// What set the limit.
    pub set_by: SetBy,
    /// Where the limit is written; null where it is in no file.
    #[cfg_attr(feature = "schema", schemars(with = "Nullable<ResolvedOrigin>"))]
    pub origin: Option<ResolvedOrigin>,
}

/// A limit by its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimeoutType(pub Field);

/// What set a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SetBy {
    /// A client of the plan.
    Client,
    /// The defaults of the project.
    Defaults,
    /// An override at run time.
    Override,
    /// The deadline that the caller gave the call.
    Caller,
    /// The duration of the worst case, held as one more deadline.
    WorstCase,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AttemptOutcome {
    /// It succeeded.
    Succeeded,
    /// A limit passed.
    Timeout,
    /// The server answered with an error.
    Http,
    /// The connection failed or broke, or the answer could not be read.
    Connection,
    /// The answer ended for a reason that the client does not allow.
    Rejected,
    /// The request could not be built, and none was made.
    Unbuildable,
    /// The caller left.
    Cancelled,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CallEnd {
    /// An attempt succeeded.
    Succeeded,
    /// Everything that could be tried failed.
    Failed,
    /// An attempt failed after content had been passed on.
    HandedOn,
    /// The caller left.
    Cancelled,
}

/// A limit that an override set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OverrideRecord {
    /// The client.
    pub client: Box<str>,
    /// The key of the limit.
    pub field: TimeoutType,
    /// The time in milliseconds.
    pub ms: u64,
}

/// A ticket of a round-robin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TicketRecord {
    /// The round-robin.
    pub client: Box<str>,
    /// How many tickets were taken before.
    pub ticket: u64,
}

/// A limit, with what set it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LimitRecord {
    /// The key of the limit.
    pub timeout_type: TimeoutType,
    /// The client that it is set on; null for the defaults. What bounds the whole call is set on its client.
    #[cfg_attr(feature = "schema", schemars(with = "Nullable<Box<str>>"))]
    pub client: Option<Box<str>>,
    /// What set it.
    pub set_by: SetBy,
    /// The limit as it is set, in milliseconds.
    pub configured_value_ms: u64,
}

/// How near a call came to a limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NearestLimit {
    /// The key of the limit.
    pub timeout_type: TimeoutType,
    /// The leaf of the attempt, or the composite of a total.
    pub client: Box<str>,
    /// The number of the attempt among the attempts of the call, from 1. Where the record contains them all, that is
    /// its place there.
    pub attempt: u64,
    /// The limit as it is set, in milliseconds.
    pub configured_value_ms: u64,
    /// How much of it was used, in milliseconds.
    pub used_ms: u64,
}

impl CallRecord {
    /// Begins the record of a call.
    pub fn new(project: &str, client: &str, is_streaming: bool) -> Self {
        Self {
            schema: SCHEMA.into(),
            version: VERSION,
            project: project.into(),
            client: client.into(),
            is_streaming,
            deadline_ms: None,
            overrides: Vec::new(),
            tickets: Vec::new(),
            drawn_ms: Vec::new(),
            attempts: Vec::new(),
            left_out: 0,
            end: CallEnd::Cancelled,
            end_ms: 0,
            requests: 0,
            stopped_by: None,
            first_token_ms: None,
            nearest_limit: None,
        }
    }

    /// Adds an attempt. Where there are too many, one in the middle is left out.
    pub fn add(&mut self, attempt: AttemptRecord) {
        self.attempts.push(attempt);
        if self.attempts.len() > MAX_ATTEMPTS {
            self.attempts.remove(MAX_ATTEMPTS - LAST_ATTEMPTS);
            self.left_out += 1;
        }
    }

    /// The record without what servers said of their errors, in which some repeat the prompt: for a log.
    #[must_use]
    pub fn without_words_of_servers(mut self) -> Self {
        for attempt in self.attempts.iter_mut().filter(|attempt| attempt.quotes_server) {
            (attempt.message, attempt.quotes_server) = (None, false);
        }
        self
    }

    /// The number of attempts that were made, those that are left out among them.
    pub fn attempts_made(&self) -> u64 {
        (self.attempts.len() as u64).saturating_add(self.left_out)
    }

    /// Goes through the attempts with their numbers in the call, from 1.
    pub fn numbered(&self) -> impl Iterator<Item = (u64, &AttemptRecord)> {
        let after_gap = self.attempts.len().saturating_sub(LAST_ATTEMPTS);
        let number = move |at: usize| at as u64 + 1 + if at >= after_gap { self.left_out } else { 0 };
        self.attempts.iter().enumerate().map(move |(at, attempt)| (number(at), attempt))
    }
}

impl AttemptRecord {
    /// Begins the record of an attempt that went from its start to its end, in milliseconds, without a limit and with
    /// success.
    pub fn new(path: Vec<Box<str>>, start_ms: u64, end_ms: u64) -> Self {
        Self {
            path,
            round: 0,
            start_ms,
            end_ms,
            limits: Timeouts::NONE,
            limit_ms: None,
            limited_by: None,
            delay_ms: 0,
            delayed_by: None,
            outcome: AttemptOutcome::Succeeded,
            handed_on: false,
            status: None,
            retry_after_ms: None,
            request_id: None,
            joined: false,
            timeout: None,
            message: None,
            quotes_server: false,
        }
    }
}

impl CallEnd {
    /// The word for it, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::HandedOn => "handed_on",
            Self::Cancelled => "cancelled",
        }
    }
}

fn is_false(flag: &bool) -> bool {
    !flag
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Serialize for TimeoutType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.key())
    }
}

impl<'de> Deserialize<'de> for TimeoutType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let key = String::deserialize(deserializer)?;
        let unknown = || serde::de::Error::custom(format!("\"{key}\" is not the key of a limit"));
        Field::from_key(&key).map(TimeoutType).ok_or_else(unknown)
    }
}

impl std::fmt::Display for TimeoutType {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.0.key())
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for TimeoutType {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "TimeoutType".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let keys = Field::ALL.map(Field::key);
        schemars::json_schema!({ "description": "The key of a limit.", "enum": keys })
    }
}

/// The JSON Schema of the record of a call.
#[cfg(feature = "schema")]
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(CallRecord)
}

#[cfg(test)]
mod tests {
    use super::AttemptRecord;

    #[test]
    fn what_is_not_so_is_left_out() {
        let plain = AttemptRecord::new(vec!["A".into()], 0, 1);
        let special = AttemptRecord { joined: true, quotes_server: true, ..plain.clone() };
        for (record, written) in [(plain, None), (special, Some(&serde_json::Value::Bool(true)))] {
            let value = serde_json::to_value(&record).unwrap();
            assert_eq!([value.get("joined"), value.get("quotes_server")], [written, written]);
            assert_eq!(serde_json::from_value::<AttemptRecord>(value).unwrap(), record);
        }
    }
}
