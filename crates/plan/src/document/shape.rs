//! How a client is laid out in JSON: the keys of its kind stand among the keys of every client.

use serde::{Serialize, Serializer};

use super::{
    ResolvedClient, ResolvedKind, ResolvedRoute, ResolvedSchedule, Runtimes, SCHEMA, SchemaName, Source,
    Timeouts, VERSION, Version,
};
use crate::retry::RetryPolicy;
use crate::value::Object;
use crate::worst_case::WorstCase;

/// A client in the order of its keys.
#[derive(Serialize)]
struct Written<'c> {
    kind: &'static str,
    #[serde(skip_serializing_if = "is_false")]
    implicit: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    options: Option<&'c Object>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connection_pooling: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    members: Option<&'c [Box<str>]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<u32>,
    timeouts: &'c Timeouts,
    retry: Option<&'c RetryPolicy>,
    routes: &'c [ResolvedRoute],
    worst_case: &'c WorstCase,
    #[serde(skip_serializing_if = "Option::is_none")]
    schedule: Option<&'c ResolvedSchedule>,
    #[serde(skip_serializing_if = "Option::is_none")]
    runtimes: Option<&'c Runtimes>,
    #[serde(skip_serializing_if = "Source::is_forgotten")]
    source: &'c Source,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
fn is_false(value: &bool) -> bool {
    !value
}

impl Serialize for ResolvedClient {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut written = Written {
            kind: "",
            implicit: self.implicit,
            provider: None,
            options: None,
            connection_pooling: None,
            members: None,
            start: None,
            timeouts: &self.timeouts,
            retry: self.retry.as_ref(),
            routes: &self.routes,
            worst_case: &self.worst_case,
            schedule: self.schedule.as_ref(),
            runtimes: self.runtimes.as_ref(),
            source: &self.source,
        };
        match &self.kind {
            ResolvedKind::Leaf { provider, options, connection_pooling } => {
                written.kind = "leaf";
                written.provider = Some(provider);
                written.options = Some(options);
                written.connection_pooling = Some(*connection_pooling);
            }
            ResolvedKind::Fallback { members } => {
                written.kind = "fallback";
                written.members = Some(members);
            }
            ResolvedKind::RoundRobin { members, start } => {
                written.kind = "round-robin";
                written.members = Some(members);
                written.start = Some(*start);
            }
        }
        written.serialize(serializer)
    }
}

impl Serialize for SchemaName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(SCHEMA)
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(VERSION)
    }
}
