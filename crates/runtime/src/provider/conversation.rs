//! Conversations of providers whose messages are made of parts, and who take what the system says beside them.

use clientc_plan::json::{Map, Value};

use super::error::BuildError;
use super::fields::{arguments, wrong_field};
use super::roles::{Roles, split_system};
use crate::chat::{Message, Role, ToolCall};

/// How a provider writes the parts of a conversation.
pub(super) trait Form {
    /// The field of a message that holds its parts.
    const PARTS: &'static str;
    /// The role of answers.
    const ASSISTANT: &'static str = "assistant";

    /// The roles of the client.
    fn roles(&self) -> &Roles;

    /// Writes what a message says.
    fn parts(&self, message: &Message, parts: &mut Vec<Value>) -> Result<(), BuildError>;

    /// Writes a call with its arguments.
    fn call(&self, call: &ToolCall, arguments: Value) -> Value;

    /// Writes the result of a call.
    fn result(&self, result: &ToolResult<'_>, parts: &mut Vec<Value>) -> Result<(), BuildError>;
}

/// The result of a call.
pub(super) struct ToolResult<'m> {
    pub(super) message: &'m Message,
    /// The place of the message in the conversation.
    index: usize,
    /// The messages before it, without those of the system.
    earlier: &'m [Message],
}

/// A conversation as it is written.
pub(super) struct Conversation {
    /// What the system says before it, where it does.
    pub(super) system: Option<Vec<Value>>,
    pub(super) messages: Value,
}

/// Writes a conversation. Results of calls that follow each other answer one message, so they are one message.
pub(super) fn write<F: Form>(form: &F, messages: &[Message]) -> Result<Conversation, BuildError> {
    let (before, messages) = split_system(form.roles(), messages);
    let mut system = (!before.is_empty()).then(Vec::new);
    if let Some(parts) = &mut system {
        before.iter().try_for_each(|message| form.parts(message, parts))?;
    }
    let mut written: Vec<Value> = Vec::with_capacity(messages.len());
    let mut results: Vec<Value> = Vec::new();
    for (number, message) in messages.iter().enumerate() {
        let index = before.len() + number;
        if message.role == Role::Tool {
            let earlier = messages.get(..number).unwrap_or_default();
            form.result(&ToolResult { message, index, earlier }, &mut results)?;
            continue;
        }
        flush::<F>(&mut results, &mut written);
        let role = match form.roles().name(&message.role) {
            "system" => "user",
            "assistant" => F::ASSISTANT,
            role => role,
        };
        let mut parts = Vec::new();
        form.parts(message, &mut parts)?;
        for (number, call) in message.tool_calls.iter().enumerate() {
            // No arguments are an empty object; arguments that are not an object cannot be written.
            let given = arguments(&call.arguments).ok_or_else(|| {
                let field = format!("messages[{index}].tool_calls[{number}].function.arguments");
                wrong_field(field, "the text of a JSON object")
            })?;
            parts.push(form.call(call, given));
        }
        written.push(turn::<F>(role, parts));
    }
    flush::<F>(&mut results, &mut written);
    Ok(Conversation { system, messages: Value::Array(written) })
}

fn flush<F: Form>(results: &mut Vec<Value>, written: &mut Vec<Value>) {
    if !results.is_empty() {
        written.push(turn::<F>("user", std::mem::take(results)));
    }
}

fn turn<F: Form>(role: &str, parts: Vec<Value>) -> Value {
    let pairs = [("role", role.into()), (F::PARTS, Value::Array(parts))];
    Value::Object(Map::from_iter(pairs.map(|(key, value)| (key.into(), value))))
}

impl<'m> ToolResult<'m> {
    /// The id of the call that is answered.
    pub(super) fn id(&self) -> Result<&'m str, BuildError> {
        let id = self.message.tool_call_id.as_deref();
        id.ok_or_else(|| self.wrong("the id of the call that is answered"))
    }

    /// The call that is answered, for providers that want to know more of it than its id.
    pub(super) fn call(&self) -> Result<&'m ToolCall, BuildError> {
        let mut calls = self.earlier.iter().rev().flat_map(|message| &message.tool_calls);
        let call = self.message.tool_call_id.as_ref().and_then(|id| calls.find(|call| call.id == *id));
        call.ok_or_else(|| self.wrong("the id of a call in an earlier message"))
    }

    fn wrong(&self, expected: &str) -> BuildError {
        wrong_field(format!("messages[{}].tool_call_id", self.index), expected)
    }
}
