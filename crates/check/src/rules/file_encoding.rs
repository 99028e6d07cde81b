use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};

pub(crate) static RULE: Rule = Rule {
    name: "file-encoding",
    summary: "a file that is not UTF-8",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("file_encoding.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    for fault in context.encoding_faults {
        let path = context.sources.display_path(fault.span.file).to_owned();
        let message =
            format!("this file is not UTF-8: the byte at offset {} does not start a character", fault.offset);
        out.push(
            Finding::new(fault.span, path, message)
                .help("save it as UTF-8; BAML silently skips such a file and everything in it"),
        );
    }
}
