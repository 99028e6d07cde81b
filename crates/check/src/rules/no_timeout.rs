use clientc_plan::{ClientId, Field, Routes, WorstCases};
use clientc_semantic::{ClientSource, Span};
use rustc_hash::FxHashSet;

use crate::context::Context;
use crate::core::diagnostic::{Fix, Safety};
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::edits::fix_limits::FixLimits;
use crate::facts::costs::plural;
use crate::facts::route_facts::{OpenLeaf, is_open};
use crate::text::words::{all_of, grouped, sorted_names};

pub(crate) static RULE: Rule = Rule {
    name: "no-timeout",
    summary: "a request that nothing bounds",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("no_timeout.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    let open = &context.route_facts().open;
    if open.is_empty() {
        return;
    }
    let fix = FixLimits::new(context);
    if sets_no_limit(context) {
        out.extend(Unbounded::of(context).and_then(|unbounded| project_finding(context, &unbounded, &fix)));
    } else {
        for of_entry in open.chunk_by(|one, next| one.entry == next.entry) {
            each_route(context, of_entry, |open, route| out.extend(finding(context, open, &route, &fix)));
        }
    }
}

/// Visits the first open route to each leaf of an entry. The leaves come in the order of these routes.
fn each_route(context: &Context<'_>, open: &[OpenLeaf], mut visit: impl FnMut(OpenLeaf, String)) {
    let Some(first) = open.first() else { return };
    let mut routes = Routes::new(&context.project.plan, first.entry);
    let mut left = open.iter().copied().peekable();
    while let (Some(next), Some(route)) = (left.peek().copied(), routes.next()) {
        if is_open(&route.limits) && route.path.last() == Some(&next.leaf) {
            let names: Vec<&str> = route.path.iter().map(|id| context.project.client_name(*id)).collect();
            visit(next, names.join(" > "));
            left.next();
        }
    }
}

fn sets_no_limit(context: &Context<'_>) -> bool {
    let plan = &context.project.plan;
    let is_written = |id| context.project.client_facts(id).is_some_and(|(_, facts)| facts.http.is_some());
    plan.defaults().is_empty()
        && plan.clients().iter().all(|client| client.limits.is_empty())
        && !context.faults().any(|fault| {
            crate::facts::readable::is_about_limits(&fault.kind) && fault.subject.contains("/http")
        })
        && !plan.ids().any(|id| !context.project.is_whole[id.index()] && is_written(id))
}

fn finding(context: &Context<'_>, open: OpenLeaf, route: &str, fix: &FixLimits<'_, '_>) -> Option<Finding> {
    let project = context.project;
    let name = project.client_name(open.leaf);
    let streams = stream_limits(context, open.leaf);
    let message = if open.entry == open.leaf {
        match &streams[..] {
            [] => format!("nothing bounds a call to `{name}`: it has no request limit"),
            [one] => format!(
                "nothing bounds a call to `{name}`: `{}` bounds streams only, and it has no request limit",
                one.0.key()
            ),
            [..] => format!(
                "nothing bounds a call to `{name}`: {} bound streams only, and it has no request limit",
                all_of(streams.iter().map(|(field, ..)| field.key()))
            ),
        }
    } else {
        format!(
            "nothing bounds a request of `{name}`: on `{route}` there is neither a request limit nor a total"
        )
    };
    let default_ms = project.plan.run_time().differences().request_ms;
    let message = match default_ms {
        Some(ms) => format!(
            "`{name}` has no request limit of its own: BAML allows each of its attempts {} ms{}",
            grouped(ms),
            context.measured()
        ),
        None => message,
    };
    let is_implicit = matches!(project.clients.get(open.leaf.index())?, ClientSource::Implicit { .. });
    let help = match is_implicit {
        true if default_ms.is_some() => {
            "a shorthand has no limits of its own: use a client with an `http` block that has `request_timeout_ms`"
        }
        false if default_ms.is_some() => {
            "write `request_timeout_ms` into its `http` block: BAML enforces no limit of a fallback or round-robin \
             and does not read clientc.toml"
        }
        true => {
            "a shorthand has no limits of its own: write `request_timeout_ms` under `[defaults.http]` in \
             clientc.toml, or use a client with an `http` block"
        }
        false => {
            "write `request_timeout_ms` into its `http` block, or under `[defaults.http]` in clientc.toml"
        }
    };
    let mut finding =
        Finding::new(project.client_place(open.leaf)?, format!("{name}/http"), message).help(help);
    for (_, place, what) in streams {
        finding = finding.related(place, format!("bounds only a stream, {what}"));
    }
    finding.diagnostic.fix = fix.edit(open.leaf).map(|(limits, edit)| Fix {
        title: format!("write {limits} into `{name}`"),
        safety: Safety::Safe,
        edits: vec![edit],
    });
    Some(finding)
}

/// The limits of a client that apply to streams only, each with its place and what it bounds.
fn stream_limits(context: &Context<'_>, leaf: ClientId) -> Vec<(Field, Span, &'static str)> {
    let limits = context.project.plan.client(leaf).map(|client| &client.limits);
    let set = |field: Field| limits.and_then(|limits| limits.get(field)).map(|limit| limit.origin);
    [(Field::TimeToFirstToken, "up to the first token"), (Field::Idle, "between its events")]
        .into_iter()
        .filter_map(|(field, what)| Some((field, set(field)?, what)))
        .collect()
}

/// What the finding for a project is about: everything that nothing bounds, without the places that are silenced.
struct Unbounded {
    /// The first entry that leads to a leaf which is left.
    entry: ClientId,
    /// The leaves that calls of entries lead to.
    leaves: FxHashSet<ClientId>,
    /// Those that are silenced.
    silenced: FxHashSet<ClientId>,
}

impl Unbounded {
    fn of(context: &Context<'_>) -> Option<Self> {
        let facts = context.route_facts();
        let is_silenced = |id: ClientId| {
            context.project.client_place(id).is_some_and(|place| context.is_silenced(&RULE, place))
        };
        let of_leaves = facts.open.iter().map(|open| open.leaf).filter(|leaf| is_silenced(*leaf));
        let silenced: FxHashSet<ClientId> = of_leaves.collect();
        let (mut first, mut leaves, mut seen) = (None, FxHashSet::default(), FxHashSet::default());
        for &entry in facts.entries.iter().filter(|entry| !is_silenced(**entry)) {
            let before = leaves.len();
            let mut waiting = vec![entry];
            while let Some(id) = waiting.pop() {
                if !seen.insert(id) {
                    continue;
                }
                let members = context.project.plan.members(id);
                waiting.extend(members);
                if members.is_empty() && !silenced.contains(&id) {
                    leaves.insert(id);
                }
            }
            if leaves.len() > before {
                first.get_or_insert(entry);
            }
        }
        Some(Self { entry: first?, leaves, silenced })
    }

    /// The names of the leaves, so that one more client without a limit is another finding.
    fn subject(&self, context: &Context<'_>) -> String {
        let names: Vec<&str> = self.leaves.iter().map(|leaf| context.project.client_name(*leaf)).collect();
        format!("project/http: {}", sorted_names(&names))
    }
}

fn project_finding(context: &Context<'_>, unbounded: &Unbounded, fix: &FixLimits<'_, '_>) -> Option<Finding> {
    let (project, entry) = (context.project, unbounded.entry);
    let name = project.client_name(entry);
    let is_leaf = |id: &ClientId| project.provider(*id).is_some_and(|provider| !provider.kind.is_composite());
    let leaves: Vec<ClientId> = project.plan.ids().filter(is_leaf).collect();
    let message = match leaves.len() {
        1 => format!("no client of this project has a limit: nothing bounds a call to `{name}`"),
        count => format!(
            "none of the {count} clients that make requests has a limit: nothing bounds a call to `{name}`"
        ),
    };
    let baml = baml_message(context, entry, leaves.len());
    let is_called_by_baml = baml.is_some();
    let mut finding =
        Finding::new(project.client_place(entry)?, unbounded.subject(context), baml.unwrap_or(message))
            .label(if is_called_by_baml { "bounded only by BAML's own default" } else { "not bounded" })
            .help(if is_called_by_baml {
                "write an `http` block with `request_timeout_ms` into each client that makes requests: BAML enforces \
                 no other limit and does not read clientc.toml"
            } else {
                "write `request_timeout_ms = 120000` under `[defaults.http]` in clientc.toml, or an `http` block with \
                 `request_timeout_ms` into each client"
            });
    let fixed: Vec<ClientId> = leaves.into_iter().filter(|leaf| !unbounded.silenced.contains(leaf)).collect();
    finding.diagnostic.fix = project_fix(&unbounded.leaves, &fixed, fix);
    Some(finding)
}

/// What a call to the entry costs through BAML, which gives every attempt without a limit its default; `None` where
/// BAML does not make the calls.
fn baml_message(context: &Context<'_>, entry: ClientId, leaves: usize) -> Option<String> {
    let default_ms = context.project.plan.run_time().differences().request_ms?;
    let worst = WorstCases::new(&context.project.plan).of(entry);
    let who = match leaves {
        1 => "the client that makes requests has no limit".to_owned(),
        count => format!("none of the {count} clients that make requests has a limit"),
    };
    Some(format!(
        "{who} that BAML enforces: it allows each attempt {} ms{}, so a call to `{}` can make {} and take {} ms",
        grouped(default_ms),
        context.measured(),
        context.project.client_name(entry),
        plural(worst.requests, "request", "requests"),
        grouped(worst.duration_ms.unwrap_or(clientc_plan::MAX_MS)),
    ))
}

/// Limits for all clients that make requests. Where a caller uses a shorthand, which can have none, the edits would
/// not remove the finding, so there is no fix.
fn project_fix(open: &FxHashSet<ClientId>, leaves: &[ClientId], fix: &FixLimits<'_, '_>) -> Option<Fix> {
    if !open.iter().all(|leaf| fix.edit(*leaf).is_some()) {
        return None;
    }
    let edits: Vec<_> = leaves.iter().filter_map(|leaf| Some(fix.edit(*leaf)?.1)).collect();
    let title = format!("write limits into {}", plural(edits.len() as u64, "client", "clients"));
    Some(Fix { title, safety: Safety::Safe, edits })
}
