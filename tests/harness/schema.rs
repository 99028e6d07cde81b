//! A judge of JSON Schemas. It asks no network: a schema holds all that it refers to.

use serde_json::Value;

/// What in a value does not follow a schema, one line each with its place.
///
/// # Panics
///
/// If the schema itself is wrong.
#[must_use]
pub fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let judge = jsonschema::validator_for(schema).unwrap_or_else(|error| panic!("no schema: {error}"));
    judge.iter_errors(value).map(|fault| format!("{}: {fault}", fault.instance_path())).collect()
}
