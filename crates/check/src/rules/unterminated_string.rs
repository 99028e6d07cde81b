use clientc_syntax::{FaultKind, Unterminated};

use crate::core::finding::{Finding, Findings};
use crate::context::Context;
use crate::core::rule::{Rule, Setting};

pub(super) static RULE: Rule = Rule {
    name: "unterminated-string",
    summary: "a string that never ends",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("unterminated_string.md"),
};

pub(super) fn check(context: &Context<'_>, out: &mut Findings) {
    for (span, fault) in context.syntax_faults() {
        let FaultKind::Unterminated(what) = fault.kind else { continue };
        let finding = match what {
            Unterminated::String => Finding::new(span, "string", "this string is never closed").help(
                "close it with `\"` on its own line; text over several lines stands between `#\"` and `\"#`",
            ),
            Unterminated::RawString(hashes) => {
                let end = format!("\"{}", "#".repeat(usize::from(hashes)));
                Finding::new(span, "string", format!("this raw string is never closed: no `{end}` follows"))
                    .help(format!("close it with `{end}` before the next block"))
            }
            Unterminated::Comment => continue,
        };
        out.push(finding.label("opened here"));
    }
}
