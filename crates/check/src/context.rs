//! What a rule looks at: the input, and the facts about it that several rules ask for, each computed once.

use std::cell::{Cell, OnceCell};
use std::ops::Deref;

use clientc_plan::{ClientId, Field, Route, RouteCounts};
use clientc_semantic::{FileId, PolicyFacts, Span};
use rustc_hash::FxHashMap;

use crate::core::input::Input;
use crate::core::rule::{Rule, Setting};
use crate::facts::duplicates::{self, Duplicate};
use crate::facts::entries;
use crate::facts::entry_routes::{EntryRoutes, SetLimit, limit_of};
use crate::facts::limit_faults::{LimitFault, limit_faults};
use crate::facts::losses::{self, Loss};
use crate::facts::models::{self, FoundThinker, Thinker};
use crate::facts::route_facts::{self, RouteFacts};
use crate::silence::comments::IgnoreComments;

/// The names of blocks; for policies with the number of the file and that of the policy in it.
pub(crate) type Names = FxHashMap<Box<str>, Option<(usize, usize)>>;

/// The input with everything that is known about it. The fields and methods of the input are those of the context.
pub(crate) struct Context<'a> {
    input: Input<'a>,
    /// All rules.
    pub(crate) rules: &'static [&'static Rule],
    ignore_comments: IgnoreComments,
    is_unresolvable: Cell<bool>,
    names: OnceCell<Names>,
    counts: OnceCell<RouteCounts>,
    entries: OnceCell<Vec<ClientId>>,
    duplicates: OnceCell<Vec<Duplicate>>,
    thinkers: OnceCell<Vec<FoundThinker>>,
    route_facts: OnceCell<RouteFacts>,
    limit_faults: OnceCell<Vec<LimitFault>>,
    losses: OnceCell<Vec<Loss>>,
}

impl<'a> Deref for Context<'a> {
    type Target = Input<'a>;

    fn deref(&self) -> &Input<'a> {
        &self.input
    }
}

impl<'a> Context<'a> {
    pub(crate) fn new(input: Input<'a>, rules: &'static [&'static Rule]) -> Self {
        Self {
            input,
            rules,
            ignore_comments: IgnoreComments::new(&input),
            is_unresolvable: Cell::new(false),
            names: OnceCell::new(),
            counts: OnceCell::new(),
            entries: OnceCell::new(),
            duplicates: OnceCell::new(),
            thinkers: OnceCell::new(),
            route_facts: OnceCell::new(),
            limit_faults: OnceCell::new(),
            losses: OnceCell::new(),
        }
    }

    /// The rule of a name.
    pub(crate) fn rule(&self, name: &str) -> Option<&'static Rule> {
        self.rules.iter().copied().find(|rule| rule.name == name)
    }

    /// The names of all blocks, those of policies with the first policy of that name.
    pub(crate) fn names(&self) -> &Names {
        self.names.get_or_init(|| {
            let mut names = Names::default();
            for (number, file) in self.files().enumerate() {
                for client in &file.clients {
                    names.entry(client.name.text.as_str().into()).or_default();
                }
                for (index, policy) in file.policies.iter().enumerate() {
                    let known = names.entry(policy.name.text.as_str().into()).or_default();
                    known.get_or_insert((number, index));
                }
            }
            names
        })
    }

    /// The first policy of a name.
    pub(crate) fn policy_named(&self, name: &str) -> Option<&'a PolicyFacts> {
        let (file, index) = (*self.names().get(name)?)?;
        self.project.files.get(file)?.policies.get(index)
    }

    /// The clients that callers use, each once.
    pub(crate) fn entries(&self) -> &[ClientId] {
        self.entries.get_or_init(|| entries::entries(self))
    }

    /// How many routes there are, without listing them.
    pub(crate) fn counts(&self) -> &RouteCounts {
        self.counts.get_or_init(|| RouteCounts::new(&self.project.plan))
    }

    /// The routes from entries.
    pub(crate) fn entry_routes(&self) -> EntryRoutes<'_> {
        EntryRoutes { project: self.project, entries: self.entries(), counts: self.counts() }
    }

    /// Visits the routes from entries that end at one of some leaves.
    pub(crate) fn walk_entry_routes(
        &self,
        leaves: impl IntoIterator<Item = ClientId>,
        visit: impl FnMut(&Route<'_>),
    ) {
        self.entry_routes().walk(leaves, visit);
    }

    /// An effective limit of a route with its place.
    pub(crate) fn limit_of(&self, route: &Route<'_>, field: Field) -> Option<SetLimit<'a>> {
        limit_of(self.project, route, field)
    }

    /// What is known of the routes from entries.
    pub(crate) fn route_facts(&self) -> &RouteFacts {
        self.route_facts.get_or_init(|| route_facts::gather(self, self.entries(), self.counts()))
    }

    /// The limits that never fire or apply nowhere, in the order of the routes.
    pub(crate) fn limit_faults(&self) -> &[LimitFault] {
        self.limit_faults.get_or_init(|| limit_faults(self, self.route_facts()))
    }

    /// Everything that the timeout schedules of the entries show to be lost.
    pub(crate) fn losses(&self) -> &[Loss] {
        self.losses.get_or_init(|| losses::find(self, self.counts(), self.route_facts()))
    }

    /// Every member of a fallback that tries a leaf again, in the order of the clients.
    pub(crate) fn duplicates(&self) -> &[Duplicate] {
        self.duplicates.get_or_init(|| duplicates::find(self, self.counts()))
    }

    /// Whether a client has such a member.
    pub(crate) fn has_duplicates(&self, id: ClientId) -> bool {
        self.duplicates().binary_search_by_key(&id, |duplicate| duplicate.fallback).is_ok()
    }

    /// The clients whose model thinks before it answers, in the order of the clients.
    pub(crate) fn thinkers(&self) -> impl Iterator<Item = ClientId> {
        self.found_thinkers().iter().map(|found| found.client)
    }

    /// One of them with all that is known about it.
    pub(crate) fn thinker(&self, client: ClientId) -> Option<Thinker<'a>> {
        let all = self.found_thinkers();
        all[all.binary_search_by_key(&client, |found| found.client).ok()?].thinker(&self.input)
    }

    fn found_thinkers(&self) -> &[FoundThinker] {
        self.thinkers.get_or_init(|| models::find_thinkers(self))
    }

    /// Whether the settings of its file or a comment silence a rule at a place, for rules that report several places in
    /// one finding. Such a comment counts as used.
    pub(crate) fn is_silenced(&self, rule: &Rule, place: Span) -> bool {
        let by_comment = self.ignore_comments.silence(rule, place);
        by_comment || self.settings.of(rule, place.file) == Setting::Ignore
    }

    /// Whether a comment silences findings of a rule at a place. Such a comment counts as used.
    pub(crate) fn is_silenced_by_comment(&self, rule: &Rule, place: Span) -> bool {
        self.ignore_comments.silence(rule, place)
    }

    /// Whether a rule of a comment has silenced anything so far, each by its index.
    pub(crate) fn is_used(&self, file: FileId, comment: usize, rule: usize) -> bool {
        self.ignore_comments.is_used(file, comment, rule)
    }

    /// Notes whether there is an error that keeps rules from looking. This is done once, before the rules that judge
    /// comments.
    pub(crate) fn note_unresolvable(&self, is_unresolvable: bool) {
        self.is_unresolvable.set(is_unresolvable);
    }

    /// Whether there is an error that keeps other rules from looking, so that it is not known what they would find.
    pub(crate) fn is_unresolvable(&self) -> bool {
        self.is_unresolvable.get()
    }
}
