//! Which release the program is, and which documents it writes and reads.

use std::sync::LazyLock;

use clientc_plan::{document, record};
use clientc_report::{BASELINE_VERSION, DIAGNOSTICS_VERSION};

use crate::commands::explain::RULES_VERSION;

/// The release.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The date of the release, as `CHANGELOG.md` has it. It does not come from a clock, so that the same program writes
/// the same output.
pub(crate) const RELEASED: &str = "unreleased";

static LONG: LazyLock<String> = LazyLock::new(|| {
    let (resolved, call) = (document::VERSION, record::VERSION);
    format!(
        "{VERSION}\n\
         writes: clientc.resolved {resolved}, clientc.diagnostics {DIAGNOSTICS_VERSION}, clientc.rules {RULES_VERSION}, \
         clientc.baseline {BASELINE_VERSION}\n\
         reads:  clientc.resolved {resolved}, clientc.call {call}, clientc.baseline {BASELINE_VERSION}"
    )
});

/// The release with the versions of the JSON documents.
pub(crate) fn long() -> &'static str {
    &LONG
}
