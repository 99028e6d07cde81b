//! Variables of the environment that clients need and that are not set. The gateway starts without them, since the other
//! clients can be called, but the operator should learn of it before the first caller does.

use std::collections::BTreeMap;

use clientc_plan::document::{Resolved, ResolvedKind};
use clientc_plan::{Object, Value, providers};
use clientc_report::plural;

/// So many clients are named; of more, only their number is.
const MOST: usize = 5;

/// A line for each variable that is not set.
pub(crate) fn warnings(document: &Resolved, is_set: impl Fn(&str) -> bool) -> Vec<String> {
    let mut missing: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, client) in &document.clients {
        let ResolvedKind::Leaf { provider, options, .. } = &client.kind else { continue };
        let mut needed = Vec::new();
        options.iter().for_each(|(_, value)| collect(value, &mut needed));
        needed.extend(key_variable(provider, options));
        needed.sort_unstable();
        needed.dedup();
        for variable in needed.into_iter().filter(|variable| !is_set(variable)) {
            missing.entry(variable).or_default().push(name);
        }
    }
    let warning = |(variable, clients): (&str, Vec<&str>)| {
        let shown = match clients.len() {
            ..=MOST => clients.join(", "),
            number => plural(number as u64, "client"),
        };
        format!("warning: the environment variable {variable} is not set, so calls to {shown} will fail")
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

/// The variable of the key that a provider needs, where the client has neither a key nor headers of its own.
fn key_variable(provider: &str, options: &Object) -> Option<&'static str> {
    let has_other = ["api_key", "headers"].iter().any(|option| options.contains_key(*option));
    providers::provider(provider)?.key_variable.filter(|_| !has_other)
}
