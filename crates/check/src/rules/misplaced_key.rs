use std::cell::OnceCell;

use clientc_plan::Field;
use clientc_plan::providers::{POOLING_KEY, Provider, is_known_body_field};
use clientc_semantic::{ClientFacts, FileId, Property, Span, ValueKind};
use rustc_hash::FxHashSet;

use crate::context::Context;
use crate::core::diagnostic::Safety;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::edits::http_block;
use crate::edits::option_limits::{OptionLimits, Shared, is_exact, meant, milliseconds};
use crate::facts::tables::limit_names::{Meaning, Named, RETRIED, WEIGHTS, named};
use crate::text::urls;
use crate::text::words::{one_of, short, time};

pub(crate) static RULE: Rule = Rule {
    name: "misplaced-key",
    summary: "a limit or a retry policy among the options, where it does nothing",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("misplaced_key.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    let policies = OnceCell::new();
    let shared = Shared::default();
    for file in context.files() {
        for client in &file.clients {
            let Some(provider) = client.provider.filter(|provider| provider.is_open) else { continue };
            let place = Misplaced {
                context,
                file: file.file,
                client,
                provider,
                policies: &policies,
                limits: OptionLimits::new(context, file.file, client, provider, &shared),
            };
            out.found.extend(place.findings());
        }
    }
}

struct Misplaced<'a> {
    context: &'a Context<'a>,
    file: FileId,
    client: &'a ClientFacts,
    provider: &'static Provider,
    policies: &'a OnceCell<FxHashSet<&'a str>>,
    limits: OptionLimits<'a>,
}

impl<'a> Misplaced<'a> {
    fn findings(&self) -> Vec<Finding> {
        self.client.options.iter().filter_map(|option| self.judge(option)).collect()
    }

    fn judge(&self, option: &'a Property) -> Option<Finding> {
        let key = &*option.key;
        if key == "retry_policy" {
            return Some(self.retry_policy(option));
        }
        if key == POOLING_KEY {
            let finding = self.sent(option, "switches nothing").help("it belongs in `http { ... }`");
            return Some(self.with_fix(finding, option));
        }
        if self.provider.option(key).is_some() || is_known_body_field(key) {
            return None;
        }
        let named = named(key)?;
        match named.meaning {
            Meaning::Limit(_) | Meaning::SomeLimit => {
                (key != "timeout" || !self.limits.may_be_for_the_server()).then(|| self.limit(option, named))
            }
            _ if self.is_described_server() => None,
            Meaning::Retries | Meaning::Attempts => Some(self.retries(option, named.meaning)),
            Meaning::Delay => Some(self.sent(option, "delays nothing").help(
                "delays belong in a policy: `retry_policy Name { max_retries 2 strategy { type exponential_backoff \
                 delay_ms 200 } }`",
            )),
            Meaning::RetriedErrors => Some(self.sent(option, "changes nothing").help(RETRIED)),
            Meaning::Fallbacks => Some(self.sent(option, "nothing is tried after this client").help(
                "define `client<llm> Name { provider fallback options { strategy [ ... ] } }` with this client first, \
                 and call that one",
            )),
            Meaning::Weight => Some(self.sent(option, "sets no weight").help(WEIGHTS)),
            Meaning::Cooldown => Some(self.sent(option, "excludes no client").help(
                "no client is skipped after failures; a short `connect_timeout_ms` detects early that a server is down",
            )),
        }
    }

    /// Adds the fix that moves an option into the `http` block, where there is one.
    fn with_fix(&self, mut finding: Finding, option: &Property) -> Finding {
        finding.diagnostic.fix = self.limits.fix(option).cloned();
        finding
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

    fn limit(&self, option: &'a Property, named: Named) -> Finding {
        let key = &*option.key;
        let is_request = named.meaning == Meaning::Limit(Field::Request);
        let is_exact = is_exact(key);
        let effect = if is_request && !is_exact { "limits nothing on this side" } else { "limits nothing" };
        let finding = self.sent(option, effect);
        let Some(field) = meant(key, named.meaning) else {
            let keys =
                one_of(self.provider.http_keys().filter(|key| key.field.is_some()).map(|key| key.name));
            return finding.help(format!("limits belong in `http {{ ... }}`, in milliseconds: {keys}"));
        };
        let ms = milliseconds(&option.value, named.unit);
        if field == Field::Total {
            let help = match self.context.is_called_by_baml() {
                true => total_help_in_baml(ms),
                false => total_help(&self.client.name.text, ms),
            };
            return finding.help(help);
        }
        if let Some((other, other_ms)) = self.limits.dead_beside(option) {
            return self.removed(finding, option, field, other, other_ms);
        }
        let is_allowed = self.provider.http_keys().any(|known| known.name == field.key());
        if is_exact && is_allowed {
            return self.with_fix(finding.help("limits belong in `http { ... }`"), option);
        }
        let server = match is_request {
            true => "; if the server reads it, describe the server under `[[servers]]` in clientc.toml",
            false => "",
        };
        let (written, unit) = match ms {
            Some(ms) => (format!("{} {ms}", field.key()), format!("which is {}", time(ms))),
            None => (format!("{} ...", field.key()), "in milliseconds".to_owned()),
        };
        let written = match self.client.http {
            Some(_) => format!("write `{written}` into its `http` block, {unit}"),
            None => format!("write `http {{ {written} }}`, {unit}"),
        };
        self.with_fix(finding.help(format!("it is `{}` here: {written}{server}", field.key())), option)
    }

    fn removed(&self, finding: Finding, option: &Property, field: Field, beside: Field, ms: u64) -> Finding {
        let help = format!(
            "it is `{}` here, and beside `{} {ms}` it would never end an attempt: remove it",
            field.key(),
            beside.key()
        );
        let layout = self.context.layout(self.file);
        match http_block::remove(layout, self.client, option.key_range, option.value.range) {
            Some(edits) => finding.help(help).fix(Safety::Unsafe, "remove it", edits),
            None => finding.help(help),
        }
    }

    fn retries(&self, option: &Property, meaning: Meaning) -> Finding {
        let number = match &option.value.kind {
            ValueKind::Number(number) => number.parse::<u64>().ok(),
            _ => None,
        };
        let retries = match meaning {
            Meaning::Attempts => number.map(|attempts| attempts.saturating_sub(1)),
            _ => number,
        };
        let retries = retries.map_or("...".to_owned(), |retries| retries.to_string());
        self.sent(option, "repeats nothing on this side").help(format!(
            "define `retry_policy Name {{ max_retries {retries} }}`, and write `retry_policy Name` beside `provider`; \
             if the server reads it, describe the server under `[[servers]]` in clientc.toml, with its `retries`"
        ))
    }

    /// Whether `clientc.toml` describes the server, so that its author knows what the server reads.
    fn is_described_server(&self) -> bool {
        let written = self.client.options.iter().find(|option| &*option.key == "base_url");
        let url = match written {
            Some(option) => option.value.text(),
            None => self.provider.default_base_url,
        };
        let servers = &self.context.settings.servers;
        url.is_some_and(|url| servers.iter().any(|server| urls::are_same(&server.base_url, url)))
    }

    fn retry_policy(&self, option: &Property) -> Finding {
        let finding = self.sent(option, "repeats nothing");
        if let Some(own) = &self.client.retry_policy {
            return finding
                .related(Span::new(self.file, own.range), "the policy that applies")
                .help("remove it: the client has a policy");
        }
        let finding = finding.help("write it beside `provider`, before `options`");
        let name = option.value.text().filter(|name| self.policies().contains(name));
        match name.and_then(|name| self.limits.moves().beside_provider(option, name)) {
            Some(edits) => finding.fix(Safety::Safe, "move it beside `provider`", edits),
            None => finding,
        }
    }

    fn policies(&self) -> &FxHashSet<&'a str> {
        let names = || self.context.files().flat_map(|file| &file.policies).map(|policy| &*policy.name.text);
        self.policies.get_or_init(|| names().collect())
    }
}

/// What to write for a total among the options of a client that makes requests.
fn total_help(client: &str, ms: Option<u64>) -> String {
    let ms = ms.map_or("...".to_owned(), |ms| ms.to_string());
    format!(
        "a total bounds a fallback or round-robin; for one that bounds `{client}` with its retries, wrap it in a fallback \
         of one: `provider fallback options {{ strategy [{client}] http {{ total_timeout_ms {ms} }} }}`; \
         `http {{ request_timeout_ms {ms} }}` bounds one attempt"
    )
}

/// The same where BAML makes the calls.
fn total_help_in_baml(ms: Option<u64>) -> String {
    let ms = ms.map_or("...".to_owned(), |ms| ms.to_string());
    format!("BAML enforces no total; `http {{ request_timeout_ms {ms} }}` bounds each attempt")
}
