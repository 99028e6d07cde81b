use std::cell::OnceCell;

use clientc_plan::providers::{POOLING_KEY, Provider};
use clientc_plan::{Field, MAX_MS};
use clientc_semantic::{ClientFacts, FileId, Property, Span, ValueKind};
use rustc_hash::FxHashSet;

use crate::facts::conflict::Extremes;
use crate::core::diagnostic::{Fix, Safety};
use crate::core::finding::{Finding, Findings};
use crate::context::Context;
use crate::edits::moves::Moves;
use crate::core::rule::{Rule, Setting};
use crate::text::words::{short, time};

pub(super) static RULE: Rule = Rule {
    name: "misplaced-key",
    summary: "a limit or a retry policy among the options, where it does nothing",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("misplaced_key.md"),
};

pub(super) fn check(context: &Context<'_>, out: &mut Findings) {
    let extremes = OnceCell::new();
    let policies = OnceCell::new();
    let bounded = OnceCell::new();
    for file in context.files() {
        for client in &file.clients {
            let Some(provider) = client.provider.filter(|provider| provider.is_open) else { continue };
            let (extremes, policies, bounded) = (&extremes, &policies, &bounded);
            let place = Misplaced { context, file: file.file, client, provider, extremes, policies, bounded };
            out.found.extend(place.findings());
        }
    }
}

struct Misplaced<'a> {
    context: &'a Context<'a>,
    file: FileId,
    client: &'a ClientFacts,
    provider: &'static Provider,
    extremes: &'a OnceCell<Extremes>,
    policies: &'a OnceCell<FxHashSet<&'a str>>,
    /// The names, by their places, of the clients that have a request limit from above.
    bounded: &'a OnceCell<FxHashSet<Span>>,
}

impl<'a> Misplaced<'a> {
    fn findings(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut limits_fix = None;
        for option in &self.client.options {
            let key = &*option.key;
            let finding = match key {
                "retry_policy" => self.retry_policy(option),
                "max_retries" => self.sent(option, "repeats nothing").help(
                    "define `retry_policy Name { max_retries ... }`, and write `retry_policy Name` beside `provider`",
                ),
                "timeout" if self.may_be_for_the_server() => continue,
                "timeout" | "timeout_ms" => self.timeout(option),
                _ if key.ends_with("_timeout_ms") || key.ends_with("_timeout") || key == POOLING_KEY => {
                    let fix = limits_fix.get_or_insert_with(|| self.move_to_http());
                    self.http_key(option, fix.as_ref())
                }
                _ => continue,
            };
            found.push(finding);
        }
        found
    }

    fn finding(&self, option: &Property, message: String) -> Finding {
        let span = Span::new(self.file, option.key_range);
        Finding::new(span, format!("{}/{}", self.client.name.text, option.key), message)
    }

    fn sent(&self, option: &Property, effect: &str) -> Finding {
        let message = format!(
            "`{}` among the options is sent to the provider with the request, and {effect}",
            short(&option.key)
        );
        self.finding(option, message)
    }

    fn http_key(&self, option: &Property, fix: Option<&(Vec<&str>, Fix)>) -> Finding {
        let key = &*option.key;
        if key == POOLING_KEY {
            let finding = self.sent(option, "switches nothing").help("it belongs in `http { ... }`");
            return with_fix(finding, key, fix);
        }
        let finding = self.sent(option, "limits nothing");
        let allowed = self.provider.http_keys().any(|known| known.name == key);
        if allowed {
            with_fix(finding.help("limits stand in `http { ... }`"), key, fix)
        } else if key == Field::Total.key() {
            finding.help(
                "a total bounds a fallback or round-robin; on this client write `http { request_timeout_ms ... }`, \
                 which bounds one attempt",
            )
        } else {
            finding.help("limits stand in `http { ... }`, and the one of an attempt is `request_timeout_ms`")
        }
    }

    /// Whether a `timeout` may be where it belongs: some servers read it, beside a request limit of the client.
    fn may_be_for_the_server(&self) -> bool {
        let has_limit =
            self.client.http.as_ref().is_some_and(|http| http.limits.get(Field::Request).is_some());
        let has_default = self.context.settings.defaults.get(Field::Request).is_some();
        let name = Span::new(self.file, self.client.name.range);
        let settings = self.context.settings;
        has_limit || has_default || !settings.servers.is_empty() || self.bounded().contains(&name)
    }

    fn bounded(&self) -> &FxHashSet<Span> {
        self.bounded.get_or_init(|| {
            let project = self.context.project;
            let bounded =
                project.plan.ids().zip(self.context.entry_routes().is_request_bounded()).filter(|(_, is_bounded)| *is_bounded);
            let facts = bounded.filter_map(|(id, _)| project.client_facts(id));
            facts.map(|(file, client)| Span::new(file, client.name.range)).collect()
        })
    }

    /// A number that would be a limit, in seconds under `timeout` and else in milliseconds.
    fn timeout(&self, option: &Property) -> Finding {
        let finding = self.sent(option, "limits nothing on this side");
        let ms = match &option.value.kind {
            ValueKind::Number(number) => {
                number.parse::<u64>().ok().filter(|number| (1..=MAX_MS / 1000).contains(number))
            }
            _ => None,
        };
        // Without a unit it is in seconds wherever it is read.
        let ms = ms.map(|number| if &*option.key == "timeout" { number * 1000 } else { number });
        match ms {
            Some(ms) => finding.help(format!(
                "for a limit of {} write `http {{ request_timeout_ms {ms} }}`; a server that reads it is named under \
                 `[[servers]]` in clientc.toml",
                time(ms)
            )),
            None => finding.help("limits stand in `http { request_timeout_ms ... }`, in milliseconds"),
        }
    }

    fn retry_policy(&self, option: &Property) -> Finding {
        let finding = self.sent(option, "repeats nothing");
        if let Some(own) = &self.client.retry_policy {
            return finding
                .related(Span::new(self.file, own.range), "the policy that holds")
                .help("remove it: the client has a policy");
        }
        let finding = finding.help("write it beside `provider`, before `options`");
        let name = option.value.text().filter(|name| self.policies().contains(name));
        match name.and_then(|name| self.moves().beside_provider(option, name)) {
            Some(edits) => finding.fix(Safety::Safe, "move it beside `provider`", edits),
            None => finding,
        }
    }

    fn policies(&self) -> &FxHashSet<&'a str> {
        let names = || self.context.files().flat_map(|file| &file.policies).map(|policy| &*policy.name.text);
        self.policies.get_or_init(|| names().collect())
    }

    /// The keys that can be moved into the `http` block, and the fix that moves all of them.
    fn move_to_http(&self) -> Option<(Vec<&'a str>, Fix)> {
        let moves = self.moves();
        let fitting = self.client.options.iter().filter(|option| self.fits_http(option));
        let moved: Vec<&Property> = fitting.filter(|option| moves.entry(option).is_some()).collect();
        let limits: Vec<(Field, u64)> = moved.iter().filter_map(|option| limit(option)).collect();
        if self.extremes.get_or_init(|| Extremes::of(self.context)).could_conflict(&limits) {
            return None;
        }
        let edits = moves.http_edits(&moved)?;
        let title = if moved.len() == 1 { "move it into `http`" } else { "move them into `http`" };
        let keys = moved.iter().map(|option| &*option.key).collect();
        Some((keys, Fix { title: title.into(), safety: Safety::Safe, edits }))
    }

    /// Whether an option is an entry that the `http` block takes and does not have.
    fn fits_http(&self, option: &Property) -> bool {
        let key = &*option.key;
        let is_allowed = self.provider.http_keys().any(|known| known.name == key);
        let is_valid =
            limit(option).is_some() || key == POOLING_KEY && matches!(option.value.kind, ValueKind::Bool(_));
        let text = self.context.sources.text(self.file);
        let http = self.client.http.as_ref().map_or("", |http| http.range.slice(text));
        is_allowed && is_valid && !http.contains(key)
    }

    fn moves(&self) -> Moves<'a> {
        Moves { text: self.context.sources.text(self.file), file: self.file, client: self.client }
    }
}

fn with_fix(mut finding: Finding, key: &str, fix: Option<&(Vec<&str>, Fix)>) -> Finding {
    if let Some((keys, fix)) = fix
        && keys.contains(&key)
    {
        finding.diagnostic.fix = Some(fix.clone());
    }
    finding
}

/// The limit that an option would be in an `http` block.
fn limit(option: &Property) -> Option<(Field, u64)> {
    let field = Field::from_key(&option.key)?;
    let ValueKind::Number(number) = &option.value.kind else { return None };
    let ms = number.parse::<u64>().ok().filter(|ms| (1..=MAX_MS).contains(ms))?;
    Some((field, ms))
}
