//! Which fixes are to blame for what is new: those in the blocks that a finding is about, in what these lead to, and in
//! what leads to these.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use clientc_semantic::FileFacts;
use clientc_syntax::work;

use crate::analysis::ProjectAnalysis;
use crate::new_findings::{Block, NewFinding, Place};

/// So many times the blocks and fixes are looked at for one attempt. Findings that come behind wait for the next one.
const MOST_TIMES: usize = 10;

/// The fixes to leave out, by their positions.
#[derive(Debug, Default)]
pub(crate) struct Blamed {
    /// Those that alone can have caused something, each with the rule that found it.
    pub(crate) refused: BTreeMap<usize, &'static str>,
    /// Those that wait until what is left has been tried.
    pub(crate) postponed: BTreeSet<usize>,
}

/// Leaves out fixes until of those that can have caused a finding at most half are left, the later ones first. Where no fix
/// can have caused anything, half of all wait. `fixes` are the blocks that each one changes.
pub(crate) fn blame(
    fixes: &[&BTreeSet<Block>],
    new: &[NewFinding],
    before: &[ProjectAnalysis],
    after: &[ProjectAnalysis],
) -> Blamed {
    let references = References::of(before.iter().chain(after), fixes);
    let mut left = MOST_TIMES * (references.size() + fixes.len());
    let mut blamed = Blamed::default();
    for finding in new {
        let Some(suspects) = references.suspects(&finding.blocks, &mut left) else { break };
        match *suspects {
            [only] => drop(blamed.refused.entry(only).or_insert(finding.rule)),
            _ => blamed.postpone_half(&suspects),
        }
    }
    if blamed.refused.is_empty() && blamed.postponed.is_empty() {
        blamed.postponed.extend(fixes.len() / 2..fixes.len());
    }
    blamed
}

impl Blamed {
    /// Whether a fix is left out.
    pub(crate) fn has(&self, position: usize) -> bool {
        self.refused.contains_key(&position) || self.postponed.contains(&position)
    }

    fn postpone_half(&mut self, suspects: &[usize]) {
        let (out, kept): (Vec<usize>, Vec<usize>) =
            suspects.iter().partition(|position| self.has(**position));
        let missing = (suspects.len() / 2).saturating_sub(out.len());
        self.postponed.extend(kept.into_iter().take(missing));
    }
}

/// Blocks as a graph: a client leads to its members and its policy, a function to its client.
#[derive(Debug, Default)]
struct References {
    numbers: HashMap<Block, usize>,
    nodes: Vec<Node>,
    edges: usize,
}

#[derive(Debug, Default)]
struct Node {
    leads_to: Vec<usize>,
    is_led_to_by: Vec<usize>,
    /// The fixes that change it.
    fixes: Vec<usize>,
}

impl References {
    /// The references before and after fixes: one that a fix removes leads somewhere too.
    fn of<'a>(analyses: impl Iterator<Item = &'a ProjectAnalysis>, fixes: &[&BTreeSet<Block>]) -> Self {
        let mut references = Self::default();
        for project in analyses {
            references.add(&project.project.files);
        }
        for (position, blocks) in fixes.iter().enumerate() {
            for block in *blocks {
                let number = references.number(block.clone());
                references.nodes[number].fixes.push(position);
            }
        }
        references
    }

    fn add<'f>(&mut self, files: &'f [impl std::ops::Deref<Target = FileFacts>]) {
        let (mut clients, mut policies) =
            (HashMap::<&'f str, usize>::new(), HashMap::<&'f str, usize>::new());
        for file in files {
            for client in &file.clients {
                let number = self.number((file.file, Place::Client(client.name.text.to_string())));
                clients.entry(&client.name.text).or_insert(number);
            }
            for policy in &file.policies {
                let number = self.number((file.file, Place::Policy(policy.name.text.to_string())));
                policies.entry(&policy.name.text).or_insert(number);
            }
        }
        for file in files {
            for client in &file.clients {
                let from = self.number((file.file, Place::Client(client.name.text.to_string())));
                let members = client.members.iter().filter_map(|member| clients.get(&*member.text));
                let policy = client.retry_policy.iter().filter_map(|policy| policies.get(&*policy.text));
                members.chain(policy).for_each(|to| self.connect(from, *to));
            }
            for function in &file.functions {
                let text = function.client.as_ref().and_then(|client| client.text.as_deref().ok());
                if let Some(to) = text.and_then(|text| clients.get(text)) {
                    let from = self.number((file.file, Place::Function(function.name.text.to_string())));
                    self.connect(from, *to);
                }
            }
        }
    }

    fn number(&mut self, block: Block) -> usize {
        let next = self.nodes.len();
        let number = *self.numbers.entry(block).or_insert(next);
        if number == next {
            self.nodes.push(Node::default());
        }
        number
    }

    fn connect(&mut self, from: usize, to: usize) {
        self.nodes[from].leads_to.push(to);
        self.nodes[to].is_led_to_by.push(from);
        self.edges += 1;
    }

    fn size(&self) -> usize {
        self.nodes.len() + 2 * self.edges
    }

    /// The fixes that can have caused a finding about these blocks: those in them first, the later ones before the earlier
    /// ones. Nothing where that takes more steps than are left.
    fn suspects(&self, blocks: &BTreeSet<Block>, left: &mut usize) -> Option<Vec<usize>> {
        let start: Vec<usize> = blocks.iter().filter_map(|block| self.numbers.get(block)).copied().collect();
        let down = self.reached(&start, |node| &node.leads_to, left)?;
        let up = self.reached(&start, |node| &node.is_led_to_by, left)?;
        let fixes = |numbers: &mut dyn Iterator<Item = usize>| -> BTreeSet<usize> {
            numbers.flat_map(|number| self.nodes[number].fixes.iter().copied()).collect()
        };
        let direct = fixes(&mut start.iter().copied());
        let related = fixes(&mut down.union(&up).copied());
        let others = related.iter().rev().filter(|position| !direct.contains(position));
        Some(direct.iter().rev().chain(others).copied().collect())
    }

    /// What can be reached from some blocks, they themselves included.
    fn reached(
        &self,
        start: &[usize],
        next: impl Fn(&Node) -> &Vec<usize>,
        left: &mut usize,
    ) -> Option<BTreeSet<usize>> {
        let mut reached: BTreeSet<usize> = start.iter().copied().collect();
        let mut open: Vec<usize> = reached.iter().copied().collect();
        while let Some(number) = open.pop() {
            let node = &self.nodes[number];
            let steps = 1 + next(node).len() + node.fixes.len();
            work::add(steps);
            *left = left.checked_sub(steps)?;
            open.extend(next(node).iter().copied().filter(|number| reached.insert(*number)));
        }
        Some(reached)
    }
}
