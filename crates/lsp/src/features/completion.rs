//! What could be written at an offset.

use clientc_plan::providers::{self, Provider, ProviderKind};
use clientc_semantic::{FileId, IgnoreWord, Member, Value, ValueKind};
use clientc_syntax::TextRange;

pub(crate) use super::completion_item::{Completion, CompletionKind};
use super::keys::{self, KnownKey, ValueForm};
use super::nest::{self, BlockWord, Nest, Slot};
use super::settings;
use crate::scene::Scene;

/// Well-known models of each provider. Those that the project uses come before them.
const MODELS: [(&str, &[&str]); 6] = [
    ("openai", &["gpt-5", "gpt-5-mini", "gpt-4.1", "gpt-4.1-mini", "gpt-4o", "gpt-4o-mini", "o3", "o4-mini"]),
    ("openai-responses", &["gpt-5", "gpt-5-mini", "gpt-4.1", "o3", "o4-mini"]),
    ("azure-openai", &["gpt-4o", "gpt-4.1", "o4-mini"]),
    ("anthropic", &["claude-sonnet-4-20250514", "claude-opus-4-20250514", "claude-3-5-haiku-20241022"]),
    ("google-ai", &["gemini-2.5-pro", "gemini-2.5-flash", "gemini-2.0-flash"]),
    ("vertex-ai", &["gemini-2.5-pro", "gemini-2.5-flash"]),
];

/// The options that contain the name of a model.
const MODEL_KEYS: [&str; 3] = ["model", "model_id", "deployment_id"];

/// The completions at an offset, in a useful order.
#[must_use]
pub(crate) fn completions(scene: &Scene, file: FileId, offset: u32) -> Vec<Completion> {
    if scene.facts(file).is_none() {
        return settings::completions(scene, file, offset);
    }
    let text = scene.text(file);
    if let Some(rules) = rules(text, offset) {
        return rules;
    }
    let nest = nest::nest(text, offset);
    let place = Place { scene, file, text, nest: &nest };
    match nest.slot {
        Slot::Nothing => Vec::new(),
        Slot::Key if nest.block == BlockWord::None => place.blocks(),
        Slot::Key => place.keys(),
        Slot::Member => place.members(),
        Slot::Value(key) => place.values(key),
    }
}

/// Names of rules after `// clientc: ignore[` or `// clientc: ignore-file[`.
fn rules(text: &str, offset: u32) -> Option<Vec<Completion>> {
    let before = text.get(..offset as usize)?;
    let line = before.get(before.rfind(['\n', '\r']).map_or(0, |at| at + 1)..)?;
    let open = line.rfind('[')?;
    let (_, word) = line.get(..open)?.rsplit_once("clientc:")?;
    let is_word = IgnoreWord::ALL.iter().any(|known| word.trim() == known.text());
    if !is_word || line.get(open..)?.contains(']') {
        return None;
    }
    let typed = line.rfind(['[', ',']).map_or(line.len(), |at| at + 1);
    let start = before.len() - line.get(typed..)?.trim_start().len();
    let range = TextRange::of(start, before.len());
    let rule = |rule: &&'static clientc_check::Rule| Completion {
        label: rule.name.to_owned(),
        detail: rule.summary.to_owned(),
        documentation: String::new(),
        kind: CompletionKind::Rule,
        snippet: rule.name.to_owned(),
        range,
        is_important: false,
    };
    Some(clientc_check::RULES.iter().filter(|rule| !rule.is_fixed).map(rule).collect())
}

struct Place<'s> {
    scene: &'s Scene,
    file: FileId,
    text: &'s str,
    nest: &'s Nest<'s>,
}

impl Place<'_> {
    fn item(&self, label: &str, kind: CompletionKind, detail: &str) -> Completion {
        Completion {
            label: label.to_owned(),
            detail: detail.to_owned(),
            documentation: String::new(),
            kind,
            snippet: escaped(label),
            range: self.nest.word,
            is_important: false,
        }
    }

    /// Whole blocks.
    fn blocks(&self) -> Vec<Completion> {
        let block = |label: &str, detail: &str, snippet: &str| Completion {
            snippet: snippet.to_owned(),
            ..self.item(label, CompletionKind::Snippet, detail)
        };
        // BAML enforces no total.
        let fallback = match self.scene.project.plan.run_time().differences().composes {
            true => block(
                "client fallback",
                "members in order until one succeeds, with a total",
                BOUNDED_FALLBACK,
            ),
            false => block("client fallback", "members in order until one succeeds", FALLBACK),
        };
        let mut items = vec![
            block("client", "a client that makes requests, with limits", LEAF),
            fallback,
            block("client round-robin", "one member per call", ROUND_ROBIN),
            block("retry_policy", "further attempts with exponential backoff", POLICY),
            block("retry_policy constant", "further attempts with a constant delay", CONSTANT),
        ];
        items.iter_mut().for_each(|item| item.is_important = true);
        items
    }

    /// The provider of the client around the place, from what could be read of it.
    fn provider(&self) -> Option<&'static Provider> {
        let start = self.nest.word.start;
        let facts = self.scene.facts(self.file)?;
        let around =
            facts.clients.iter().find(|client| client.range.start <= start && start <= client.range.end);
        if let Some(provider) = around.and_then(|client| client.provider) {
            return Some(provider);
        }
        // A block that is half typed has no facts, but its line `provider` names it.
        let before = self.text.get(..start as usize)?;
        let block = before.get(before.rfind("\nclient").unwrap_or(0)..)?;
        let rest = block.split("provider").nth(1)?.trim_start_matches([' ', '\t', ':']);
        let name = rest.trim_start_matches('"').split(|c: char| c.is_whitespace() || c == '"').next()?;
        providers::provider(name)
    }

    fn keys(&self) -> Vec<Completion> {
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

    /// The clients that a composite can have as a further member.
    fn members(&self) -> Vec<Completion> {
        if self.nest.path.last() != Some(&"strategy") {
            return Vec::new();
        }
        let written = self.written_members();
        let above = self.clients_above();
        let is_possible =
            |item: &Completion| !written.contains(&&*item.label) && !above.contains(&&*item.label);
        self.clients(true).into_iter().filter(is_possible).collect()
    }

    /// The members that the fallback around the place has already. One that a round-robin has twice is used more often.
    fn written_members(&self) -> Vec<&str> {
        let word = self.nest.word;
        let facts = self.scene.facts(self.file);
        let mut clients = facts.iter().flat_map(|facts| &facts.clients);
        let around = clients.find(|client| client.range.start < word.start && word.start < client.range.end);
        let fallback =
            around.filter(|client| client.provider.is_some_and(|it| it.kind == ProviderKind::Fallback));
        let members = fallback.iter().flat_map(|client| &client.members);
        let is_other = |member: &&Member| member.range.end < word.start || word.end < member.range.start;
        members.filter(is_other).map(|member| &*member.text).collect()
    }

    /// The clients that lead to the one around the place. With one of them as a member it would call itself.
    fn clients_above(&self) -> Vec<&str> {
        let (project, plan) = (&self.scene.project, &self.scene.project.plan);
        let Some(around) = self.scene.client(self.nest.name) else { return Vec::new() };
        let mut leads = vec![false; plan.clients().len()];
        // Members come before the composites that name them.
        for id in plan.order() {
            let is_there = plan.members(*id).iter().any(|member| *member == around || leads[member.index()]);
            leads[id.index()] = is_there;
        }
        plan.ids().filter(|id| leads[id.index()]).map(|id| project.client_name(id)).collect()
    }

    /// The clients of the project except the one around the place, and well-known models where shorthands are allowed.
    fn clients(&self, with_shorthands: bool) -> Vec<Completion> {
        let scene = self.scene;
        let declared = scene.project.plan.ids().filter(|id| scene.is_declared(*id));
        let mut items: Vec<Completion> = Vec::new();
        for id in declared {
            let name = scene.project.client_name(id);
            if name != self.nest.name || self.nest.block != BlockWord::Client {
                let detail = scene.project.provider(id).map_or("", |provider| provider.name);
                items.push(Completion {
                    is_important: true,
                    ..self.item(name, CompletionKind::Client, detail)
                });
            }
        }
        if with_shorthands {
            for (provider, models) in MODELS.iter().filter(|(provider, _)| !provider.starts_with("azure")) {
                for model in *models {
                    let label = format!("{provider}/{model}");
                    let mut item = self.item(&label, CompletionKind::Model, "shorthand");
                    if !self.nest.is_quoted {
                        item.snippet = format!("\"{label}\"");
                    }
                    items.push(item);
                }
            }
        }
        items
    }

    fn values(&self, key: &str) -> Vec<Completion> {
        if self.nest.block == BlockWord::Function {
            return if key == "client" { self.clients(true) } else { Vec::new() };
        }
        let path = self.nest.path.as_slice();
        if path.is_empty() && key == "provider" {
            return self.providers();
        }
        if path.is_empty() && key == "retry_policy" {
            let policies = self.scene.project.files.iter().flat_map(|facts| &facts.policies);
            return policies
                .map(|policy| self.item(&policy.name.text, CompletionKind::Policy, "retry policy"))
                .collect();
        }
        if self.nest.word.slice(self.text).starts_with("env.") {
            return self.variables(key);
        }
        if path == ["options"] && MODEL_KEYS.contains(&key) {
            return self.models();
        }
        let mut items = self.words(key);
        // What must be a number or `true` is wrong as a variable, whose value is always a text.
        let is_text = items.is_empty() && !providers::is_number(key);
        if path == ["options"] && !self.nest.is_quoted && is_text {
            items.extend(self.variables(key));
        }
        items
    }

    fn providers(&self) -> Vec<Completion> {
        let provider = |provider: &'static Provider| {
            let detail = if provider.kind == ProviderKind::Leaf { "" } else { "composite" };
            let mut item = self.item(provider.name, CompletionKind::Word, detail);
            item.documentation = keys::provider_card(provider);
            item
        };
        providers::all().iter().map(provider).collect()
    }

    /// The words of a key that has a list of them.
    fn words(&self, key: &str) -> Vec<Completion> {
        let provider = self.provider();
        let known = match (self.nest.block, self.nest.path.as_slice()) {
            (BlockWord::Client, ["options"]) => {
                keys::of_options(provider).into_iter().find(|known| known.name == key)
            }
            (BlockWord::Client, ["options", "http"]) => keys::of_http(None).find(|known| known.name == key),
            (BlockWord::Policy, ["strategy"]) => keys::of_strategy().find(|known| known.name == key),
            _ => None,
        };
        let words: &[&str] = match known.map(|known| known.value) {
            Some(ValueForm::Words(words)) => words,
            Some(ValueForm::Bool) => &["true", "false"],
            _ => &[],
        };
        words.iter().map(|word| self.item(word, CompletionKind::Word, "")).collect()
    }

    /// The models that the project uses with the provider, then well-known ones.
    fn models(&self) -> Vec<Completion> {
        let provider = self.provider();
        let mut models: Vec<(String, bool)> = Vec::new();
        let clients = self.scene.project.files.iter().flat_map(|facts| &facts.clients);
        for client in clients.filter(|client| provider.is_none() || client.provider == provider) {
            let options = client.options.iter().filter(|option| MODEL_KEYS.contains(&&*option.key));
            for model in options.filter_map(|option| option.value.text()) {
                let typed = self.nest.word.slice(self.text);
                if !models.iter().any(|(known, _)| known == model) && model != typed {
                    models.push((model.to_owned(), true));
                }
            }
        }
        let known = MODELS.iter().find(|(name, _)| provider.is_some_and(|provider| provider.name == *name));
        for model in known.map_or(&[][..], |(_, models)| models) {
            if !models.iter().any(|(known, _)| known == model) {
                models.push(((*model).to_owned(), false));
            }
        }
        let item = |(model, is_used): (String, bool)| {
            let mut item =
                self.item(&model, CompletionKind::Model, if is_used { "used in this project" } else { "" });
            item.is_important = is_used;
            if !self.nest.is_quoted {
                item.snippet = format!("\"{model}\"");
            }
            item
        };
        models.into_iter().map(item).collect()
    }

    /// The environment variables that the project names, and the one that the provider reads.
    fn variables(&self, key: &str) -> Vec<Completion> {
        let mut names: Vec<String> = Vec::new();
        let usual = self.provider().and_then(|provider| provider.key_variable).filter(|_| key == "api_key");
        names.extend(usual.map(str::to_owned));
        for client in self.scene.project.files.iter().flat_map(|facts| &facts.clients) {
            client.options.iter().for_each(|option| collect_variables(&option.value, &mut names));
        }
        let typed = self.nest.word.slice(self.text);
        let mut seen: Vec<&String> = Vec::new();
        let mut items = Vec::new();
        for name in names.iter().filter(|name| !name.is_empty()) {
            let label = format!("env.{name}");
            if label != typed && !seen.contains(&name) {
                seen.push(name);
                items.push(self.item(&label, CompletionKind::Variable, ""));
            }
        }
        items
    }
}

fn collect_variables(value: &Value, names: &mut Vec<String>) {
    match &value.kind {
        ValueKind::Env(name) => names.push(name.to_string()),
        ValueKind::Array(members) => members.iter().for_each(|member| collect_variables(member, names)),
        ValueKind::Map(properties) => {
            properties.iter().for_each(|property| collect_variables(&property.value, names));
        }
        _ => {}
    }
}

/// A text with the characters escaped that mean something in a snippet.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
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

const LEAF: &str = "client<llm> ${1:MyClient} {
  provider ${2|openai,anthropic,google-ai,vertex-ai,aws-bedrock,azure-openai,openai-generic,openrouter,ollama|}
  options {
    model \"${3:gpt-4o}\"
    api_key env.${4:OPENAI_API_KEY}
    http {
      connect_timeout_ms ${5:5000}
      request_timeout_ms ${6:60000}
    }
  }
}
";

const FALLBACK: &str = "client<llm> ${1:MyFallback} {
  provider fallback
  options {
    strategy [${2:First}, ${3:Second}]
  }
}
";

const BOUNDED_FALLBACK: &str = "client<llm> ${1:MyFallback} {
  provider fallback
  options {
    strategy [${2:First}, ${3:Second}]
    http {
      total_timeout_ms ${4:120000}
    }
  }
}
";

const ROUND_ROBIN: &str = "client<llm> ${1:MyRoundRobin} {
  provider round-robin
  options {
    strategy [${2:First}, ${3:Second}]
  }
}
";

const POLICY: &str = "retry_policy ${1:MyRetries} {
  max_retries ${2:2}
  strategy {
    type exponential_backoff
    delay_ms ${3:200}
    multiplier ${4:1.5}
    max_delay_ms ${5:10000}
  }
}
";

const CONSTANT: &str = "retry_policy ${1:MyRetries} {
  max_retries ${2:2}
  strategy {
    type constant_delay
    delay_ms ${3:200}
  }
}
";
