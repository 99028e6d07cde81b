//! The sentences of an explanation: what decides how long a call takes, and why it may take longer than shown.

use std::collections::{BTreeSet, HashMap};

use clientc_plan::document::{
    Resolved, ResolvedClient, ResolvedEnd, ResolvedKind, ResolvedLimit, ResolvedRoute, Source,
};
use clientc_plan::{Field, WorstCase};
use clientc_semantic::LimitPlaces;

use super::client::{Why, place_text};
use crate::heading::exact;
use crate::routes::shown;
use crate::through;
use crate::units::{duration, grouped, plural};

impl Why<'_> {
    /// Says which line decides how long a call takes.
    pub(super) fn decided_by(&self) -> String {
        let Some(bound_ms) = self.client.cost().duration_ms else {
            let unbounded = nothing_bounds(self.document, self.places, self.client);
            return unbounded.unwrap_or_else(|| "Nothing bounds it.".into());
        };
        if self.client.through_baml().is_none() && self.client.timeouts.get(Field::Total) == Some(&bound_ms) {
            return self.decider(&ResolvedLimit {
                client: Some(self.name.into()),
                field: Field::Total.key().into(),
            });
        }
        let decider = match &*self.schedule.attempts {
            [only] if only.limit_ms == Some(bound_ms) => only.limited_by.clone(),
            [_] => self.request_of(bound_ms),
            _ => None,
        };
        decider.map_or_else(|| self.largest_part(), |limit| self.decider(&limit))
    }

    /// The request limit of this length on the first route that has one.
    fn request_of(&self, ms: u64) -> Option<ResolvedLimit> {
        let mut routes = self.client.routes.iter();
        let route = routes.find(|route| route.effective.get(Field::Request) == Some(&ms))?;
        let client = route.origin.get(Field::Request)?.client.clone();
        Some(ResolvedLimit { client, field: Field::Request.key().into() })
    }

    fn decider(&self, limit: &ResolvedLimit) -> String {
        match self.place(limit) {
            Some(place) => format!("Decided by the {}: {}", self.long_text(limit), place_text(place)),
            None => format!("Decided by the {}.", self.long_text(limit)),
        }
    }

    /// Says which limit, or the delays, take the largest part of the time of the schedule.
    fn largest_part(&self) -> String {
        let Some((limit, times, sum_ms)) = self.parts().into_iter().rev().max_by_key(|part| part.2) else {
            return "It is the sum of all attempts and delays.".into();
        };
        let what = match limit {
            Some(limit) if times == 1 => format!("the {}", self.long_text(limit)),
            Some(limit) => format!("{} times the {}", grouped(times), self.long_text(limit)),
            None => plural(times, "delay"),
        };
        let whole = match (self.schedule.end, self.schedule.end_ms) {
            (ResolvedEnd::NotFollowed, _) | (_, None) => "the attempts below".to_owned(),
            (_, Some(ms)) => duration(ms),
        };
        let place = limit.and_then(|limit| self.place(limit)).map(|place| format!(": {}", place_text(place)));
        let place = place.unwrap_or_else(|| ".".into());
        format!("The largest part, {} of {whole}, is {what}{place}", duration(sum_ms))
    }

    /// How often each limit ends an attempt and how much time that is; without a limit, the delays.
    fn parts(&self) -> Vec<(Option<&ResolvedLimit>, u64, u64)> {
        let mut parts: Vec<(Option<&ResolvedLimit>, u64, u64)> = Vec::new();
        let mut known = HashMap::new();
        for attempt in &self.schedule.attempts {
            let limited = (attempt.limited_by.as_ref(), attempt.limit_ms.unwrap_or(0));
            for (limit, ms) in [limited, (None, attempt.delay_ms)].into_iter().filter(|(_, ms)| *ms > 0) {
                let name = limit.map(|limit| (limit.client.as_deref(), &*limit.field));
                let index = *known.entry(name).or_insert(parts.len());
                match parts.get_mut(index) {
                    Some(part) => *part = (limit, part.1 + 1, part.2.saturating_add(ms)),
                    None => parts.push((limit, 1, ms)),
                }
            }
        }
        parts
    }

    /// A limit in a sentence: `request limit of FastClient`.
    fn long_text(&self, limit: &ResolvedLimit) -> String {
        let field = Field::from_key(&limit.field).map_or(&*limit.field, |field| field.label());
        match &limit.client {
            Some(client) => format!("{field} limit of {}", shown(client)),
            None => format!("{field} limit of {}", through::defaults(self.client)),
        }
    }

    fn place(&self, limit: &ResolvedLimit) -> Option<&Source> {
        let field = Field::from_key(&limit.field)?;
        match &limit.client {
            Some(client) => self.places.clients.get(client)?.limits.get(field),
            None if self.client.through_baml().is_some() => None,
            None => self.places.defaults.get(field),
        }
    }

    /// Says how the schedule ends, and why, where the bound differs.
    pub(super) fn end(&self) -> String {
        let attempts = self.schedule.attempts.len() as u64;
        let end = self.schedule.end_ms.map(exact).unwrap_or_default();
        let ended_by = self.schedule.ended_by.as_ref().map(|limit| self.long_text(limit)).unwrap_or_default();
        let requests = plural(attempts, "request");
        let end = match self.schedule.end {
            ResolvedEnd::Completed => format!("Ends after {requests} and {end}: everything was tried."),
            ResolvedEnd::Deadline if self.last_limit() == self.schedule.ended_by.as_ref() => {
                format!("Ends after {requests} and {end}: cut short by the {ended_by}.")
            }
            ResolvedEnd::Deadline => {
                format!("Ends after {requests} and {end}: the {ended_by} leaves no time for more.")
            }
            ResolvedEnd::NeverEnds => return "It may never end: the last attempt has no limit.".into(),
            ResolvedEnd::NotFollowed => {
                let most = plural(self.client.cost().requests, "attempt");
                return format!("Followed for {}; there can be {most}.", plural(attempts, "attempt"));
            }
        };
        format!("{end} {}", self.difference(attempts))
    }

    /// Compares the schedule with the bound.
    fn difference(&self, attempts: u64) -> String {
        let WorstCase { requests, duration_ms } = self.client.cost();
        let Some(bound_ms) = duration_ms else {
            let open = self.uneven(|worst| worst.duration_ms);
            return format!("There is no bound, because {open} has members without a limit.");
        };
        let more_requests = requests.saturating_sub(attempts);
        let more_ms = bound_ms.saturating_sub(self.schedule.end_ms.unwrap_or(bound_ms));
        let (mut more, mut reasons) = (Vec::new(), Vec::new());
        if more_ms > 0 {
            more.push(duration(more_ms));
            let uneven = self.uneven(|worst| worst.duration_ms);
            if uneven.is_empty() || self.gave_up() {
                reasons.push("a delay that no longer fits is not waited for".to_owned());
            }
            reasons.extend(worst_member(&uneven));
        }
        if more_requests > 0 {
            more.push(plural(more_requests, "request"));
            let uneven = self.uneven(|worst| worst.requests);
            if uneven.is_empty() || self.is_cut() {
                reasons.push("attempts that fail sooner leave time for others".to_owned());
            }
            reasons.extend(worst_member(&uneven).filter(|_| more_ms == 0));
        }
        if more.is_empty() {
            return "No call takes longer.".into();
        }
        format!("The bound is {} more, because {}.", more.join(" and "), reasons.join(", and "))
    }

    /// Whether a total left no time for a delay or an attempt and cut none before.
    fn gave_up(&self) -> bool {
        self.schedule.end == ResolvedEnd::Deadline && !self.last_limit().is_some_and(is_total)
    }

    /// What ended the last attempt.
    fn last_limit(&self) -> Option<&ResolvedLimit> {
        self.schedule.attempts.last()?.limited_by.as_ref()
    }

    /// Whether a total cut an attempt or left no time for more.
    fn is_cut(&self) -> bool {
        let mut limits = self.schedule.attempts.iter().filter_map(|attempt| attempt.limited_by.as_ref());
        self.schedule.end == ResolvedEnd::Deadline || limits.any(is_total)
    }

    /// Names the round-robins below the client whose members differ in a number of their worst cases.
    fn uneven<T: PartialEq>(&self, number: impl Fn(&WorstCase) -> T) -> String {
        let names: BTreeSet<&str> =
            self.client.routes.iter().flat_map(|route| &route.path).map(|name| &**name).collect();
        let is_uneven = |client: &ResolvedClient| {
            let members = client.members().iter().filter_map(|member| self.document.clients.get(member));
            let mut numbers = members.map(|member| number(&member.cost()));
            let first = numbers.next();
            matches!(client.kind, ResolvedKind::RoundRobin { .. })
                && numbers.any(|other| Some(other) != first)
        };
        let uneven = names.into_iter().filter(|name| self.document.clients.get(*name).is_some_and(is_uneven));
        let mut uneven: Vec<String> = uneven.map(shown).collect();
        if uneven.len() > 3 {
            let more = uneven.len() - 2;
            uneven.truncate(2);
            uneven.push(format!("{more} more"));
        }
        uneven.join(", ")
    }
}

/// Names the first route of a client that no limit bounds, and the line at which one can be set; `None` where the worst
/// case is bounded.
pub(crate) fn nothing_bounds(
    document: &Resolved,
    places: &LimitPlaces,
    client: &ResolvedClient,
) -> Option<String> {
    if client.cost().duration_ms.is_some() {
        return None;
    }
    let is_open = |route: &&ResolvedRoute| is_unset(route, Field::Request) && is_unset(route, Field::Total);
    let mut open = client.routes.iter().filter(is_open);
    let first = open.next()?;
    let leaf = first.path.last()?;
    let written = places.clients.get(leaf).map(|places| &places.source);
    let written = written.or_else(|| document.clients.get(leaf).map(|leaf| &leaf.source));
    let place = written.filter(|place| !place.is_forgotten());
    let place = place.map(|place| format!(" ({})", place_text(place))).unwrap_or_default();
    let names: Vec<String> = first.path.iter().skip(1).map(|name| shown(name)).collect();
    Some(match (&*names, open.count() as u64) {
        ([], _) => format!("Nothing bounds it{place}: no request limit is set."),
        (names, 0) => {
            format!(
                "Nothing bounds {}{place}: it has neither a request limit nor a total.",
                names.join(" > ")
            )
        }
        (names, more) => format!(
            "Nothing bounds {}{place}: it and {} have neither a request limit nor a total.",
            names.join(" > "),
            plural(more, "more route")
        ),
    })
}

fn is_total(limit: &ResolvedLimit) -> bool {
    &*limit.field == Field::Total.key()
}

fn worst_member(round_robins: &str) -> Option<String> {
    (!round_robins.is_empty()).then(|| format!("it counts the worst member of {round_robins} each time"))
}

fn is_unset(route: &ResolvedRoute, field: Field) -> bool {
    route.effective.get(field).is_none()
}
