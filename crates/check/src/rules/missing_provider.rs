use clientc_semantic::FaultKind;

use crate::finding::{Finding, Findings};
use crate::input::Input;
use crate::rule::Rule;
use crate::settings::Setting;

pub(super) static RULE: Rule = Rule {
    name: "missing-provider",
    summary: "a client without a provider",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("missing_provider.md"),
    check,
};

fn check(input: &Input<'_>, out: &mut Findings) {
    for fault in input.faults() {
        let FaultKind::MissingProvider { client } = &fault.kind else { continue };
        out.push(
            Finding::new(fault.span, &*fault.subject, format!("the client `{client}` has no provider"))
                .help("add a line to its block, such as `provider openai`"),
        );
    }
}
