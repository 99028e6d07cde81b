use clientc_semantic::{Value, ValueKind};

use crate::context::Context;
use crate::core::diagnostic::Safety;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::facts::leaf::Leaf;
use crate::facts::models::without_vendor;
use crate::facts::tables::finish_reasons::{has, is_known, same_as, words_of, words_of_gemini};
use crate::facts::tables::hosts::{Service, service_of};
use crate::text::quotes::unquoted;
use crate::text::words::{all_of, one_of, short};

pub(crate) static RULE: Rule = Rule {
    name: "finish-reason-unknown",
    summary: "a finish reason in a list that the provider never returns",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("finish_reason_unknown.md"),
};

const LISTS: [(&str, bool); 2] = [("finish_reason_deny_list", false), ("finish_reason_allow_list", true)];

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    for id in context.project.plan.ids() {
        let Some(leaf) = context.leaf(id) else { continue };
        if LISTS.iter().all(|(list, _)| leaf.option(list).is_none()) {
            continue;
        }
        let Some((service, words)) = words(&leaf) else { continue };
        let client = context.project.client_name(id);
        for (list, is_allowed) in LISTS {
            let Some(ValueKind::Array(members)) = leaf.option(list).map(|option| &option.value.kind) else {
                continue;
            };
            let wrong: Vec<(&Value, &str)> = members
                .iter()
                .filter_map(|member| Some((member, member.text()?)))
                .filter(|(_, word)| !has(words, word) && is_anothers_or_misspelt(word, words))
                .collect();
            for (member, word) in &wrong {
                let is_all = is_allowed && wrong.len() == members.len();
                out.push(finding(context, &leaf, (client, list), (member, word), (service, words), is_all));
            }
        }
    }
}

/// The words that the service of a client uses.
fn words(leaf: &Leaf<'_>) -> Option<(Service, &'static [&'static str])> {
    let service = service_of(leaf)?;
    let is_gemini = || leaf.models().any(|model| without_vendor(model.text).starts_with("gemini"));
    match service {
        Service::VertexAi if is_gemini() => Some((service, words_of_gemini())),
        _ => Some((service, words_of(service)?)),
    }
}

/// A word that no service is known to use may be a new one, so it is left alone unless it is nearly one of these.
fn is_anothers_or_misspelt(word: &str, words: &'static [&'static str]) -> bool {
    is_known(word) || !near(word, words).is_empty()
}

fn near(word: &str, words: &'static [&'static str]) -> Vec<Box<str>> {
    let lower: Vec<(String, &str)> = words.iter().map(|known| (known.to_lowercase(), *known)).collect();
    let written = word.to_lowercase().replace('-', "_");
    let is_near = |known: &str| known == written || clientc_semantic::is_misspelling(&written, known);
    lower.iter().filter(|(known, _)| is_near(known)).map(|(_, known)| (*known).into()).collect()
}

fn finding(
    context: &Context<'_>,
    leaf: &Leaf<'_>,
    (client, list): (&str, &str),
    (member, word): (&Value, &str),
    (service, words): (Service, &'static [&'static str]),
    is_all: bool,
) -> Finding {
    let effect = match (list, is_all) {
        ("finish_reason_deny_list", _) => "so it denies nothing",
        (_, true) => "so every answer is a failure",
        _ => "so it allows nothing",
    };
    let message = format!("{} never returns the finish reason `{}`, {effect}", service.name(), short(word));
    let span = leaf.span(member);
    let finding = Finding::new(span, format!("{client}/{list}/{word}"), message);
    let mut same = same_as(word, words);
    if same.is_empty() {
        let near = near(word, words);
        same = words.iter().copied().filter(|known| near.iter().any(|near| &**near == *known)).collect();
    }
    let known = all_of(words.iter().copied().filter(|known| *known != "FINISH_REASON_UNSPECIFIED"));
    let finding = match &same[..] {
        [] => finding.help(format!("its reasons are {known}")),
        [..] => {
            finding.help(format!("it calls this {}; its reasons are {known}", one_of(same.iter().copied())))
        }
    };
    match &same[..] {
        [only] => {
            let inner = unquoted(context.text(span), span);
            finding.replace(Safety::Unsafe, format!("write `{only}`"), inner, *only)
        }
        _ => finding,
    }
}
