//! Variables of the environment that clients need and that are not set, and keys that are empty. The gateway starts without
//! them, since the other clients can be called, but the operator should learn of it before the first caller does.

use std::collections::BTreeMap;

use clientc_plan::document::{Resolved, ResolvedKind};
use clientc_plan::{Object, Value, providers};
use clientc_report::plural;

/// So many clients are named; of more, only their number is.
const MOST: usize = 5;

/// What is wrong with a variable, and what comes of it.
type Problem = (&'static str, &'static str);

const NOT_SET: Problem = ("not set", "will fail");
/// A server of one's own may need no key, so that calls with an empty one can succeed.
const EMPTY: Problem = ("empty", "will fail where the server needs a key");

/// A line for each variable that is not set, or that is an empty key.
pub(crate) fn warnings(document: &Resolved, read: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut missing: BTreeMap<(&str, Problem), Vec<&str>> = BTreeMap::new();
    for (name, client) in &document.clients {
        let ResolvedKind::Leaf { provider, options, .. } = &client.kind else { continue };
        let key = key_variable(provider, options);
        let mut needed = Vec::new();
        options.iter().for_each(|(_, value)| collect(value, &mut needed));
        needed.extend(key);
        needed.sort_unstable();
        needed.dedup();
        for variable in needed {
            match read(variable) {
                None => missing.entry((variable, NOT_SET)).or_default().push(name),
                Some(value) if value.is_empty() && key == Some(variable) => {
                    missing.entry((variable, EMPTY)).or_default().push(name);
                }
                Some(_) => {}
            }
        }
    }
    let warning = |((variable, (what, outcome)), clients): ((&str, Problem), Vec<&str>)| {
        let shown = match clients.len() {
            ..=MOST => clients.join(", "),
            number => plural(number as u64, "client"),
        };
        format!("warning: the environment variable {variable} is {what}, so calls to {shown} {outcome}")
    };
    missing.into_iter().map(warning).collect()
}

/// The names of the variables in a value.
fn collect<'v>(value: &'v Value, names: &mut Vec<&'v str>) {
    match value {
        Value::Env(name) => names.push(name),
        Value::Array(values) => values.iter().for_each(|value| collect(value, names)),
        Value::Object(entries) => entries.iter().for_each(|(_, value)| collect(value, names)),
        _ => {}
    }
}

/// The variable of the key of a provider that needs one, where the client has no other key and no headers of its own.
fn key_variable<'o>(provider: &str, options: &'o Object) -> Option<&'o str> {
    let usual = providers::provider(provider)?.key_variable?;
    match options.get("api_key") {
        Some(Value::Env(variable)) => Some(variable),
        Some(_) => None,
        None => (!options.contains_key("headers")).then_some(usual),
    }
}
