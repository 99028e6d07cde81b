//! The table of providers, options and keys: one place that serves checks, suggestions, hover and documentation.

mod body;
mod keys;
mod numbers;
mod options;
mod table;

pub use self::body::{body_fields, is_known_body_field, known_body_fields};
pub use self::keys::{
    CLIENT_KEYS, HTTP_KEYS, HttpKey, Key, KeyType, POLICY_KEYS, POOLING_KEY, STRATEGY_KEYS, STRATEGY_TYPES,
    StrategyKey, http_key, policy_key, strategy_key,
};
pub use self::numbers::{is_number, may_hold_numbers};
pub use self::options::{Check, OPTIONS, OptionKey, Owners, ROLES};
pub use self::table::PROVIDERS;

/// What a provider is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProviderKind {
    /// Its clients make requests.
    Leaf,
    /// Its clients try their members in order.
    Fallback,
    /// Its clients use one member per call.
    RoundRobin,
}

/// A provider of clients.
#[derive(Debug, PartialEq, Eq)]
pub struct Provider {
    /// The canonical name.
    pub name: &'static str,
    /// The other names that mean the same.
    pub aliases: &'static [&'static str],
    /// Whether its clients are leaves or composites.
    pub kind: ProviderKind,
    /// The family whose options it shares.
    pub family: Family,
    /// What its options must and must not have together.
    pub demands: &'static [Demand],
    /// The base URL where a client sets none, or `None` where there is none that is fixed.
    pub default_base_url: Option<&'static str>,
    /// The environment variable of the key where a client sets none, or `None` where there is none.
    pub key_variable: Option<&'static str>,
    /// Whether options that the table does not know are sent along. Else they are refused.
    pub is_open: bool,
    /// Whether the runtime of this project calls its clients.
    pub is_served: bool,
    /// One sentence for users.
    pub documentation: &'static str,
}

/// Providers that share most of their options.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// OpenAI and compatible servers.
    OpenAi,
    /// Anthropic.
    Anthropic,
    /// Google's Gemini API.
    GoogleAi,
    /// Google's Vertex AI.
    VertexAi,
    /// Amazon Bedrock.
    AwsBedrock,
    /// Fallback and round-robin.
    Composite,
}

/// What the options of a client must or must not have together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demand {
    /// This option must be there.
    Required(&'static str),
    /// Exactly one of the groups must be there, and that one whole.
    OneOf(&'static [&'static [&'static str]]),
    /// At most one of these options may be there.
    AtMostOne(&'static [&'static str]),
}

impl ProviderKind {
    /// Whether clients of this kind have members.
    pub const fn is_composite(self) -> bool {
        !matches!(self, Self::Leaf)
    }
}

impl Provider {
    /// An option that this provider knows, or `None` where it knows none of this name. An open provider sends
    /// options that it does not know along.
    pub fn option(&self, name: &str) -> Option<&'static OptionKey> {
        self.options().find(|option| option.name == name)
    }

    /// Goes through the options that this provider knows, in the order of the table.
    pub fn options(&self) -> impl Iterator<Item = &'static OptionKey> + use<> {
        let (name, family) = (self.name, self.family);
        OPTIONS.iter().filter(move |option| option.owners.have(name, family))
    }

    /// Goes through the keys that an `http` block of this provider may have.
    pub fn http_keys(&self) -> impl Iterator<Item = &'static HttpKey> + use<> {
        let (name, is_composite) = (self.name, self.kind.is_composite());
        HTTP_KEYS.iter().filter(move |key| key.is_allowed(name, is_composite))
    }

    /// The options that must be there whatever else is.
    pub fn required(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.demands.iter().filter_map(|demand| match demand {
            Demand::Required(name) => Some(*name),
            _ => None,
        })
    }

    /// Goes through the canonical name and the aliases.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

/// The provider with this name or alias, or `None` where there is none. The case matters.
pub fn provider(name: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.names().any(|known| known == name))
}

/// All providers: the leaves, then the composites.
pub const fn all() -> &'static [Provider] {
    PROVIDERS
}

/// Goes through all names and aliases, for suggestions.
pub fn names() -> impl Iterator<Item = &'static str> {
    PROVIDERS.iter().flat_map(Provider::names)
}

/// Whether any provider knows an option of this name.
pub fn is_known_option(name: &str) -> bool {
    OPTIONS.iter().any(|option| option.name == name)
}

#[cfg(test)]
mod tests;
