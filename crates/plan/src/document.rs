//! The resolved JSON, version 1: the contract between the compiler and everything that makes calls.
//!
//! The same input produces the same bytes, and what is written, read and written again is the same. Readers ignore keys
//! that they do not know.

mod build;
mod policy;
mod read;
mod rebuild;
#[cfg(feature = "schema")]
pub(crate) mod schema;
mod shape;
#[cfg(test)]
mod tests;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

pub use self::build::{effective_limits, resolved_routes, resolved_schedule, times};
pub use self::read::DocumentError;
pub use self::rebuild::{MismatchError, ResolvedPlan};
#[cfg(feature = "schema")]
use self::schema::Nullable;
use crate::field::ByField;
use crate::json;
use crate::retry::RetryPolicy;
use crate::run_time::is_measured_version;
use crate::value::Object;
use crate::worst_case::WorstCase;

/// The value of `schema`.
pub const SCHEMA: &str = "clientc.resolved";
/// The value of `version`.
pub const VERSION: u32 = 1;

/// The limits that a client or the defaults set, in milliseconds.
pub type Timeouts = ByField<u64>;

/// All clients of one project, resolved.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(title = "clientc resolved, version 1"))]
pub struct Resolved {
    /// Always `clientc.resolved`.
    pub schema: SchemaName,
    /// Always 1. Additions keep the version, so keys that a reader does not know are to be ignored.
    pub version: Version,
    /// The path of the project from the root of its repository. It is unique in a monorepo.
    pub project: Box<str>,
    /// The limits that fill a route where no client on it sets one, in milliseconds.
    pub defaults: Timeouts,
    /// The clients in source order; clients that are only mentioned as `provider/model` come last.
    #[cfg_attr(feature = "schema", schemars(with = "IndexMap<Box<str>, schema::Client>"))]
    pub clients: IndexMap<Box<str>, ResolvedClient>,
    /// The functions with the clients that they name, in source order.
    pub functions: IndexMap<Box<str>, ResolvedFunction>,
}

/// A resolved client.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedClient {
    /// What the client is, with what only this kind has.
    pub kind: ResolvedKind,
    /// Whether the client is only mentioned as `provider/model` and not declared.
    pub implicit: bool,
    /// The limits that the client itself sets, in milliseconds. Defaults never show here.
    pub timeouts: Timeouts,
    /// The policy that repeats the client, with its defaults filled in.
    pub retry: Option<RetryPolicy>,
    /// The routes from the client to its leaves, depth first in the order of the members.
    pub routes: Vec<ResolvedRoute>,
    /// The most that a call through the client can cost.
    pub worst_case: WorstCase,
    /// What happens when every attempt times out. Only there where it was asked for.
    pub schedule: Option<ResolvedSchedule>,
    /// What another runtime does with the client, where that one makes the calls.
    pub runtimes: Option<Runtimes>,
    /// Where the client is declared or first mentioned.
    pub source: Source,
}

/// What other run times than that of this document do with a client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Runtimes {
    /// BAML's own runtime. It composes no limits.
    pub baml: RunTimeFigures,
}

/// What a run time does with a client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RunTimeFigures {
    /// The version of the runtime with which its behaviour was measured.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub measured_with: Box<str>,
    /// The version that the project names. Not there where it names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Box<str>>,
    /// The most that a call through the client can cost there.
    pub worst_case: WorstCase,
    /// The limits that it holds an attempt to, its own defaults included, for each route in order, in milliseconds.
    pub effective: Vec<Timeouts>,
    /// What happens there when every attempt times out. Only there where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<ResolvedSchedule>,
}

/// What a resolved client is.
#[derive(Debug, Clone, PartialEq)]
pub enum ResolvedKind {
    /// It makes requests.
    Leaf {
        /// The canonical name of the provider.
        provider: Box<str>,
        /// The options as written, without `http`.
        options: Object,
        /// Whether connections are kept for further requests.
        connection_pooling: bool,
    },
    /// It tries its members in order until one succeeds.
    Fallback {
        /// The names of the members, in order.
        members: Vec<Box<str>>,
    },
    /// It uses one member per call, the next one each time.
    RoundRobin {
        /// The names of the members, in order.
        members: Vec<Box<str>>,
        /// The first ticket.
        start: u32,
    },
}

/// A route with its effective limits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Route"))]
pub struct ResolvedRoute {
    /// The names from the client to the leaf, both included.
    pub path: Vec<Box<str>>,
    /// The effective limits in milliseconds.
    pub effective: Timeouts,
    /// What set each effective limit.
    pub origin: ByField<ResolvedOrigin>,
}

/// What set an effective limit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Origin"))]
pub struct ResolvedOrigin {
    /// The client, or null for the defaults of `clientc.toml`.
    #[cfg_attr(feature = "schema", schemars(with = "Nullable<Box<str>>"))]
    pub client: Option<Box<str>>,
    /// The file of the key.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub file: Box<str>,
    /// The line of the key, from 1.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub line: u32,
    /// The column of the key in Unicode scalar values, from 1.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub column: u32,
}

/// A function that names a client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Function"))]
pub struct ResolvedFunction {
    /// The name of the client.
    pub client: Box<str>,
    /// Where the function is declared.
    #[serde(default, skip_serializing_if = "Source::is_forgotten")]
    pub source: Source,
}

/// A place in a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Source {
    /// The path of the file, relative to the root of the project.
    pub file: Box<str>,
    /// The line, from 1.
    pub line: u32,
    /// The column in Unicode scalar values, from 1.
    pub column: u32,
}

/// What happens when every attempt uses its whole limit, every delay its full length and every round-robin
/// begins at its start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Schedule"))]
pub struct ResolvedSchedule {
    /// The attempts in the order of their start.
    pub attempts: Vec<ResolvedAttempt>,
    /// How it ends.
    pub end: ResolvedEnd,
    /// The limit that ended it, where `end` is `deadline`; else null.
    #[cfg_attr(feature = "schema", schemars(with = "Nullable<ResolvedLimit>"))]
    pub ended_by: Option<ResolvedLimit>,
    /// When it ends, in milliseconds from the start of the call; null where it never ends or was not followed.
    #[cfg_attr(feature = "schema", schemars(with = "Nullable<u64>"))]
    pub end_ms: Option<u64>,
}

/// An attempt of a schedule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Attempt"))]
pub struct ResolvedAttempt {
    /// The names from the client asked about to the leaf that is called.
    pub path: Vec<Box<str>>,
    /// When the attempt starts, in milliseconds from the start of the call.
    pub start_ms: u64,
    /// The time that the attempt has, in milliseconds; null where nothing bounds it.
    #[cfg_attr(feature = "schema", schemars(with = "Nullable<u64>"))]
    pub limit_ms: Option<u64>,
    /// What bounds the attempt; null where nothing does.
    #[cfg_attr(feature = "schema", schemars(with = "Nullable<ResolvedLimit>"))]
    pub limited_by: Option<ResolvedLimit>,
    /// When the attempt ends, in milliseconds from the start of the call; null where it never does.
    #[cfg_attr(feature = "schema", schemars(with = "Nullable<u64>"))]
    pub end_ms: Option<u64>,
    /// The wait after the attempt, in milliseconds.
    pub delay_ms: u64,
}

/// A limit by its field and the client that sets it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Limit"))]
pub struct ResolvedLimit {
    /// The client that sets the limit, or null for the defaults of `clientc.toml`; in a schedule of BAML null stands
    /// for the limit that BAML itself sets.
    #[cfg_attr(feature = "schema", schemars(with = "Nullable<Box<str>>"))]
    pub client: Option<Box<str>>,
    /// The key of the limit: `request_timeout_ms` or `total_timeout_ms`.
    pub field: Box<str>,
}

/// How a schedule ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", schemars(rename = "End"))]
pub enum ResolvedEnd {
    /// Everything was tried.
    Completed,
    /// A total limit of the client kept it from going on.
    Deadline,
    /// An attempt has neither a limit nor a deadline, so it may go on for ever.
    NeverEnds,
    /// It was followed for as many attempts as it is followed, and there would be more.
    NotFollowed,
}

/// The constant `clientc.resolved`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SchemaName;

/// The constant 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Version;

impl Resolved {
    /// Makes a document without clients and functions.
    pub fn new(project: &str, defaults: Timeouts) -> Self {
        Self {
            schema: SchemaName,
            version: Version,
            project: project.into(),
            defaults,
            clients: IndexMap::new(),
            functions: IndexMap::new(),
        }
    }

    /// Forgets where everything is written, so that the document is the same wherever the blocks are.
    pub fn forget_sources(&mut self) {
        for client in self.clients.values_mut() {
            client.source = Source::default();
            for route in &mut client.routes {
                route.origin = route.origin.map(|_, origin| ResolvedOrigin {
                    client: origin.client.clone(),
                    ..ResolvedOrigin::default()
                });
            }
        }
        self.functions.values_mut().for_each(|function| function.source = Source::default());
    }

    /// Writes the document over several lines with indentation, and a newline at the end.
    pub fn write_pretty(&self, mut writer: impl std::io::Write) -> std::io::Result<()> {
        serde_json::to_writer_pretty(&mut writer, self)?;
        writer.write_all(b"\n")
    }

    /// Writes the document on one line, and a newline at the end.
    pub fn write_line(&self, mut writer: impl std::io::Write) -> std::io::Result<()> {
        serde_json::to_writer(&mut writer, self)?;
        writer.write_all(b"\n")
    }
}

impl Source {
    /// Whether it is left out of the document: lines begin at 1.
    pub const fn is_forgotten(&self) -> bool {
        self.line == 0
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl RunTimeFigures {
    /// The version of the project where the figures were measured with another minor version than that.
    pub fn unmeasured_version(&self) -> Option<&str> {
        self.version.as_deref().filter(|version| !is_measured_version(version))
    }
}

impl ResolvedClient {
    /// What BAML does with the client, where BAML makes the calls.
    pub fn through_baml(&self) -> Option<&RunTimeFigures> {
        self.runtimes.as_ref().map(|runtimes| &runtimes.baml)
    }

    /// The most that a call can cost through the runtime that makes the calls.
    pub fn cost(&self) -> WorstCase {
        self.through_baml().map_or(self.worst_case, |baml| baml.worst_case)
    }

    /// The names of the members in order. A leaf has none.
    pub fn members(&self) -> &[Box<str>] {
        match &self.kind {
            ResolvedKind::Leaf { .. } => &[],
            ResolvedKind::Fallback { members } | ResolvedKind::RoundRobin { members, .. } => members,
        }
    }
}

impl From<Timeouts> for json::Value {
    fn from(timeouts: Timeouts) -> Self {
        Self::Object(timeouts.iter().map(|(field, &ms)| (field.key().to_owned(), ms.into())).collect())
    }
}

impl From<WorstCase> for json::Value {
    fn from(worst_case: WorstCase) -> Self {
        json::json!({"requests": worst_case.requests, "duration_ms": worst_case.duration_ms})
    }
}

/// The JSON Schema of the document.
#[cfg(feature = "schema")]
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Resolved)
}
