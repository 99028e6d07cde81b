//! What the timeout schedules of the entries show to be lost: members and retries that never run, and members that
//! never have their whole limit.

use std::collections::{BTreeMap, BTreeSet};

use clientc_plan::{ClientId, MAX_ATTEMPTS, RouteCounts, schedules};
use clientc_semantic::LinkedProject;

use crate::core::input::Input;
use crate::facts::costs;
use crate::facts::route_facts::RouteFacts;
use crate::facts::timeout_story::{Best, Ending, MemberOf, Part, Story, is_fallback};

/// The most names on the paths of attempts that are read in all schedules of a project together.
const MAX_NAMES_READ: u64 = 100 * MAX_ATTEMPTS as u64;

/// Something that a total leaves no time for.
#[derive(Debug, Clone)]
pub(crate) struct Loss {
    pub(crate) kind: LossKind,
    /// The entry whose schedule shows it.
    pub(crate) entry: ClientId,
    /// The client whose total leaves no time.
    pub(crate) total_of: ClientId,
    /// Whether that total is the only one on the path, so that raising it alone leaves more time.
    pub(crate) is_only_total: bool,
    /// The attempts that lead there, in words.
    pub(crate) witness: String,
}

impl Loss {
    /// The attempts that lead there, as the beginning of a sentence.
    pub(crate) fn told(&self, project: &LinkedProject) -> String {
        format!("a call to `{}` is then: {}", project.client_name(self.entry), self.witness)
    }

    /// Where all attempts are shown, as the end of a sentence.
    pub(crate) fn shown_by(&self, project: &LinkedProject) -> String {
        format!("`clientc resolve --why --client {}` shows every attempt", project.client_name(self.entry))
    }

    /// How to give everything below the total its time, as a part of a sentence. With a number where raising the one
    /// total is enough: what all of it takes at most.
    pub(crate) fn way_out(&self, input: &Input<'_>) -> String {
        let name = input.project.client_name(self.total_of);
        match costs::without_total(input, self.total_of).filter(|_| self.is_only_total) {
            Some(ms) => format!("raise the total of `{name}` to {ms}"),
            None => format!("raise the total of `{name}`"),
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) enum LossKind {
    /// These members never run, all for the same reason.
    DeadMembers(Vec<MemberOf>),
    /// Of a client's attempts or rounds only some can run.
    DeadRetries { client: ClientId, run: u32, planned: u32 },
    /// A member that has at best a part of its limit.
    Truncated { member: MemberOf, part: Part },
}

/// Everything that the timeout schedules of the entries show to be lost.
pub(crate) fn find(input: &Input<'_>, counts: &RouteCounts, routes: &RouteFacts) -> Vec<Loss> {
    let plan = &input.project.plan;
    let mut losses = Losses {
        input,
        dead: BTreeSet::new(),
        found: Vec::new(),
        retries: BTreeMap::new(),
        parts: BTreeMap::new(),
    };
    let mut names = 0;
    for &entry in &routes.cut {
        let Some(schedules) = schedules(plan, entry) else { continue };
        let mut story = Story::default();
        for schedule in schedules {
            names += schedule.attempts.len() as u64 * counts.of(entry).longest;
            if names > MAX_NAMES_READ {
                return losses.all();
            }
            story.read(plan, &schedule);
        }
        losses.take(entry, &story);
    }
    losses.all()
}

/// Findings so far. Of what several entries show at one place the worst is kept.
struct Losses<'i, 'a> {
    input: &'i Input<'a>,
    dead: BTreeSet<MemberOf>,
    found: Vec<Loss>,
    retries: BTreeMap<ClientId, (u32, Loss)>,
    parts: BTreeMap<MemberOf, (Part, Loss)>,
}

impl Losses<'_, '_> {
    fn take(&mut self, entry: ClientId, story: &Story) {
        if story.is_cut_off {
            return;
        }
        self.take_retries(entry, story);
        self.take_dead(entry, story);
        self.take_truncated(entry, story);
    }

    fn take_retries(&mut self, entry: ClientId, story: &Story) {
        let plan = &self.input.project.plan;
        for (&client, &run) in &story.rounds {
            let Some((ending, data)) = story.ending(plan, client) else { continue };
            let planned = plan.retries(data).0 + 1;
            let Some(total_of) = ending.total_of.filter(|_| run < planned) else { continue };
            if self.retries.get(&client).is_none_or(|(least, _)| run < *least) {
                let kind = LossKind::DeadRetries { client, run, planned };
                self.retries.insert(client, (run, ended(kind, entry, total_of, ending)));
            }
        }
    }

    /// Members that never run, together where the same total of the same entry is the reason.
    fn take_dead(&mut self, entry: ClientId, story: &Story) {
        let plan = &self.input.project.plan;
        let mut groups: Vec<(ClientId, Vec<MemberOf>, &Ending)> = Vec::new();
        for &fallback in story.ends.keys() {
            let Some((ending, data)) = story.ending(plan, fallback) else { continue };
            let Some(total_of) = ending.total_of.filter(|_| is_fallback(plan, fallback)) else { continue };
            let members = (0..).zip(data.kind.members()).map(|(number, _)| (fallback, number));
            let dead: Vec<MemberOf> = members
                .filter(|member| !story.members.contains_key(member) && self.dead.insert(*member))
                .collect();
            match groups.iter_mut().find(|group| group.0 == total_of) {
                _ if dead.is_empty() => {}
                Some(group) => group.1.extend(dead),
                None => groups.push((total_of, dead, ending)),
            }
        }
        for (total_of, dead, ending) in groups {
            let kind = LossKind::DeadMembers(dead);
            self.found.push(ended(kind, entry, total_of, ending));
        }
    }

    /// Members after the first one. The first is not cut by time that others have used.
    fn take_truncated(&mut self, entry: ClientId, story: &Story) {
        for (&member, best) in &story.members {
            let Best::Part { part, witness, .. } = best else { continue };
            let is_worst = self.parts.get(&member).is_none_or(|(known, _)| part.is_less_than(known));
            if member.1 > 0 && is_worst {
                let kind = LossKind::Truncated { member, part: *part };
                let (total_of, witness) = (part.total_of, witness.clone());
                let loss = Loss { kind, entry, total_of, is_only_total: part.is_only_total, witness };
                self.parts.insert(member, (*part, loss));
            }
        }
    }

    /// Everything that was found. A member that never runs for one entry is not called truncated for another.
    fn all(self) -> Vec<Loss> {
        let dead = self.dead;
        let parts = self.parts.into_iter().filter(|(member, _)| !dead.contains(member));
        let retries = self.retries.into_values().map(|(_, loss)| loss);
        self.found.into_iter().chain(retries).chain(parts.map(|(_, (_, loss))| loss)).collect()
    }
}

/// What is lost where a client ended for lack of time.
fn ended(kind: LossKind, entry: ClientId, total_of: ClientId, ending: &Ending) -> Loss {
    let (is_only_total, witness) = (ending.is_only_total, ending.witness.clone());
    Loss { kind, entry, total_of, is_only_total, witness }
}
