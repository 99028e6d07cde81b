//! From a document back to its plan, with the proof that the document follows from it.

use std::collections::HashMap;

use super::read::child_path;
use super::{
    Resolved, ResolvedClient, ResolvedKind, ResolvedOrigin, ResolvedSchedule, RunTimeFigures, Source,
    effective_limits, resolved_schedule,
};
use crate::compose::{Origin, Route, RouteCounts, Routes};
use crate::field::Field;
use crate::graph::{Client, ClientId, ClientKind, Plan, PlanError, PolicyId};
use crate::limit::{Limit, Limits};
use crate::retry::RetryPolicy;
use crate::run_time::{BAML_VERSION, RunTime};
use crate::schedule::Schedule;
use crate::worst_case::WorstCases;

/// Something in a document that does not follow from its own clients and defaults.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct MismatchError {
    /// The JSON path of what does not follow.
    pub path: String,
    /// What is wrong with it.
    pub message: String,
}

/// The plan of a document. A place is where a limit was written, as far as the document says it: a limit that is
/// never the smallest has none. The id of a client is its index among the clients of the document.
pub type ResolvedPlan = Plan<Option<Source>>;

impl Resolved {
    /// Makes the plan of the document and checks that every route, effective limit, origin, worst case and schedule
    /// follows from the clients and the defaults. So an edited document is refused.
    ///
    /// A worst case may be larger than what follows: older compilers counted the largest member of a round-robin in
    /// every round. Who reads a document holds calls to what [`WorstCases`] computes from the plan.
    pub fn plan(&self) -> Result<ResolvedPlan, MismatchError> {
        let mut policies: Vec<RetryPolicy> = Vec::new();
        let mut known: HashMap<&RetryPolicy, PolicyId> = HashMap::new();
        let mut contents: HashMap<&str, (&RetryPolicy, &str)> = HashMap::new();
        let mut clients = Vec::with_capacity(self.clients.len());
        for (name, resolved) in &self.clients {
            if let Some(policy) = &resolved.retry {
                let (first, client) = *contents.entry(&policy.name).or_insert((policy, name));
                if first != policy {
                    let message =
                        format!("the policy {} has different values at the client {client}", policy.name);
                    return Err(mismatch(child_path(&client_path(name), "retry"), message));
                }
            }
            let retry = resolved.retry.as_ref().map(|policy| {
                *known.entry(policy).or_insert_with(|| {
                    policies.push(policy.clone());
                    PolicyId(policies.len() as u32 - 1)
                })
            });
            let limits = resolved.timeouts.map(|_, &ms| Limit { ms, origin: None });
            clients.push(Client { name: name.clone(), kind: self.kind(name, resolved)?, limits, retry });
        }
        let mut defaults = self.defaults.map(|_, &ms| Limit { ms, origin: None });
        self.add_places(&mut clients, &mut defaults);
        let plan = Plan::new(clients, policies, defaults).map_err(|error| self.misfit(&error))?;
        self.check_routes(&plan)?;
        for (name, function) in &self.functions {
            if !self.clients.contains_key(&function.client) {
                let path = child_path(&child_path("$.functions", name), "client");
                return Err(mismatch(path, format!("there is no client \"{}\"", function.client)));
            }
        }
        Ok(plan)
    }

    fn kind(&self, name: &str, resolved: &ResolvedClient) -> Result<ClientKind, MismatchError> {
        let mut members = Vec::with_capacity(resolved.members().len());
        for (position, member) in resolved.members().iter().enumerate() {
            let Some(index) = self.clients.get_index_of(member) else {
                let path = format!("{}.members[{position}]", client_path(name));
                return Err(mismatch(path, format!("there is no client \"{member}\"")));
            };
            members.push(ClientId(index as u32));
        }
        let members = members.into();
        Ok(match resolved.kind {
            ResolvedKind::Leaf { .. } => ClientKind::Leaf,
            ResolvedKind::Fallback { .. } => ClientKind::Fallback { members },
            ResolvedKind::RoundRobin { start, .. } => ClientKind::RoundRobin { members, start },
        })
    }

    /// Gives each limit the place that some route names for it.
    fn add_places(&self, clients: &mut [Client<Option<Source>>], defaults: &mut Limits<Option<Source>>) {
        for route in self.clients.values().flat_map(|client| &client.routes) {
            for (field, origin) in route.origin.iter() {
                let limits = match &origin.client {
                    None => Some(&mut *defaults),
                    Some(name) => self
                        .clients
                        .get_index_of(name)
                        .and_then(|index| clients.get_mut(index))
                        .map(|client| &mut client.limits),
                };
                if let Some(limit) = limits.and_then(|limits| limits.slot(field).as_mut()) {
                    limit.origin.get_or_insert_with(|| source_of(origin));
                }
            }
        }
    }

    fn check_routes(&self, plan: &ResolvedPlan) -> Result<(), MismatchError> {
        let counts = RouteCounts::new(plan);
        if let Some(exceeded) = counts.exceeded(plan, plan.ids()).first() {
            let path = self.path_of(exceeded.client);
            return Err(mismatch(path, "there are too many or too long routes".into()));
        }
        let mut worst_cases = WorstCases::new(plan);
        let is_called_by_baml = self.clients.values().any(|client| client.runtimes.is_some());
        let baml = is_called_by_baml.then(|| plan.under(RunTime::Baml));
        let mut baml_worst_cases = baml.as_ref().map(WorstCases::new);
        for (id, (name, resolved)) in plan.ids().zip(&self.clients) {
            let path = client_path(name);
            if !resolved.worst_case.is_at_least(worst_cases.of(id)) {
                let message = "this is less than what follows from the clients".into();
                return Err(mismatch(format!("{path}.worst_case"), message));
            }
            check_client_routes(plan, id, resolved, &path)?;
            check_schedule(plan, id, resolved.schedule.as_ref(), &format!("{path}.schedule"))?;
            if let (Some(runtimes), Some(plan), Some(worst_cases)) =
                (&resolved.runtimes, &baml, &mut baml_worst_cases)
            {
                check_figures(plan, id, &runtimes.baml, worst_cases, &format!("{path}.runtimes.baml"))?;
            }
        }
        Ok(())
    }

    fn path_of(&self, client: ClientId) -> String {
        self.clients
            .get_index(client.index())
            .map_or_else(|| "$.clients".into(), |(name, _)| client_path(name))
    }

    fn misfit(&self, error: &PlanError) -> MismatchError {
        let key = |client: &Option<ClientId>, field: &Field| match client {
            Some(client) => format!("{}.timeouts.{}", self.path_of(*client), field.key()),
            None => format!("$.defaults.{}", field.key()),
        };
        let (path, message) = match error {
            PlanError::TooManyClients | PlanError::UnknownPolicy { .. } | PlanError::Policy { .. } => {
                ("$.clients".into(), error.to_string())
            }
            PlanError::UnknownMember { client, .. } => {
                (format!("{}.members", self.path_of(*client)), "there is no such client".into())
            }
            PlanError::Empty(client) => {
                (format!("{}.members", self.path_of(*client)), "there are no members".into())
            }
            PlanError::StartOutOfRange(client) => {
                (format!("{}.start", self.path_of(*client)), "the number is out of its range".into())
            }
            PlanError::Cycles(groups) => {
                let first = groups.first().and_then(|group| group.first());
                let path = first.map_or_else(|| "$.clients".into(), |&client| self.path_of(client));
                (format!("{path}.members"), "the client contains itself".into())
            }
            PlanError::LimitOutOfRange { client, field } => {
                (key(client, field), "the number is out of its range".into())
            }
            PlanError::MisplacedTotal { client } => {
                (key(client, &Field::Total), "a total limit needs a composite".into())
            }
        };
        mismatch(path, message)
    }
}

fn check_client_routes(
    plan: &ResolvedPlan,
    id: ClientId,
    resolved: &ResolvedClient,
    path: &str,
) -> Result<(), MismatchError> {
    let mut routes = Routes::new(plan, id);
    let mut written = resolved.routes.iter().enumerate();
    while let Some(route) = routes.next() {
        let Some((position, found)) = written.next() else {
            return Err(mismatch(format!("{path}.routes"), "a route is missing".into()));
        };
        let names = route.path.iter().filter_map(|&id| plan.client(id)).map(|client| &client.name);
        let wrong = if !names.eq(found.path.iter()) {
            Some("path".to_owned())
        } else if let Some(field) = Field::ALL
            .into_iter()
            .find(|&field| route.limits.ms(field) != found.effective.get(field).copied())
        {
            Some(format!("effective.{}", field.key()))
        } else {
            Field::ALL
                .into_iter()
                .find(|&field| !is_origin(plan, &route, field, found.origin.get(field)))
                .map(|field| format!("origin.{}", field.key()))
        };
        if let Some(key) = wrong {
            let path = format!("{path}.routes[{position}].{key}");
            return Err(mismatch(path, "this does not follow from the clients".into()));
        }
    }
    match written.next() {
        Some((position, _)) => {
            Err(mismatch(format!("{path}.routes[{position}]"), "there is no such route".into()))
        }
        None => Ok(()),
    }
}

/// Checks what a document says of another runtime.
fn check_figures(
    plan: &ResolvedPlan,
    id: ClientId,
    figures: &RunTimeFigures,
    worst_cases: &mut WorstCases<'_, Option<Source>>,
    path: &str,
) -> Result<(), MismatchError> {
    // Of another version other things may have been measured.
    if !figures.measured_with.is_empty() && &*figures.measured_with != BAML_VERSION {
        return Ok(());
    }
    let wrong = if figures.worst_case != worst_cases.of(id) {
        "worst_case"
    } else if figures.effective != effective_limits(plan, id) {
        "effective"
    } else {
        return check_schedule(plan, id, figures.schedule.as_ref(), &format!("{path}.schedule"));
    };
    Err(mismatch(format!("{path}.{wrong}"), "this does not follow from the clients".into()))
}

/// Checks a schedule, where the document has one.
fn check_schedule(
    plan: &ResolvedPlan,
    id: ClientId,
    written: Option<&ResolvedSchedule>,
    path: &str,
) -> Result<(), MismatchError> {
    let Some(written) = written else {
        return Ok(());
    };
    let follows = resolved_schedule(plan, &Schedule::of(plan, id));
    let mut pairs = written.attempts.iter().zip(&follows.attempts);
    let key = match pairs.position(|(written, follows)| written != follows) {
        Some(position) => format!("attempts[{position}]"),
        None if written.attempts.len() != follows.attempts.len() => "attempts".into(),
        None if (written.end, &written.ended_by) != (follows.end, &follows.ended_by) => "end".into(),
        None if written.end_ms != follows.end_ms => "end_ms".into(),
        None => return Ok(()),
    };
    Err(mismatch(format!("{path}.{key}"), "this does not follow from the clients".into()))
}

fn is_origin(plan: &ResolvedPlan, route: &Route<'_>, field: Field, found: Option<&ResolvedOrigin>) -> bool {
    let (Some(limit), Some(found)) = (route.limits.get(field), found) else {
        return route.limits.get(field).is_none() && found.is_none();
    };
    let client = match limit.origin {
        Origin::Client(place) => route.path.get(place.index()).and_then(|&id| plan.client(id)),
        Origin::Defaults | Origin::RunTime | Origin::Override(_) => None,
    };
    let limits = client.map_or(plan.defaults(), |client| &client.limits);
    let place = limits.get(field).and_then(|limit| limit.origin.as_ref());
    client.map(|client| &client.name) == found.client.as_ref() && place == Some(&source_of(found))
}

fn source_of(origin: &ResolvedOrigin) -> Source {
    Source { file: origin.file.clone(), line: origin.line, column: origin.column }
}

fn client_path(name: &str) -> String {
    child_path("$.clients", name)
}

fn mismatch(path: String, message: String) -> MismatchError {
    MismatchError { path, message }
}
