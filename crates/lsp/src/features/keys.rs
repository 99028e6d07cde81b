//! The keys, providers and words that can be written, from the tables of the plan.

use clientc_plan::providers::{
    self, CLIENT_KEYS, Check, HTTP_KEYS, KeyType, OptionKey, POLICY_KEYS, Provider, STRATEGY_KEYS,
};

/// A key that can be written somewhere.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KnownKey {
    /// The key.
    pub(crate) name: &'static str,
    /// One sentence for users.
    pub(crate) documentation: &'static str,
    /// What its value must be.
    pub(crate) value: ValueForm,
    /// Whether it is required.
    pub(crate) is_required: bool,
    /// The value that applies without the key; empty where there is none.
    pub(crate) default: &'static str,
}

/// What a value looks like, as far as an editor can help with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueForm {
    /// A block.
    Block,
    /// An array of names of clients.
    Members,
    /// An array of strings.
    Array,
    /// A string.
    Text,
    /// A number of milliseconds.
    Milliseconds,
    /// Another number.
    Number,
    /// `true` or `false`.
    Bool,
    /// One of these words.
    Words(&'static [&'static str]),
    /// The name of a provider.
    Provider,
    /// The name of a retry policy.
    Policy,
    /// Anything.
    Any,
}

/// The keys directly in a client block.
pub(crate) fn of_client() -> impl Iterator<Item = KnownKey> {
    CLIENT_KEYS.iter().map(plain)
}

/// The keys directly in a retry policy.
pub(crate) fn of_policy() -> impl Iterator<Item = KnownKey> {
    POLICY_KEYS.iter().map(plain)
}

/// The keys of a retry strategy.
pub(crate) fn of_strategy() -> impl Iterator<Item = KnownKey> {
    STRATEGY_KEYS.iter().map(|key| KnownKey {
        name: key.name,
        documentation: key.documentation,
        value: if key.name.ends_with("_ms") { ValueForm::Milliseconds } else { form_of(key.value) },
        is_required: key.is_required,
        default: key.default,
    })
}

/// The keys of an `http` block of a provider, or of all providers where it is not known.
pub(crate) fn of_http(provider: Option<&'static Provider>) -> impl Iterator<Item = KnownKey> {
    let is_allowed = move |key: &&providers::HttpKey| {
        provider.is_none_or(|provider| key.is_allowed(provider.name, provider.kind.is_composite()))
    };
    HTTP_KEYS.iter().filter(is_allowed).map(|key| KnownKey {
        name: key.name,
        documentation: key.documentation,
        value: if key.field.is_some() { ValueForm::Milliseconds } else { ValueForm::Bool },
        is_required: false,
        default: if key.field.is_some() { "no limit" } else { "true" },
    })
}

/// The options of a provider; those of all providers where it is not known.
pub(crate) fn of_options(provider: Option<&'static Provider>) -> Vec<KnownKey> {
    let Some(provider) = provider else {
        let mut all: Vec<KnownKey> = Vec::new();
        for option in providers::OPTIONS {
            if all.iter().all(|known| known.name != option.name) {
                all.push(option_key(option, false));
            }
        }
        return all;
    };
    let required: Vec<&str> = provider.required().collect();
    provider.options().map(|option| option_key(option, required.contains(&option.name))).collect()
}

/// What can be written directly in `options`: the options of a provider, and the fields of requests that it passes on.
pub(crate) fn in_options(provider: Option<&'static Provider>) -> impl Iterator<Item = KnownKey> {
    of_options(provider).into_iter().chain(of_request(provider))
}

/// The fields of requests that an open provider passes on, numbers first, without those that it knows as options; none
/// where the provider is not known.
fn of_request(provider: Option<&'static Provider>) -> Vec<KnownKey> {
    let Some(open) = provider.filter(|provider| provider.is_open) else { return Vec::new() };
    let fields = providers::body_fields(open.family).iter().copied();
    // Whether an answer is streamed is up to the call.
    let is_free = |name: &&str| !name.starts_with("stream") && open.option(name).is_none();
    let mut fields: Vec<&'static str> = fields.filter(is_free).collect();
    fields.sort_by_key(|name| !providers::is_number(name));
    let key = |name: &'static str| KnownKey {
        name,
        documentation: "A field of the request, sent on as it is written.",
        value: if providers::is_number(name) { ValueForm::Number } else { ValueForm::Any },
        is_required: false,
        default: "",
    };
    fields.into_iter().map(key).collect()
}

fn option_key(option: &'static OptionKey, is_required: bool) -> KnownKey {
    let value = match option.check {
        Check::Any => ValueForm::Any,
        Check::String | Check::Role => ValueForm::Text,
        Check::Bool => ValueForm::Bool,
        Check::Start => ValueForm::Number,
        Check::Word(words) => ValueForm::Words(words),
        Check::Map | Check::MapOfStrings | Check::MapOfWords { .. } | Check::MapWithKeys(_) => {
            ValueForm::Block
        }
        Check::RoleMap | Check::Http => ValueForm::Block,
        Check::Strings | Check::SomeStrings | Check::StringsOrWord(_) => ValueForm::Array,
        Check::Members => ValueForm::Members,
        _ => ValueForm::Any,
    };
    let value = if matches!(option.name, "model" | "model_id") { ValueForm::Text } else { value };
    KnownKey { name: option.name, documentation: option.documentation, value, is_required, default: "" }
}

fn plain(key: &'static providers::Key) -> KnownKey {
    KnownKey {
        name: key.name,
        documentation: key.documentation,
        value: form_of(key.value),
        is_required: key.is_required,
        default: "",
    }
}

fn form_of(value: KeyType) -> ValueForm {
    match value {
        KeyType::Provider => ValueForm::Provider,
        KeyType::Policy => ValueForm::Policy,
        KeyType::Map | KeyType::Strategy => ValueForm::Block,
        KeyType::Word(words) => ValueForm::Words(words),
        KeyType::Integer { .. } | KeyType::Multiplier => ValueForm::Number,
        KeyType::Bool => ValueForm::Bool,
    }
}

impl KnownKey {
    /// The hover text of the key.
    pub(crate) fn card(&self) -> String {
        let mut card = format!("**`{}`**", self.name);
        if self.is_required {
            card.push_str(" (required)");
        }
        card.push_str("\n\n");
        card.push_str(self.documentation);
        if let ValueForm::Words(words) = self.value {
            let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            card.push_str(&format!("\n\nOne of {}.", words.join(", ")));
        }
        if !self.default.is_empty() {
            card.push_str(&format!("\n\nNot set: {}.", self.default));
        }
        card
    }
}

/// The hover text of a provider.
pub(crate) fn provider_card(provider: &Provider) -> String {
    let mut card = format!("**`{}`**", provider.name);
    if !provider.aliases.is_empty() {
        let aliases: Vec<String> = provider.aliases.iter().map(|alias| format!("`{alias}`")).collect();
        card.push_str(&format!(", also {}", aliases.join(", ")));
    }
    card.push_str(&format!("\n\n{}", provider.documentation));
    let required: Vec<String> = provider.required().map(|option| format!("`{option}`")).collect();
    if !required.is_empty() {
        card.push_str(&format!("\n\n- Required: {}", required.join(", ")));
    }
    if let Some(url) = provider.default_base_url {
        card.push_str(&format!("\n- Base URL where none is given: <{url}>"));
    }
    if let Some(variable) = provider.key_variable {
        card.push_str(&format!("\n- Key where none is given: `env.{variable}`"));
    }
    card
}
