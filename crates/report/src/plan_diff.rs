//! What a change does to a plan, in words: one item for each change, with its kind, its weight and a fingerprint.

mod html;
mod json;
mod markdown;
mod text;
mod words;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use clientc_check::Level;
use clientc_plan::difference::{Change, Differences, LimitChange, Pair, WorstCaseChange};
use clientc_plan::document::Resolved;

pub use self::html::write_plan_diff_html;
pub use self::json::{plan_diff_schema, write_plan_diff_json};
pub use self::markdown::write_plan_diff_markdown;
pub use self::text::{write_plan_diff_concise, write_plan_diff_full, write_plan_diff_github};
use self::words::Worded;
use crate::through;
use crate::units::plural;

/// The kinds of changes, as `--fail-on` names them.
pub const DIFF_KINDS: [&str; 11] = [
    "added",
    "removed",
    "renamed",
    "raised",
    "lowered",
    "gained",
    "lost",
    "members",
    "options",
    "retry",
    "worst-case",
];

/// One change in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffItem {
    /// One of [`DIFF_KINDS`].
    pub kind: &'static str,
    /// Its level: a worst case that is raised is an error.
    pub level: Level,
    /// The client, function or policy.
    pub subject: String,
    /// What is different, in one sentence without a dot.
    pub message: String,
    /// The consequences, one line each.
    pub details: Vec<String>,
    /// A text that stays the same when lines move, and that no other change of any project has.
    pub fingerprint: String,
}

/// The worst case of a client, before and after, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffCost {
    /// The client, as it is shown.
    pub client: String,
    /// Its name in the earlier plan.
    pub earlier: String,
    /// Its name in the later plan.
    pub later: String,
    /// `2 requests, 1m 20s`.
    pub before: String,
    /// The same for the later plan.
    pub after: String,
    /// Whether a call can take longer or make more requests.
    pub is_raised: bool,
    /// How much longer a call can take in milliseconds; `None` where either plan has no limit.
    pub longer_ms: Option<i64>,
}

/// The differences of one project.
#[derive(Debug, Clone)]
pub struct PlanDiff<'d> {
    /// The project.
    pub project: &'d str,
    /// The earlier plan; `None` where the project is new.
    pub before: Option<&'d Resolved>,
    /// The later plan; `None` where the project is gone.
    pub after: Option<&'d Resolved>,
    /// The changes.
    pub items: Vec<DiffItem>,
    /// The worst cases that have changed.
    pub costs: Vec<DiffCost>,
    /// The routes that are new, of clients that were there before.
    pub routes_added: Vec<String>,
    /// The routes that are gone, of clients that are still there.
    pub routes_removed: Vec<String>,
}

impl<'d> PlanDiff<'d> {
    /// Words the differences of two plans of one project.
    ///
    /// `needs` are the limits that are now below what a model is known to need, as clients with keys of limits.
    #[must_use]
    pub fn between(
        before: &'d Resolved,
        after: &'d Resolved,
        needs: &BTreeSet<(String, &'static str)>,
    ) -> Self {
        let differences = Differences::between(before, after);
        let raised = differences.worst_cases.iter().filter(|change| change.is_raised());
        let weight = Weight { dearer: dearer(after, raised.map(|change| change.name)), needs };
        let project = words::name(&after.project);
        let mut seen = BTreeMap::new();
        let items = differences.changes.iter().map(|change| {
            let Worded { kind, subject, message, details, key } = Worded::of(change);
            let level = weight.of(change, kind);
            let count: &mut u32 = seen.entry((kind, subject.clone(), key.clone())).or_default();
            *count += 1;
            let again = if *count == 1 { String::new() } else { format!(":{count}") };
            let fingerprint = format!("{project}:{kind}:{subject}:{key}{again}");
            DiffItem { kind, level, subject, message, details, fingerprint }
        });
        let items = items.collect();
        Self {
            project: &after.project,
            before: Some(before),
            after: Some(after),
            items,
            costs: differences.worst_cases.iter().map(|change| cost(change, before, after)).collect(),
            routes_added: differences.routes_added.iter().map(|path| words::path(path)).collect(),
            routes_removed: differences.routes_removed.iter().map(|path| words::path(path)).collect(),
        }
    }

    /// A project that only one side has.
    #[must_use]
    pub fn whole(document: &'d Resolved, is_new: bool) -> Self {
        let (kind, word) = if is_new { ("added", "is new") } else { ("removed", "is gone") };
        let project = words::name(&document.project);
        let clients = plural(document.clients.len() as u64, "client");
        let item = DiffItem {
            kind,
            level: if is_new { Level::Info } else { Level::Warning },
            message: format!("the project `{project}` {word}, with {clients}"),
            details: Vec::new(),
            fingerprint: format!("{project}:{kind}:project"),
            subject: project,
        };
        Self {
            project: &document.project,
            before: (!is_new).then_some(document),
            after: is_new.then_some(document),
            items: vec![item],
            costs: Vec::new(),
            routes_added: Vec::new(),
            routes_removed: Vec::new(),
        }
    }

    /// Whether both plans mean the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && self.costs.is_empty()
    }

    /// Whether a change of one of these kinds is left.
    #[must_use]
    pub fn has(&self, kinds: &[String]) -> bool {
        let is_named = |kind: &str| kinds.iter().any(|name| name == kind);
        self.items.iter().any(|item| is_named(item.kind))
            || (is_named("worst-case") && self.costs.iter().any(|cost| cost.is_raised))
    }

    /// Leaves out the changes that someone has approved.
    pub fn approve(&mut self, fingerprints: &BTreeSet<String>) {
        self.items.retain(|item| !fingerprints.contains(&item.fingerprint));
        if self.items.is_empty() {
            self.costs.clear();
        }
    }
}

/// The headline: how many changes of each kind, and the worst case that grew or shrank the most.
#[must_use]
pub(crate) fn plan_diff_headline(diffs: &[PlanDiff<'_>]) -> String {
    let mut counts: BTreeMap<usize, u64> = BTreeMap::new();
    for item in diffs.iter().flat_map(|diff| &diff.items) {
        let kind = DIFF_KINDS.iter().position(|kind| *kind == item.kind).unwrap_or_default();
        *counts.entry(kind).or_default() += 1;
    }
    let total: u64 = counts.values().sum();
    if total == 0 && diffs.iter().all(PlanDiff::is_empty) {
        return "No difference: both plans are equivalent.".to_owned();
    }
    let kinds: Vec<String> =
        counts.iter().map(|(kind, count)| format!("{count} {}", DIFF_KINDS[*kind])).collect();
    let costs = diffs.iter().flat_map(|diff| &diff.costs);
    // A bound that is lost or gained outweighs every number.
    let largest = costs.max_by_key(|cost| {
        let longer = cost.longer_ms.map_or(i64::MAX, i64::abs);
        (longer, cost.is_raised, std::cmp::Reverse(cost.client.clone()))
    });
    let largest = largest.map_or_else(
        || "no worst case changed".to_owned(),
        |cost| format!("worst case of {}: {} → {}", cost.client, cost.before, cost.after),
    );
    let measured = diffs.iter().filter_map(|diff| diff.after).find_map(through::measured);
    let measured = measured.map(|text| format!("; {text}")).unwrap_or_default();
    format!("{} ({}); {largest}{measured}", plural(total, "change"), kinds.join(", "))
}

fn cost(change: &WorstCaseChange<'_>, earlier: &Resolved, later: &Resolved) -> DiffCost {
    let place = |document: &Resolved, name: &str| document.clients.get(name).map_or("", through::place);
    let Pair { before, after } = change.cost;
    let longer =
        |(before, after): (u64, u64)| i64::try_from(after).ok()?.checked_sub(i64::try_from(before).ok()?);
    DiffCost {
        client: words::name(change.name),
        earlier: change.earlier.to_owned(),
        later: change.name.to_owned(),
        before: words::cost(before, place(earlier, change.earlier)),
        after: words::cost(after, place(later, change.name)),
        is_raised: change.is_raised(),
        longer_ms: before.duration_ms.zip(after.duration_ms).and_then(longer),
    }
}

/// The clients whose worst case is raised and all that they reach: a change to any of these can be the reason.
fn dearer<'d>(after: &'d Resolved, raised: impl Iterator<Item = &'d str>) -> HashSet<&'d str> {
    let clients = raised.filter_map(|name| after.clients.get_key_value(name));
    clients
        .flat_map(|(name, client)| {
            let steps = client.routes.iter().flat_map(|route| &route.path);
            steps.map(|step| &**step).chain([&**name])
        })
        .collect()
}

/// What decides how much a change weighs.
struct Weight<'d> {
    /// The clients whose worst case is raised and what they reach.
    dearer: HashSet<&'d str>,
    needs: &'d BTreeSet<(String, &'static str)>,
}

impl Weight<'_> {
    /// A worst case that is raised by a change is an error, a limit below a model's need or something that is gone a
    /// warning, the rest an info.
    fn of(&self, change: &Change<'_>, kind: &str) -> Level {
        if self.touched(change).iter().any(|name| self.dearer.contains(name)) {
            return Level::Error;
        }
        match change {
            Change::Limit(LimitChange { owner: Some(owner), field, .. })
                if kind == "lowered" && self.needs.contains(&((*owner).to_owned(), field.key())) =>
            {
                Level::Warning
            }
            Change::Limit(LimitChange { is_obeyed: false, .. }) => Level::Info,
            Change::ClientRemoved(_) | Change::FunctionRemoved(_) => Level::Warning,
            Change::Limit(LimitChange { limit: Pair { after: None, .. }, .. }) => Level::Warning,
            _ => Level::Info,
        }
    }

    /// The clients that a change is about, where it can make a call cost more.
    fn touched<'c>(&self, change: &'c Change<'_>) -> Vec<&'c str> {
        match change {
            Change::Limit(limit) if is_shorter(limit.limit) => Vec::new(),
            Change::Limit(LimitChange { owner: Some(owner), .. }) => vec![*owner],
            Change::Limit(LimitChange { owner: None, routes, .. }) => {
                routes.iter().filter_map(|route| route.path.first()).map(|name| &**name).collect()
            }
            Change::Members(name, _) | Change::Retry(name, _) | Change::Kind(name, _) => vec![name],
            Change::Policy(_, clients) => clients.clone(),
            _ => Vec::new(),
        }
    }
}

/// Whether a limit is new or shorter than before, so that it cannot make a call longer.
fn is_shorter(limit: Pair<Option<u64>>) -> bool {
    limit.after.is_some_and(|after| limit.before.is_none_or(|before| after < before))
}
