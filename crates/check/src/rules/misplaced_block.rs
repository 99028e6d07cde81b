use clientc_semantic::{Fault, Misplaced, Owner};

use crate::core::diagnostic::Safety;
use crate::core::finding::Finding;
use crate::core::rule::{Rule, Setting};
use crate::text::words::short;

pub(crate) static RULE: Rule = Rule {
    name: "misplaced-block",
    summary: "a block that nothing reads, because its keyword is misspelt or a brace closed too early",
    level: Setting::Error,
    is_fixed: false,
    page: include_str!("misplaced_block.md"),
};

pub(crate) fn finding(fault: &Fault, what: Misplaced, word: &str) -> Finding {
    let shown: String = word.chars().filter(|c| !c.is_control()).collect();
    let shown = short(&shown);
    match what {
        Misplaced::Keyword(owner) => {
            let keyword = if owner == Owner::Client { "client<llm>" } else { "retry_policy" };
            Finding::of(fault, format!("`{shown}` opens a block that nothing reads"))
                .label(format!("write `{keyword}`"))
                .help(format!("did you mean `{keyword}`?"))
                .replace(Safety::Safe, format!("write `{keyword}`"), fault.span, keyword)
        }
        Misplaced::Brackets => Finding::of(fault, format!("`{shown}` opens a block that nothing reads"))
            .help("a client begins with `client<llm> Name {`"),
        Misplaced::Entry => {
            Finding::of(fault, format!("`{shown}` is outside every block, so nothing reads it"))
                .help("it belongs in a client: look above for a `}` that closes one too early")
        }
    }
}
