//! The options that providers know.

use super::Family;

/// An option with the providers that know it and what its value must be.
///
/// A name may have more than one row, but only one for a provider.
#[derive(Debug, PartialEq, Eq)]
pub struct OptionKey {
    /// The name of the option.
    pub name: &'static str,
    /// The providers that know it.
    pub owners: Owners,
    /// What its value must be.
    pub check: Check,
    /// One sentence for users.
    pub documentation: &'static str,
}

/// Who knows an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owners {
    /// Every provider of leaves.
    Leaves,
    /// Every provider of these families.
    Families(&'static [Family]),
    /// These providers, by their canonical names.
    Providers(&'static [&'static str]),
    /// Every provider, composites included.
    Everyone,
}

/// What the value of an option must be. An environment variable counts as a string where none of the words
/// below says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Anything.
    Any,
    /// A string or an environment variable.
    String,
    /// `true` or `false`.
    Bool,
    /// A whole number from 0 to 2147483647, as it is written.
    Start,
    /// One of these words, written out; no environment variable.
    Word(&'static [&'static str]),
    /// A map.
    Map,
    /// A map whose values are strings.
    MapOfStrings,
    /// A string or a map.
    StringOrMap,
    /// An array of strings, which may be empty.
    Strings,
    /// An array of at least one string.
    SomeStrings,
    /// An array of strings, or a string that is one of these words.
    StringsOrWord(&'static [&'static str]),
    /// A map with these keys only, each with one of these words.
    MapOfWords {
        /// The keys that are allowed.
        keys: &'static [&'static str],
        /// The words that are allowed.
        words: &'static [&'static str],
    },
    /// A map with these keys only. Their values may be anything.
    MapWithKeys(&'static [&'static str]),
    /// A string among the roles: those of `allowed_roles`, else [`ROLES`].
    Role,
    /// A map from a role among the roles to a string.
    RoleMap,
    /// The names of at least one client.
    Members,
    /// A block of limits. Its keys are [`super::HTTP_KEYS`].
    Http,
}

/// The roles where a client has no `allowed_roles`.
pub const ROLES: &[&str] = &["user", "assistant", "system"];

impl Owners {
    /// Whether a provider is among them.
    pub fn have(&self, name: &str, family: Family) -> bool {
        match self {
            Self::Everyone => true,
            Self::Leaves => family != Family::Composite,
            Self::Families(families) => families.contains(&family),
            Self::Providers(names) => names.contains(&name),
        }
    }
}

const HTTP_FAMILIES: Owners =
    Owners::Families(&[Family::OpenAi, Family::Anthropic, Family::GoogleAi, Family::VertexAi]);
const OPENAI: Owners = Owners::Families(&[Family::OpenAi]);
const VERTEX: Owners = Owners::Families(&[Family::VertexAi]);
const BEDROCK: Owners = Owners::Families(&[Family::AwsBedrock]);
const COMPOSITE: Owners = Owners::Families(&[Family::Composite]);
const AZURE: Owners = Owners::Providers(&["azure-openai"]);

const fn option(name: &'static str, owners: Owners, check: Check, documentation: &'static str) -> OptionKey {
    OptionKey { name, owners, check, documentation }
}

/// All options that a provider knows.
pub static OPTIONS: &[OptionKey] = &[
    option(
        "model",
        Owners::Families(&[Family::OpenAi, Family::Anthropic]),
        Check::Any,
        "The name of the model.",
    ),
    option(
        "model",
        Owners::Families(&[Family::GoogleAi, Family::VertexAi, Family::AwsBedrock]),
        Check::String,
        "The name of the model.",
    ),
    option("model_id", BEDROCK, Check::String, "The id of the model, instead of `model`."),
    option(
        "api_key",
        Owners::Families(&[Family::OpenAi, Family::Anthropic, Family::GoogleAi]),
        Check::String,
        "The key for the API. Write `env.NAME`, so that no file contains a key.",
    ),
    option("base_url", HTTP_FAMILIES, Check::String, "The URL that the paths of the API are added to."),
    option("headers", HTTP_FAMILIES, Check::MapOfStrings, "Headers that are added to every request."),
    option(
        "query_params",
        Owners::Families(&[Family::OpenAi, Family::VertexAi]),
        Check::MapOfStrings,
        "Parameters that are added to the URL of every request.",
    ),
    option(
        "resource_name",
        AZURE,
        Check::String,
        "The name of the Azure resource, together with `deployment_id`.",
    ),
    option("deployment_id", AZURE, Check::String, "The id of the deployment, together with `resource_name`."),
    option("api_version", AZURE, Check::String, "The version of Azure's API."),
    option("location", VERTEX, Check::String, "The Google Cloud region, from which the URL follows."),
    option(
        "project_id",
        VERTEX,
        Check::String,
        "The Google Cloud project. Without it GOOGLE_CLOUD_PROJECT is read.",
    ),
    option(
        "credentials",
        VERTEX,
        Check::StringOrMap,
        "Google credentials, as a JSON string, a path or a map.",
    ),
    option(
        "credentials_content",
        VERTEX,
        Check::String,
        "Google credentials as a JSON string, instead of `credentials`.",
    ),
    option(
        "anthropic_version",
        VERTEX,
        Check::String,
        "The version of Anthropic's API, for its models on Vertex AI.",
    ),
    option("region", BEDROCK, Check::String, "The AWS region. Without it AWS_REGION is read."),
    option("access_key_id", BEDROCK, Check::String, "The id of the AWS access key."),
    option(
        "secret_access_key",
        BEDROCK,
        Check::String,
        "The secret of the AWS access key. Write `env.NAME`.",
    ),
    option(
        "session_token",
        BEDROCK,
        Check::String,
        "The token of a temporary AWS session. Write `env.NAME`.",
    ),
    option("profile", BEDROCK, Check::String, "The AWS profile to take credentials from."),
    option("endpoint_url", BEDROCK, Check::String, "The URL to call instead of the region's."),
    option(
        "inference_configuration",
        BEDROCK,
        Check::MapWithKeys(&["max_tokens", "temperature", "top_p", "stop_sequences"]),
        "How the model answers.",
    ),
    option(
        "additional_model_request_fields",
        BEDROCK,
        Check::Map,
        "Additional fields of the request that only some models know.",
    ),
    option("allowed_roles", Owners::Leaves, Check::SomeStrings, "The roles that messages may have."),
    option(
        "default_role",
        Owners::Leaves,
        Check::Role,
        "The role of a message that names none. It must be among the allowed ones.",
    ),
    option("remap_roles", Owners::Leaves, Check::RoleMap, "Other names for roles in the request."),
    option(
        "allowed_role_metadata",
        Owners::Leaves,
        Check::StringsOrWord(&["all", "none"]),
        "The metadata of messages that is sent along: a list of keys, `all` or `none`.",
    ),
    option(
        "supports_streaming",
        Owners::Leaves,
        Check::Bool,
        "Whether the model can stream. Where it is `false` a streaming call waits for the whole answer.",
    ),
    option(
        "finish_reason_allow_list",
        Owners::Leaves,
        Check::Strings,
        "The reasons to finish that count as success. Not together with the other list.",
    ),
    option(
        "finish_reason_deny_list",
        Owners::Leaves,
        Check::Strings,
        "The reasons to finish that count as failure. Not together with the other list.",
    ),
    option(
        "client_response_type",
        OPENAI,
        Check::Word(&["openai", "openai-responses", "openai-transcription", "anthropic", "google", "vertex"]),
        "The form in which the server answers, where it is not that of the provider.",
    ),
    option(
        "media_url_handler",
        Owners::Leaves,
        Check::MapOfWords {
            keys: &["image", "audio", "pdf", "video"],
            words: &["send_base64", "send_url", "send_url_add_mime_type", "send_base64_unless_google_url"],
        },
        "How URLs of media are sent, for each kind of media.",
    ),
    option("strategy", COMPOSITE, Check::Members, "The members, in order."),
    option(
        "start",
        Owners::Providers(&["round-robin"]),
        Check::Start,
        "The number of the first member, from 0. Without it the first call uses the first member.",
    ),
    option("http", Owners::Everyone, Check::Http, "The timeouts of calls."),
];
