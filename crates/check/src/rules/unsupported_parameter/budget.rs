//! A budget for thinking that is not below the limit of the whole answer.

use clientc_semantic::{Span, Value};

use super::request::{Request, whole};
use crate::core::finding::Finding;
use crate::facts::tables::hosts::Service;
use crate::facts::tables::refusals::{ADDED_MAX_TOKENS, MIN_BUDGET_TOKENS};
use crate::text::words::grouped;

impl Request<'_> {
    /// The finding of such a budget, or of one that is too small.
    pub(super) fn budget(&self) -> Option<Finding> {
        if self.service != Service::Anthropic || self.is_interleaved() {
            return None;
        }
        let is_enabled = self.leaf.value(&["thinking", "type"]).and_then(Value::text) == Some("enabled");
        let budget = self.find("budget_tokens").filter(|_| is_enabled)?;
        let budget_tokens = whole(&budget.value)?;
        let client = self.client();
        let new = |message: String| {
            let span = Span::new(self.leaf.span(&budget.value).file, budget.value.range);
            Finding::new(span, format!("{client}/thinking/budget_tokens"), message)
        };
        if budget_tokens < MIN_BUDGET_TOKENS {
            let least = grouped(MIN_BUDGET_TOKENS);
            let message = format!(
                "Anthropic rejects a `budget_tokens` below {least}, so every call to `{client}` fails"
            );
            return Some(new(message).help(format!("write {MIN_BUDGET_TOKENS} or more")));
        }
        let limit = self.leaf.option("max_tokens");
        let max_tokens = match limit {
            Some(limit) => whole(&limit.value)?,
            None => ADDED_MAX_TOKENS,
        };
        if max_tokens > budget_tokens {
            return None;
        }
        let why = if limit.is_some() { "" } else { ", which is sent because the client sets none" };
        let message = format!(
            "`budget_tokens` {} is not below `max_tokens` {}{why}: Anthropic rejects every call to `{client}`",
            grouped(budget_tokens),
            grouped(max_tokens)
        );
        let needed = budget_tokens.saturating_add(ADDED_MAX_TOKENS);
        let finding = new(message).help(format!(
            "write `max_tokens {needed}`, which leaves {} for the answer, or lower `budget_tokens`",
            grouped(ADDED_MAX_TOKENS)
        ));
        Some(match limit {
            Some(limit) => {
                finding.related(self.leaf.span(&limit.value), "covers thinking and answer together")
            }
            None => finding,
        })
    }

    /// Whether thinking may go on between calls of tools, where the budget may be above the limit.
    fn is_interleaved(&self) -> bool {
        let mut texts = Vec::new();
        for name in ["headers", "anthropic_beta"] {
            if let Some(option) = self.leaf.option(name) {
                texts.push(self.context.text(self.leaf.span(&option.value)));
            }
        }
        texts.iter().any(|text| text.contains("interleaved-thinking") || text.contains("env."))
    }
}
