//! Which role a message has in a request, and which of its metadata goes along.

use clientc_plan::json::{Map, Value};

use super::error::BuildError;
use super::options::{Options, wrong};
use crate::chat::{Message, Part, Role};

/// The rules of a client for roles.
pub(super) struct Roles {
    allowed: Vec<String>,
    default: String,
    names: Vec<(String, String)>,
    metadata: Metadata,
}

enum Metadata {
    None,
    All,
    Some(Vec<String>),
}

impl Roles {
    /// Takes the rules of a client. `default` is the role that its provider gives to messages without one.
    pub(super) fn take(options: &mut Options<'_>, default: &str) -> Result<Self, BuildError> {
        let allowed = match options.take_texts("allowed_roles")? {
            Some(allowed) => allowed,
            None if options.leaf.is_o1() => vec!["user".into(), "assistant".into()],
            None => clientc_plan::providers::ROLES.iter().map(|role| (*role).into()).collect(),
        };
        let default = match options.take_text("default_role")? {
            Some(written) => written,
            None if allowed.iter().any(|role| role == default) => default.into(),
            None => allowed.first().cloned().unwrap_or_else(|| default.into()),
        };
        let metadata = match options.take("allowed_role_metadata") {
            None | Some(Value::Null) => Metadata::None,
            Some(Value::String(word)) if word == "none" => Metadata::None,
            Some(Value::String(word)) if word == "all" => Metadata::All,
            Some(Value::Array(keys)) => {
                Metadata::Some(keys.iter().filter_map(Value::as_str).map(String::from).collect())
            }
            Some(_) => return Err(wrong("allowed_role_metadata", "`all`, `none` or an array of strings")),
        };
        Ok(Self { allowed, default, names: options.take_map("remap_roles")?, metadata })
    }

    /// Sends all metadata along, as Bedrock does where the client does not say which.
    #[cfg(feature = "bedrock")]
    pub(super) fn allow_all_metadata(&mut self) {
        self.metadata = Metadata::All;
    }

    /// The name of a role in the request.
    ///
    /// A role that is not allowed becomes the default one. The developer is the system under its newer name.
    pub(super) fn name<'r>(&'r self, role: &'r Role) -> &'r str {
        let role = role.as_str();
        let role = match role {
            _ if self.allows(role) => role,
            "developer" if self.allows("system") => "system",
            _ => &self.default,
        };
        let renamed = self.names.iter().find(|(known, _)| known == role);
        renamed.map_or(role, |(_, name)| name)
    }

    fn allows(&self, role: &str) -> bool {
        self.allowed.iter().any(|allowed| allowed == role)
    }

    /// What goes beside a part: the metadata of its message that the client allows, and its own.
    pub(super) fn beside(&self, message: &Message, part: &Part) -> Map<String, Value> {
        let mut beside: Map<String, Value> = match &self.metadata {
            Metadata::None => Map::new(),
            Metadata::All => message.metadata.clone(),
            Metadata::Some(keys) => {
                let all = message.metadata.iter();
                all.filter(|(key, _)| keys.contains(key))
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect()
            }
        };
        beside.extend(part.metadata.clone());
        beside
    }
}

/// Splits a conversation, for providers that take what the system says beside it. Only messages at the beginning
/// count, and at least one message stays: without it there would be no conversation.
pub(super) fn split_system<'m>(roles: &Roles, messages: &'m [Message]) -> (&'m [Message], &'m [Message]) {
    let is_system = |message: &&Message| message.role != Role::Tool && roles.name(&message.role) == "system";
    let leading = messages.iter().take_while(is_system).count();
    messages.split_at(leading.min(messages.len().saturating_sub(1)))
}
