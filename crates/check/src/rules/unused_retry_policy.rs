use clientc_plan::PolicyId;
use clientc_semantic::{FaultKind, Span};
use rustc_hash::FxHashSet;

use crate::context::Context;
use crate::core::diagnostic::Safety;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};

pub(crate) static RULE: Rule = Rule {
    name: "unused-retry-policy",
    summary: "a retry policy that no client uses",
    level: Setting::Info,
    is_fixed: false,
    page: include_str!("unused_retry_policy.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    // What cannot be read, or names a policy that does not exist, may have meant any of them.
    let is_unsure =
        |kind: &FaultKind| matches!(kind, FaultKind::UnknownPolicy { .. } | FaultKind::PolicyNotName { .. });
    let has_errors = context.syntax_faults().next().is_some() || !context.encoding_faults.is_empty();
    let has_clients = context.files().any(|file| !file.clients.is_empty());
    if has_errors || !has_clients || context.faults().any(|fault| is_unsure(&fault.kind)) {
        return;
    }
    let misplaced = misplaced(context);
    let unused = context.project.policy_is_used.iter().enumerate().filter(|(_, is_used)| !**is_used);
    for (index, _) in unused {
        let id = PolicyId(u32::try_from(index).unwrap_or(u32::MAX));
        let Some((file, policy)) = context.project.policy_facts(id) else { continue };
        let name = &*policy.name.text;
        if misplaced.contains(name) {
            continue;
        }
        let finding = Finding::new(
            Span::new(file, policy.name.range),
            name,
            format!("no client uses the retry policy `{name}`"),
        )
        .help(format!(
            "write `retry_policy {name}` in the client that it is for; remove it if no program uses it at run time"
        ));
        let removed = context.layout(file).removable_block(policy.range);
        out.push(match removed {
            Some(range) => {
                finding.replace(Safety::Unsafe, format!("remove `{name}`"), Span::new(file, range), "")
            }
            None => finding,
        });
    }
}

/// The policies that clients name among their options, where they have no effect and another rule reports them.
fn misplaced<'a>(context: &Context<'a>) -> FxHashSet<&'a str> {
    let options = context.files().flat_map(|file| &file.clients).flat_map(|client| &client.options);
    options.filter(|option| &*option.key == "retry_policy").filter_map(|option| option.value.text()).collect()
}
