//! Keys of the map around a place, with what usually follows them.

use clientc_plan::providers::{Provider, ProviderKind};
use clientc_syntax::TextRange;

use super::super::keys::{self, KnownKey, ValueForm};
use super::super::nest::BlockWord;
use super::{Completion, CompletionKind, MODEL_KEYS, Place};

impl Place<'_> {
    /// The keys that the map can have and has not yet.
    pub(super) fn keys(&self) -> Vec<Completion> {
        let provider = self.provider();
        let known: Vec<KnownKey> = match (self.nest.block, self.nest.path.as_slice()) {
            (BlockWord::Client, []) => keys::of_client().collect(),
            (BlockWord::Client, ["options"]) => keys::in_options(provider).collect(),
            (BlockWord::Client, ["options", "http"]) => keys::of_http(provider).collect(),
            (BlockWord::Policy, []) => keys::of_policy().filter(|key| key.name != "options").collect(),
            (BlockWord::Policy, ["strategy"]) => keys::of_strategy().collect(),
            _ => Vec::new(),
        };
        let written = self.written_keys();
        let is_new = |key: &&KnownKey| !written.iter().any(|written| written == key.name);
        let mut new: Vec<&KnownKey> = known.iter().filter(is_new).collect();
        // Required keys come first, then the model and the limits.
        new.sort_by_key(|key| (!key.is_required, !MODEL_KEYS.contains(&key.name), key.name != "http"));
        new.into_iter().map(|key| self.key(key, provider)).collect()
    }

    /// The keys that the map around the place has already.
    fn written_keys(&self) -> Vec<String> {
        let Some(facts) = self.scene.facts(self.file) else { return Vec::new() };
        let at = self.nest.word.start;
        let holds = |range: TextRange| range.start < at && at < range.end;
        let client = facts.clients.iter().find(|client| holds(client.range));
        match (client, self.nest.path.as_slice()) {
            (Some(client), []) => {
                let mut keys = Vec::new();
                let mut add = |is_there: bool, key: &str| keys.extend(is_there.then(|| key.to_owned()));
                add(client.provider_range.is_some(), "provider");
                add(client.retry_policy.is_some(), "retry_policy");
                add(client.options_range.is_some(), "options");
                keys
            }
            (Some(client), ["options"]) => {
                let mut keys: Vec<String> =
                    client.options.iter().map(|option| option.key.to_string()).collect();
                keys.extend(client.http.is_some().then(|| "http".to_owned()));
                keys.extend((!client.members.is_empty()).then(|| "strategy".to_owned()));
                keys
            }
            (Some(client), ["options", "http"]) => {
                let limits = client.http.iter().flat_map(|http| http.limits.iter());
                limits.map(|(field, _)| field.key().to_owned()).collect()
            }
            _ => Vec::new(),
        }
    }

    fn key(&self, key: &KnownKey, provider: Option<&'static Provider>) -> Completion {
        let detail = if key.is_required { "required" } else { "" };
        let mut item = self.item(key.name, CompletionKind::Key, detail);
        item.documentation = key.card();
        item.is_important = key.is_required || key.name == "http" || MODEL_KEYS.contains(&key.name);
        if self.has_value() {
            return item;
        }
        let is_composite = provider.is_some_and(|provider| provider.kind != ProviderKind::Leaf);
        let name = key.name;
        item.snippet = match key.value {
            _ if name == "http" && is_composite => "http {\n  total_timeout_ms ${1:60000}\n}".to_owned(),
            _ if name == "http" => {
                "http {\n  connect_timeout_ms ${1:5000}\n  request_timeout_ms ${2:60000}\n}".to_owned()
            }
            _ if name == "strategy" && self.nest.block == BlockWord::Policy => {
                "strategy {\n  type ${1|exponential_backoff,constant_delay|}\n  delay_ms ${2:200}\n}"
                    .to_owned()
            }
            ValueForm::Block => format!("{name} {{\n  $0\n}}"),
            ValueForm::Members => format!("{name} [$1]"),
            ValueForm::Array => format!("{name} [\"$1\"]"),
            ValueForm::Words(words) if !words.is_empty() => format!("{name} ${{1|{}|}}", words.join(",")),
            ValueForm::Bool => format!("{name} ${{1|true,false|}}"),
            ValueForm::Text if name == "api_key" => {
                let usual = provider.and_then(|provider| provider.key_variable).unwrap_or("API_KEY");
                format!("{name} env.${{1:{usual}}}")
            }
            ValueForm::Text => format!("{name} \"$1\""),
            ValueForm::Milliseconds => format!("{name} ${{1:{}}}", usual_ms(name)),
            ValueForm::Number
            | ValueForm::Provider
            | ValueForm::Policy
            | ValueForm::Words(_)
            | ValueForm::Any => {
                format!("{name} $1")
            }
        };
        item
    }

    /// Whether something follows the word on its line. Then only the key is written.
    fn has_value(&self) -> bool {
        let rest = self.text.get(self.nest.word.end as usize..).unwrap_or("");
        let line = rest.lines().next().unwrap_or("").trim();
        !line.is_empty() && !line.starts_with(['}', '/', ','])
    }
}

/// A usual value for a key that takes milliseconds.
fn usual_ms(key: &str) -> u64 {
    match key {
        "connect_timeout_ms" => 5_000,
        "time_to_first_token_timeout_ms" => 20_000,
        "idle_timeout_ms" => 15_000,
        "total_timeout_ms" => 120_000,
        "delay_ms" => 200,
        "max_delay_ms" => 10_000,
        _ => 60_000,
    }
}
