use clientc_semantic::{Fault, Owner};

use crate::core::finding::Finding;
use crate::core::rule::{Rule, Setting};
use crate::text::words::short;

pub(crate) static RULE: Rule = Rule {
    name: "invalid-name",
    summary: "a name in a form that is not allowed",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("invalid_name.md"),
};

pub(crate) fn finding(fault: &Fault, name: &str, owner: Owner) -> Finding {
    let what = if owner == Owner::Client { "client" } else { "retry policy" };
    Finding::of(fault, message(name, what)).help(help(name))
}

fn message(name: &str, what: &str) -> String {
    let shown = short(name);
    if name.starts_with('"') {
        return format!("the name of a {what} takes no quotes: {shown}");
    }
    let joined = name.replace("::", "");
    let wrong = |c: &char| !(c.is_ascii_alphanumeric() || *c == '_');
    match joined.chars().find(wrong) {
        Some(':') => format!("a single `:` is not allowed in the name of a {what}: `{shown}`"),
        Some(wrong) => format!("`{wrong}` is not allowed in the name of a {what}: `{shown}`"),
        None => format!("the name of a {what} must begin with an upper-case letter: `{shown}`"),
    }
}

fn help(name: &str) -> String {
    let rule = "a name begins with an upper-case letter and has only letters, digits and `_`, in parts joined by `::`";
    let plain = name.trim_matches('"');
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let suggestion: String = words.map(capitalised).collect();
    let keeps_all_letters = plain.is_ascii();
    if keeps_all_letters && suggestion.starts_with(|c: char| c.is_ascii_uppercase()) && suggestion.len() <= 60
    {
        format!("{rule}, such as `{suggestion}`")
    } else {
        rule.to_owned()
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}
