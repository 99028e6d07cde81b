//! A change in words.

use clientc_plan::difference::{Change, LimitChange, Pair, RouteChange};
use clientc_plan::document::ResolvedOrigin;
use clientc_plan::{RetryPolicy, RetryStrategy, WorstCase};

use crate::routes::shown;
use crate::units::{duration, plural};

/// A change in words, and what tells it from similar ones.
pub(super) struct Worded {
    pub(super) kind: &'static str,
    pub(super) subject: String,
    pub(super) message: String,
    pub(super) details: Vec<String>,
    pub(super) key: String,
}

pub(super) fn name(name: &str) -> String {
    shown(name)
}

pub(super) fn path(path: &[Box<str>]) -> String {
    path.iter().map(|name| shown(name)).collect::<Vec<_>>().join(" > ")
}

/// A worst case in words: `2 requests, 1m 20s`, followed by ` in BAML` where BAML makes the calls.
pub(super) fn cost(worst: WorstCase, place: &str) -> String {
    let bound = worst.duration_ms.map_or_else(|| "no limit".to_owned(), duration);
    format!("{}, {bound}{place}", plural(worst.requests, "request"))
}

impl Worded {
    pub(super) fn of(change: &Change<'_>) -> Self {
        let simple = |kind, subject: &str, message: String, key: String| Self {
            kind,
            subject: shown(subject),
            message,
            details: Vec::new(),
            key,
        };
        match change {
            Change::ClientAdded(client) => {
                simple("added", client, format!("client `{}` is new", shown(client)), "client".into())
            }
            Change::ClientRemoved(client) => {
                simple("removed", client, format!("client `{}` is gone", shown(client)), "client".into())
            }
            Change::ClientRenamed(names) => renamed("client", *names),
            Change::FunctionAdded(function) => simple(
                "added",
                function,
                format!("function `{}` now names a client", shown(function)),
                "function".into(),
            ),
            Change::FunctionRemoved(function) => simple(
                "removed",
                function,
                format!("function `{}` is gone or no longer names a client", shown(function)),
                "function".into(),
            ),
            Change::FunctionRenamed(names) => renamed("function", *names),
            Change::PolicyRenamed(names) => renamed("retry policy", *names),
            Change::FunctionClient(function, Pair { before, after }) => simple(
                "members",
                function,
                format!(
                    "function `{}` calls `{}` instead of `{}`",
                    shown(function),
                    shown(after),
                    shown(before)
                ),
                format!("{before}:{after}"),
            ),
            Change::Calls(Pair { before, after }) => simple(
                "options",
                "[runtime]",
                format!("{} makes the calls instead of {}", after.name(), before.name()),
                format!("calls:{}:{}", before.name(), after.name()),
            ),
            Change::Kind(client, Pair { before, after }) => simple(
                "options",
                client,
                format!("`{}` is `{}` instead of `{}`", shown(client), shown(after), shown(before)),
                format!("kind:{before}:{after}"),
            ),
            Change::Options(client, keys) => {
                let keys: Vec<String> = keys.iter().map(|key| shown(key)).collect();
                let message = format!("changed options of `{}`: {}", shown(client), keys.join(", "));
                simple("options", client, message, keys.join(","))
            }
            Change::Members(client, members) => Self::members(client, *members),
            Change::Limit(limit) => Self::limit(limit),
            Change::Policy(Pair { before, after }, clients) => {
                let clients: Vec<String> = clients.iter().map(|client| shown(client)).collect();
                let message = format!(
                    "retry policy `{}`: {} instead of {}",
                    shown(&after.name),
                    policy(after),
                    policy(before)
                );
                let details = vec![format!("used by {}", clients.join(", "))];
                Self {
                    details,
                    ..simple("retry", &after.name, message, format!("{}:{}", policy(before), policy(after)))
                }
            }
            Change::Retry(client, Pair { before, after }) => {
                let named = |retry: &Option<&RetryPolicy>| {
                    retry.map_or_else(
                        || "none".to_owned(),
                        |retry| format!("`{}`, {}", shown(&retry.name), policy(retry)),
                    )
                };
                let message = format!(
                    "retry policy of `{}`: {} instead of {}",
                    shown(client),
                    named(after),
                    named(before)
                );
                simple("retry", client, message, format!("{}:{}", named(before), named(after)))
            }
        }
    }

    fn members(client: &str, Pair { before, after }: Pair<&[Box<str>]>) -> Self {
        let list =
            |members: &[Box<str>]| members.iter().map(|name| shown(name)).collect::<Vec<_>>().join(", ");
        let (mut earlier, mut later) = (before.to_vec(), after.to_vec());
        earlier.sort();
        later.sort();
        let what = if earlier == later { "different order of members" } else { "different members" };
        Self {
            kind: "members",
            subject: shown(client),
            message: format!(
                "{what} of `{}`: [{}] instead of [{}]",
                shown(client),
                list(after),
                list(before)
            ),
            details: Vec::new(),
            key: format!("{}:{}", list(before), list(after)),
        }
    }

    fn limit(change: &LimitChange<'_>) -> Self {
        let owner =
            change.owner.map_or_else(|| "the defaults".to_owned(), |owner| format!("`{}`", shown(owner)));
        let key = change.field.key();
        let (kind, message) = match (change.limit.before, change.limit.after) {
            (Some(before), Some(after)) => {
                let kind = if after > before { "raised" } else { "lowered" };
                (
                    kind,
                    format!("`{key}` of {owner} is {kind} from {} to {}", duration(before), duration(after)),
                )
            }
            (None, Some(after)) => ("gained", format!("{owner} gains `{key}` {}", duration(after))),
            (before, _) => {
                ("lost", format!("{owner} loses `{key}` {}", before.map(duration).unwrap_or_default()))
            }
        };
        let number = |limit: Option<u64>| limit.map_or_else(|| "none".to_owned(), |ms| ms.to_string());
        Self {
            kind,
            subject: change.owner.map_or_else(|| "[defaults.http]".to_owned(), shown),
            message,
            details: details(change),
            key: format!("{key}:{}:{}", number(change.limit.before), number(change.limit.after)),
        }
    }
}

fn renamed(what: &str, Pair { before, after }: Pair<&str>) -> Worded {
    Worded {
        kind: "renamed",
        subject: shown(after),
        message: format!("{what} `{}` is now called `{}`", shown(before), shown(after)),
        details: Vec::new(),
        key: format!("{what}:{before}"),
    }
}

/// The routes on which the limit takes effect, or that BAML does not enforce it.
fn details(change: &LimitChange<'_>) -> Vec<String> {
    if !change.is_obeyed {
        return vec!["BAML makes the calls and does not enforce it".to_owned()];
    }
    change.routes.iter().map(|route| route_line(route, change.field.label())).collect()
}

fn route_line(route: &RouteChange<'_>, label: &str) -> String {
    let limit = |limit: Option<(u64, Option<&ResolvedOrigin>)>| match limit {
        None => "none".to_owned(),
        Some((ms, None)) => format!("{} (BAML)", duration(ms)),
        Some((ms, Some(origin))) => {
            let owner = origin.client.as_deref().map_or_else(|| "defaults".to_owned(), shown);
            format!("{} ({owner}, {}:{})", duration(ms), shown(&origin.file), origin.line)
        }
    };
    format!("{}: {label} {} → {}", path(route.path), limit(route.limit.before), limit(route.limit.after))
}

fn policy(policy: &RetryPolicy) -> String {
    let delays = match policy.strategy {
        RetryStrategy::ConstantDelay { delay_ms } => format!("{} apart", duration(delay_ms)),
        RetryStrategy::ExponentialBackoff { delay_ms, multiplier, max_delay_ms } => {
            format!("after {} × {multiplier} up to {}", duration(delay_ms), duration(max_delay_ms))
        }
    };
    let jitter = if policy.jitter { ", jitter" } else { "" };
    format!("{} more, {delays}{jitter}", policy.max_retries)
}
