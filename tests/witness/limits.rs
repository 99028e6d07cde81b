//! What is wrong with the limits on routes from entries, computed the slow and obvious way.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{KEYS, Model, REQUEST, Shape, TOTAL};
use crate::naive::{Setter, effective, routes};
use crate::text::Written;

/// The index of the connect limit.
const CONNECT: usize = 0;
/// The index of the limit to the first token.
const FIRST_TOKEN: usize = 1;

type Effective = [Option<(u64, Setter)>; 5];
type Subjects = BTreeSet<String>;

/// The subjects of the findings, by rule.
#[derive(Default)]
pub(crate) struct Expected {
    no_timeout: Subjects,
    unbounded: Subjects,
    dead: Subjects,
    shadowed: Subjects,
    small: Subjects,
}

impl Expected {
    pub(crate) fn by_rule(&self) -> [(&'static str, &Subjects); 5] {
        [
            ("no-timeout", &self.no_timeout),
            ("unbounded-worst-case", &self.unbounded),
            ("dead-timeout", &self.dead),
            ("shadowed-timeout", &self.shadowed),
            ("total-too-small", &self.small),
        ]
    }
}

/// The clients that callers use, in the order of the document where no function names one.
pub(crate) fn entries(model: &Model, written: &Written) -> Vec<usize> {
    let mut named: Vec<usize> = Vec::new();
    for (_, client, _) in &written.functions {
        if !named.contains(client) {
            named.push(*client);
        }
    }
    let is_member =
        |client: usize| (0..model.clients.len()).any(|other| model.members(other).contains(&client));
    if named.is_empty() {
        return written.order.iter().copied().filter(|client| !is_member(*client)).collect();
    }
    named
}

/// What the totals of a project do, which only the walk can tell.
pub(crate) struct Totals<'t> {
    /// Whether nothing changes when the total of a client is taken out.
    pub(crate) is_needless: &'t dyn Fn(usize) -> bool,
    /// Whether members never run because of the total of a client.
    pub(crate) has_dead_members: &'t dyn Fn(usize) -> bool,
}

pub(crate) fn expected(model: &Model, written: &Written, totals: &Totals<'_>) -> Expected {
    let mut expected = Expected::default();
    let mut listed: Vec<(usize, Vec<usize>, Effective)> = Vec::new();
    for entry in entries(model, written) {
        listed.extend(routes(model, entry).into_iter().map(|route| {
            let limits = effective(model, &route);
            (entry, route, limits)
        }));
    }
    open(model, written, &listed, &mut expected);
    let small = small_totals(&listed);
    for owner in &small {
        expected.small.insert(subject(model, *owner, TOTAL));
    }
    for client in 0..model.clients.len() {
        for key in 0..KEYS.len() {
            judge(model, (client, key), &listed, (&small, totals), &mut expected);
        }
    }
    expected
}

fn subject(model: &Model, client: usize, key: usize) -> String {
    format!("{}/http/{}", model.name(client), KEYS[key])
}

fn is_open(limits: &Effective) -> bool {
    limits[REQUEST].is_none() && limits[TOTAL].is_none()
}

fn open(
    model: &Model,
    written: &Written,
    listed: &[(usize, Vec<usize>, Effective)],
    expected: &mut Expected,
) {
    let leaf = |route: &[usize]| *route.last().unwrap();
    for (_, route, limits) in listed {
        if is_open(limits) {
            expected.no_timeout.insert(format!("{}/http", model.name(leaf(route))));
        }
    }
    let is_set = model.defaults.iter().chain(model.clients.iter().flat_map(|client| &client.limits));
    if is_set.clone().all(Option::is_none) && !expected.no_timeout.is_empty() {
        let mut names: Vec<&str> = listed.iter().map(|(_, route, _)| model.name(leaf(route))).collect();
        names.sort_unstable();
        names.dedup();
        expected.no_timeout = Subjects::from([format!("project/http: {}", names.join(", "))]);
    }
    let mut named = BTreeSet::new();
    for entry in entries(model, written) {
        let own = || listed.iter().filter(|(of, ..)| *of == entry);
        if own().any(|(.., limits)| is_open(limits)) && own().any(|(.., limits)| !is_open(limits)) {
            let leaves = own().filter(|(.., limits)| is_open(limits)).map(|(_, route, _)| leaf(route));
            let is_new = leaves.fold(false, |is_new, leaf| named.insert(leaf) | is_new);
            if is_new {
                expected.unbounded.insert(model.name(entry).to_owned());
            }
        }
    }
}

/// The clients whose total is below every request limit on the routes where it is the total that holds.
fn small_totals(listed: &[(usize, Vec<usize>, Effective)]) -> BTreeSet<usize> {
    let mut requests: BTreeMap<usize, (u64, Vec<u64>)> = BTreeMap::new();
    for (.., limits) in listed {
        if let Some((total, Some(owner))) = limits[TOTAL] {
            requests.entry(owner).or_insert((total, Vec::new())).1.extend(limits[REQUEST].map(|(ms, _)| ms));
        }
    }
    let is_small =
        |(total, requests): &(u64, Vec<u64>)| requests.iter().min().is_some_and(|least| total < least);
    requests.iter().filter(|(_, found)| is_small(found)).map(|(owner, _)| *owner).collect()
}

fn judge(
    model: &Model,
    (client, key): (usize, usize),
    listed: &[(usize, Vec<usize>, Effective)],
    (small, totals): (&BTreeSet<usize>, &Totals<'_>),
    expected: &mut Expected,
) {
    let is_leaf_of_defaults = matches!(model.clients[client].shape, Shape::Shorthand);
    let Some(ms) = model.clients[client].limits[key].filter(|_| !is_leaf_of_defaults) else { return };
    let with: Vec<&Effective> =
        listed.iter().filter(|(_, route, _)| route.contains(&client)).map(|(.., limits)| limits).collect();
    let holding: Vec<&Effective> = with
        .iter()
        .copied()
        .filter(|limits| limits[key].is_some_and(|(_, setter)| setter == Some(client)))
        .collect();
    if with.is_empty() {
        return;
    }
    let at = |limits: &Effective, key: usize| limits[key].map(|(ms, _)| ms);
    let has_conflict =
        |limits: &&Effective| at(limits, FIRST_TOKEN) > at(limits, REQUEST) && at(limits, REQUEST).is_some();
    if holding.is_empty() && key == REQUEST && with.iter().any(has_conflict) {
        return;
    }
    if holding.is_empty() {
        if key != TOTAL || (totals.is_needless)(client) {
            expected.shadowed.insert(subject(model, client, key));
        }
        return;
    }
    let request_beats =
        |limits: &&&Effective| key < REQUEST && at(limits, REQUEST).is_some_and(|end| ms >= end);
    let total_beats = |limits: &&&Effective| key < TOTAL && at(limits, TOTAL).is_some_and(|end| ms >= end);
    let is_covered =
        |limits: &&&Effective| key == FIRST_TOKEN && at(limits, REQUEST).is_some_and(|end| ms > end);
    let is_blameless = |limits: &&&Effective| {
        limits[TOTAL].is_some_and(|(_, owner)| owner.is_some_and(|owner| !small.contains(&owner)))
    };
    if holding.iter().any(|limits| is_covered(&limits)) {
        return;
    }
    if holding.iter().all(|limits| request_beats(&limits) || total_beats(&limits)) {
        // The first route that shows it tells what ends the attempt before it.
        let shown = holding.iter().find(|limits| request_beats(limits) || is_blameless(limits));
        let is_told = |limits: &&Effective| {
            let owner = limits[TOTAL].and_then(|(_, owner)| owner);
            !request_beats(&limits) && owner.is_some_and(|owner| (totals.has_dead_members)(owner))
        };
        if shown.is_some_and(|limits| !is_told(limits)) {
            expected.dead.insert(subject(model, client, key));
        }
        return;
    }
    let is_late = |limits: &&&Effective| at(limits, FIRST_TOKEN).is_some_and(|token| ms >= token);
    let is_dead = |limits: &&Effective| request_beats(&limits) || total_beats(&limits) || is_late(&limits);
    if key == CONNECT && holding.iter().all(is_dead) {
        expected.dead.insert(subject(model, client, key));
    }
}
