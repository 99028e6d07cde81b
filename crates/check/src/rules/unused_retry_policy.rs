use clientc_plan::PolicyId;
use clientc_semantic::{FaultKind, Span};
use rustc_hash::FxHashSet;

use crate::diagnostic::Safety;
use crate::finding::{Finding, Findings};
use crate::input::Input;
use crate::lines::removable_block;
use crate::rule::Rule;
use crate::settings::Setting;

pub(super) static RULE: Rule = Rule {
    name: "unused-retry-policy",
    summary: "a retry policy that no client uses",
    level: Setting::Info,
    is_fixed: false,
    page: include_str!("unused_retry_policy.md"),
    check,
};

fn check(input: &Input<'_>, out: &mut Findings) {
    // What cannot be read, or names a policy that does not exist, may have meant any of them.
    let is_unsure =
        |kind: &FaultKind| matches!(kind, FaultKind::UnknownPolicy { .. } | FaultKind::PolicyNotName { .. });
    let has_errors = input.syntax_faults().next().is_some() || !input.encoding_faults.is_empty();
    let has_clients = input.files().any(|file| !file.clients.is_empty());
    if has_errors || !has_clients || input.faults().any(|fault| is_unsure(&fault.kind)) {
        return;
    }
    let misplaced = misplaced(input);
    let unused = input.project.policy_is_used.iter().enumerate().filter(|(_, is_used)| !**is_used);
    for (index, _) in unused {
        let id = PolicyId(u32::try_from(index).unwrap_or(u32::MAX));
        let Some((file, policy)) = input.project.policy_facts(id) else { continue };
        let name = &*policy.name.text;
        if misplaced.contains(name) {
            continue;
        }
        let finding = Finding::new(
            Span::new(file, policy.name.range),
            name,
            format!("no client uses the retry policy `{name}`"),
        )
        .help(format!("remove it, or write `retry_policy {name}` in the client that it is for"));
        let removed = removable_block(input.sources.text(file), policy.range);
        out.push(match removed {
            Some(range) => {
                finding.replace(Safety::Safe, format!("remove `{name}`"), Span::new(file, range), "")
            }
            None => finding,
        });
    }
}

/// The policies that clients name among their options, where they have no effect and another rule speaks of it.
fn misplaced<'a>(input: &Input<'a>) -> FxHashSet<&'a str> {
    let options = input.files().flat_map(|file| &file.clients).flat_map(|client| &client.options);
    options.filter(|option| &*option.key == "retry_policy").filter_map(|option| option.value.text()).collect()
}
