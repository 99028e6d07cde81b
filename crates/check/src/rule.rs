//! The registry: every rule with its name, level and page.

use crate::finding::Findings;
use crate::input::Input;
use crate::settings::Setting;

/// A rule: one file with its check, one page.
#[derive(Debug)]
pub struct Rule {
    /// The name in kebab case, the same as its files.
    pub name: &'static str,
    /// One line: what it finds.
    pub summary: &'static str,
    /// Its level where nothing else is set.
    pub level: Setting,
    /// Whether it can be neither lowered nor ignored, because nothing could be resolved.
    pub is_fixed: bool,
    /// The page in Markdown.
    pub page: &'static str,
    pub(crate) check: fn(&Input<'_>, &mut Findings),
}

/// The rule of a name.
#[must_use]
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.name == name)
}

/// All rules, grouped as the documentation groups them.
pub static RULES: &[&Rule] = crate::rules::ALL;
