//! Which reasons for the end of an answer a client allows.

use super::error::ReadError;
use crate::leaf::Leaf;

/// Holds the provider's reason for the end of an answer against the lists of the client. The case of letters does not
/// matter, and an answer without a reason is allowed, as in BAML.
pub(super) fn check_finish(leaf: &Leaf, reason: Option<&str>) -> Result<(), ReadError> {
    let Some(reason) = reason else { return Ok(()) };
    let has = |list: &str| match leaf.options.get(list) {
        Some(clientc_plan::Value::Array(values)) => {
            let mut words = values.iter().filter_map(clientc_plan::Value::as_str);
            Some(words.any(|word| word.eq_ignore_ascii_case(reason)))
        }
        _ => None,
    };
    let is_allowed = has("finish_reason_allow_list").unwrap_or(true);
    let is_denied = has("finish_reason_deny_list").unwrap_or(false);
    if is_allowed && !is_denied {
        return Ok(());
    }
    Err(ReadError::FinishReason { reason: reason.into() })
}
