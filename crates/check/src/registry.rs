//! The registry: every rule with its name, level, page and check.

use crate::context::Context;
use crate::core::finding::Findings;
use crate::core::rule::Rule;
use crate::rules;

/// What a rule does.
pub(crate) type Check = fn(&Context<'_>, &mut Findings);

/// All rules, grouped as the documentation groups them.
pub static RULES: &[&Rule] = rules::ALL;

/// The check of each rule, in the order of [`RULES`].
pub(crate) static CHECKS: &[Check] = rules::CHECKS;

/// The rule of a name.
#[must_use]
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.name == name)
}
