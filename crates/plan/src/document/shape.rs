//! How a client is laid out in JSON: the keys of its kind stand among the keys of every client.

use super::{
    ResolvedClient, ResolvedKind, ResolvedOrigin, ResolvedRoute, ResolvedSchedule, SCHEMA, SchemaName,
    Source, Timeouts, VERSION, Version,
};
use crate::field::{ByField, Field};
use crate::limit::MAX_MS;
use crate::retry::RetryPolicy;
use crate::value::Object;
use crate::worst_case::WorstCase;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use std::borrow::Cow;

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

/// A resolved client.
#[derive(JsonSchema)]
#[schemars(tag = "kind", rename_all = "kebab-case")]
#[allow(dead_code, reason = "only the schema is derived from it")]
pub(super) enum Client {
    /// A client that makes requests.
    Leaf {
        /// Whether the client is only mentioned as `provider/model` and not declared.
        #[schemars(default)]
        implicit: bool,
        /// The canonical name of the provider.
        provider: String,
        /// The options as written, without `http`. An environment variable is `{"$env": "NAME"}`.
        options: Object,
        /// Whether connections are kept for further requests.
        connection_pooling: bool,
        #[schemars(flatten)]
        every: Every,
    },
    /// A client that tries its members in order until one succeeds.
    Fallback {
        /// The names of the members, in order.
        #[schemars(length(min = 1))]
        members: Vec<String>,
        #[schemars(flatten)]
        every: Every,
    },
    /// A client that uses one member a call, the next one each time.
    RoundRobin {
        /// The names of the members, in order.
        #[schemars(length(min = 1))]
        members: Vec<String>,
        /// The first ticket.
        #[schemars(range(min = 0, max = 2_147_483_647))]
        start: u32,
        #[schemars(flatten)]
        every: Every,
    },
}

/// What every client has.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "only the schema is derived from it")]
pub(super) struct Every {
    /// The limits that the client itself sets, in milliseconds.
    timeouts: Timeouts,
    /// The policy that repeats the client, or null.
    #[schemars(with = "Nullable<RetryPolicy>")]
    retry: (),
    /// The routes from the client to its leaves, depth first in the order of the members.
    routes: Vec<ResolvedRoute>,
    /// The most that a call through the client can cost.
    worst_case: WorstCase,
    /// What happens when every attempt times out. Only there where it was asked for.
    schedule: Option<ResolvedSchedule>,
    /// Where the client is declared or first mentioned.
    source: Source,
}

impl Serialize for SchemaName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(SCHEMA)
    }
}

impl JsonSchema for SchemaName {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "SchemaName".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "const": SCHEMA })
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(VERSION)
    }
}

impl JsonSchema for Version {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Version".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "const": VERSION })
    }
}

/// A value that is always written, as null where there is none.
pub(crate) struct Nullable<T>(std::marker::PhantomData<T>);

impl<T: JsonSchema> JsonSchema for Nullable<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Nullable_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [generator.subschema_for::<T>(), { "type": "null" }] })
    }
}

impl JsonSchema for ByField<u64> {
    fn schema_name() -> Cow<'static, str> {
        "Timeouts".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        fields(|field| {
            json_schema!({
                "description": field.documentation(),
                "type": "integer",
                "minimum": 1,
                "maximum": MAX_MS
            })
        })
    }
}

impl JsonSchema for ByField<ResolvedOrigin> {
    fn schema_name() -> Cow<'static, str> {
        "Origins".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        fields(|_| generator.subschema_for::<ResolvedOrigin>())
    }
}

fn fields(mut schema: impl FnMut(Field) -> Schema) -> Schema {
    let properties: serde_json::Map<_, _> =
        Field::ALL.into_iter().map(|field| (field.key().to_owned(), schema(field).into())).collect();
    json_schema!({ "type": "object", "properties": properties })
}
