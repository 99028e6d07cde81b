use clientc_semantic::{FileFacts, IgnoreComment, IgnoreWord, Span};
use clientc_syntax::TextRange;

use crate::context::Context;
use crate::core::diagnostic::Safety;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::silence::comments::{ABOUT_COMMENTS, says_ignore};
use crate::text::words::all_of;

pub(crate) static RULE: Rule = Rule {
    name: "unused-ignore",
    summary: "a comment that silences a rule where it finds nothing",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("unused_ignore.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    for file in context.files() {
        for (index, comment) in file.ignores.iter().enumerate().filter(|(_, comment)| says_ignore(comment)) {
            fixed_rules(context, file, comment, out);
            if !context.is_unresolvable() {
                unused_rules(context, file, index, comment, out);
            }
        }
    }
}

/// Names of rules that no comment can silence.
fn fixed_rules(context: &Context<'_>, file: &FileFacts, comment: &IgnoreComment, out: &mut Findings) {
    for name in comment.rules.iter().filter(|name| context.rule(&name.text).is_some_and(|rule| rule.is_fixed))
    {
        let message = format!("`{}` cannot be ignored", name.text);
        out.push(
            Finding::new(Span::new(file.file, name.range), subject(comment), message)
                .help("the plan cannot be resolved without this rule; remove it here and fix what it finds"),
        );
    }
}

fn unused_rules(
    context: &Context<'_>,
    file: &FileFacts,
    index: usize,
    comment: &IgnoreComment,
    out: &mut Findings,
) {
    let is_unused = |position: usize, name: &str| {
        let known = context.rule(name).filter(|rule| !rule.is_fixed);
        known.is_some_and(|rule| context.settings.of(rule, file.file) != Setting::Ignore)
            && !ABOUT_COMMENTS.contains(&name)
            && !context.is_used(file.file, index, position)
    };
    let (unused, left): (Vec<_>, Vec<_>) =
        comment.rules.iter().enumerate().partition(|(position, name)| is_unused(*position, &name.text));
    let Some((_, first)) = unused.first() else { return };
    let names = || unused.iter().map(|(_, name)| name.text.as_str());
    let verb = if unused.len() == 1 { "finds" } else { "find" };
    let place = match comment.meant {
        IgnoreWord::Ignore => "here",
        IgnoreWord::IgnoreFile => "in this file",
    };
    let finding = Finding::new(
        Span::new(file.file, first.range),
        subject(comment),
        format!("{} {verb} nothing {place}", all_of(names())),
    );
    out.push(if left.is_empty() {
        let range = removal(context.sources.text(file.file), comment.range);
        finding.help("remove the comment").replace(
            Safety::Safe,
            "remove the comment",
            Span::new(file.file, range),
            "",
        )
    } else {
        let list: Vec<&str> = left.iter().map(|(_, name)| name.text.as_str()).collect();
        let range = comment.list.unwrap_or(comment.range);
        let title = format!("remove {}", all_of(names()));
        finding.help(title.clone()).replace(
            Safety::Safe,
            title,
            Span::new(file.file, range),
            format!("[{}]", list.join(", ")),
        )
    });
}

fn subject(comment: &IgnoreComment) -> String {
    let names: Vec<&str> = comment.rules.iter().map(|name| name.text.as_str()).collect();
    format!("{}[{}]", comment.meant.text(), names.join(", "))
}

/// The bytes that go with a comment: its whole line where nothing else is there, else the whitespace before it.
fn removal(text: &str, comment: TextRange) -> TextRange {
    let (before, behind) = (&text[..comment.start as usize], &text[comment.end as usize..]);
    let blanks = before.len() - before.trim_end_matches([' ', '\t']).len();
    let begins_line = before.len() == blanks || before[..before.len() - blanks].ends_with(['\n', '\r']);
    let start = before.len() - blanks;
    let line_end = ["\r\n", "\n", "\r"].iter().find(|end| behind.starts_with(**end));
    match line_end {
        Some(line_end) if begins_line => TextRange::of(start, comment.end as usize + line_end.len()),
        None if begins_line && !behind.is_empty() => comment,
        _ => TextRange::of(start, comment.end as usize),
    }
}
