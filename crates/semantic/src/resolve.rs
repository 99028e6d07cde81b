//! A linked project to the resolved JSON.

use clientc_plan::document::{
    Resolved, ResolvedClient, ResolvedFunction, ResolvedKind, RunTimeFigures, Runtimes, Source,
    effective_limits, resolved_routes, times,
};
use clientc_plan::{BAML_VERSION, ClientId, ClientKind, Object, Plan, RunTime, Value, WorstCases};

use crate::project::{ClientSource, FunctionRef, LinkedProject};
use crate::span::Span;
use crate::value;

/// Says where a span lies: the file as the document names it, line and column.
pub trait Places {
    /// The place at which a span begins.
    fn place(&self, span: &Span) -> Source;
}

/// The resolved document of a project without errors. `label` is its path in the repository, `ids` the clients
/// to list, in order; of the functions those that name one of them are listed.
#[must_use]
pub fn resolve(project: &LinkedProject, label: &str, ids: &[ClientId], places: &dyn Places) -> Resolved {
    let mut document = Resolved::new(label, times(project.written_plan().defaults()));
    let mut worst_cases = WorstCases::new(project.written_plan());
    let mut judged = WorstCases::new(&project.plan);
    for &id in ids {
        let Some(client) = resolved_client(project, id, places, [&mut worst_cases, &mut judged]) else {
            continue;
        };
        document.clients.insert(project.client_name(id).into(), client);
    }
    for function in &project.functions {
        let Some((name, function)) = resolved_function(project, function, places) else { continue };
        if document.clients.contains_key(&function.client) && !document.functions.contains_key(&name) {
            document.functions.insert(name, function);
        }
    }
    document
}

/// Gives these clients of a document what BAML's run time does with them.
pub fn add_figures_of_baml(document: &mut Resolved, project: &LinkedProject, ids: &[ClientId]) {
    let plan = project.written_plan().under(RunTime::Baml);
    let mut worst_cases = WorstCases::new(&plan);
    for &id in ids {
        if let Some(client) = document.clients.get_mut(project.client_name(id)) {
            client.runtimes = Some(figures(project, &plan, id, &mut worst_cases));
        }
    }
}

fn figures(
    project: &LinkedProject,
    plan: &Plan<Span>,
    id: ClientId,
    worst_cases: &mut WorstCases<'_, Span>,
) -> Runtimes {
    let baml = RunTimeFigures {
        measured_with: BAML_VERSION.into(),
        version: project.baml_version.clone(),
        worst_case: worst_cases.of(id),
        effective: effective_limits(plan, id),
        schedule: None,
    };
    Runtimes { baml }
}

fn resolved_client(
    project: &LinkedProject,
    id: ClientId,
    places: &dyn Places,
    [worst_cases, judged]: [&mut WorstCases<'_, Span>; 2],
) -> Option<ResolvedClient> {
    let plan = project.written_plan();
    let client = plan.client(id)?;
    let members = || client.kind.members().iter().map(|member| project.client_name(*member).into()).collect();
    let kind = match &client.kind {
        ClientKind::Leaf => leaf(project, id)?,
        ClientKind::Fallback { .. } => ResolvedKind::Fallback { members: members() },
        ClientKind::RoundRobin { start, .. } => {
            ResolvedKind::RoundRobin { members: members(), start: *start }
        }
    };
    Some(ResolvedClient {
        kind,
        implicit: matches!(project.clients.get(id.index())?, ClientSource::Implicit { .. }),
        timeouts: times(&client.limits),
        retry: plan.policy(client).cloned(),
        routes: resolved_routes(plan, id, |span| places.place(span)),
        worst_case: worst_cases.of(id),
        schedule: None,
        runtimes: (project.plan.run_time() == RunTime::Baml)
            .then(|| figures(project, &project.plan, id, judged)),
        source: places.place(&project.client_place(id)?),
    })
}

fn leaf(project: &LinkedProject, id: ClientId) -> Option<ResolvedKind> {
    let provider = project.provider(id)?.name.into();
    Some(match project.clients.get(id.index())? {
        ClientSource::Declared { .. } => {
            let (_, facts) = project.client_facts(id)?;
            let pooling = facts.http.as_ref().and_then(|http| http.connection_pooling);
            ResolvedKind::Leaf {
                provider,
                options: value::object(&facts.options),
                connection_pooling: pooling.is_none_or(|(pooling, _)| pooling),
            }
        }
        ClientSource::Implicit { model, .. } => ResolvedKind::Leaf {
            provider,
            options: Object::from_iter([("model".into(), Value::String(model.clone()))]),
            connection_pooling: true,
        },
    })
}

fn resolved_function(
    project: &LinkedProject,
    function: &FunctionRef,
    places: &dyn Places,
) -> Option<(Box<str>, ResolvedFunction)> {
    let client = project.client_name(function.client?).into();
    let (file, facts) = project.function_facts(function)?;
    let source = places.place(&Span::new(file, facts.name.range));
    Some((facts.name.text.as_str().into(), ResolvedFunction { client, source }))
}
