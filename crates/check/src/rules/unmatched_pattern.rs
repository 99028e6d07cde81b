use crate::context::Context;
use crate::core::config_fault::ConfigFaultKind;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::text::words::short;

pub(crate) static RULE: Rule = Rule {
    name: "unmatched-pattern",
    summary: "a pattern of clientc.toml that matches no file",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("unmatched_pattern.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    for fault in context.config_faults {
        let ConfigFaultKind::UnmatchedPattern { key, pattern, is_inside } = &fault.kind else { continue };
        let subject = format!("clientc.toml/{key}/{pattern}");
        let pattern = short(pattern);
        let finding = if *is_inside {
            let message = format!("`{pattern}` matches only files inside a `baml_src`, and excludes nothing");
            Finding::new(fault.span, subject, message).help(
                "BAML reads every file of a `baml_src`: exclude the whole folder, or silence rules for these files \
                 with `[[overrides]]`",
            )
        } else {
            Finding::new(fault.span, subject, format!("`{pattern}` matches no file")).help(
                "a pattern is relative to the folder of this clientc.toml; `**/name` matches at any depth",
            )
        };
        out.push(finding);
    }
}
