use clientc_plan::providers::{HTTP_KEYS, Provider, http_key};
use clientc_semantic::{FaultKind, nearest};

use crate::core::finding::{Finding, Findings};
use crate::context::Context;
use crate::core::rule::{Rule, Setting};
use crate::text::words::{all_of, short};

pub(super) static RULE: Rule = Rule {
    name: "unknown-http-field",
    summary: "a key that an http block does not have",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("unknown_http_field.md"),
};

pub(super) fn check(context: &Context<'_>, out: &mut Findings) {
    for fault in context.faults() {
        let FaultKind::UnknownHttpField { key, provider } = &fault.kind else { continue };
        let shown = short(key);
        let names = || allowed(*provider);
        let finding = match http_key(key) {
            Some(known) => Finding::new(fault.span, &*fault.subject, misplaced(known.name, *provider))
                .help(instead(known.name, *provider)),
            None => Finding::new(fault.span, &*fault.subject, format!("an `http` block has no `{shown}`"))
                .help(format!("it has {}", all_of(names().into_iter())))
                .near_names(key, &nearest(key, names().into_iter()), fault.span),
        };
        out.push(finding);
    }
}

fn allowed(provider: Option<&'static Provider>) -> Vec<&'static str> {
    match provider {
        Some(provider) => provider.http_keys().map(|key| key.name).collect(),
        None => HTTP_KEYS.iter().map(|key| key.name).collect(),
    }
}

fn misplaced(key: &str, provider: Option<&'static Provider>) -> String {
    match provider {
        Some(provider) if provider.kind.is_composite() => {
            format!("`{key}` does not belong on a {}", provider.name)
        }
        Some(provider) if key == "total_timeout_ms" => {
            format!("`{key}` does not belong on a client of `{}`, which has no members", provider.name)
        }
        Some(provider) => format!("`{key}` does not belong on a client of `{}`", provider.name),
        None => format!("`{key}` does not belong here"),
    }
}

fn instead(key: &str, provider: Option<&'static Provider>) -> String {
    match key {
        "total_timeout_ms" => {
            "a total bounds a whole fallback or round-robin with its retries; on a leaf write \
                               `request_timeout_ms`, which bounds one attempt"
                .into()
        }
        _ => match provider.filter(|provider| !provider.kind.is_composite()) {
            Some(provider) => format!("remove it: `{}` manages its own connections", provider.name),
            None => "remove it; connections belong to the members".into(),
        },
    }
}
