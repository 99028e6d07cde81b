use clientc_plan::Field;
use clientc_plan::providers::{self, CLIENT_KEYS, POLICY_KEYS, Provider, STRATEGY_KEYS};
use clientc_semantic::{Fault, Owner, nearest_free};

use crate::context::Context;
use crate::core::finding::Finding;
use crate::core::rule::{Rule, Setting};
use crate::facts::tables::limit_names::{Meaning, RETRIED, WEIGHTS, named};
use crate::text::words::{all_of, short};

pub(crate) static RULE: Rule = Rule {
    name: "unknown-property",
    summary: "a key that a block does not have",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("unknown_property.md"),
};

pub(crate) fn finding(
    context: &Context<'_>,
    fault: &Fault,
    key: &str,
    owner: Owner,
    provider: Option<&'static Provider>,
) -> Finding {
    let (block, keys) = match owner {
        Owner::Client => ("a client", CLIENT_KEYS),
        Owner::Policy => ("a retry policy", POLICY_KEYS),
    };
    let names = || keys.iter().map(|key| key.name);
    let finding = Finding::of(fault, format!("{block} has no property `{}`", short(key)));
    match belongs(context, key, owner, provider) {
        Some(help) => finding.help(help),
        None => {
            let near = nearest_free(key, names(), |name| has(context, fault, owner, name));
            finding.help(format!("its properties are {}", all_of(names()))).near_names(key, &near, fault.span)
        }
    }
}

/// Whether the client or policy of a fault has a property.
fn has(context: &Context<'_>, fault: &Fault, owner: Owner, name: &str) -> bool {
    if owner == Owner::Policy {
        return context.policy_around(fault.span).is_some_and(|policy| policy.key(name).is_some());
    }
    context.client_around(fault.span).is_some_and(|client| match name {
        "provider" => client.provider_range.is_some(),
        "options" => client.options_range.is_some(),
        _ => name == "retry_policy" && client.retry_policy.is_some(),
    })
}

/// Where a key belongs that does not belong here.
fn belongs(
    context: &Context<'_>,
    key: &str,
    owner: Owner,
    provider: Option<&'static Provider>,
) -> Option<String> {
    if owner == Owner::Policy {
        return of_policy(context, key);
    }
    if context.is_called_by_baml() && is_ignored(key, provider) {
        return Some(
            "remove it: BAML enforces neither a total nor any other limit of a fallback or round-robin; write \
             `request_timeout_ms` into the `http` blocks of the clients that make requests"
                .into(),
        );
    }
    if Field::from_key(key).is_some() || key == providers::POOLING_KEY {
        return Some(format!("`{key}` belongs in `options {{ http {{ ... }} }}`"));
    }
    if providers::policy_key(key).is_some_and(|key| key.name == "max_retries") {
        return Some(
            "define `retry_policy Name { max_retries 2 }` and write `retry_policy Name` here".into(),
        );
    }
    match named(key).map(|named| named.meaning) {
        Some(Meaning::Limit(Field::Total)) => {
            return Some(
                "a total belongs in `options { http { total_timeout_ms ... } }` of a fallback or round-robin, in \
                 milliseconds"
                    .into(),
            );
        }
        Some(Meaning::Limit(field)) => {
            let field = field.key();
            return Some(format!(
                "it is `{field}` here: `options {{ http {{ {field} ... }} }}`, in milliseconds"
            ));
        }
        Some(Meaning::Retries | Meaning::Attempts) => {
            return Some(
                "define `retry_policy Name { max_retries 2 }` and write `retry_policy Name` here".into(),
            );
        }
        Some(Meaning::RetriedErrors) => return Some(RETRIED.into()),
        Some(Meaning::Weight) => return Some(WEIGHTS.into()),
        _ => {}
    }
    let known = match provider {
        Some(provider) => provider.option(key).is_some(),
        None => providers::is_known_option(key),
    };
    let usual = ["model", "temperature", "max_tokens", "top_p", "seed"].contains(&key);
    (known || usual).then(|| format!("`{key}` belongs in `options {{ ... }}`"))
}

/// Whether a key is a limit that BAML does not enforce on a client of this provider.
fn is_ignored(key: &str, provider: Option<&'static Provider>) -> bool {
    let meant = Field::from_key(key).or_else(|| match named(key)?.meaning {
        Meaning::Limit(field) => Some(field),
        _ => None,
    });
    let is_composite = provider.is_some_and(|provider| provider.kind.is_composite());
    meant.is_some_and(|field| field == Field::Total || is_composite)
}

/// Where a key of a retry policy belongs, or what it is called.
fn of_policy(context: &Context<'_>, key: &str) -> Option<String> {
    if key == "jitter" && context.is_called_by_baml() {
        return Some("remove it: BAML waits every delay in full".into());
    }
    if STRATEGY_KEYS.iter().any(|strategy| strategy.name == key) {
        return Some(format!("`{key}` belongs in the policy's `strategy {{ ... }}`"));
    }
    Some(match named(key)?.meaning {
        Meaning::Retries => "it is `max_retries` here: the attempts after the first".into(),
        Meaning::Attempts => "write `max_retries`, which counts the attempts after the first: one less".into(),
        Meaning::Delay => {
            "delays belong in `strategy { type exponential_backoff delay_ms 200 multiplier 1.5 max_delay_ms 10000 }`"
                .into()
        }
        Meaning::RetriedErrors => RETRIED.into(),
        Meaning::Limit(_) | Meaning::SomeLimit => {
            "limits belong in the `http` block of a client, in milliseconds; each attempt gets the whole limit".into()
        }
        Meaning::Fallbacks => "a client of `provider fallback` names what is tried next".into(),
        Meaning::Weight | Meaning::Cooldown => return None,
    })
}
