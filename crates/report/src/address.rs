//! The addresses of the pages of rules, for this version.

/// Where the project lives.
pub(crate) const HOME: &str = env!("CARGO_PKG_REPOSITORY");

/// The addresses of the pages of all rules, with `{page}` for the name of the file: for [`crate::Links`].
pub const RULE_PAGES: &str = concat!(
    env!("CARGO_PKG_REPOSITORY"),
    "/blob/v",
    env!("CARGO_PKG_VERSION"),
    "/crates/check/src/rules/{page}.md"
);

/// The address of a rule's page.
#[must_use]
pub fn page_address(rule: &str) -> String {
    rule_page(RULE_PAGES, rule)
}

/// The address of a rule's page, where `{rule}` stands for its name and `{page}` for its file.
pub(crate) fn rule_page(address: &str, rule: &str) -> String {
    address.replace("{rule}", rule).replace("{page}", &rule.replace('-', "_"))
}
