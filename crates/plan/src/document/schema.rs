//! The JSON Schema of the document, as far as it does not follow from the types.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::{
    ResolvedOrigin, ResolvedRoute, ResolvedSchedule, Runtimes, SCHEMA, SchemaName, Source, Timeouts, VERSION,
    Version,
};
use crate::field::{ByField, Field};
use crate::limit::MAX_MS;
use crate::retry::RetryPolicy;
use crate::value::{Object, Value};
use crate::worst_case::WorstCase;

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
    /// A client that uses one member per call, the next one each time.
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
    /// What another runtime does with the client. Only there where that one makes the calls.
    runtimes: Option<Runtimes>,
    /// Where the client is declared or first mentioned.
    source: Source,
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

impl JsonSchema for RetryPolicy {
    fn schema_name() -> Cow<'static, str> {
        "Retry".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let delay = json_schema!({ "type": "integer", "minimum": 0, "maximum": 86_400_000 });
        json_schema!({
            "description": "A retry policy with its defaults filled in.",
            "type": "object",
            "properties": {
                "policy": { "type": "string", "description": "The name of the policy." },
                "max_retries": {
                    "type": "integer", "minimum": 0, "maximum": 100,
                    "description": "The number of further attempts after the first."
                },
                "strategy": { "oneOf": [
                    {
                        "description": "Every delay is the same.",
                        "type": "object",
                        "properties": {
                            "type": { "const": "constant_delay" },
                            "delay_ms": delay,
                            "jitter": { "type": "boolean" }
                        },
                        "required": ["type", "delay_ms", "jitter"]
                    },
                    {
                        "description": "Every delay is the one before times the multiplier, up to the longest.",
                        "type": "object",
                        "properties": {
                            "type": { "const": "exponential_backoff" },
                            "delay_ms": delay,
                            "multiplier": { "type": "number", "exclusiveMinimum": 0, "maximum": 1000 },
                            "max_delay_ms": delay,
                            "jitter": { "type": "boolean" }
                        },
                        "required": ["type", "delay_ms", "multiplier", "max_delay_ms", "jitter"]
                    }
                ] }
            },
            "required": ["policy", "max_retries", "strategy"]
        })
    }
}

impl JsonSchema for Value {
    fn schema_name() -> Cow<'static, str> {
        "Value".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The value of an option as it was written. An object whose only key is `$env` \
                            stands for the environment variable of that name.",
            "type": ["null", "boolean", "number", "string", "array", "object"]
        })
    }
}
