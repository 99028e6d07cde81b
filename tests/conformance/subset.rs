//! Whether a JSON value holds another one as a part of it.

use serde_json::{Map, Value};

/// The objects in which a key that is not named is not there.
const WHOLE: [&str; 4] = ["defaults", "timeouts", "effective", "origin"];

/// Where a value is not as expected, one line each.
pub(crate) fn differences(expected: &Value, found: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    compare(expected, found, "$", false, &mut lines);
    lines
}

fn compare(expected: &Value, found: &Value, path: &str, whole: bool, lines: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => objects(expected, found, path, whole, lines),
        (Value::Array(expected), Value::Array(items)) if expected.len() == items.len() => {
            for (index, (expected, item)) in expected.iter().zip(items).enumerate() {
                compare(expected, item, &format!("{path}[{index}]"), false, lines);
            }
        }
        (Value::Array(expected), Value::Array(items)) => {
            let noun = if expected.len() == 1 { "item" } else { "items" };
            lines.push(format!(
                "{path} should have {} {noun}, and has {}: {found}",
                expected.len(),
                items.len()
            ));
        }
        _ if expected == found => {}
        _ => lines.push(format!("{path} should be {expected}, and is {found}")),
    }
}

fn objects(
    expected: &Map<String, Value>,
    found: &Map<String, Value>,
    path: &str,
    whole: bool,
    lines: &mut Vec<String>,
) {
    for (key, value) in expected {
        match found.get(key) {
            Some(found) => compare(value, found, &format!("{path}.{key}"), WHOLE.contains(&&**key), lines),
            None => lines.push(format!("{path}.{key} should be {value}, and is not there")),
        }
    }
    for (key, value) in found.iter().filter(|(key, _)| whole && !expected.contains_key(*key)) {
        lines.push(format!("{path}.{key} should not be there, and is {value}"));
    }
}
