use clientc_plan::ClientId;

use crate::context::Context;
use crate::core::diagnostic::{Level, Safety};
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::edits::removal;
use crate::facts::duplicates::Duplicate;
use crate::text::words::one_of;

pub(crate) static RULE: Rule = Rule {
    name: "duplicate-member",
    summary: "a fallback that is certain to try the same client twice",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("duplicate_member.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    let marks = &context.route_facts().marks;
    for duplicate in context.duplicates() {
        let Some(finding) = finding(context, duplicate) else { continue };
        // What no entry leads to may be left over.
        let is_reached = marks[duplicate.fallback.index()].is_reached;
        out.push(if is_reached { finding } else { finding.level(Level::Info) });
    }
}

fn finding(context: &Context<'_>, duplicate: &Duplicate) -> Option<Finding> {
    let project = context.project;
    let Duplicate { fallback, earlier, later, leaves } = duplicate;
    let (fallback, earlier, later) = (*fallback, *earlier, *later);
    let members = project.plan.members(fallback);
    let (before, again) = (*members.get(earlier)?, *members.get(later)?);
    let places = project.member_places.get(&fallback)?;
    let (before_place, place) = (*places.get(earlier)?, *places.get(later)?);
    let name = project.client_name(fallback);
    let subject = format!("{name}/strategy/{}", project.client_name(again));
    let [leaf] = leaves[..] else {
        let names = leaves.iter().map(|leaf| project.client_name(*leaf));
        let message = format!(
            "`{name}` is certain to try {} again after it has failed, whichever member a round-robin uses",
            one_of(names)
        );
        let help = "remove the round-robin, or the members that it has too; to repeat a request use a retry policy, \
            which can wait first";
        return Some(
            Finding::new(place, subject, message).related(before_place, "perhaps the first time").help(help),
        );
    };
    let leaf_name = project.client_name(leaf);
    let through = |member| match member == leaf {
        true => "as itself".to_owned(),
        false => format!("through `{}`", project.client_name(member)),
    };
    let message = match before == leaf && again == leaf {
        true => format!("`{name}` tries `{leaf_name}` again after it has failed"),
        false => format!(
            "`{name}` tries `{leaf_name}` again after it has failed: {}, then {}",
            through(before),
            through(again)
        ),
    };
    let found = Finding::new(place, subject, message).related(before_place, "the first time");
    if again != leaf {
        let help = format!("remove `{leaf_name}` from one of them; {}", repeating(context, leaf));
        return Some(found.help(help));
    }
    let found = found.help(format!("remove it; {}", repeating(context, leaf)));
    Some(match removal::of_member(context.sources.text(place.file), place) {
        Some(range) => found.replace(Safety::Unsafe, format!("remove the second `{leaf_name}`"), range, ""),
        None => found,
    })
}

/// What sends a request again and can wait before it does.
fn repeating(context: &Context<'_>, leaf: ClientId) -> String {
    let plan = &context.project.plan;
    match plan.client(leaf).and_then(|client| plan.policy(client)) {
        Some(policy) => format!("its retry policy `{}` already repeats requests", policy.name),
        None => "to repeat a request use a retry policy, which can wait first".to_owned(),
    }
}
