use std::cell::OnceCell;

use clientc_plan::Field;
use clientc_plan::providers::{POOLING_KEY, Provider, is_known_body_field};
use clientc_semantic::{ClientFacts, FileId, Property, Span, Value, ValueKind, nearest};
use rustc_hash::FxHashSet;

use crate::context::Context;
use crate::core::diagnostic::{Fix, Safety};
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::edits::http_block;
use crate::edits::moves::Moves;
use crate::facts::conflict::Extremes;
use crate::facts::pooling;
use crate::facts::tables::limit_names::{self, Meaning, Named, RETRIED, Unit, WEIGHTS, named};
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
    let extremes = OnceCell::new();
    let policies = OnceCell::new();
    let bounded = OnceCell::new();
    let keeps_connections = OnceCell::new();
    for file in context.files() {
        for client in &file.clients {
            let Some(provider) = client.provider.filter(|provider| provider.is_open) else { continue };
            let place = Misplaced {
                context,
                file: file.file,
                client,
                provider,
                extremes: &extremes,
                policies: &policies,
                bounded: &bounded,
                keeps_connections: &keeps_connections,
                entries: OnceCell::new(),
                fixes: Default::default(),
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
    extremes: &'a OnceCell<Extremes>,
    policies: &'a OnceCell<FxHashSet<&'a str>>,
    /// The names, by their places, of the clients that have a request limit from above.
    bounded: &'a OnceCell<FxHashSet<Span>>,
    /// What the first limits of the project are to say of connections.
    keeps_connections: &'a OnceCell<Option<bool>>,
    entries: OnceCell<Vec<Entry<'a>>>,
    /// The fixes of keys that are not written as in an `http` block, and of those that are.
    fixes: [OnceCell<Option<MoveFix<'a>>>; 2],
}

/// Keys, and the fix that moves all of them.
type MoveFix<'a> = (Vec<&'a str>, Fix);

/// A key that would be an entry of the `http` block.
#[derive(Clone, Copy)]
struct Entry<'a> {
    option: &'a Property,
    field: Field,
    ms: u64,
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
                (key != "timeout" || !self.may_be_for_the_server()).then(|| self.limit(option, named))
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
        if let Some((other, other_ms)) = self.dead_beside(option) {
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

    /// The limit of the client beside which one among the options would never fire: it is not longer. What stands
    /// among the options too counts as if it were in its place.
    fn dead_beside(&self, option: &Property) -> Option<(Field, u64)> {
        let entries = self.entries();
        let own = entries.iter().find(|entry| entry.option.key_range == option.key_range)?;
        let written = self.client.http.as_ref().and_then(|http| http.limits.get(Field::Request));
        let moved = entries.iter().filter(|entry| entry.field == Field::Request).map(|entry| entry.ms);
        let request_ms = moved.chain(written.map(|limit| limit.ms())).min()?;
        (own.field != Field::Request && request_ms <= own.ms).then_some((Field::Request, request_ms))
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

    /// Whether a `timeout` may be where it belongs: some servers read it, beside a request limit of the client.
    fn may_be_for_the_server(&self) -> bool {
        let has_limit =
            self.client.http.as_ref().is_some_and(|http| http.limits.get(Field::Request).is_some());
        let settings = self.context.settings;
        let has_default = settings.defaults.get(Field::Request).is_some();
        let name = Span::new(self.file, self.client.name.range);
        has_limit || has_default || !settings.servers.is_empty() || self.bounded().contains(&name)
    }

    /// Whether `clientc.toml` describes the server, so that whoever wrote that knows what it reads.
    fn is_described_server(&self) -> bool {
        let written = self.client.options.iter().find(|option| &*option.key == "base_url");
        let url = match written {
            Some(option) => option.value.text(),
            None => self.provider.default_base_url,
        };
        let servers = &self.context.settings.servers;
        url.is_some_and(|url| servers.iter().any(|server| urls::are_same(&server.base_url, url)))
    }

    fn bounded(&self) -> &FxHashSet<Span> {
        self.bounded.get_or_init(|| {
            let project = self.context.project;
            let flags = self.context.entry_routes().is_request_bounded();
            let bounded = project.plan.ids().zip(flags).filter(|(_, is_bounded)| *is_bounded);
            let facts = bounded.filter_map(|(id, _)| project.client_facts(id));
            facts.map(|(file, client)| Span::new(file, client.name.range)).collect()
        })
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
        match name.and_then(|name| self.moves().beside_provider(option, name)) {
            Some(edits) => finding.fix(Safety::Safe, "move it beside `provider`", edits),
            None => finding,
        }
    }

    fn policies(&self) -> &FxHashSet<&'a str> {
        let names = || self.context.files().flat_map(|file| &file.policies).map(|policy| &*policy.name.text);
        self.policies.get_or_init(|| names().collect())
    }

    /// Adds the fix that moves an entry of the `http` block there, together with the others of its kind: those that are
    /// written as they are there, or those that are not.
    fn with_fix(&self, mut finding: Finding, option: &Property) -> Finding {
        let is_exact = is_exact(&option.key);
        let fix = self.fixes[usize::from(is_exact)].get_or_init(|| self.move_to_http(is_exact));
        if let Some((keys, fix)) = fix
            && keys.contains(&&*option.key)
        {
            finding.diagnostic.fix = Some(fix.clone());
        }
        finding
    }

    /// The keys of one kind that can be moved into the `http` block, and the fix that moves all of them.
    fn move_to_http(&self, is_exact: bool) -> Option<MoveFix<'a>> {
        let entries = self.entries();
        let pooling = self.client.options.iter().filter(|option| &*option.key == POOLING_KEY);
        let options = entries.iter().map(|entry| entry.option).chain(pooling);
        let mut moved: Vec<(&'a Property, String)> = options
            .filter(|option| is_exact == self::is_exact(&option.key) && self.dead_beside(option).is_none())
            .filter_map(|option| Some((option, self.written(option, entries)?)))
            .filter(|(option, _)| self.moves().entry(option).is_some())
            .collect();
        moved.sort_by_key(|(option, _)| option.key_range);
        let is_moved = |entry: &&Entry<'_>| moved.iter().any(|(option, _)| option.key == entry.option.key);
        let limits: Vec<(Field, u64)> =
            entries.iter().filter(is_moved).map(|entry| (entry.field, entry.ms)).collect();
        if self.extremes.get_or_init(|| Extremes::of(self.context)).could_conflict(&limits) {
            return None;
        }
        let is_first = self.client.http.is_none() && !limits.is_empty();
        let is_said = moved.iter().any(|(option, _)| &*option.key == POOLING_KEY);
        let keeps = || *self.keeps_connections.get_or_init(|| pooling::to_be_said(self.context));
        let pooling = (is_first && !is_said).then(|| pooling::line(keeps(), Some(self.provider))).flatten();
        let edits = self.moves().http_edits(&moved, pooling.as_deref())?;
        let title = match (is_exact, moved.len()) {
            (true, 1) => "move it into `http`",
            (true, _) => "move them into `http`",
            (false, 1) => "write it into `http`, in milliseconds",
            (false, _) => "write them into `http`, in milliseconds",
        };
        // Of a name that is not ours, somebody else may know what it means.
        let safety = if is_exact { Safety::Safe } else { Safety::Unsafe };
        let keys = moved.iter().map(|(option, _)| &*option.key).collect();
        Some((keys, Fix { title: title.into(), safety, edits }))
    }

    /// The limits among the options that the `http` block takes and does not have, the first of each field.
    fn entries(&self) -> &[Entry<'a>] {
        self.entries.get_or_init(|| self.find_entries())
    }

    fn find_entries(&self) -> Vec<Entry<'a>> {
        let text = self.context.sources.text(self.file);
        let http = self.client.http.as_ref().map_or("", |http| http.range.slice(text));
        let mut entries: Vec<Entry<'a>> = Vec::new();
        // What is written exactly as it is there comes first.
        let (exact, others): (Vec<_>, Vec<_>) =
            self.client.options.iter().partition(|option| is_exact(&option.key));
        for option in exact.into_iter().chain(others) {
            let Some(named) = named(&option.key) else { continue };
            let is_other = self.provider.option(&option.key).is_some() || is_known_body_field(&option.key);
            let is_servers = &*option.key == "timeout" && self.may_be_for_the_server();
            let Some(field) = meant(&option.key, named.meaning).filter(|_| !is_other && !is_servers) else {
                continue;
            };
            let is_allowed = self.provider.http_keys().any(|known| known.field == Some(field));
            let is_free = !http.contains(field.key()) && entries.iter().all(|entry| entry.field != field);
            if let Some(ms) = milliseconds(&option.value, named.unit).filter(|_| is_allowed && is_free) {
                entries.push(Entry { option, field, ms });
            }
        }
        entries
    }

    /// What an option is in the `http` block; nothing where it cannot be there.
    fn written(&self, option: &Property, entries: &[Entry<'_>]) -> Option<String> {
        let text = self.context.sources.text(self.file);
        let as_it_is = || option.key_range.cover(option.value.range).slice(text).to_owned();
        if &*option.key == POOLING_KEY {
            let http = self.client.http.as_ref().map_or("", |http| http.range.slice(text));
            let is_allowed = self.provider.http_keys().any(|known| known.name == POOLING_KEY);
            let is_right = matches!(option.value.kind, ValueKind::Bool(_)) && !http.contains(POOLING_KEY);
            return (is_allowed && is_right).then(as_it_is);
        }
        let entry = entries.iter().find(|entry| entry.option.key == option.key)?;
        let is_as_it_is = is_exact(&option.key) && matches!(option.value.kind, ValueKind::Number(_));
        Some(if is_as_it_is { as_it_is() } else { format!("{} {}", entry.field.key(), entry.ms) })
    }

    fn moves(&self) -> Moves<'a> {
        Moves { layout: self.context.layout(self.file), client: self.client }
    }
}

/// Whether a key is written as it is in the `http` block.
fn is_exact(key: &str) -> bool {
    key == POOLING_KEY || Field::from_key(key).is_some()
}

/// The limit that a key means: what its name says, else the only one that is spelt nearly so.
fn meant(key: &str, meaning: Meaning) -> Option<Field> {
    if let Meaning::Limit(field) = meaning {
        return Some(field);
    }
    match &nearest(key, Field::ALL.into_iter().map(Field::key))[..] {
        [only] if meaning == Meaning::SomeLimit => Field::from_key(only),
        _ => None,
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

/// A value in milliseconds. Nothing where it is no time that a limit can be.
fn milliseconds(value: &Value, unit: Option<Unit>) -> Option<u64> {
    match &value.kind {
        ValueKind::Number(text) | ValueKind::Text { text, .. } => limit_names::milliseconds(text, unit),
        _ => None,
    }
}
