use clientc_plan::Field;
use clientc_plan::providers::{self, CLIENT_KEYS, POLICY_KEYS, Provider, STRATEGY_KEYS};
use clientc_semantic::{FaultKind, Owner, nearest};

use crate::core::finding::{Finding, Findings};
use crate::context::Context;
use crate::core::rule::{Rule, Setting};
use crate::text::words::{all_of, short};

pub(super) static RULE: Rule = Rule {
    name: "unknown-property",
    summary: "a key that a block does not have",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("unknown_property.md"),
};

pub(super) fn check(context: &Context<'_>, out: &mut Findings) {
    for fault in context.faults() {
        let FaultKind::UnknownProperty { key, owner, provider } = &fault.kind else { continue };
        let (block, keys) = match owner {
            Owner::Client => ("a client", CLIENT_KEYS),
            Owner::Policy => ("a retry policy", POLICY_KEYS),
        };
        let names = || keys.iter().map(|key| key.name);
        let message = format!("{block} has no property `{}`", short(key));
        let finding = Finding::new(fault.span, &*fault.subject, message);
        out.push(match belongs(key, *owner, *provider) {
            Some(help) => finding.help(help),
            None => finding.help(format!("its properties are {}", all_of(names()))).near_names(
                key,
                &nearest(key, names()),
                fault.span,
            ),
        });
    }
}

/// Where a key belongs that does not belong here.
fn belongs(key: &str, owner: Owner, provider: Option<&'static Provider>) -> Option<String> {
    if owner == Owner::Policy {
        let known = STRATEGY_KEYS.iter().any(|strategy| strategy.name == key);
        return known.then(|| format!("`{key}` belongs in the policy's `strategy {{ ... }}`"));
    }
    if Field::from_key(key).is_some() || key == providers::POOLING_KEY {
        return Some(format!("`{key}` belongs in `options {{ http {{ ... }} }}`"));
    }
    if providers::policy_key(key).is_some_and(|key| key.name == "max_retries") {
        return Some(
            "define `retry_policy Name { max_retries 2 }` and write `retry_policy Name` here".into(),
        );
    }
    if key == "timeout" {
        return Some("limits stand in `options { http { request_timeout_ms ... } }`, in milliseconds".into());
    }
    let known = match provider {
        Some(provider) => provider.option(key).is_some(),
        None => providers::is_known_option(key),
    };
    let usual = ["model", "temperature", "max_tokens", "top_p", "seed"].contains(&key);
    (known || usual).then(|| format!("`{key}` belongs in `options {{ ... }}`"))
}
