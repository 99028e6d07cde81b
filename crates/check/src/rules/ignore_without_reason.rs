use clientc_semantic::Span;

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::silence::comments::says_ignore;
use crate::text::words::all_of;

pub(crate) static RULE: Rule = Rule {
    name: "ignore-without-reason",
    summary: "a comment that silences a rule without a reason",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("ignore_without_reason.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    for file in context.files() {
        for comment in file.ignores.iter().filter(|comment| says_ignore(comment) && !comment.has_reason) {
            let Some(list) = comment.list.filter(|_| !comment.rules.is_empty()) else { continue };
            let names = || comment.rules.iter().map(|name| name.text.as_str());
            let subject = format!("{}[{}]", comment.meant.text(), names().collect::<Vec<_>>().join(", "));
            let message = format!("this silences {} without a reason", all_of(names()));
            out.push(
                Finding::new(Span::new(file.file, list), subject, message)
                    .help("write the reason after the bracket, for the next reader"),
            );
        }
    }
}
