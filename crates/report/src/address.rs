//! Where the pages of the rules can be read, in the version that found something.

/// Where the project lives.
pub(crate) const HOME: &str = env!("CARGO_PKG_REPOSITORY");

/// The address of a rule's page.
#[must_use]
pub fn page_address(rule: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!("{HOME}/blob/v{version}/crates/check/src/rules/{}.md", rule.replace('-', "_"))
}
