use clientc_semantic::{IgnoreComment, Span, nearest};

use crate::context::Context;
use crate::core::diagnostic::Safety;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::silence::comments::says_ignore;
use crate::text::words::short;

pub(crate) static RULE: Rule = Rule {
    name: "unknown-rule",
    summary: "a comment that names a rule that does not exist",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("unknown_rule.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    for file in context.files() {
        for comment in &file.ignores {
            out.found.extend(misspelt_word(file.file, comment));
            out.found.extend(without_rules(file.file, comment));
            for name in comment.rules.iter().filter(|name| context.rule(&name.text).is_none()) {
                let span = Span::new(file.file, name.range);
                let near = nearest(&name.text, context.rules.iter().map(|rule| rule.name));
                out.push(
                    Finding::new(
                        span,
                        name.text.as_str(),
                        format!("there is no rule `{}`", short(&name.text)),
                    )
                    .help("`clientc explain` lists all rules")
                    .near_names(&name.text, &near, span),
                );
            }
        }
    }
}

fn misspelt_word(file: clientc_semantic::FileId, comment: &IgnoreComment) -> Option<Finding> {
    if says_ignore(comment) {
        return None;
    }
    let span = Span::new(file, comment.word.range);
    let (written, word) = (&comment.word.text, comment.meant.text());
    if !comment.has_colon {
        let message = format!("`{}` silences nothing: a colon must follow `clientc`", short(written));
        let title = format!("write `clientc: {word}`");
        return Some(Finding::new(span, written.as_str(), message).replace(
            Safety::Safe,
            title,
            span,
            format!("clientc: {word}"),
        ));
    }
    let finding =
        Finding::new(span, written.as_str(), format!("`{}` means nothing after `clientc:`", short(written)));
    Some(finding.help(format!("did you mean `{word}`?")).replace(
        Safety::Safe,
        format!("write `{word}`"),
        span,
        word,
    ))
}

fn without_rules(file: clientc_semantic::FileId, comment: &IgnoreComment) -> Option<Finding> {
    if !comment.rules.is_empty() || !says_ignore(comment) {
        return None;
    }
    let span = Span::new(file, comment.list.unwrap_or(comment.word.range));
    Some(
        Finding::new(span, comment.meant.text(), "this names no rule, and silences nothing")
            .help("name the rules in brackets: `// clientc: ignore[no-timeout] reason`"),
    )
}
