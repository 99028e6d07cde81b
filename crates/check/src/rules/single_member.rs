use clientc_plan::{ClientKind, Field};

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};

pub(crate) static RULE: Rule = Rule {
    name: "single-member",
    summary: "a fallback or round-robin of one member",
    level: Setting::Info,
    is_fixed: false,
    page: include_str!("single_member.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    let project = context.project;
    for (id, client) in project.plan.ids().zip(project.plan.clients()) {
        let [member] = client.kind.members() else { continue };
        // What no entry leads to may be left over.
        if !context.route_facts().marks[id.index()].is_reached {
            continue;
        }
        // One with limits or retries of its own is there for them.
        let has_own =
            client.retry.is_some() || Field::ALL.iter().any(|field| client.limits.get(*field).is_some());
        let place = project.member_places.get(&id).and_then(|places| places.first());
        let (false, true, Some(place)) = (has_own, project.is_sound[id.index()], place) else { continue };
        let (name, member) = (&client.name, project.client_name(*member));
        let message = match client.kind {
            ClientKind::RoundRobin { .. } => {
                format!("`{name}` is a round-robin of one: every call goes to `{member}`")
            }
            _ => format!("`{name}` is a fallback of one: there is nothing to fall back to from `{member}`"),
        };
        let help = format!("add a member, or use `{member}` where `{name}` is used");
        out.push(Finding::new(*place, format!("{name}/strategy"), message).help(help));
    }
}
