//! Values: providers, retry policies, models, environment variables, and words of a list.

use clientc_plan::providers::{self, Provider, ProviderKind};
use clientc_semantic::{Value, ValueKind};

use super::super::keys::{self, ValueForm};
use super::super::nest::BlockWord;
use super::{Completion, CompletionKind, MODEL_KEYS, MODELS, Place};

impl Place<'_> {
    /// The values of a key.
    pub(super) fn values(&self, key: &str) -> Vec<Completion> {
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
